//! `/v1/assess/url`: the post on a page.

use std::sync::Arc;

use axum::extract;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    assess::{Logged, NO_ID, answer},
    json::JsonBody,
    words::{Answer, Country, Lang},
};
use crate::{
    post::PostId,
    service::{
        error::{AnyRefusal, BodyRefusal, Code, Problem, ProblemBody},
        limits::{MAX_BODY_BYTES, MAX_URL_BYTES},
        state::State,
    },
};

/// A page to fetch and assess.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct Page {
    /// What the sender calls it; comes back in the record.
    id: Option<String>,
    /// The address of a public page, from `https://` or `http://` on.
    #[schema(max_length = 2048, example = "https://example.org/lowongan/17")]
    url: String,
    /// Whether the answer should have `words` too, and in which language.
    lang: Option<Lang>,
    /// The reader's country, for the contacts of `words`; without it, where most readers of `lang` are.
    country: Option<Country>,
}

/// Assess the text of a public page
///
/// Only addresses on the public internet are called. The page has 10 s and 2 MiB.
#[utoipa::path(
    post, path = "/v1/assess/url", tag = "assess", request_body = Page,
    responses(
        (status = 200, description = "The record of the text on the page.", body = Answer),
        (status = 403, description = "This service fetches no pages.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 502, description = "The page cannot be had, or holds no text.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 504, description = "The page took too long.", body = ProblemBody, content_type = "application/problem+json"),
        BodyRefusal,
        AnyRefusal,
    )
)]
pub(super) async fn assess_url(
    extract::State(state): extract::State<Arc<State>>,
    JsonBody(page): JsonBody<Page, MAX_BODY_BYTES>,
) -> Result<Logged<Answer>, Problem> {
    if page.url.len() > MAX_URL_BYTES {
        let detail = format!(
            "the address has more than {MAX_URL_BYTES} bytes; paste the text of the post instead"
        );
        return Err(Problem::new(Code::RefusedUrl, detail));
    }
    let mut post = state.fetch_post(&page.url).await?;
    post.id = PostId::new(page.id.unwrap_or_else(|| NO_ID.to_owned()));
    answer(&state, post, page.lang, page.country).await
}
