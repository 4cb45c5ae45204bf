//! `/v1/assess/batch`: up to a thousand posts, answered together.

use std::sync::Arc;

use axum::{Json, extract};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::{assess::NewPost, json::JsonBody};
use crate::{
    assessment::Assessment,
    post::Post,
    service::{
        error::{AnyRefusal, BodyRefusal, Code, Problem, ProblemBody},
        limits::{MAX_BATCH_BYTES, MAX_BATCH_POSTS},
        state::{State, check_length},
    },
};

/// Posts to assess together.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct Batch {
    /// At most 1,000. A post without an id is called by its place, from 1.
    #[schema(value_type = Vec<NewPost>, max_items = 1000)]
    posts: Vec<Value>,
}

/// What became of the posts of a batch.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BatchAnswer {
    /// One for each post, in their order.
    assessments: Vec<Outcome>,
}

/// What became of one post.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
enum Outcome {
    /// The record.
    Assessed(Box<Assessment>),
    /// A post that could not be read. The others are assessed all the same.
    Failed {
        /// What went wrong.
        error: ProblemBody,
    },
}

/// Assess up to 1,000 posts
///
/// A post that cannot be read costs only itself: its place holds an `error`.
#[utoipa::path(
    post, path = "/v1/assess/batch", tag = "assess", request_body = Batch,
    responses((status = 200, description = "An outcome for each post, in order.", body = BatchAnswer), BodyRefusal, AnyRefusal)
)]
pub(super) async fn assess_batch(
    extract::State(state): extract::State<Arc<State>>,
    JsonBody(batch): JsonBody<Batch, MAX_BATCH_BYTES>,
) -> Result<Json<BatchAnswer>, Problem> {
    if batch.posts.len() > MAX_BATCH_POSTS {
        let detail = format!(
            "a batch has at most {MAX_BATCH_POSTS} posts; split it, or use /v1/assess/stream"
        );
        return Err(Problem::new(Code::TooManyPosts, detail));
    }
    let (posts, faults) = sorted(batch.posts);
    let assessed = state.assess_all(posts).await?;
    Ok(Json(BatchAnswer { assessments: in_order(assessed, faults) }))
}

/// The posts, and by place what is wrong with those that are none.
fn sorted(values: Vec<Value>) -> (Vec<Post>, Vec<Option<Problem>>) {
    let mut posts = Vec::with_capacity(values.len());
    let faults = (1..).zip(values).map(|(place, value)| match read(value, place) {
        Ok(post) => {
            posts.push(post);
            None
        }
        Err(problem) => Some(problem),
    });
    let faults = faults.collect();
    (posts, faults)
}

fn read(value: Value, place: usize) -> Result<Post, Problem> {
    let post = serde_json::from_value::<NewPost>(value).map_err(|_| {
        let detail = format!(
            "post {place} is no object with `text` and perhaps `id`, both strings; correct it"
        );
        Problem::new(Code::WrongShape, detail)
    })?;
    let post = post.or_called(place.to_string());
    check_length(&post)?;
    Ok(post)
}

/// Puts each record and each fault at its place.
fn in_order(assessed: Vec<Assessment>, faults: Vec<Option<Problem>>) -> Vec<Outcome> {
    let mut assessed = assessed.into_iter();
    let outcome = |fault: Option<Problem>| match fault {
        Some(problem) => Outcome::Failed { error: problem.body() },
        None => Outcome::Assessed(Box::new(
            assessed.next().expect("every post without a fault has a record"),
        )),
    };
    faults.into_iter().map(outcome).collect()
}
