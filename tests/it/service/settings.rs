//! Settings by flag, environment and file, and the questions an operator asks before a start.

use crate::Desk;

#[test]
fn a_flag_wins_over_the_environment_and_that_over_the_file() {
    let desk = Desk::with("waspada.toml", "threads = 2\nrate_burst = 5\nlog = \"warn\"\n");
    let mut command =
        desk.command(&["serve", "--config", "waspada.toml", "--threads", "4", "--print-settings"]);
    let output =
        command.env("WASPADA_THREADS", "3").env("WASPADA_RATE_BURST", "6").output().unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    for line in [
        "threads = 4",
        "rate_burst = 6",
        "log = \"warn\"",
        "scorings = 128",
        "bind = \"127.0.0.1:8080\"",
    ] {
        assert!(printed.lines().any(|found| found == line), "{line} is not in\n{printed}");
    }
    desk.write("printed.toml", &printed);
    let again = desk.run(&["serve", "--config", "printed.toml", "--print-settings"]);
    assert_eq!(again.stdout, printed);
}

#[test]
fn a_file_with_a_fault_is_told_with_its_place() {
    let desk = Desk::with("waspada.toml", "thread = 2\n");
    let ran = desk.run(&["serve", "--config", "waspada.toml", "--check"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("waspada.toml") && ran.stderr.contains("line 1"), "{}", ran.stderr);
}

#[test]
fn a_check_says_whether_the_service_would_start() {
    let free = ["serve", "--bind", "127.0.0.1:0", "--admin-bind", "off", "--check"];
    let ran = Desk::new().run(&free);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{}", ran.stdout);
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let ran = Desk::new().run(&["serve", "--bind", &address, "--admin-bind", "off", "--check"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("is it in use?"), "{}", ran.stderr);
    let ran = Desk::new().run(&["serve", "--model", "nowhere", "--check"]);
    assert_eq!(ran.code, 2);
}
