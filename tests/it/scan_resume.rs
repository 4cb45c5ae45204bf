//! A scan that is killed at any moment is gone on with to the bytes of an unbroken one.

use std::{
    fs,
    io::Write as _,
    path::Path,
    process::{Child, Stdio},
    thread,
    time::Duration,
};

use serde_json::json;

use crate::{Desk, golden_posts};

/// Posts of which each takes its time, with a bad line now and then.
fn posts(count: usize) -> String {
    let golden = golden_posts();
    let line = |number: usize| {
        if number % 97 == 13 {
            return format!("no post {number}\n");
        }
        let post = &golden[number * 31 % golden.len()];
        json!({ "id": number.to_string(), "text": post.text }).to_string() + "\n"
    };
    (0..count).map(line).collect()
}

/// Numbers that look drawn and are the same in every run (Knuth's multiplier).
struct Draws(u64);

impl Draws {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

fn length(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |metadata| metadata.len())
}

/// Waits until `path` has `bytes`, and kills `child` a moment later, unless `path` is in its place by then. Says whether
/// it was still running.
fn kill_at(child: &mut Child, path: &Path, bytes: u64, moment: Duration) -> bool {
    while length(path) < bytes {
        if child.try_wait().expect("it is our child").is_some() {
            return false;
        }
        thread::sleep(Duration::from_micros(300));
    }
    thread::sleep(moment);
    if !path.exists() {
        // All is in place but the summary. Nothing is left to go on from, and a kill would only have the whole scan made
        // again, and the next kill that one.
        child.wait().expect("it is our child");
        return false;
    }
    let is_running = child.try_wait().expect("it is our child").is_none();
    // SIGKILL, where there is one: nothing of the child can tidy up.
    child.kill().ok();
    child.wait().expect("it is our child");
    is_running
}

/// Kills `arguments` again and again until it is through, and gives how often.
fn scan_with_kills(desk: &Desk, arguments: &[&str], whole: u64, draws: &mut Draws) -> usize {
    let partial = desk.path("out.partial");
    for kills in 0..60 {
        let mut child = desk.command(arguments);
        let mut child = child.stderr(Stdio::null()).spawn().expect("the binary starts");
        let before = length(&partial);
        let target = before + 1 + draws.below((whole / 8).max(1));
        let moment = Duration::from_micros(draws.below(20_000));
        if !kill_at(&mut child, &partial, target, moment) {
            return kills;
        }
    }
    panic!("it comes no further");
}

#[test]
fn a_scan_killed_at_any_moment_goes_on_to_the_same_bytes() {
    let lines = posts(1500);
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(lines.as_bytes()).unwrap();
    let desk = Desk::with("a.jsonl", &lines);
    desk.write("b.jsonl.gz", gzip.finish().unwrap());
    desk.write("c.csv", "id,text\nlast,Dicari kasir\nbad\n");
    let base = ["scan", "--no-cache", "a.jsonl", "b.jsonl.gz", "c.csv"];
    let mut draws = Draws(5);
    for format in ["jsonl", "csv"] {
        let format = ["--format", format];
        let whole = ["-o", "whole", "--errors", "whole.errors", "--summary-file", "whole.summary"];
        assert_eq!(desk.run(&[&base[..], &format, &whole].concat()).code, 0);
        let out = ["-o", "out", "--errors", "errors", "--summary-file", "summary"];
        let resume = ["--resume", "--checkpoint-every", "300"];
        let arguments = [&base[..], &format, &out, &resume].concat();
        let kills = scan_with_kills(&desk, &arguments, length(&desk.path("whole")), &mut draws);
        assert!(kills >= 3, "{kills}");
        assert!(desk.read("out") == desk.read("whole"), "{format:?} after {kills} kills");
        assert!(desk.read("errors") == desk.read("whole.errors"), "{format:?}");
        // Ids of the part before a kill are not kept: that count is a bound, and says so.
        let (summary, whole) = (desk.read("summary"), desk.read("whole.summary"));
        let ((counts, repeats), (whole_counts, _)) =
            (split_repeats(&summary), split_repeats(&whole));
        assert_eq!(counts, whole_counts, "{format:?}");
        assert!(repeats.is_empty() || repeats.contains("at least, for ids"), "{repeats}");
        for left in ["out.partial", "out.progress", "out.progress.new"] {
            assert!(!desk.path(left).exists(), "{left}");
        }
        fs::remove_file(desk.path("out")).unwrap();
    }
}

/// A summary without its count of repeated ids, and that count.
fn split_repeats(summary: &str) -> (Vec<&str>, String) {
    let is_of_ids = |line: &&str| line.starts_with("repeated ids");
    let (repeats, counts): (Vec<&str>, Vec<&str>) = summary.lines().partition(is_of_ids);
    (counts, repeats.concat())
}

