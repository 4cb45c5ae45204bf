//! A running service, and a client that sends to the byte what a test wants sent.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    thread::JoinHandle,
    time::Duration,
};

use serde_json::Value;

/// Long enough for a busy machine, short enough to end a test that hangs.
const PATIENCE: Duration = Duration::from_mins(1);

/// A service of a test's own. Ends with it.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: SocketAddr,
    admin: SocketAddr,
    log: Arc<Mutex<Vec<String>>>,
    reader: Option<JoinHandle<()>>,
}

impl Server {
    /// Starts the binary on free ports, without a limit of rate unless `arguments` set one.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_waspada"))
            .args(["serve", "--bind", "127.0.0.1:0", "--admin-bind", "127.0.0.1:0"])
            .args(if arguments.contains(&"--rate-burst") {
                [].as_slice()
            } else {
                &["--rate-per-minute", "0"]
            })
            .args(arguments)
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        let mut lines = BufReader::new(child.stderr.take().expect("it was piped")).lines();
        let first = lines.next().expect("it says where it listens").expect("it speaks UTF-8");
        let started: Value = serde_json::from_str(&first).unwrap_or_else(|_| panic!("{first}"));
        let address =
            |field: &str| started[field].as_str().and_then(|text| text.parse().ok()).expect(&first);
        let log = Arc::new(Mutex::new(Vec::new()));
        let written = Arc::clone(&log);
        let (address, admin) = (address("bind"), address("admin_bind"));
        let reader = std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                written.lock().expect("no test panics while it holds it").push(line);
            }
        });
        Self { child, address, admin, log, reader: Some(reader) }
    }

    pub(crate) fn connect(&self) -> TcpStream {
        connect(self.address)
    }

    /// Sends the bytes of a request and reads the answer.
    pub(crate) fn send(&self, request: &[u8]) -> Answer {
        exchange(self.address, request)
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.send(&get(path))
    }

    /// Asks the port for those who look after the service.
    pub(crate) fn get_admin(&self, path: &str) -> Answer {
        exchange(self.admin, &get(path))
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(&post(path, "application/json", body.to_string().as_bytes()))
    }

    pub(crate) fn ask_to_stop(&self) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &id]).status().expect("there is `kill`");
        assert!(sent.success());
    }

    /// The exit status, and the lines of the log after the first.
    pub(crate) fn wait(mut self) -> (i32, Vec<String>) {
        let code = self.child.wait().expect("it is our child").code().expect("no signal ended it");
        self.reader.take().expect("it is taken once").join().expect("it does not panic");
        let log = self.log.lock().expect("no test panics while it holds it").clone();
        (code, log)
    }

    /// Most memory that the service ever held, in KiB; none where the system does not say.
    pub(crate) fn peak_memory(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        line.trim().split(' ').next()?.parse().ok()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).expect("the service takes connections");
    stream.set_read_timeout(Some(PATIENCE)).expect("it is longer than zero");
    stream.set_write_timeout(Some(PATIENCE)).expect("it is longer than zero");
    stream
}

fn exchange(address: SocketAddr, request: &[u8]) -> Answer {
    let mut stream = connect(address);
    // A service that has read enough answers and closes while the rest is still sent.
    stream.write_all(request).ok();
    Answer::read(&mut stream).expect("there is an answer")
}

fn get(path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n").into_bytes()
}

/// The bytes of a POST.
pub(crate) fn post(path: &str, content_type: &str, body: &[u8]) -> Vec<u8> {
    post_with(path, &format!("Content-Type: {content_type}\r\n"), body)
}

/// The bytes of a POST with `headers`, a line each.
pub(crate) fn post_with(path: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: t\r\nConnection: close\r\n{headers}Content-Length: {length}\r\n\r\n"
    );
    [head.as_bytes(), body].concat()
}

/// What the service answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// As sent, a line each.
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    /// Reads until the service closes; none when it says nothing.
    pub(crate) fn read(stream: &mut TcpStream) -> Option<Self> {
        let mut bytes = Vec::new();
        // A reset after the answer does not take the answer away.
        stream.read_to_end(&mut bytes).ok();
        let text = String::from_utf8(bytes).expect("the service writes UTF-8");
        let (head, body) = text.split_once("\r\n\r\n")?;
        let status = head.split(' ').nth(1).expect("a status line").parse().expect("a number");
        let chunked = head.to_ascii_lowercase().contains("transfer-encoding: chunked");
        let body = if chunked { unchunked(body) } else { body.to_owned() };
        Some(Self { status, head: head.to_owned(), body })
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines
            .into_iter()
            .find_map(|(found, value)| found.eq_ignore_ascii_case(name).then_some(value))
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Each line of the body.
    pub(crate) fn lines(&self) -> Vec<Value> {
        self.body.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
    }

    /// Status and code of an answer that is a problem.
    pub(crate) fn problem(&self) -> (u16, String) {
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{self:?}");
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
