//! Around every request: an id, the limits of rate and time, a line in the log, a count, and headers for browsers.

use std::{
    net::IpAddr,
    panic::AssertUnwindSafe,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    extract::{MatchedPath, Request, State as Extract},
    http::{HeaderName, HeaderValue, Method, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use futures_util::FutureExt as _;
use uuid::Uuid;

use super::{
    error::{Code, Problem},
    limits::{MAX_LOGGED_ID, REQUEST_TIME},
    metrics::Answered,
    pages,
    state::State,
};

/// The header that names a request, in the answer and in the log.
pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Headers of every answer that does not set them itself: nothing is loaded from elsewhere, nothing is framed.
const FOR_BROWSERS: [(HeaderName, &str); 4] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; \
         form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CACHE_CONTROL, "no-store"),
];

/// Where a request came from: the other end of its connection. The server puts it there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Peer(pub(super) IpAddr);

/// The id of the post that was assessed. A handler puts it into its answer for the log.
#[derive(Clone, Debug)]
pub(super) struct LoggedPost(pub(super) String);

/// Passes a request on, unless its client asks too often, and sees to its id, its time, its log and its headers.
pub(super) async fn observe(
    Extract(state): Extract<Arc<State>>,
    request: Request,
    next: Next,
) -> Response {
    let started = Instant::now();
    let id = request_id(&request);
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let mut response = match admit(&state, &request) {
        Ok(()) => answer(request, next).await,
        Err(problem) => pages::not_let_in(request, problem).await,
    };
    let answered = Answered {
        method: known_method(&method),
        route: route.map_or_else(|| "none".to_owned(), |route| route.as_str().to_owned()),
        status: response.status().as_u16(),
    };
    let took = started.elapsed();
    state.metrics().request(&answered, took);
    log(&id, &answered, took, &response);
    finish(&mut response, id);
    response
}

fn admit(state: &State, request: &Request) -> Result<(), Problem> {
    let Some(Peer(peer)) = request.extensions().get() else { return Ok(()) };
    // Whoever looks after the service must be able to look.
    if matches!(request.uri().path(), "/health" | "/ready") {
        return Ok(());
    }
    state.count_request(*peer, request.headers()).map_err(Problem::too_many_requests)
}

/// The answer, within the time there is. A panic is a fault of ours, and costs one request.
async fn answer(request: Request, next: Next) -> Response {
    let handled = AssertUnwindSafe(next.run(request)).catch_unwind();
    match tokio::time::timeout(REQUEST_TIME, handled).await {
        Ok(Ok(response)) => response,
        Ok(Err(_)) => {
            Problem::new(Code::Internal, "this request could not be answered; please report it")
                .into_response()
        }
        Err(_) => Problem::new(
            Code::TimedOut,
            format!(
                "the request was not finished within {} s; send it again, or less at once",
                REQUEST_TIME.as_secs()
            ),
        )
        .into_response(),
    }
}

/// The id that a proxy gave, when it is fit for a log, or a new one.
fn request_id(request: &Request) -> HeaderValue {
    let given = request.headers().get(&REQUEST_ID).filter(|id| is_plain(id.as_bytes()));
    given.cloned().unwrap_or_else(|| {
        HeaderValue::from_str(&Uuid::now_v7().to_string())
            .expect("it has digits, letters and dashes")
    })
}

fn is_plain(id: &[u8]) -> bool {
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.".contains(byte);
    (1..=64).contains(&id.len()) && id.iter().all(is_plain)
}

/// The method as a label. Clients may invent methods, and labels must be few.
fn known_method(method: &Method) -> &'static str {
    const KNOWN: [&str; 6] = ["GET", "POST", "HEAD", "OPTIONS", "PUT", "DELETE"];
    KNOWN.into_iter().find(|known| *known == method.as_str()).unwrap_or("other")
}

fn log(id: &HeaderValue, answered: &Answered, took: Duration, response: &Response) {
    let extensions = response.extensions();
    let post = extensions.get::<LoggedPost>().map(|LoggedPost(id)| shortened(id));
    let code = extensions.get::<Code>().map(|code| code.name());
    let Answered { method, route, status } = answered;
    let (id, milliseconds) = (id.to_str().unwrap_or_default(), took.as_secs_f64() * 1e3);
    if *status >= 500 {
        tracing::error!(
            request_id = id,
            method,
            route,
            status,
            milliseconds,
            post,
            code,
            "answered"
        );
    } else {
        tracing::info!(
            request_id = id,
            method,
            route,
            status,
            milliseconds,
            post,
            code,
            "answered"
        );
    }
}

/// Ids are the sender's words, and some senders would put a whole post there.
fn shortened(id: &str) -> String {
    id.chars().take(MAX_LOGGED_ID).collect()
}

fn finish(response: &mut Response, id: HeaderValue) {
    let headers = response.headers_mut();
    headers.insert(REQUEST_ID, id);
    for (name, value) in FOR_BROWSERS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_that_would_spoil_the_log_is_not_taken_over() {
        assert!(is_plain(b"0193-ab_c.d"));
        assert!([&b""[..], b"a\"b", b"a b", &[b'a'; 65]].iter().all(|id| !is_plain(id)));
    }

    #[test]
    fn an_id_of_a_post_is_cut_before_it_can_be_a_text() {
        assert_eq!(shortened(&"x".repeat(10_000)).len(), MAX_LOGGED_ID);
    }
}
