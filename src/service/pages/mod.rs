//! The pages for volunteers and jobseekers.

use std::sync::Arc;

use axum::{Router, response::Html, routing::get};

use super::state::State;

/// The routes of the pages.
pub(super) fn routes() -> Router<Arc<State>> {
    Router::new().route("/", get(|| async { Html("<!doctype html><title>Waspada</title>") }))
}
