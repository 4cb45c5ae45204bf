//! A running service, and a client that sends to the byte what a test wants sent.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    process::{Child, Command, Stdio},
    time::Duration,
};

/// Long enough for a busy machine, short enough to end a test that hangs.
const PATIENCE: Duration = Duration::from_mins(1);

/// A service of a test's own. Ends with it.
pub(super) struct Server {
    child: Child,
    pub(super) address: SocketAddr,
}

impl Server {
    /// Starts the binary on a free port.
    pub(super) fn start(arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_waspada"))
            .args(["serve", "--bind", "127.0.0.1:0"])
            .args(arguments)
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        let mut log = BufReader::new(child.stderr.take().expect("it was piped"));
        let mut line = String::new();
        log.read_line(&mut line).expect("the service speaks UTF-8");
        let address = line.trim().rsplit_once("http://").expect("it says where it listens").1;
        let address = address.parse().expect("an address");
        std::thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
        Self { child, address }
    }

    pub(super) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).expect("the service takes connections");
        stream.set_read_timeout(Some(PATIENCE)).expect("it is longer than zero");
        stream
    }

    /// Sends the bytes of a request and reads the answer.
    pub(super) fn send(&self, request: &[u8]) -> Answer {
        let mut stream = self.connect();
        // A service that has read enough answers and closes while the rest is still sent.
        stream.write_all(request).ok();
        Answer::read(&mut stream)
    }

    pub(super) fn get(&self, path: &str) -> Answer {
        self.send(format!("GET {path} HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n").as_bytes())
    }

    pub(super) fn post(&self, path: &str, body: &serde_json::Value) -> Answer {
        self.send(&post(path, "application/json", body.to_string().as_bytes()))
    }

    /// Asks the service to stop, and gives its exit status.
    pub(super) fn terminate(&mut self) -> i32 {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &id]).status().expect("there is `kill`");
        assert!(sent.success());
        self.child.wait().expect("it is our child").code().expect("no signal ended it")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// The bytes of a POST.
pub(super) fn post(path: &str, content_type: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let mut request = format!(
        "POST {path} HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\
         Content-Type: {content_type}\r\nContent-Length: {length}\r\n\r\n"
    )
    .into_bytes();
    request.extend_from_slice(body);
    request
}

/// What the service answered.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    /// As sent, a line each.
    pub(super) head: String,
    pub(super) body: String,
}

impl Answer {
    pub(super) fn read(stream: &mut TcpStream) -> Self {
        let mut bytes = Vec::new();
        // A reset after the answer does not take the answer away.
        stream.read_to_end(&mut bytes).ok();
        let text = String::from_utf8(bytes).expect("the service writes UTF-8");
        let (head, body) = text.split_once("\r\n\r\n").expect("an answer has a head");
        let status = head.split(' ').nth(1).expect("a status line").parse().expect("a number");
        let chunked = head.to_ascii_lowercase().contains("transfer-encoding: chunked");
        let body = if chunked { unchunked(body) } else { body.to_owned() };
        Self { status, head: head.to_owned(), body }
    }

    pub(super) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Status and code of an answer that is a problem.
    pub(super) fn problem(&self) -> (u16, String) {
        assert!(self.head.contains("application/problem+json"), "{self:?}");
        let body = self.json();
        assert_eq!(body["status"], self.status);
        (self.status, body["code"].as_str().expect("a code").to_owned())
    }
}

/// A body without the lengths of its chunks.
fn unchunked(body: &str) -> String {
    let mut rest = body;
    let mut whole = String::new();
    while let Some((length, after)) = rest.split_once("\r\n") {
        let length = usize::from_str_radix(length, 16).expect("the length of a chunk");
        whole.push_str(after.get(..length).expect("a whole chunk"));
        rest = after.get(length + 2..).unwrap_or_default();
    }
    whole
}