#[test]
fn a_resumed_scan_says_that_its_repeated_ids_are_not_all() {
    let desk = broken_off();
    let summary = ["--summary", "json", "--summary-file", "summary"];
    let resume = ["scan", "--resume", "posts.jsonl", "-o", "out"];
    assert_eq!(desk.run(&[&resume[..], &summary].concat()).code, 0);
    let counts: serde_json::Value = serde_json::from_str(&desk.read("summary")).unwrap();
    assert_eq!(counts["repeated_ids_are_all"], false);
    assert_eq!(counts["posts"], 1500 - 1500_usize.div_ceil(97), "the other counts are whole");
}

/// A desk with `posts.jsonl` and a scan of it into `out` that was killed after its first places.
fn broken_off() -> Desk {
    let desk = Desk::with("posts.jsonl", posts(1500));
    let arguments = ["scan", "--no-cache", "--checkpoint-every", "256", "posts.jsonl", "-o", "out"];
    let mut child =
        desk.command(&arguments).stderr(Stdio::null()).spawn().expect("the binary starts");
    assert!(kill_at(&mut child, &desk.path("out.progress"), 1, Duration::ZERO));
    desk
}

#[test]
fn what_would_not_give_the_same_bytes_is_refused_and_says_why() {
    let desk = broken_off();
    let refusal = |options: &[&str]| {
        let ran = desk.run(&[&["scan", "--resume", "-o", "out"], options].concat());
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
        ran.stderr
    };
    desk.write("other.jsonl", "{\"text\":\"Dicari kasir\"}\n");
    insta::assert_snapshot!(refusal(&["posts.jsonl", "--format", "csv"]), @r"
waspada: `out.progress` is of another scan: --format was `jsonl` and is `csv`; remove `out.progress` to begin again
");
    insta::assert_snapshot!(refusal(&["posts.jsonl", "--min-level", "high"]), @r"
waspada: `out.progress` is of another scan: --min-level was `none` and is `high`; remove `out.progress` to begin again
");
    insta::assert_snapshot!(refusal(&["other.jsonl"]), @r"
waspada: `out.progress` is of another scan: it read `posts.jsonl`, not `other.jsonl`; remove `out.progress` to begin again
");
    insta::assert_snapshot!(refusal(&["posts.jsonl", "other.jsonl"]), @r"
waspada: `out.progress` is of another scan: it read 1 inputs and this one reads 2; remove `out.progress` to begin again
");
    let posts = desk.read("posts.jsonl");
    desk.write("posts.jsonl", posts.replacen('a', "A", 1));
    insta::assert_snapshot!(refusal(&["posts.jsonl"]), @r"
waspada: `out.progress` is of another scan: `posts.jsonl` has changed since; remove `out.progress` to begin again
");
    desk.write("posts.jsonl", &posts);
    desk.write("out.partial", "short");
    let said = refusal(&["posts.jsonl"]);
    assert!(said.contains("`out.partial` has 5 bytes and should have"), "{said}");
    let place = desk.read("out.progress").replacen("\"version\":1", "\"version\":9", 1);
    desk.write("out.progress", place);
    insta::assert_snapshot!(refusal(&["posts.jsonl"]), @r"
waspada: `out.progress` has layout 9, this build reads 1; remove `out.progress` to begin again
");
    desk.write("out.progress", "{\"version\":1,");
    assert!(refusal(&["posts.jsonl"]).contains("is no place of a scan"));
}

#[test]
fn without_resume_a_scan_begins_again_and_says_so() {
    let desk = broken_off();
    let ran = desk.run(&["scan", "posts.jsonl", "-o", "out"]);
    assert_eq!(ran.code, 0);
    assert!(ran.stderr.starts_with("a scan that was broken off is begun again"), "{}", ran.stderr);
    assert_eq!(desk.read("out").lines().count(), 1500 - 1500_usize.div_ceil(97));
    assert!(!desk.path("out.progress").exists());
}

#[test]
fn what_cannot_be_read_or_written_twice_cannot_be_gone_on_with() {
    let desk = Desk::with("posts.txt", "Dicari kasir\n");
    let said = |arguments: &[&str]| desk.run(&[&["scan", "--resume"], arguments].concat()).report();
    insta::assert_snapshot!(said(&["-", "-o", "out"]), @r"
exit 2
--- stdout
--- stderr
waspada: `--resume` cannot go on here: an input is no file and cannot be read again; store it first
");
    assert!(said(&["posts.txt"]).contains("--output <OUT>"));
    insta::assert_snapshot!(said(&["posts.txt", "--quiet", "-o", "out"]), @r"
exit 0
--- stdout
--- stderr
");
    assert_eq!(desk.read("out").lines().count(), 1, "nothing to go on from is no fault");
}

#[test]
fn two_scans_never_write_one_file() {
    let desk = Desk::with("posts.txt", "Dicari kasir\n");
    let held = fs::File::create(desk.path("out.partial")).unwrap();
    held.lock().unwrap();
    insta::assert_snapshot!(desk.run(&["scan", "posts.txt", "-o", "out"]).report(), @r"
exit 2
--- stdout
--- stderr
waspada: cannot write `out`: another run writes it; wait for its end, or choose another file
");
    drop(held);
    assert_eq!(desk.run(&["scan", "posts.txt", "-o", "out"]).code, 0);
}
