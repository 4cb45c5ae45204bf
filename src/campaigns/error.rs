//! What can be wrong with a ledger.

use std::io;

/// Why a ledger cannot be read or written. The caller knows its name and adds it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CampaignError {
    /// It could not be read or written.
    #[error("the index cannot be read or written")]
    Io(#[from] io::Error),
    /// It does not begin as an index does.
    #[error(
        "this is no index of campaigns; name one that `waspada campaigns --index` wrote, or a new file"
    )]
    NoIndex,
    /// Another layout.
    #[error(
        "the index has format {found}, this build reads format {expected}; begin a new index from the posts"
    )]
    Version {
        /// What the file says.
        found: u32,
        /// What this build reads.
        expected: u32,
    },
    /// It was made with another lexicon or another normaliser: its shingles would not meet the new ones.
    #[error(
        "the index was made with the model `{found}`, this run uses `{expected}`; give that model, or begin a new index from the posts"
    )]
    View {
        /// What the file says.
        found: String,
        /// What this run uses.
        expected: String,
    },
    /// Its contacts were hashed with another key.
    #[error(
        "the contacts of the index were hashed with another key; give the same `--contact-key-file`, or begin a new index from the posts"
    )]
    Key,
    /// Bytes were changed or lost.
    #[error(
        "the index is damaged at byte {offset}; restore it from a copy, or begin a new index from the posts"
    )]
    Damaged {
        /// Where the damaged part begins.
        offset: u64,
    },
    /// The end is missing.
    #[error(
        "the index ends at byte {offset}, before its end mark; restore it from a copy, or begin a new index from the posts"
    )]
    CutShort {
        /// How many bytes there are.
        offset: u64,
    },
}
