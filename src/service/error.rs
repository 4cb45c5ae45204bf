//! What goes wrong, told to clients: `application/problem+json` (RFC 9457) with a stable `code`.

use std::borrow::Cow;

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::limits;

/// The media type of every error.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// What kind of thing went wrong. The names are part of the interface: one is never given another meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// The body is not JSON.
    NotJson,
    /// The body is JSON, but not of the shape that is asked for.
    WrongShape,
    /// The `Content-Type` is not one that is read here.
    WrongType,
    /// The body, or a post in it, is longer than is read.
    TooLong,
    /// More posts than one batch holds.
    TooManyPosts,
    /// The connection broke off, or the compressed body is damaged.
    BrokenBody,
    /// The address is not one that is fetched.
    RefusedUrl,
    /// The page cannot be had, or holds no text.
    NoPage,
    /// The page took too long.
    SlowPage,
    /// This service fetches no pages.
    FetchingIsOff,
    /// No such route.
    NoSuchRoute,
    /// The route is there, but not with this method.
    WrongMethod,
    /// The request did not arrive, or was not answered, in time.
    TimedOut,
    /// Too much runs at once.
    Overloaded,
    /// This client asks too often.
    TooManyRequests,
    /// The service is about to stop.
    ShuttingDown,
    /// A fault of the service.
    Internal,
}

impl Code {
    /// The status that it is sent with.
    pub fn status(self) -> StatusCode {
        match self {
            Self::NotJson | Self::BrokenBody => StatusCode::BAD_REQUEST,
            Self::WrongShape | Self::RefusedUrl => StatusCode::UNPROCESSABLE_ENTITY,
            Self::WrongType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooLong | Self::TooManyPosts => StatusCode::PAYLOAD_TOO_LARGE,
            Self::NoPage => StatusCode::BAD_GATEWAY,
            Self::SlowPage => StatusCode::GATEWAY_TIMEOUT,
            Self::FetchingIsOff => StatusCode::FORBIDDEN,
            Self::NoSuchRoute => StatusCode::NOT_FOUND,
            Self::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
            Self::TimedOut => StatusCode::REQUEST_TIMEOUT,
            Self::Overloaded | Self::TooManyRequests => StatusCode::TOO_MANY_REQUESTS,
            Self::ShuttingDown => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The same for every occurrence.
    pub fn title(self) -> &'static str {
        match self {
            Self::NotJson => "The body is not JSON",
            Self::WrongShape => "The body has not the shape that is asked for",
            Self::WrongType => "The content type is not one that is read here",
            Self::TooLong => "The body or the post is too long",
            Self::TooManyPosts => "Too many posts in one batch",
            Self::BrokenBody => "The body broke off or is damaged",
            Self::RefusedUrl => "The address is not one that is fetched",
            Self::NoPage => "The page cannot be had",
            Self::SlowPage => "The page took too long",
            Self::FetchingIsOff => "This service fetches no pages",
            Self::NoSuchRoute => "No such route",
            Self::WrongMethod => "The route does not take this method",
            Self::TimedOut => "The request took too long",
            Self::Overloaded => "Too much runs at once",
            Self::TooManyRequests => "This client asks too often",
            Self::ShuttingDown => "The service is about to stop",
            Self::Internal => "A fault of the service",
        }
    }
}

/// An error as it is sent. Never quotes a post.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct Problem {
    code: Code,
    detail: Cow<'static, str>,
    retry_after: Option<u64>,
}

/// The JSON of a [`Problem`].
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub(super) struct ProblemBody {
    /// Where the code is explained, on this service.
    #[serde(rename = "type")]
    pub(super) kind: String,
    /// What `code` means, for people.
    pub(super) title: &'static str,
    /// The status of the answer.
    pub(super) status: u16,
    /// What went wrong this time, and what to do about it.
    pub(super) detail: Cow<'static, str>,
    /// What went wrong, for programs.
    pub(super) code: Code,
}

impl Problem {
    /// A problem of kind `code`. `detail` says what to do, and never quotes a post.
    pub fn new(code: Code, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { code, detail: detail.into(), retry_after: None }
    }

    /// More runs than the service takes at once.
    pub(super) fn overloaded() -> Self {
        let detail = "the service has as much to do as it takes at once; ask again in a second";
        Self {
            retry_after: Some(limits::RETRY_AFTER_SECONDS),
            ..Self::new(Code::Overloaded, detail)
        }
    }

    /// What kind it is.
    pub fn code(&self) -> Code {
        self.code
    }

    /// What went wrong and what to do, in English.
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// As it is sent.
    pub(super) fn body(self) -> ProblemBody {
        ProblemBody {
            kind: format!("/docs#{}", code_name(self.code)),
            title: self.code.title(),
            status: self.code.status().as_u16(),
            detail: self.detail,
            code: self.code,
        }
    }
}

/// The name of `code` in answers.
fn code_name(code: Code) -> String {
    let name = serde_json::to_value(code).expect("a name");
    name.as_str().expect("a name").to_owned()
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let (status, retry_after) = (self.code.status(), self.retry_after);
        let mut response = (status, Json(self.body())).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
        if let Some(seconds) = retry_after {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}

/// The answer where there is nothing.
pub(super) async fn no_such_route() -> Problem {
    Problem::new(Code::NoSuchRoute, "there is nothing at this address; see /docs for what there is")
}
