//! A part of the posts, the same in every run.

use std::num::NonZeroU64;

use sha2::{Digest as _, Sha256};

use crate::io::ReadPost;

/// One post in so many.
///
/// A post is in by the hash of its id and its text, and not by its place: the same posts are in
/// whatever the order of the input and however it is cut into files. An id that is only the number
/// of a line is no part of the hash.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sample(pub(super) NonZeroU64);

impl Sample {
    pub(super) fn has(self, read: &ReadPost) -> bool {
        let mut hasher = Sha256::new();
        if read.has_id {
            hasher.update(read.post.id.as_str());
        }
        hasher.update([0]);
        hasher.update(&read.post.text);
        let hash = hasher.finalize();
        let start = hash.first_chunk().expect("a hash has 32 bytes");
        u64::from_le_bytes(*start) % self.0 == 0
    }
}
