//! What goes wrong, told to clients: `application/problem+json` (RFC 9457) with a stable `code`.

use std::{borrow::Cow, time::Duration};

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::{IntoResponses, ToSchema};

use super::limits::RETRY_AFTER_SECONDS;

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
    /// All of them.
    pub const ALL: [Self; 17] = [
        Self::NotJson,
        Self::WrongShape,
        Self::WrongType,
        Self::TooLong,
        Self::TooManyPosts,
        Self::BrokenBody,
        Self::RefusedUrl,
        Self::NoPage,
        Self::SlowPage,
        Self::FetchingIsOff,
        Self::NoSuchRoute,
        Self::WrongMethod,
        Self::TimedOut,
        Self::Overloaded,
        Self::TooManyRequests,
        Self::ShuttingDown,
        Self::Internal,
    ];

    /// The name in answers and logs.
    pub fn name(self) -> &'static str {
        match self {
            Self::NotJson => "not_json",
            Self::WrongShape => "wrong_shape",
            Self::WrongType => "wrong_type",
            Self::TooLong => "too_long",
            Self::TooManyPosts => "too_many_posts",
            Self::BrokenBody => "broken_body",
            Self::RefusedUrl => "refused_url",
            Self::NoPage => "no_page",
            Self::SlowPage => "slow_page",
            Self::FetchingIsOff => "fetching_is_off",
            Self::NoSuchRoute => "no_such_route",
            Self::WrongMethod => "wrong_method",
            Self::TimedOut => "timed_out",
            Self::Overloaded => "overloaded",
            Self::TooManyRequests => "too_many_requests",
            Self::ShuttingDown => "shutting_down",
            Self::Internal => "internal",
        }
    }

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
        Self { retry_after: Some(RETRY_AFTER_SECONDS), ..Self::new(Code::Overloaded, detail) }
    }

    /// A client that asks too often, and should wait for `wait`.
    pub(super) fn too_many_requests(wait: Duration) -> Self {
        let seconds = wait.as_secs() + 1;
        let detail = format!("requests come too often from this address; ask again in {seconds} s");
        Self { retry_after: Some(seconds), ..Self::new(Code::TooManyRequests, detail) }
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
            kind: format!("/docs#{}", self.code.name()),
            title: self.code.title(),
            status: self.code.status().as_u16(),
            detail: self.detail,
            code: self.code,
        }
    }

    /// Puts what the log and a patient client need on an answer that tells of the problem in its own way.
    pub(super) fn mark(&self, response: &mut Response) {
        response.extensions_mut().insert(self.code);
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let marks = self.clone();
        let mut response = (self.code.status(), Json(self.body())).into_response();
        let problem_json = HeaderValue::from_static(PROBLEM_JSON);
        response.headers_mut().insert(header::CONTENT_TYPE, problem_json);
        marks.mark(&mut response);
        response
    }
}

/// What any request may get instead of its answer.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "they stand for the answers in the description of the interface")]
pub(super) enum AnyRefusal {
    /// The request did not arrive in time, or could not be answered in time.
    #[response(status = 408, content_type = "application/problem+json")]
    TimedOut(ProblemBody),
    /// Too much runs at once, or this client asks too often; `Retry-After` says how long to wait.
    #[response(status = 429, content_type = "application/problem+json")]
    TooMuch(ProblemBody),
    /// A fault of the service.
    #[response(status = 500, content_type = "application/problem+json")]
    Internal(ProblemBody),
}

/// What a request with a body may get instead of its answer.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "they stand for the answers in the description of the interface")]
pub(super) enum BodyRefusal {
    /// The body is not JSON, or broke off.
    #[response(status = 400, content_type = "application/problem+json")]
    Bad(ProblemBody),
    /// The body, or a post in it, is too long.
    #[response(status = 413, content_type = "application/problem+json")]
    TooLong(ProblemBody),
    /// The content type or the compression is not one that is read here.
    #[response(status = 415, content_type = "application/problem+json")]
    WrongType(ProblemBody),
    /// The body is JSON of another shape.
    #[response(status = 422, content_type = "application/problem+json")]
    WrongShape(ProblemBody),
}

/// The answer where there is nothing.
pub(super) async fn no_such_route() -> Problem {
    Problem::new(Code::NoSuchRoute, "there is nothing at this address; see /docs for what there is")
}

/// The answer to a method that a route does not take.
pub(super) async fn wrong_method() -> Problem {
    Problem::new(
        Code::WrongMethod,
        "the address is there, but takes another method; see `Allow`, and /docs",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_one_name_everywhere_and_a_status_of_an_error() {
        for code in Code::ALL {
            assert_eq!(serde_json::to_value(code).unwrap(), code.name());
            assert!(code.status().is_client_error() || code.status().is_server_error());
        }
    }

    #[test]
    fn a_client_is_told_to_wait_for_at_least_as_long_as_it_must() {
        let response = Problem::too_many_requests(Duration::from_millis(2_300)).into_response();
        assert_eq!(response.headers()[header::RETRY_AFTER], "3");
        assert_eq!(response.headers()[header::CONTENT_TYPE], PROBLEM_JSON);
    }
}
