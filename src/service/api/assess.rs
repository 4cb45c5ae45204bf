//! `/v1/assess`: one post.

use std::sync::Arc;

use axum::{Json, extract};
use serde::Deserialize;
use utoipa::ToSchema;

use super::json::JsonBody;
use crate::{
    assessment::Assessment,
    post::Post,
    service::{
        error::{Problem, ProblemBody},
        state::State,
    },
};

/// What a post is called where its sender gave no id.
const NO_ID: &str = "1";

/// A post to assess. Other fields are passed over.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct NewPost {
    /// What the sender calls it; comes back in the record.
    id: Option<String>,
    /// The text as it was published, at most 1 MiB.
    text: String,
}

impl NewPost {
    fn into_post(self) -> Post {
        Post::new(self.id.unwrap_or_else(|| NO_ID.to_owned()), self.text)
    }
}

/// Assess one post.
///
/// The record says how much attention the text needs, by which rules, and which words show what. It speaks of the text,
/// never of a person; `score` is no probability of trafficking.
#[utoipa::path(
    post, path = "/v1/assess", tag = "assess", request_body = NewPost,
    responses(
        (status = 200, description = "The record.", body = Assessment),
        (status = 400, description = "The body is not JSON.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "The body or the post is too long.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "The content type is not `application/json`.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "The body has not the shape that is asked for.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Too much runs at once, or this client asks too often.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn assess(
    extract::State(state): extract::State<Arc<State>>,
    JsonBody(post): JsonBody<NewPost>,
) -> Result<Json<Assessment>, Problem> {
    Ok(Json(state.assess(post.into_post()).await?))
}
