//! `/v1/assess/stream`: a line of JSON in, a line of JSON out, for as long as the client likes.
//!
//! ```text
//! body ─► Batches: whole lines, 16 KiB at most ─► scored on several cores ─► in order ─► answer
//! ```
//!
//! Nothing is read before there is room for what comes of it: a client that does not read its answer is not read from
//! either. So a stream holds a few batches, and one line, however long it goes on.

use std::{convert::Infallible, sync::Arc};

use axum::{
    body::Body,
    extract,
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use serde::Serialize;
use tokio::sync::OwnedSemaphorePermit;
use utoipa::ToSchema;

use super::{
    assess::NewPost,
    json::check_type,
    lines::{Batch, Batches, End},
};
use crate::{
    assessment::Assessment,
    classify::Classifier,
    io::{InputFormat, PostReader, ReadError, ReaderOptions},
    policy::Level,
    service::{
        error::{AnyRefusal, Problem, ProblemBody},
        limits::{MAX_BODY_BYTES, STREAM_IDLE_TIME},
        state::State,
    },
};

/// The names that lines of JSON go by; the first is the one we write.
const LINES_OF_JSON: [&str; 4] =
    ["application/x-ndjson", "application/ndjson", "application/jsonl", "application/json-lines"];

/// A line of the answer.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "it stands for the lines in the description of the interface")]
enum Line {
    /// The record of a post.
    Record(Box<Assessment>),
    /// What is wrong with a line.
    Error(ErrorLine),
}

/// A line that tells of a line that is no post. A program knows it by its only key.
#[derive(Debug, Serialize, ToSchema)]
struct ErrorLine {
    error: LineError,
}

/// What is wrong with a line, and what to do.
#[derive(Debug, Serialize, ToSchema)]
struct LineError {
    /// From 1.
    line: u64,
    cause: &'static str,
    message: String,
    remedy: &'static str,
}

/// Assess posts for as long as they come
///
/// One JSON object a line, as for `/v1/assess`; blank lines are passed over. A line that is no post gets
/// `{"error":{"line","cause","message","remedy"}}` at its place, and the lines after it are read. A post without an id is
/// called by its line. Read while you write: what you do not read is not read from you either. When the service stops, the
/// last line says from which line on to send again.
#[utoipa::path(
    post, path = "/v1/assess/stream", tag = "assess",
    request_body(content = NewPost, content_type = "application/x-ndjson"),
    responses(
        (status = 200, description = "A record, or an error, for each line.", body = Line, content_type = "application/x-ndjson"),
        (status = 415, description = "The content type is not lines of JSON.", body = ProblemBody, content_type = "application/problem+json"),
        AnyRefusal,
    )
)]
pub(super) async fn assess_stream(
    extract::State(state): extract::State<Arc<State>>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    check_type(&headers, &LINES_OF_JSON)?;
    let open = Open::new(&state)?;
    let batches = Batches::new(body.into_data_stream(), state.stopping().clone());
    let cores = state.threads();
    let answers = stream::unfold(batches, |mut batches| async {
        let batch = batches.next().await?;
        Some((batch, batches))
    })
    .map(move |batch| answer(Arc::clone(&open.state), batch))
    // One more than there are cores, so that none waits while an answer is sent.
    .buffered(cores + 1)
    .map(Ok::<Bytes, Infallible>);
    Ok(([(header::CONTENT_TYPE, LINES_OF_JSON[0])], Body::from_stream(answers)).into_response())
}

/// A stream that is counted as open until it is dropped.
struct Open {
    state: Arc<State>,
    _place: OwnedSemaphorePermit,
}

impl Open {
    fn new(state: &Arc<State>) -> Result<Self, Problem> {
        let place = state.open_stream()?;
        state.metrics().streams.inc();
        Ok(Self { state: Arc::clone(state), _place: place })
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.state.metrics().streams.dec();
    }
}

/// The lines that answer `batch`.
async fn answer(state: Arc<State>, batch: Batch) -> Bytes {
    match batch {
        Batch::Lines { first, bytes } => {
            let scored =
                state.on_a_core(move |classifier| Scored::new(classifier, first, &bytes)).await;
            match scored {
                Ok(scored) => scored.counted(&state),
                Err(problem) => json_line(&failed(first, problem.detail())),
            }
        }
        Batch::TooLong { line } => json_line(&too_long(line)),
        Batch::End { line, why } => json_line(&ended(line, why)),
    }
}

/// The answer to a batch, and what is to be counted of it.
#[derive(Default)]
struct Scored {
    answer: Vec<u8>,
    levels: Vec<Level>,
    bad_lines: usize,
}

impl Scored {
    fn new(classifier: &Classifier, first: u64, lines: &[u8]) -> Self {
        let mut scored = Self::default();
        let posts =
            PostReader::from_line(lines, InputFormat::Jsonl, ReaderOptions::default(), first);
        for read in posts {
            match read {
                Ok(read) => {
                    let assessment = classifier.assess(&read.post);
                    scored.levels.push(assessment.level);
                    write_line(&mut scored.answer, &assessment);
                }
                Err(error) => {
                    scored.bad_lines += 1;
                    write_line(&mut scored.answer, &bad_line(&error));
                }
            }
        }
        scored
    }

    fn counted(self, state: &State) -> Bytes {
        for level in self.levels {
            state.metrics().post(level);
        }
        for _ in 0..self.bad_lines {
            state.metrics().bad_line();
        }
        self.answer.into()
    }
}

fn write_line(answer: &mut Vec<u8>, line: &impl Serialize) {
    serde_json::to_writer(&mut *answer, line).expect("it has text keys and no failing part");
    answer.push(b'\n');
}

fn json_line(line: &impl Serialize) -> Bytes {
    let mut answer = Vec::new();
    write_line(&mut answer, line);
    answer.into()
}

fn bad_line(error: &ReadError) -> ErrorLine {
    let (line, cause, remedy) = (error.line(), error.cause(), error.remedy());
    ErrorLine { error: LineError { line, cause, message: error.to_string(), remedy } }
}

fn failed(line: u64, detail: &str) -> ErrorLine {
    let message = format!("line {line} and those that came with it: {detail}");
    ErrorLine {
        error: LineError { line, cause: "a fault of the service", message, remedy: "report it" },
    }
}

fn too_long(line: u64) -> ErrorLine {
    let message = format!("line {line}: longer than {MAX_BODY_BYTES} bytes, which no post is");
    let remedy = "send one post a line";
    ErrorLine { error: LineError { line, cause: "line too long", message, remedy } }
}

fn ended(line: u64, why: End) -> ErrorLine {
    let (cause, said, remedy) = match why {
        End::Stopping => (
            "shutting down",
            "the service is about to stop".to_owned(),
            "send this line and those after it again",
        ),
        End::Silent => (
            "timed out",
            format!("nothing arrived for {} s", STREAM_IDLE_TIME.as_secs()),
            "send this line and those after it in a new stream",
        ),
        End::Broken => (
            "broken body",
            "the body broke off, or its compression is damaged".to_owned(),
            "send this line and those after it again",
        ),
    };
    let message = format!("line {line} and those after it were not read: {said}");
    ErrorLine { error: LineError { line, cause, message, remedy } }
}
