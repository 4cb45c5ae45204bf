//! Character n-grams: runs of three to five characters of a word, its two edges included, in buckets.
//!
//! They carry what is neither a concept nor a piece of a word: endings, stems, the spelling of haste. The form of a
//! text (a report, a plea, small talk) shows in them, and so the text types have them. The indicators do not: what
//! was learnt there held for the writers of the training posts and for nobody else. The bucket is a hash, so that
//! no list of them is kept; two that share one are told apart by the rest.

use std::ops::Range;

use super::words::words;

/// Buckets; a power of two.
pub const NGRAM_BUCKETS: usize = 1 << 15;

/// Lengths in characters.
const LENGTHS: std::ops::RangeInclusive<usize> = 3..=5;

/// The buckets of `masked`, each once with its first word, in reading order.
///
/// Words that start in one of `hidden` (sorted by start) are left out, and words for who somebody is.
/// The cost is linear in the length of the text.
pub(super) fn ngrams(masked: &str, hidden: &[Range<usize>]) -> Vec<(u32, Range<usize>)> {
    let mut seen = vec![false; NGRAM_BUCKETS];
    let mut found = Vec::new();
    let mut letters = Vec::new();
    for (word, place) in words(masked, &(0..masked.len()), hidden) {
        letters.clear();
        letters.push(EDGE);
        letters.extend(word.chars());
        letters.push(EDGE);
        for length in LENGTHS {
            for run in letters.windows(length) {
                let bucket = bucket(run);
                if !std::mem::replace(&mut seen[bucket as usize], true) {
                    found.push((bucket, place.clone()));
                }
            }
        }
    }
    found
}

/// Stands for the edge of a word; no word holds it.
const EDGE: char = ' ';

/// FNV-1a over the code points, mixed at the end, because the low bits of FNV alone are poor. It is
/// part of what a bundle means: another hash makes another model.
#[expect(clippy::cast_possible_truncation, reason = "the remainder is below the buckets")]
fn bucket(run: &[char]) -> u32 {
    let hash = run.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, letter| {
        (hash ^ u64::from(u32::from(*letter))).wrapping_mul(0x0100_0000_01b3)
    });
    let mixed = (hash ^ (hash >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    ((mixed ^ (mixed >> 32)) % NGRAM_BUCKETS as u64) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn buckets(text: &str) -> Vec<u32> {
        ngrams(text, &[]).into_iter().map(|(bucket, _)| bucket).collect()
    }

    #[test]
    fn a_word_gives_its_runs_with_its_edges() {
        // " ker", "kerj" … : four letters and two edges hold 4 + 3 + 2 runs.
        assert_eq!(buckets("kerj").len(), 9);
    }

    #[test]
    fn a_run_counts_once_and_stands_where_it_was_first() {
        let found = ngrams("kerja kerja", &[]);
        assert_eq!(found.len(), buckets("kerja").len());
        assert!(found.iter().all(|(_, place)| *place == (0..5)));
    }

    #[test]
    fn hidden_words_and_words_of_identity_give_nothing() {
        let name = 0..5;
        assert!(ngrams("batam", &[name]).is_empty());
        assert!(buckets("wanita").is_empty());
    }

    #[test]
    fn a_run_has_the_bucket_it_always_had() {
        assert_eq!(bucket(&['k', 'e', 'r']), 25_193);
    }
}
