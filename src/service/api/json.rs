//! Bodies of JSON, and what is said about those that are none.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{FromRequest, Request},
    http::{HeaderMap, header},
};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt as _;
use serde::de::DeserializeOwned;
use serde_json::error::Category;
use tokio::{sync::OwnedSemaphorePermit, time::timeout};

use crate::service::{
    error::{Code, Problem},
    limits::BODY_IDLE_TIME,
    state::State,
};

/// A body of at most `MAX` bytes read as JSON.
#[derive(Debug)]
pub(super) struct JsonBody<T, const MAX: usize>(pub(super) T);

impl<T: DeserializeOwned, const MAX: usize> FromRequest<Arc<State>> for JsonBody<T, MAX> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &Arc<State>) -> Result<Self, Problem> {
        check_type(request.headers(), &["application/json"])?;
        check_announced(request.headers(), MAX)?;
        let (bytes, _held) = read(request.into_body(), MAX, state).await?;
        parse(&bytes).map(Self)
    }
}

/// Passes a body whose media type is one of `types`, the first being the one we ask for.
pub(super) fn check_type(headers: &HeaderMap, types: &[&str]) -> Result<(), Problem> {
    let found =
        headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    let essence = found.split(';').next().unwrap_or("").trim();
    if types.iter().any(|known| essence.eq_ignore_ascii_case(known)) {
        return Ok(());
    }
    Err(Problem::new(Code::WrongType, format!("send the body with `Content-Type: {}`", types[0])))
}

/// Refuses a body that says itself that it is too long, before any of it is sent.
fn check_announced(headers: &HeaderMap, limit: usize) -> Result<(), Problem> {
    let length = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    match length {
        Some(length) if length > limit => Err(too_long(limit)),
        _ => Ok(()),
    }
}

fn too_long(limit: usize) -> Problem {
    Problem::new(
        Code::TooLong,
        format!("the body has more than {limit} bytes after decompression; send less at once"),
    )
}

/// The whole body, and what it holds of the memory for bodies.
async fn read(
    body: Body,
    limit: usize,
    state: &State,
) -> Result<(Bytes, Vec<OwnedSemaphorePermit>), Problem> {
    let mut frames = body.into_data_stream();
    let mut bytes = BytesMut::new();
    let mut held = Vec::new();
    let mut held_kib = 0;
    while let Some(frame) = timeout(BODY_IDLE_TIME, frames.next()).await.map_err(|_| too_slow())? {
        let frame = frame.map_err(|_| broken())?;
        if bytes.len() + frame.len() > limit {
            return Err(too_long(limit));
        }
        bytes.extend_from_slice(&frame);
        // In steps that double, so that a body in tiny pieces does not hold thousands of permits.
        if bytes.len().div_ceil(1 << 10) > held_kib {
            let more = held_kib.max(bytes.len().div_ceil(1 << 10) - held_kib);
            held.push(
                state.hold_body(u32::try_from(more).expect("bodies are shorter than 4 TiB"))?,
            );
            held_kib += more;
        }
    }
    Ok((bytes.freeze(), held))
}

fn too_slow() -> Problem {
    let seconds = BODY_IDLE_TIME.as_secs();
    Problem::new(
        Code::TimedOut,
        format!("nothing arrived of the body for {seconds} s; send it again"),
    )
}

fn broken() -> Problem {
    Problem::new(
        Code::BrokenBody,
        "the body broke off, or its compression is damaged; send it again",
    )
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    serde_json::from_slice(bytes).map_err(|error| {
        let place = format!("line {}, column {}", error.line(), error.column());
        match error.classify() {
            // What the parser says may quote the body.
            Category::Data => {
                Problem::new(Code::WrongShape, format!("a field is missing or of a wrong type at {place}; see /docs"))
            }
            _ => Problem::new(
                Code::NotJson,
                format!("the body is not JSON: it breaks at {place}; check its quotes, commas and escapes"),
            ),
        }
    })
}
