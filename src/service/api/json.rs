//! Bodies of JSON, and what is said about those that are none.

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    http::{HeaderMap, header},
};
use serde::de::DeserializeOwned;

use crate::service::{
    error::{Code, Problem},
    limits::MAX_BODY_BYTES,
};

/// A body read as JSON.
#[derive(Debug)]
pub(super) struct JsonBody<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        check_type(request.headers())?;
        let bytes = Bytes::from_request(request, state).await.map_err(|rejection| {
            let detail = format!(
                "the body could not be read: {rejection}; at most {MAX_BODY_BYTES} bytes are taken"
            );
            let too_long = rejection.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE;
            Problem::new(if too_long { Code::TooLong } else { Code::BrokenBody }, detail)
        })?;
        parse(&bytes).map(Self)
    }
}

fn check_type(headers: &HeaderMap) -> Result<(), Problem> {
    let found =
        headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    let essence = found.split(';').next().unwrap_or("").trim();
    if essence.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    Err(Problem::new(Code::WrongType, "send the body with `Content-Type: application/json`"))
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    serde_json::from_slice(bytes).map_err(|error| {
        let place = format!("line {}, column {}", error.line(), error.column());
        match error.classify() {
            serde_json::error::Category::Data => Problem::new(
                Code::WrongShape,
                format!("the body has a wrong shape at {place}; see /docs"),
            ),
            _ => Problem::new(
                Code::NotJson,
                format!(
                    "the body is not JSON: it breaks at {place}; check quotes, commas and escapes"
                ),
            ),
        }
    })
}
