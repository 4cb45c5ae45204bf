//! How much of anything is taken at once. What an operator may change is in [`settings`](super::settings).

use std::time::Duration;

/// The longest body of `/v1/assess`, and the longest line of `/v1/assess/stream`, in bytes after decompression.
///
/// A post has at most 1 MiB, and JSON may write each of its bytes with six.
pub const MAX_BODY_BYTES: usize = 8 << 20;

/// The longest body of `/v1/assess/batch`, in bytes after decompression.
pub const MAX_BATCH_BYTES: usize = 16 << 20;

/// The most posts in one batch.
pub const MAX_BATCH_POSTS: usize = 1_000;

/// The longest address that is fetched, in bytes.
pub const MAX_URL_BYTES: usize = 2_048;

/// KiB of bodies that are in memory at once, over all requests: 256 MiB, however many clients send slowly.
pub const BODIES_KIB: usize = 256 << 10;

/// Streams that are open at once. Each may hold a few batches of lines.
pub const MAX_STREAMS: usize = 16;

/// Posts that a core works on before others get their turn: some ten milliseconds.
pub const CHUNK_POSTS: usize = 16;

/// Bytes of posts that a core works on before others get their turn; one post may have more.
pub const CHUNK_BYTES: usize = 16 << 10;

/// Bytes of lines that are scored together when a stream has brought that many.
pub const STREAM_BATCH_BYTES: usize = 16 << 10;

/// Characters of a post's id in a line of the log.
pub const MAX_LOGGED_ID: usize = 100;

/// Connections to the admin port at once, apart from the others.
pub const ADMIN_CONNECTIONS: usize = 16;

/// How long the head of a request may take, and how long a connection may be idle.
pub const HEAD_TIME: Duration = Duration::from_secs(15);

/// How long nothing may arrive of a body that is under way.
pub const BODY_IDLE_TIME: Duration = Duration::from_secs(10);

/// How long nothing may arrive of a stream: programs pause between posts.
pub const STREAM_IDLE_TIME: Duration = Duration::from_mins(5);

/// How long a client may take nothing of its answer.
pub const WRITE_TIME: Duration = Duration::from_mins(5);

/// All the time that a request has, from its head to its answer. Streams are not bound by it.
pub const REQUEST_TIME: Duration = Duration::from_secs(30);

/// How long running requests have to end when the service stops.
pub const SHUTDOWN_TIME: Duration = Duration::from_secs(20);

/// How long a connection is read from after its last answer, so that a client still sending gets to read it.
pub const LINGER_TIME: Duration = Duration::from_secs(2);

/// What `Retry-After` says when too much runs at once, in seconds: a scoring takes milliseconds.
pub const RETRY_AFTER_SECONDS: u64 = 1;
