//! Where in the post: the one kind of offset this crate has.

use serde::{Deserialize, Serialize};

/// A half-open range of bytes, `start..end`, in the text of a post as received.
///
/// Both ends lie on `char` boundaries of that text. Offsets are `u32`: a post
/// is at most 4 GiB, and spans are stored by the million.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte; never less than `start`.
    pub end: u32,
}

impl Span {
    /// The words this span covers, or `None` when the span was made for another text.
    pub fn slice(self, text: &str) -> Option<&str> {
        text.get(self.start as usize..self.end as usize)
    }

    /// Whether the two ranges share a byte.
    pub fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }
}
