//! Subwords: byte-pair pieces of words, by the `tokenizers` crate.
//!
//! A piece that the lexicon does not know still says something. The pieces of a
//! word depend on the word alone, so they are found once and kept.

use std::{
    ops::Range,
    sync::{Arc, Mutex},
};

use tokenizers::Tokenizer;

use super::words::words;
use crate::text::FastMap;

/// Words whose pieces are kept, for each of [`SHARDS`].
///
/// 16 × 4,096 words are more than a million posts use often; beyond that a word
/// is encoded again, with the same result.
const KEPT_WORDS: usize = 4096;
const SHARDS: usize = 16;

/// Why a tokenizer file cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SubwordError {
    /// Not what `tokenizers` writes.
    #[error("tokenizer.json is no tokenizer file ({reason}); train the bundle again")]
    Malformed {
        /// What the parser said.
        reason: String,
    },
}

type Pieces = Arc<[u32]>;

/// Finds the subwords of words.
pub struct Subwords {
    tokenizer: Tokenizer,
    size: usize,
    kept: Vec<Mutex<FastMap<String, Pieces>>>,
}

impl std::fmt::Debug for Subwords {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Subwords").field("size", &self.size).finish_non_exhaustive()
    }
}

impl Subwords {
    /// Reads a `tokenizer.json`.
    ///
    /// # Errors
    ///
    /// When it is no tokenizer file.
    pub fn from_json(json: &[u8]) -> Result<Self, SubwordError> {
        let tokenizer = Tokenizer::from_bytes(json)
            .map_err(|error| SubwordError::Malformed { reason: error.to_string() })?;
        let size = tokenizer.get_vocab_size(true);
        let kept = (0..SHARDS).map(|_| Mutex::new(FastMap::default())).collect();
        Ok(Self { tokenizer, size, kept })
    }

    /// How many different subwords there are.
    pub fn len(&self) -> usize {
        self.size
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.size == 0
    }

    /// The subwords of `masked[range]`, each once with its first word, by number.
    ///
    /// Words that start in one of `hidden` (sorted by start) are left out, and words for who somebody is.
    pub fn find(
        &self,
        masked: &str,
        range: Range<usize>,
        hidden: &[Range<usize>],
    ) -> Vec<(u32, Range<usize>)> {
        let mut found = Vec::new();
        for (word, place) in words(masked, &range, hidden) {
            found.extend(self.pieces(word).iter().map(|piece| (*piece, place.clone())));
        }
        found.sort_unstable_by_key(|(piece, place)| (*piece, place.start));
        found.dedup_by_key(|(piece, _)| *piece);
        found
    }

    fn pieces(&self, word: &str) -> Pieces {
        let shard = word.bytes().fold(0_usize, |sum, b| sum.wrapping_mul(31) + usize::from(b));
        let mut kept =
            self.kept[shard % SHARDS].lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(pieces) = kept.get(word) {
            return Arc::clone(pieces);
        }
        // A word that cannot be encoded has no pieces: it tells nothing, and stops nothing.
        let encoding = self.tokenizer.encode_fast(word, false);
        let pieces: Pieces =
            encoding.map(|encoding| Arc::from(encoding.get_ids())).unwrap_or_default();
        if kept.len() < KEPT_WORDS {
            kept.insert(word.to_owned(), Arc::clone(&pieces));
        }
        pieces
    }
}
