//! How much of anything is taken at once. What an operator may change is in [`settings`](super::settings).

use std::time::Duration;

/// The longest body of `/v1/assess`, in bytes after decompression.
///
/// A post has at most 1 MiB; JSON may write each of its bytes with up to six, but ordinary text needs far less.
pub const MAX_BODY_BYTES: usize = 4 << 20;

/// The longest body of `/v1/assess/batch`, in bytes after decompression.
pub const MAX_BATCH_BYTES: usize = 16 << 20;

/// The most posts in one batch.
pub const MAX_BATCH_POSTS: usize = 1_000;

/// The longest address that is fetched, in bytes.
pub const MAX_URL_BYTES: usize = 2_048;

/// All the time that a request has, from its head to its answer. Streams are not bound by it.
pub const REQUEST_TIME: Duration = Duration::from_secs(30);

/// How long the head of a request may take, and how long a connection may be idle.
pub const HEAD_TIME: Duration = Duration::from_secs(15);

/// How long running requests have to end when the service stops.
pub const SHUTDOWN_TIME: Duration = Duration::from_secs(20);

/// What `Retry-After` says when too much runs at once, in seconds: a scoring takes milliseconds.
pub const RETRY_AFTER_SECONDS: u64 = 1;
