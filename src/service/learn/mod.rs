//! The training: lessons, practice rounds with the answer word by word, a final round, a certificate.
//!
//! ```text
//! lessons.*.toml ─┐
//! rounds.*.jsonl ─┴─► Course ─► question ─► form ─► Answer ─► Grade ─► the answer explained
//! ```
//!
//! What a learner has done travels in the form and the address, so that it works without a script and nothing is kept
//! here; with one, the device keeps progress by indicator. The rounds were written for this and are in no training or
//! test split.

mod course;
mod fields;
mod grade;
mod lessons;
mod practice;
mod rounds;
mod study;
mod view;
mod words;

use std::sync::Arc;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    routing::{get, post},
};

pub(in crate::service) use self::course::Course;
pub use self::rounds::RoundError;
use super::state::State;

/// The longest body of a form: ticks, a name, and the answers so far.
const MAX_FORM_BYTES: usize = 16 << 10;

/// The routes of the training.
pub(super) fn routes() -> Router<Arc<State>> {
    Router::new()
        .route("/learn", get(study::index))
        .route("/learn/lesson/{id}", get(study::lesson).post(study::checked))
        .route("/learn/practice", get(practice::question).post(practice::answered))
        .route("/learn/final", get(practice::begin).post(practice::next))
        .route("/learn/certificate", post(practice::certificate))
        .layer(DefaultBodyLimit::max(MAX_FORM_BYTES))
}
