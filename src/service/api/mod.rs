//! The routes for programs.

mod assess;
mod json;
mod status;

use std::sync::Arc;

use utoipa_axum::{router::OpenApiRouter, routes};

use super::state::State;

/// The routes of the API, with what they take and give.
pub(super) fn routes() -> OpenApiRouter<Arc<State>> {
    OpenApiRouter::new().routes(routes!(assess::assess)).routes(routes!(status::health))
}
