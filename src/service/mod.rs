//! The HTTP service: the API for programs, and the pages for volunteers and jobseekers.
//!
//! ```text
//! connection ─► server ─► router: observe, rate limit, time limit ─► api or pages ─► State::assess ─► Classifier
//! ```
//!
//! A handler reads its input, calls one function of [`state::State`] and shapes the answer. Every error is a
//! [`error::Problem`], every limit a constant of [`limits`] or a setting of [`settings`]. Texts of posts are held while
//! they are judged and are written nowhere: not to a disk, not to a log.

mod api;
pub mod error;
mod learn;
pub mod limits;
mod pages;
mod server;
pub mod settings;
pub mod state;

use std::sync::Arc;

use axum::Router;

pub use self::{
    error::Problem, learn::RoundError, server::Server, settings::Settings, state::State,
};

/// Every route of the public port.
pub fn router(state: Arc<State>) -> Router {
    let (api, _) = api::routes().split_for_parts();
    api.merge(pages::routes())
        .merge(learn::routes())
        .fallback(error::no_such_route)
        .with_state(state)
}
