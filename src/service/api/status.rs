//! Whether the service is alive and can be used.

use std::sync::Arc;

use axum::{Json, extract};
use serde::Serialize;
use utoipa::ToSchema;

use crate::service::{
    error::{AnyRefusal, Code, Problem, ProblemBody},
    state::State,
};

/// How the service is.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::service) struct Status {
    /// `ok`.
    status: &'static str,
}

const OK: Json<Status> = Json(Status { status: "ok" });

/// Whether the process is alive.
#[utoipa::path(
    get, path = "/health", tag = "service",
    responses((status = 200, description = "It is alive.", body = Status), AnyRefusal)
)]
pub(in crate::service) async fn health() -> Json<Status> {
    OK
}

/// Whether requests should be sent here. The model is loaded before the port is taken, so this changes once: when the
/// service is asked to stop.
#[utoipa::path(
    get, path = "/ready", tag = "service",
    responses(
        (status = 200, description = "Send requests.", body = Status),
        (status = 503, description = "It is about to stop.", body = ProblemBody, content_type = "application/problem+json"),
        AnyRefusal,
    )
)]
pub(in crate::service) async fn ready(
    extract::State(state): extract::State<Arc<State>>,
) -> Result<Json<Status>, Problem> {
    if state.stopping().is_cancelled() {
        return Err(Problem::new(Code::ShuttingDown, "the service is about to stop; ask another"));
    }
    Ok(OK)
}
