//! `waspada serve` as its clients meet it: the real binary on a free port.

mod server;

use self::server::{Server, post};

#[test]
fn a_post_gets_the_record_that_the_library_gives() {
    let server = Server::start(&[]);
    let text = "Dibutuhkan admin di Kamboja, gaji 15 juta, tanpa pengalaman, paspor kami pegang";
    let answer = server.post("/v1/assess", &serde_json::json!({"id": "p-17", "text": text}));
    let expected = crate::CLASSIFIER.assess(&waspada::post::Post::new("p-17", text));
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.json(), serde_json::to_value(expected).unwrap());
}

#[test]
fn a_running_service_says_so() {
    let answer = Server::start(&[]).get("/health");
    assert_eq!((answer.status, answer.body.as_str()), (200, r#"{"status":"ok"}"#));
}

#[test]
fn a_body_that_is_no_json_is_told_where_it_breaks() {
    let server = Server::start(&[]);
    let answer = server.send(&post("/v1/assess", "application/json", b"{\"text\": oh}"));
    assert_eq!(answer.problem(), (400, "not_json".to_owned()));
    assert!(answer.body.contains("line 1, column 10"), "{answer:?}");
}

#[test]
fn a_terminated_service_ends_well() {
    let mut server = Server::start(&[]);
    assert_eq!(server.terminate(), 0);
}
