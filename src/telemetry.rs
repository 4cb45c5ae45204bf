//! Lines of JSON on standard error, one for each event, for whoever runs the service.
//!
//! A line names posts by their ids and clients not at all. No text of a post, and no address of a page, is ever logged.

use std::io;

use tracing::level_filters::LevelFilter;
use tracing_subscriber::{
    Layer as _, filter::Targets, fmt::time, layer::SubscriberExt as _, util::SubscriberInitExt as _,
};

/// Begins to log lines of `level` and graver ones. Other crates are heard from `warn` on: at lower levels they would
/// log addresses of pages. A second call changes nothing.
pub fn start(level: LevelFilter) {
    let others = level.min(LevelFilter::WARN);
    let targets = Targets::new().with_default(others).with_target(env!("CARGO_CRATE_NAME"), level);
    let lines = tracing_subscriber::fmt::layer()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false)
        .with_timer(time::SystemTime)
        .with_writer(io::stderr)
        .with_filter(targets);
    // Logging that was begun already goes on.
    tracing_subscriber::registry().with(lines).try_init().ok();
}
