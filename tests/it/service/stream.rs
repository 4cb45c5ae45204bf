//! `/v1/assess/stream`: lines in, lines out, at the client's pace, in flat memory.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::TcpStream,
};

use serde_json::{Value, json};

use super::{
    TEXT,
    server::{Answer, Server, post},
};
use crate::{CLASSIFIER, golden_posts};

const LINES: &str = "application/x-ndjson";

/// The head of a stream whose body is sent in chunks.
const HEAD: &str = "POST /v1/assess/stream HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\
                    Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n";

fn chunk(text: &str) -> String {
    format!("{:x}\r\n{text}\r\n", text.len())
}

#[test]
fn every_line_has_its_answer_in_order() {
    let server = Server::start(&[]);
    let posts = golden_posts();
    let body: String = posts
        .iter()
        .map(|post| json!({"id": post.id, "text": post.text}).to_string() + "\n")
        .collect();
    let answer = server.send(&post("/v1/assess/stream", LINES, body.as_bytes()));
    assert_eq!(answer.header("content-type"), Some(LINES));
    let expected: Vec<Value> =
        posts.iter().map(|post| serde_json::to_value(CLASSIFIER.assess(post)).unwrap()).collect();
    assert_eq!(answer.lines(), expected);
}

#[test]
fn a_bad_line_gets_an_error_with_its_number_and_the_next_is_read() {
    let server = Server::start(&[]);
    let body = "{\"text\": \"x\"}\n\nno json\n{\"id\": \"a\"}\n{\"text\": \"y\"}";
    let lines = server.send(&post("/v1/assess/stream", LINES, body.as_bytes())).lines();
    let found: Vec<_> = lines.iter().map(|line| (&line["id"], &line["error"]["line"])).collect();
    let none = &Value::Null;
    assert_eq!(
        found,
        [(&json!("1"), none), (none, &json!(3)), (none, &json!(4)), (&json!("5"), none)]
    );
    assert!(lines[1]["error"]["remedy"].is_string() && lines[1]["error"]["cause"].is_string());
    assert_eq!(server.send(&post("/v1/assess/stream", LINES, b"")).body, "");
}

#[test]
fn a_line_is_answered_before_the_next_is_sent() {
    let server = Server::start(&[]);
    let mut stream = server.connect();
    stream.write_all(HEAD.as_bytes()).unwrap();
    let mut answers = BufReader::new(stream.try_clone().unwrap());
    for number in 1..=3 {
        stream.write_all(chunk(&format!("{}\n", json!({ "text": TEXT }))).as_bytes()).unwrap();
        assert_eq!(next_record(&mut answers)["id"], number.to_string());
    }
}

/// The next line of an answer that is a JSON object: neither head nor length of a chunk.
fn next_record(answers: &mut BufReader<TcpStream>) -> Value {
    loop {
        let mut line = String::new();
        assert!(answers.read_line(&mut line).expect("lines of UTF-8") > 0, "the answer has ended");
        if line.starts_with('{') {
            return serde_json::from_str(&line).expect("a whole line of JSON");
        }
    }
}

#[test]
fn a_long_stream_is_held_in_flat_memory_and_waits_for_a_client_that_does_not_read() {
    let server = Server::start(&[]);
    // Cheap lines, so that the test is about memory: 64 MiB of them.
    let lines = format!("{}\n", json!({"text": "", "padding": "x".repeat(1_000)})).repeat(1_000);
    let mut stream = server.connect();
    stream.write_all(HEAD.as_bytes()).unwrap();
    let mut reading = stream.try_clone().unwrap();
    let reader = std::thread::spawn(move || {
        std::thread::sleep(std::time::Duration::from_millis(500));
        Answer::read(&mut reading).unwrap()
    });
    let part = chunk(&lines);
    let mut before = None;
    for number in 0..64 {
        if number == 8 {
            before = server.peak_memory();
        }
        stream.write_all(part.as_bytes()).unwrap();
    }
    stream.write_all(b"0\r\n\r\n").unwrap();
    assert_eq!(reader.join().unwrap().body.lines().count(), 64_000);
    let grown = server.peak_memory().zip(before).map(|(after, before)| after - before);
    assert!(grown.is_none_or(|kib| kib < 16 << 10), "{grown:?} KiB");
}

#[test]
fn a_service_that_stops_says_from_which_line_on_to_send_again() {
    let server = Server::start(&[]);
    let mut stream = server.connect();
    stream.write_all(HEAD.as_bytes()).unwrap();
    let mut answers = BufReader::new(stream.try_clone().unwrap());
    stream.write_all(chunk(&format!("{}\n", json!({ "text": TEXT }))).as_bytes()).unwrap();
    assert_eq!(next_record(&mut answers)["id"], "1");
    server.ask_to_stop();
    let last = next_record(&mut answers);
    assert_eq!(
        (&last["error"]["line"], &last["error"]["cause"]),
        (&json!(2), &json!("shutting down"))
    );
    assert_eq!(server.wait().0, 0);
}
