//! What is counted, for Prometheus. No label comes from a client, so the number of series is bounded.

use std::{fmt, time::Duration};

use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{
        counter::Counter,
        family::Family,
        gauge::Gauge,
        histogram::{Histogram, exponential_buckets},
    },
    registry::Registry,
};

use crate::policy::Level;

/// The media type of [`Metrics::text`].
pub(super) const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Which route was asked how, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Answered {
    /// A method of HTTP, or `other`.
    pub(super) method: &'static str,
    /// The pattern of the route, or `none`.
    pub(super) route: String,
    pub(super) status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfRoute {
    route: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfLevel {
    level: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Build {
    version: &'static str,
    model: String,
    model_sha256: String,
}

/// The counters and gauges of one service.
pub(super) struct Metrics {
    registry: Registry,
    requests: Family<Answered, Counter>,
    seconds: Family<OfRoute, Histogram, fn() -> Histogram>,
    posts: Family<OfLevel, Counter>,
    bad_lines: Counter,
    /// Connections that are open now.
    pub(super) connections: Gauge,
    /// Streams that are open now.
    pub(super) streams: Gauge,
    taken: Gauge,
    running: Gauge,
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics").finish_non_exhaustive()
    }
}

/// From a quarter of a millisecond to 16 s.
fn seconds() -> Histogram {
    Histogram::new(exponential_buckets(0.000_25, 2.0, 17))
}

impl Metrics {
    /// Everything at zero, for the model of `name`, `version` and `sha256`.
    pub(super) fn new(name: &str, version: &str, sha256: &str) -> Self {
        let mut metrics = Self {
            registry: Registry::with_prefix("waspada"),
            requests: Family::default(),
            seconds: Family::new_with_constructor(seconds),
            posts: Family::default(),
            bad_lines: Counter::default(),
            connections: Gauge::default(),
            streams: Gauge::default(),
            taken: Gauge::default(),
            running: Gauge::default(),
        };
        metrics.register();
        let build: Family<Build, Gauge> = Family::default();
        let model = format!("{name} {version}");
        let labels =
            Build { version: env!("CARGO_PKG_VERSION"), model, model_sha256: sha256.to_owned() };
        build.get_or_create(&labels).set(1);
        metrics.registry.register("build", "Versions of the program and the model", build);
        metrics
    }

    fn register(&mut self) {
        let registry = &mut self.registry;
        registry.register("requests", "Requests answered", self.requests.clone());
        registry.register(
            "request_duration_seconds",
            "Time from the head of a request to the head of its answer",
            self.seconds.clone(),
        );
        registry.register("posts", "Posts assessed, by level", self.posts.clone());
        registry.register(
            "bad_lines",
            "Lines of streams that were no posts",
            self.bad_lines.clone(),
        );
        registry.register("connections", "Open connections", self.connections.clone());
        registry.register("streams", "Open streams", self.streams.clone());
        registry.register("scorings_taken", "Posts taken and not yet assessed", self.taken.clone());
        registry.register("scorings_running", "Posts being scored", self.running.clone());
    }

    pub(super) fn request(&self, answered: &Answered, took: Duration) {
        self.requests.get_or_create(answered).inc();
        let route = OfRoute { route: answered.route.clone() };
        self.seconds.get_or_create(&route).observe(took.as_secs_f64());
    }

    pub(super) fn post(&self, level: Level) {
        self.posts.get_or_create(&OfLevel { level: level.id() }).inc();
    }

    pub(super) fn bad_line(&self) {
        self.bad_lines.inc();
    }

    /// All of it, with how many scorings there are now.
    pub(super) fn text(&self, taken: usize, running: usize) -> String {
        self.taken.set(i64::try_from(taken).unwrap_or(i64::MAX));
        self.running.set(i64::try_from(running).unwrap_or(i64::MAX));
        let mut text = String::new();
        encode(&mut text, &self.registry).expect("memory takes all");
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_counted_is_told() {
        let metrics = Metrics::new("waspada", "0.1.0", "ab");
        let answered = Answered { method: "POST", route: "/v1/assess".to_owned(), status: 200 };
        metrics.request(&answered, Duration::from_millis(1));
        metrics.post(Level::High);
        let text = metrics.text(3, 2);
        for line in [
            "waspada_requests_total{method=\"POST\",route=\"/v1/assess\",status=\"200\"} 1",
            "waspada_posts_total{level=\"high\"} 1",
            "waspada_scorings_taken 3",
            "waspada_request_duration_seconds_bucket{le=\"0.001\",route=\"/v1/assess\"} 1",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} is not in\n{text}");
        }
    }
}
