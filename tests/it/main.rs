//! One binary of integration tests: the crate and its command line as users meet them.
//!
//! No test needs a network, a clock or an order. Every post in here was invented for it. What a
//! retrained bundle may change is in `tests/golden/assessments.jsonl` alone; the other tests hold
//! for any bundle.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::LazyLock,
};

use waspada::{
    classify::Classifier,
    io::{ByteCounter, ReaderOptions, Source, labeled},
    labels::LabeledPost,
    post::Post,
};

mod bundle;
mod campaigns;
mod cli;
mod evaluate;
mod evasion;
mod explain;
mod golden;
mod inputs;
mod label;
mod layers;
mod pages;
mod policy;
mod scan;
mod scan_inputs;
#[cfg(feature = "parquet")]
mod scan_parquet;
mod scan_reports;
mod scan_resume;
mod service;
mod train;

/// The classifier that is compiled in, unpacked once for all tests.
static CLASSIFIER: LazyLock<Classifier> =
    LazyLock::new(|| Classifier::embedded().expect("the tree is whole"));

/// A path of the source tree.
fn tree(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The posts of `tests/golden/posts.jsonl`.
fn golden_posts() -> Vec<Post> {
    Source::new(tree("tests/golden/posts.jsonl"))
        .posts(&ReaderOptions::default(), &ByteCounter::default())
        .expect("the golden posts are there")
        .map(|read| read.expect("the golden posts are whole").post)
        .collect()
}

/// The labelled posts that the released bundle is made from.
fn training_posts() -> Vec<LabeledPost> {
    let paths = [tree("training-data")];
    let (posts, faults) =
        labeled::read_paths(&paths, CLASSIFIER.taxonomy()).expect("the training posts are there");
    assert!(faults.is_empty(), "{faults:#?}");
    posts
}

/// A folder of its own for one test. The binary runs in it, so that messages name files without a path.
struct Desk(tempfile::TempDir);

impl Desk {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("there is room for a folder"))
    }

    /// A folder with one file.
    fn with(name: &str, bytes: impl AsRef<[u8]>) -> Self {
        let desk = Self::new();
        desk.write(name, bytes);
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.path(name), bytes).expect("there is room for a file");
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).expect("the file is there")
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_waspada"));
        command.args(arguments).current_dir(self.0.path());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs the binary without input.
    fn run(&self, arguments: &[&str]) -> Ran {
        Ran::new(self.command(arguments).output().expect("the binary starts"))
    }

    /// Runs the binary with `input` on standard input.
    fn pipe(&self, arguments: &[&str], input: impl AsRef<[u8]> + Send) -> Ran {
        let mut child =
            self.command(arguments).stdin(Stdio::piped()).spawn().expect("the binary starts");
        let mut stdin = child.stdin.take().expect("it was piped");
        std::thread::scope(|scope| {
            // A child that has enough closes the pipe, which is no failure of the test.
            scope.spawn(move || stdin.write_all(input.as_ref()).ok());
            Ran::new(child.wait_with_output().expect("the binary ends"))
        })
    }
}

/// What a run of the binary left behind.
struct Ran {
    code: i32,
    stdout: String,
    stderr: String,
}

impl Ran {
    fn new(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("the binary writes UTF-8");
        let code = output.status.code().expect("no signal ended it");
        Self { code, stdout: text(output.stdout), stderr: text(output.stderr) }
    }

    /// Exit status and both outputs, as one text to snapshot.
    fn report(&self) -> String {
        let Self { code, stdout, stderr } = self;
        format!("exit {code}\n--- stdout\n{stdout}--- stderr\n{}", without_figures(stderr))
    }
}

/// What a scan said, without what differs from run to run, or from one bundle to the next.
fn without_figures(said: &str) -> String {
    let rate = regex::Regex::new(r"\d+ a second").expect("a constant pattern");
    let lines =
        said.lines().filter(|line| !["levels: ", "notices: "].iter().any(|t| line.starts_with(t)));
    lines.map(|line| rate.replace(line, "[rate] a second").into_owned() + "\n").collect()
}
