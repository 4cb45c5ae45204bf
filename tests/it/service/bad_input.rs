//! Bad input is data: each kind gets a clear status, and the others are served.

use std::{
    io::{Read as _, Write as _},
    time::{Duration, Instant},
};

use flate2::{Compression, write::GzEncoder};
use serde_json::{Value, json};

use super::server::{Answer, Server, post, post_with};

const JSON: &str = "application/json";

fn level(server: &Server, text: &str) -> Value {
    let answer = server.post("/v1/assess", &json!({ "text": text }));
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()["level"].clone()
}

#[test]
fn a_text_with_nothing_to_judge_has_a_level_that_says_so() {
    let server = Server::start(&[]);
    for text in ["", " \n\t ", "😀🔥💰", "\u{0}\u{0}", "\u{200b}\u{feff}"] {
        assert_eq!(level(&server, text), "insufficient_text", "{text:?}");
    }
}

#[test]
fn a_text_of_any_kind_is_read() {
    let server = Server::start(&[]);
    let long = "gaji 15 juta di Kamboja ".repeat((1 << 20) / 24);
    let texts = [
        "<script>alert(1)</script><b>Dicari admin</b> di Kamboja, gaji 15 juta, hubungi WA",
        "lowongan\u{0}kerja di Batam, gaji UMR, hubungi kantor kami segera",
        &long,
    ];
    for text in texts {
        level(&server, text);
    }
}

#[test]
fn a_body_that_is_no_json_is_told_where_it_breaks() {
    let server = Server::start(&[]);
    let inside = format!("{{\"text\": \"x\", \"more\": {}", "{\"a\":".repeat(100_000));
    let bodies: [&[u8]; 7] = [
        b"",
        b"{\"text\": oh}",
        b"{\"text\": \"x\"",
        b"{\"text\": \"a\0b\"}",
        b"{\"text\": \"\xff\"}",
        b"{\"text\": \"\\ud800\"}",
        inside.as_bytes(),
    ];
    for body in bodies {
        let answer = server.send(&post("/v1/assess", JSON, body));
        assert_eq!(
            answer.problem(),
            (400, "not_json".to_owned()),
            "{:?}",
            body.first_chunk::<20>()
        );
        assert!(answer.body.contains("line 1, column "), "{answer:?}");
    }
}

#[test]
fn json_of_another_shape_is_told_from_what_is_no_json() {
    let server = Server::start(&[]);
    for body in [
        json!({}),
        json!([]),
        json!({"text": 7}),
        json!({"text": null}),
        json!({"id": 7, "text": "x"}),
    ] {
        let answer = server.post("/v1/assess", &body);
        assert_eq!(answer.problem(), (422, "wrong_shape".to_owned()), "{body}");
    }
    let deep = server.send(&post("/v1/assess", JSON, "[".repeat(100_000).as_bytes()));
    assert_eq!(deep.problem(), (422, "wrong_shape".to_owned()));
}

#[test]
fn a_body_of_another_type_is_not_read() {
    let server = Server::start(&[]);
    let body = br#"{"text": "x"}"#;
    for path in ["/v1/assess", "/v1/assess/batch", "/v1/assess/url", "/v1/assess/stream"] {
        let answer = server.send(&post(path, "text/html", body));
        assert_eq!(answer.problem(), (415, "wrong_type".to_owned()), "{path}");
    }
    let answer = server.send(&post("/v1/assess", "application/json; charset=utf-8", body));
    assert_eq!(answer.status, 200, "{answer:?}");
}

#[test]
fn a_post_or_a_body_that_is_too_long_is_refused() {
    let server = Server::start(&[]);
    let text = "x".repeat((1 << 20) + 1);
    let too_long = (413, "too_long".to_owned());
    assert_eq!(server.post("/v1/assess", &json!({ "text": text })).problem(), too_long);
    let body = vec![b' '; 9 << 20];
    assert_eq!(server.send(&post("/v1/assess", JSON, &body)).problem(), too_long);
}

#[test]
fn a_body_that_unpacks_to_gigabytes_is_not_unpacked() {
    let server = Server::start(&[]);
    server.post("/v1/assess", &json!({"text": "x"}));
    let before = server.peak_memory();
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    let blanks = vec![b' '; 1 << 20];
    for _ in 0..512 {
        packed.write_all(&blanks).unwrap();
    }
    let packed = packed.finish().unwrap();
    let headers = "Content-Type: application/json\r\nContent-Encoding: gzip\r\n";
    let answer = server.send(&post_with("/v1/assess", headers, &packed));
    assert_eq!(answer.problem(), (413, "too_long".to_owned()));
    let grown = server.peak_memory().zip(before).map(|(after, before)| after - before);
    assert!(grown.is_none_or(|kib| kib < 40 << 10), "{grown:?} KiB");
}

#[test]
fn a_compressed_body_is_read_and_a_damaged_one_is_not() {
    let server = Server::start(&[]);
    let headers = "Content-Type: application/json\r\nContent-Encoding: gzip\r\n";
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(br#"{"text": "Dicari admin di Kamboja"}"#).unwrap();
    let packed = packed.finish().unwrap();
    assert_eq!(server.send(&post_with("/v1/assess", headers, &packed)).status, 200);
    let cut = server.send(&post_with("/v1/assess", headers, &packed[..packed.len() - 9]));
    assert_eq!(cut.problem(), (400, "broken_body".to_owned()));
    let unknown = "Content-Type: application/json\r\nContent-Encoding: br\r\n";
    let answer = server.send(&post_with("/v1/assess", unknown, &packed));
    assert_eq!(answer.problem(), (415, "wrong_type".to_owned()));
}

#[test]
fn a_client_that_leaves_midway_or_sends_slowly_does_not_hold_up_the_others() {
    let server = Server::start(&[]);
    let request = post("/v1/assess", JSON, br#"{"text": "Dicari admin di Kamboja"}"#);
    let (some, _) = request.split_at(request.len() - 10);
    for _ in 0..50 {
        server.connect().write_all(some).unwrap();
    }
    let mut slow: Vec<_> = (0..50).map(|_| server.connect()).collect();
    for stream in &mut slow {
        stream.write_all(some).unwrap();
    }
    let begun = Instant::now();
    assert_eq!(server.send(&request).status, 200);
    assert!(begun.elapsed() < Duration::from_secs(5));
    let answer = Answer::read(&mut slow[0]).unwrap();
    assert_eq!(answer.problem(), (408, "timed_out".to_owned()));
}

#[test]
fn a_head_that_is_too_long_or_none_is_refused() {
    let server = Server::start(&[]);
    let long = format!("GET /{} HTTP/1.1\r\nHost: t\r\n\r\n", "a".repeat(1 << 20));
    assert!(matches!(server.send(long.as_bytes()).status, 414 | 431));
    assert_eq!(server.send(b"\x16\x03\x01 this is no HTTP\r\n\r\n").status, 400);
    let mut silent = server.connect();
    silent.write_all(b"GET / HT").unwrap();
    assert_eq!(server.get("/health").status, 200);
    // The service gives up on it after a while.
    assert!(silent.read_to_end(&mut Vec::new()).is_ok());
}
