//! The HTTP service: the API for programs, and the pages for volunteers and jobseekers.
//!
//! ```text
//! connection ─► server ─► observe: id, rate, time, log ─► api or pages ─► State::assess ─► Classifier
//! ```
//!
//! A handler reads its input, calls one function of [`state::State`] and shapes the answer. Every error is a
//! [`error::Problem`], every limit a constant of [`limits`] or a setting of [`settings`]. Texts of posts are held while
//! they are judged and are written nowhere: not to a disk, not to a log.

mod api;
mod clients;
mod cores;
pub mod error;
mod learn;
pub mod limits;
mod linger;
mod metrics;
mod observe;
mod pages;
mod server;
pub mod settings;
pub mod state;

use std::sync::Arc;

use axum::{
    Router, extract::State as Extract, http::header, middleware, response::IntoResponse,
    routing::get,
};
use tower_http::compression::CompressionLayer;

pub use self::{
    error::Problem,
    learn::RoundError,
    server::{BindError, Server},
    settings::{Choices, Settings},
    state::State,
};

/// Every route of the public port.
pub fn router(state: Arc<State>) -> Router {
    api::router()
        .merge(pages::routes().merge(learn::routes()).layer(CompressionLayer::new()))
        .fallback(pages::no_such_page)
        .method_not_allowed_fallback(error::wrong_method)
        .layer(middleware::from_fn_with_state(Arc::clone(&state), observe::observe))
        .with_state(state)
}

/// Every route of the port for those who look after the service.
fn admin_router(state: Arc<State>) -> Router {
    Router::new()
        .route("/metrics", get(metrics))
        .route("/health", get(api::status::health))
        .route("/ready", get(api::status::ready))
        .fallback(error::no_such_route)
        .with_state(state)
}

async fn metrics(Extract(state): Extract<Arc<State>>) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, metrics::OPEN_METRICS)], state.metrics_text())
}
