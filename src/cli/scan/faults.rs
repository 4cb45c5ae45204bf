//! `--errors FILE`: a JSON line for each line that is no post.

use std::{
    fs::File,
    io::{BufWriter, Seek as _, SeekFrom, Write as _},
    path::Path,
};

use anyhow::Context as _;
use serde::Serialize;

use super::batches::BadLine;
use crate::io::{Source, SourceError};

/// The file of faults. Unlike the records it is written in place: it is worth most when a run fails.
pub(super) struct Faults {
    writer: BufWriter<File>,
    /// What messages call it.
    name: String,
    bytes: u64,
}

/// One fault. Says where and what, and never quotes a post.
#[derive(Serialize)]
struct Fault<'a> {
    file: String,
    /// From 1; absent for an input that could not be opened.
    line: Option<u64>,
    /// Where the line begins, in bytes of the unpacked input, from 0.
    offset: Option<u64>,
    cause: &'a str,
    message: String,
    remedy: &'a str,
}

impl Faults {
    /// The file, cut to the first `bytes` of an earlier run.
    pub(super) fn open(path: &Path, bytes: u64) -> anyhow::Result<Self> {
        let name = format!("`{}`", path.display());
        let file = open_at(path, bytes).with_context(|| format!("cannot write {name}"))?;
        Ok(Self { writer: BufWriter::new(file), name, bytes })
    }

    pub(super) fn bad_line(&mut self, input: &Source, bad: &BadLine) -> anyhow::Result<()> {
        self.write(&Fault {
            file: input.to_string(),
            line: Some(bad.error.line()),
            offset: bad.offset,
            cause: bad.error.cause(),
            message: bad.error.to_string(),
            remedy: bad.error.remedy(),
        })
    }

    pub(super) fn unopened(&mut self, input: &Source, error: &SourceError) -> anyhow::Result<()> {
        self.write(&Fault {
            file: input.to_string(),
            line: None,
            offset: None,
            cause: "cannot be opened",
            message: chain(error),
            remedy: "make sure that it is there and may be read",
        })
    }

    fn write(&mut self, fault: &Fault<'_>) -> anyhow::Result<()> {
        let mut line = serde_json::to_vec(fault).expect("it has text keys and no failing part");
        line.push(b'\n');
        self.bytes += line.len() as u64;
        self.writer.write_all(&line).with_context(|| format!("cannot write {}", self.name))
    }

    /// Makes sure that all is on the disk, and gives how many bytes that are.
    pub(super) fn sync(&mut self) -> anyhow::Result<u64> {
        let flushed = self.writer.flush();
        let synced = flushed.and_then(|()| {
            let file = self.writer.get_ref();
            // A device cannot be synced.
            if file.metadata()?.is_file() { file.sync_data() } else { Ok(()) }
        });
        synced.with_context(|| format!("cannot write {}", self.name))?;
        Ok(self.bytes)
    }
}

fn open_at(path: &Path, bytes: u64) -> anyhow::Result<File> {
    let mut file = File::options().write(true).create(true).truncate(false).open(path)?;
    let metadata = file.metadata()?;
    if metadata.is_file() {
        let found = metadata.len();
        anyhow::ensure!(
            found >= bytes,
            "it has {found} bytes and should have {bytes}; begin again without `--resume`"
        );
        file.set_len(bytes)?;
        file.seek(SeekFrom::Start(bytes))?;
    }
    Ok(file)
}

/// An error with its causes on one line.
fn chain(error: &SourceError) -> String {
    let mut message = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        message.push_str(": ");
        message.push_str(&error.to_string());
        cause = error.source();
    }
    message
}
