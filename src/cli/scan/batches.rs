//! Posts of the inputs in their order, a batch at a time.

use serde_json::Value;

use crate::io::{
    ByteCounter, Input, Position, PostReader, ReadError, ReadPost, ReaderOptions, Source,
    SourceError,
};

/// How many posts go to a worker at once: enough that the channels cost nothing.
const BATCH_POSTS: usize = 256;

/// How many bytes of texts and kept fields a batch may have before it is sent, so that long posts do not fill the memory.
const BATCH_BYTES: usize = 1 << 20;

/// A line that is no post.
#[derive(Debug)]
pub(super) struct BadLine {
    /// Where it begins, in bytes of the unpacked input.
    pub(super) offset: Option<u64>,
    pub(super) error: ReadError,
}

/// A place among all inputs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(super) struct Place {
    /// Index of the input.
    pub(super) source: usize,
    /// How far that input was read.
    pub(super) position: Position,
}

/// Posts of one input, in its order.
#[derive(Debug)]
pub(super) struct Batch {
    /// Index of the input.
    pub(super) source: usize,
    pub(super) rows: Vec<Result<ReadPost, BadLine>>,
    pub(super) unopened: Option<SourceError>,
    /// Stored bytes that were read up to here: what a bar shows once the batch is written.
    pub(super) bytes: u64,
    /// Where the next batch begins.
    pub(super) end: Place,
}

/// Reads one input after another, a batch at a time.
pub(super) struct Batches<'a> {
    sources: &'a [Source],
    options: ReaderOptions,
    counter: ByteCounter,
    next: Place,
    open: Option<PostReader<Input>>,
}

impl<'a> Batches<'a> {
    /// The batches of `sources` from `start` on.
    pub(super) fn new(sources: &'a [Source], options: ReaderOptions, start: Place) -> Self {
        let counter = ByteCounter::default();
        let passed = sources[..start.source].iter();
        counter.add(passed.filter_map(|source| source.check().ok().flatten()).sum());
        Self { sources, options, counter, next: start, open: None }
    }

    /// Opens the next input where it is to be gone on with.
    fn open(&mut self) -> Result<(), SourceError> {
        let Place { source, position } = self.next;
        let posts = self.sources[source].posts_from(&self.options, &self.counter, position)?;
        self.open = Some(posts);
        Ok(())
    }

    /// Leaves the input; the next one begins at its start.
    fn leave(&mut self) {
        self.open = None;
        self.next = Place { source: self.next.source + 1, position: Position::default() };
    }
}

impl Iterator for Batches<'_> {
    type Item = Batch;

    fn next(&mut self) -> Option<Batch> {
        while self.next.source < self.sources.len() {
            let source = self.next.source;
            if self.open.is_none()
                && let Err(error) = self.open()
            {
                self.leave();
                let (rows, unopened) = (Vec::new(), Some(error));
                return Some(Batch {
                    source,
                    rows,
                    unopened,
                    bytes: self.counter.bytes(),
                    end: self.next,
                });
            }
            let posts = self.open.as_mut().expect("it was opened");
            let rows = placed_rows(posts);
            self.next.position = posts.reached();
            let is_over = rows.last().is_none_or(ends_input);
            if is_over {
                self.leave();
            }
            if !rows.is_empty() {
                let bytes = self.counter.bytes();
                return Some(Batch { source, rows, unopened: None, bytes, end: self.next });
            }
        }
        None
    }
}

/// Nothing of an input is read after such a fault: whoever goes on must not look for more.
fn ends_input(row: &Result<ReadPost, BadLine>) -> bool {
    row.as_ref().is_err_and(|bad| !bad.error.is_recoverable())
}

/// The next rows; none at the end of the input.
fn placed_rows(posts: &mut PostReader<Input>) -> Vec<Result<ReadPost, BadLine>> {
    let (mut rows, mut bytes) = (Vec::new(), 0);
    while rows.len() < BATCH_POSTS && bytes < BATCH_BYTES {
        let Some(row) = posts.next() else { break };
        bytes += row.as_ref().map_or(0, size);
        rows.push(row.map_err(|error| BadLine { offset: posts.offset(), error }));
    }
    rows
}

/// What a row holds of the memory, in bytes, about.
fn size(read: &ReadPost) -> usize {
    let kept = read.input.iter().map(|(name, value)| name.len() + value_size(value));
    read.post.text.len() + kept.sum::<usize>()
}

fn value_size(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len(),
        Value::Array(items) => items.iter().map(value_size).sum(),
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| name.len() + value_size(value)).sum()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => size_of::<Value>(),
    }
}

/// The next rows; none at the end of the input.
pub(in crate::cli) fn read_rows(posts: &mut PostReader<Input>) -> Vec<Result<ReadPost, ReadError>> {
    placed_rows(posts).into_iter().map(|row| row.map_err(|bad| bad.error)).collect()
}
