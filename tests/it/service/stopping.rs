//! A service that is asked to stop under load loses nothing that it has taken.

use std::{
    io::Write as _,
    net::TcpStream,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use serde_json::json;

use super::{
    TEXT,
    server::{Answer, Server, post},
};

#[test]
fn every_request_that_came_before_the_stop_is_answered() {
    let server = Server::start(&[]);
    let request =
        post("/v1/assess", "application/json", json!({ "text": TEXT }).to_string().as_bytes());
    let (stopped, answered) = (AtomicBool::new(false), AtomicUsize::new(0));
    let address = server.address;
    let ask = || loop {
        let Ok(mut stream) = TcpStream::connect(address) else { return };
        let came_before = !stopped.load(Ordering::SeqCst);
        let sent = stream.write_all(&request);
        match Answer::read(&mut stream) {
            Some(answer) if answer.status == 200 => {
                answered.fetch_add(1, Ordering::Relaxed);
            }
            other => assert!(!came_before, "{sent:?} {other:?}"),
        }
    };
    let begun = std::thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(ask);
        }
        std::thread::sleep(Duration::from_millis(500));
        stopped.store(true, Ordering::SeqCst);
        server.ask_to_stop();
        Instant::now()
    });
    let (code, log) = server.wait();
    assert_eq!(code, 0, "{:?}", log.last());
    assert!(begun.elapsed() < Duration::from_secs(20));
    assert!(answered.into_inner() > 16);
}

#[test]
fn a_client_that_never_ends_does_not_keep_the_service_from_ending() {
    let server = Server::start(&[]);
    let mut silent = server.connect();
    silent.write_all(b"POST /v1/assess HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{").unwrap();
    std::thread::sleep(Duration::from_millis(100));
    server.ask_to_stop();
    let begun = Instant::now();
    server.wait();
    assert!(begun.elapsed() < Duration::from_secs(25), "{:?}", begun.elapsed());
}
