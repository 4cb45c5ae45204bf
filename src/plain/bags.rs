//! Bags: the words and the pieces of words of a text, counted.
//!
//! Words come from the normalised view, so that accents, capitals, look-alikes and other digits
//! make no other word; pieces come from the text as received, so that capitals, digits and marks
//! still speak. Each feature is the hash of its characters, 32 bits of it: among a million features
//! one in four thousand shares its number with another.

use unicode_normalization::UnicodeNormalization as _;

use super::PlainSettings;
use crate::text::{Normalizer, OrdinaryWords, words};

/// Stands before and after a word in its pieces.
const EDGE: char = ' ';

/// A feature and how often it occurs, in the order of features.
pub(super) type Bag = Vec<(u32, u32)>;

/// The features of one text, by family.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Bags(pub(super) [Bag; 2]);

/// Makes bags.
#[derive(Debug)]
pub(super) struct Bagger {
    normalizer: Normalizer,
    word_run: usize,
    pieces: std::ops::RangeInclusive<usize>,
}

impl Bagger {
    pub(super) fn new(settings: &PlainSettings) -> Self {
        Self {
            normalizer: Normalizer::new([], [], &OrdinaryWords::default()),
            word_run: settings.word_run,
            pieces: settings.shortest_piece..=settings.longest_piece,
        }
    }

    /// The bags of `text`. Linear in its length.
    pub(super) fn bags(&self, text: &str) -> Bags {
        Bags([counted(self.word_features(text)), counted(self.piece_features(text))])
    }

    fn word_features(&self, text: &str) -> Vec<u32> {
        let normalized = self.normalizer.normalize(text);
        let normalized = digits_alike(normalized.as_str());
        let words: Vec<&str> = words(&normalized).filter_map(|word| normalized.get(word)).collect();
        let mut features = Vec::new();
        for start in 0..words.len() {
            let mut hash = Hash::new();
            for word in words.iter().skip(start).take(self.word_run) {
                word.chars().for_each(|c| hash.add(c));
                hash.add(EDGE);
                features.push(hash.feature());
            }
        }
        features
    }

    fn piece_features(&self, text: &str) -> Vec<u32> {
        let mut features = Vec::new();
        for word in text.split_whitespace() {
            let word: Vec<char> = std::iter::once(EDGE).chain(word.nfkc()).chain([EDGE]).collect();
            for start in 0..word.len() {
                let mut hash = Hash::new();
                for (length, c) in (1..=*self.pieces.end()).zip(&word[start..]) {
                    hash.add(*c);
                    if length >= *self.pieces.start() {
                        features.push(hash.feature());
                    }
                }
            }
        }
        features
    }
}

/// Every digit as `0`: a number says that there is one and how long it is.
fn digits_alike(text: &str) -> String {
    text.chars().map(|c| if c.is_numeric() { '0' } else { c }).collect()
}

fn counted(mut features: Vec<u32>) -> Bag {
    features.sort_unstable();
    let same = features.chunk_by(|one, next| one == next);
    same.map(|same| (same[0], u32::try_from(same.len()).unwrap_or(u32::MAX))).collect()
}

/// FNV-1a over characters, folded to 32 bits.
struct Hash(u64);

impl Hash {
    fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    fn add(&mut self, c: char) {
        for byte in u32::from(c).to_le_bytes() {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "both halves are used")]
    fn feature(&self) -> u32 {
        let mixed = (self.0 ^ (self.0 >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        (mixed ^ (mixed >> 32)) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bags(text: &str) -> [Bag; 2] {
        Bagger::new(&PlainSettings::default()).bags(text).0
    }

    #[test]
    fn words_are_those_of_the_normalised_view_and_pieces_those_of_the_text() {
        let (one, other) = (bags("MENANG Rp 25"), bags("menang  rp 73"));
        assert_eq!(one[0], other[0]);
        assert_ne!(one[1], other[1]);
        assert_eq!(bags("Chuyển khoản")[0], bags("chuyen khoan")[0]);
    }

    #[test]
    fn runs_of_words_and_pieces_are_counted() {
        // a, a b, b, b a, a
        let [words, pieces] = bags("ab cd ab");
        assert_eq!(words.iter().map(|(_, count)| count).sum::<u32>(), 5);
        assert_eq!(words.len(), 4);
        // Of ` ab `: ` a`, ` ab`, ` ab `, `ab`, `ab `, `b `; three such words, two alike.
        assert_eq!(pieces.iter().map(|(_, count)| count).sum::<u32>(), 18);
        assert_eq!(pieces.len(), 12);
        assert!(words.is_sorted() && pieces.is_sorted());
        assert_eq!(bags(""), [vec![], vec![]]);
    }
}
