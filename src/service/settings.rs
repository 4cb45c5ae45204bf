//! What an operator decides, and what holds where nothing was decided.

use std::net::SocketAddr;

/// The settings of the service, checked.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where the pages and the API are served.
    pub bind: SocketAddr,
    /// How many posts are scored at once.
    pub threads: usize,
    /// How many posts are taken at once: those scored and those that wait.
    pub scorings: usize,
    /// Whether pages are fetched for `/v1/assess/url`.
    pub fetch: bool,
    /// The text of a trainer's file of practice rounds, if there is one.
    pub rounds: Option<String>,
}

impl Default for Settings {
    fn default() -> Self {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            bind: SocketAddr::from(([127, 0, 0, 1], 8080)),
            threads,
            scorings: 32 * threads,
            fetch: true,
            rounds: None,
        }
    }
}
