//! Subwords: byte-pair pieces of words, by the `tokenizers` crate.
//!
//! A piece that the lexicon does not know still says something. The pieces of a
//! word depend on the word alone, so they are found once and kept.

use std::{
    ops::Range,
    sync::{Arc, Mutex},
};

use tokenizers::Tokenizer;

use crate::text::{self, FastMap};

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
    /// Words that start in one of `hidden` (sorted by start) are left out.
    pub fn find(
        &self,
        masked: &str,
        range: Range<usize>,
        hidden: &[Range<usize>],
    ) -> Vec<(u32, Range<usize>)> {
        let part = masked.get(range.clone()).unwrap_or_default();
        let mut found = Vec::new();
        for word in text::words(part) {
            let place = range.start + word.start..range.start + word.end;
            let text = part.get(word).unwrap_or_default();
            let before = hidden.partition_point(|range| range.start <= place.start);
            let last = before.checked_sub(1).and_then(|at| hidden.get(at));
            let is_hidden = last.is_some_and(|range| range.contains(&place.start));
            if is_hidden {
                continue;
            }
            found.extend(self.pieces(text).iter().map(|piece| (*piece, place.clone())));
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
        let pieces: Pieces = if IDENTITY_WORDS.binary_search(&word).is_ok() {
            Pieces::default()
        } else {
            let encoding = self.tokenizer.encode_fast(word, false);
            encoding.map(|encoding| Arc::from(encoding.get_ids())).unwrap_or_default()
        };
        if kept.len() < KEPT_WORDS {
            kept.insert(word.to_owned(), Arc::clone(&pieces));
        }
        pieces
    }
}

/// Words for who somebody is. They never become a feature: sex, religion and origin are no
/// sign of anything. Sorted, for the binary search.
const IDENTITY_WORDS: &[&str] = &[
    "akhwat",
    "amoi",
    "bangladesh",
    "bangladeshi",
    "bangladeshis",
    "batak",
    "boy",
    "boys",
    "budak",
    "buddha",
    "buddhist",
    "budha",
    "bugis",
    "bujang",
    "bumiputera",
    "burmese",
    "cewe",
    "cewek",
    "cewek2",
    "chinese",
    "christian",
    "cina",
    "cowo",
    "cowok",
    "cowok2",
    "female",
    "females",
    "filipina",
    "filipino",
    "filipinos",
    "flores",
    "gadis",
    "gadis2",
    "gentlemen",
    "gents",
    "girl",
    "girls",
    "guy",
    "hindi",
    "hindu",
    "ikhwan",
    "india",
    "indian",
    "indians",
    "indonesian",
    "indonesians",
    "islam",
    "islami",
    "janda",
    "jawa",
    "katolik",
    "kristen",
    "kristian",
    "kristiani",
    "ladies",
    "lady",
    "laki",
    "laki2",
    "lelaki",
    "lelaki2",
    "lombok",
    "madura",
    "malay",
    "male",
    "males",
    "man",
    "melayu",
    "men",
    "minang",
    "muslim",
    "muslimah",
    "nasrani",
    "nepal",
    "nepali",
    "nepalis",
    "nonmuslim",
    "perempuan",
    "perempuan2",
    "pria",
    "putra",
    "putri",
    "sasak",
    "sumba",
    "sunda",
    "thai",
    "tionghoa",
    "ukhti",
    "vietnamese",
    "wanita",
    "warganegara",
    "woman",
    "women",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identity_words_are_sorted_for_the_search() {
        assert!(IDENTITY_WORDS.is_sorted());
    }
}
