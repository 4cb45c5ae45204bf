//! `/v1/assess`: one post.

use std::sync::Arc;

use axum::{Extension, Json, extract};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    json::JsonBody,
    words::{Answer, Country, Lang, Words},
};
use crate::{
    post::Post,
    service::{
        error::{AnyRefusal, BodyRefusal, Problem},
        limits::MAX_BODY_BYTES,
        observe::LoggedPost,
        state::State,
    },
};

/// What a post is called where its sender gave no id. The address of a page stays out: it may hold a key.
pub(super) const NO_ID: &str = "1";

/// A post to assess. Other fields are passed over.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(example = json!({"id": "p-17", "text": "Dicari admin di Kamboja, gaji 15 juta, tanpa pengalaman, tiket ditanggung"}))]
pub(super) struct NewPost {
    /// What the sender calls it; comes back in the record.
    pub(super) id: Option<String>,
    /// The text as it was published, at most 1 MiB.
    pub(super) text: String,
    /// Whether the answer should have `words` too, and in which language.
    pub(super) lang: Option<Lang>,
    /// The reader's country, for the contacts of `words`; without it, where most readers of `lang` are.
    pub(super) country: Option<Country>,
}

impl NewPost {
    /// The post, called `id` where its sender gave no name.
    pub(super) fn or_called(self, id: impl Into<String>) -> Post {
        Post::new(self.id.unwrap_or_else(|| id.into()), self.text)
    }
}

/// An answer, and the id of its post for the log.
pub(super) type Logged<T> = (Extension<LoggedPost>, Json<T>);

/// Assess one post
///
/// The record says how much attention the text needs, by which rules, and which words show what. It speaks of the text,
/// never of a person; `score` is no probability of trafficking.
#[utoipa::path(
    post, path = "/v1/assess", tag = "assess", request_body = NewPost,
    responses((status = 200, description = "The record.", body = Answer), BodyRefusal, AnyRefusal)
)]
pub(super) async fn assess(
    extract::State(state): extract::State<Arc<State>>,
    JsonBody(post): JsonBody<NewPost, MAX_BODY_BYTES>,
) -> Result<Logged<Answer>, Problem> {
    let (lang, country) = (post.lang, post.country);
    answer(&state, post.or_called(NO_ID), lang, country).await
}

/// The record of `post`, with words if the request had `lang`.
pub(super) async fn answer(
    state: &State,
    post: Post,
    lang: Option<Lang>,
    country: Option<Country>,
) -> Result<Logged<Answer>, Problem> {
    let assessment = state.assess(post).await?;
    let words = lang.map(|lang| Words::new(state, &assessment, lang, country));
    Ok((Extension(LoggedPost(assessment.id.clone())), Json(Answer { assessment, words })))
}
