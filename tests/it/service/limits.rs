//! What is beyond a limit gets an answer at once, and the rest its turn.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;

use super::server::{Server, post_with};

/// The status that a client at 127.0.0.1 gets with this `X-Forwarded-For`.
fn status_for(server: &Server, forwarded: &str) -> u16 {
    let headers = format!("Content-Type: application/json\r\nX-Forwarded-For: {forwarded}\r\n");
    let answer = server.send(&post_with("/v1/assess", &headers, br#"{"text": "x"}"#));
    if answer.status == 429 {
        assert_eq!(answer.problem().1, "too_many_requests");
        assert!(answer.header("retry-after").and_then(|wait| wait.parse().ok()) >= Some(1));
    }
    answer.status
}

#[test]
fn a_client_that_forges_where_it_comes_from_is_stopped_all_the_same() {
    let server = Server::start(&["--rate-per-minute", "1", "--rate-burst", "2"]);
    let statuses = ["1.1.1.1", "2.2.2.2", "3.3.3.3"].map(|forged| status_for(&server, forged));
    assert_eq!(statuses, [200, 200, 429]);
    assert_eq!(server.get("/health").status, 200, "whoever looks after it can look");
}

#[test]
fn a_reader_who_asks_too_often_gets_a_page_and_not_a_problem_for_programs() {
    let server = Server::start(&["--rate-per-minute", "1", "--rate-burst", "1"]);
    let headers = "Content-Type: application/x-www-form-urlencoded\r\nAccept: text/html\r\nAccept-Language: ms\r\n";
    let ask = || server.send(&post_with("/check", headers, b"text=Dicari+kasir+di+Batam"));
    assert_eq!(ask().status, 200);
    let refused = ask();
    assert_eq!(refused.status, 429);
    assert!(refused.header("content-type").is_some_and(|kind| kind.starts_with("text/html")));
    assert!(refused.header("retry-after").and_then(|wait| wait.parse().ok()) >= Some(1));
    let page = &refused.body;
    assert!(page.contains("lang=\"ms\""));
}

#[test]
fn behind_a_proxy_that_we_trust_each_client_has_its_own_count() {
    let arguments =
        ["--rate-per-minute", "1", "--rate-burst", "1", "--trusted-proxies", "127.0.0.1"];
    let server = Server::start(&arguments);
    assert_eq!(status_for(&server, "203.0.113.1"), 200);
    assert_eq!(status_for(&server, "203.0.113.2"), 200);
    assert_eq!(
        status_for(&server, "9.9.9.9, 203.0.113.1"),
        429,
        "what the client wrote itself is not believed"
    );
}

#[test]
fn more_than_is_taken_at_once_is_refused_at_once_and_the_rest_is_answered() {
    let server = Server::start(&["--threads", "1", "--scorings", "1"]);
    // Long enough that one is under way when the next comes.
    let body = json!({"text": "Dicari admin di Kamboja, gaji 15 juta, hubungi WA. ".repeat(4_000)});
    let (answered, refused) = (AtomicUsize::new(0), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..4 {
                    let answer = server.post("/v1/assess", &body);
                    if answer.status == 200 {
                        answered.fetch_add(1, Ordering::Relaxed);
                    } else {
                        assert_eq!(answer.problem(), (429, "overloaded".to_owned()));
                        assert_eq!(answer.header("retry-after"), Some("1"));
                        refused.fetch_add(1, Ordering::Relaxed);
                    }
                }
            });
        }
    });
    let (answered, refused) = (answered.into_inner(), refused.into_inner());
    assert!(answered > 0 && refused > 0 && answered + refused == 32, "{answered} and {refused}");
}
