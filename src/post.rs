//! A post as it was received: an identifier and a text that is never changed.

use serde::{Deserialize, Serialize};

/// The longest post that is read, in bytes of UTF-8.
///
/// The longest ordinary advert seen has under 40 KiB. A longer text is not an
/// advert, and without a bound one line could hold a worker for minutes.
pub const MAX_POST_BYTES: usize = 1 << 20;

/// What a post is called by those who sent it. Compared as bytes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PostId(String);

impl PostId {
    /// Takes any text, the empty one too.
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// The identifier as given.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for PostId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// One message to classify.
///
/// `text` is what was received, to the byte: spans of an assessment point into it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Post {
    /// The sender's name for it.
    pub id: PostId,
    /// The text as received.
    pub text: String,
}

impl Post {
    /// A post of `id` and `text`.
    pub fn new(id: impl Into<String>, text: impl Into<String>) -> Self {
        Self { id: PostId::new(id), text: text.into() }
    }
}
