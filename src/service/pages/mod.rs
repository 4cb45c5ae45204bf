//! The pages for volunteers and jobseekers: rendered here, in three languages, for a cheap phone.
//!
//! ```text
//! form ─► Reader, text ─► State::assess ─► Assessment ─► ResultView ─► result.html
//! ```
//!
//! A page needs no script, loads nothing from elsewhere and keeps nothing: no cookie, no log of texts. Language,
//! country and role travel in the address or the form. What is said about levels, signs and contacts stands in the
//! bundle; the words around it in `words.*.toml` beside this file. Every text is escaped by the template engine.

mod assets;
mod card;
mod check;
mod contact;
mod marks;
mod message;
mod page;
mod reader;
mod result;
mod signs;
mod words;

use std::sync::Arc;

use axum::{
    Router,
    extract::{DefaultBodyLimit, FromRequestParts as _, Request},
    http::{HeaderMap, header},
    response::{IntoResponse as _, Response},
    routing::get,
};

pub(super) use self::{
    marks::{Mark, Segment, segments},
    page::{Page, answer},
    reader::Reader,
    signs::not_found,
};
use super::{
    error::{self, Problem},
    state::State,
};

/// The routes of the pages.
pub(super) fn routes() -> Router<Arc<State>> {
    Router::new()
        .route("/", get(check::home))
        .route("/check", get(check::form).post(check::check))
        .route("/help", get(signs::help))
        .route("/indicators", get(signs::indicators))
        .route("/about", get(signs::about))
        .route("/card.png", get(card::card))
        .route(assets::STYLE.path, get(|| async { assets::STYLE.response() }))
        .route(assets::SCRIPT.path, get(|| async { assets::SCRIPT.response() }))
        .route(assets::ICON.path, get(|| async { assets::ICON.response() }))
        .layer(DefaultBodyLimit::max(check::MAX_FORM_BYTES))
}

/// The answer where there is nothing: a page for a browser, a problem for a program.
pub(super) async fn no_such_page(reader: Reader, headers: HeaderMap) -> Response {
    if is_browser(&headers) {
        return not_found(reader);
    }
    error::no_such_route().await.into_response()
}

/// The answer to a request that is not let in: the form again for a browser, the problem for a program. What was
/// pasted has not been read; a browser still has it one step back.
pub(super) async fn not_let_in(request: Request, problem: Problem) -> Response {
    if !is_browser(request.headers()) {
        return problem.into_response();
    }
    let (mut parts, _) = request.into_parts();
    let Ok(reader) = Reader::from_request_parts(&mut parts, &()).await;
    check::refused(reader, String::new(), &problem)
}

fn is_browser(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/html"))
}
