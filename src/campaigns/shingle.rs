//! Shingles: the runs of words of a view, as hashes of 32 bits.

use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

use super::{FEWEST_WORDS, LONG_RUN, LONGEST_SHORT, SHORT_RUN, SHORTEST_LONG};
use crate::text::words;

/// How many shingles of a text are kept, the smallest hashes: memory by post is bounded by it. The
/// Jaccard likeness is exact for texts of up to so many runs, and an estimate over a sample for longer ones.
pub(super) const MOST_SHINGLES: usize = 256;

/// The words of a view with its digits as `0`, hashed.
///
/// An amount, an age or a date is a word of zeros: other sums do not make another text.
pub(super) struct Words(Vec<u64>);

impl Words {
    pub(super) fn new(view: &str) -> Self {
        let masked: String =
            view.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
        let word = |range: std::ops::Range<usize>| {
            xxh3_64(masked.get(range).unwrap_or_default().as_bytes())
        };
        Self(words(&masked).map(word).collect())
    }

    /// Whether the words alone can say that two texts are one.
    pub(super) fn are_enough(&self) -> bool {
        self.0.len() >= FEWEST_WORDS
    }

    /// A hash of all words in order.
    pub(super) fn hash(&self) -> u64 {
        hash(&self.0, 0)
    }

    /// The shingles by which longer texts are compared, in order; empty for short ones.
    pub(super) fn long_shingles(&self) -> Vec<u32> {
        if self.0.len() < SHORTEST_LONG { Vec::new() } else { self.shingles(LONG_RUN) }
    }

    /// The shingles by which short texts are compared, in order; empty for long ones and for those
    /// with too few words to compare.
    pub(super) fn short_shingles(&self) -> Vec<u32> {
        let is_short = self.are_enough() && self.0.len() <= LONGEST_SHORT;
        if is_short { self.shingles(SHORT_RUN) } else { Vec::new() }
    }

    #[expect(clippy::cast_possible_truncation, reason = "half of a hash is a hash")]
    fn shingles(&self, run: usize) -> Vec<u32> {
        let mut shingles: Vec<u32> =
            self.0.windows(run).map(|words| hash(words, run as u64) as u32).collect();
        shingles.sort_unstable();
        shingles.dedup();
        shingles.truncate(MOST_SHINGLES);
        shingles
    }
}

fn hash(words: &[u64], seed: u64) -> u64 {
    if let [one, two, three] = words {
        return hash_bytes(&[*one, *two, *three].map(u64::to_le_bytes).concat(), seed);
    }
    let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    hash_bytes(&bytes, seed)
}

fn hash_bytes(bytes: &[u8], seed: u64) -> u64 {
    xxh3_64_with_seed(bytes, seed)
}

/// Whether two sets of shingles are near: shared / all ≥ `threshold`, and at least `least` shared.
///
/// Sets are sorted. Where one was cut at [`MOST_SHINGLES`], both are compared up to the hash where it
/// was cut: the smallest hashes are a fair sample (Broder 1997).
pub(super) fn are_near(one: &[u32], other: &[u32], threshold: f64, least: usize) -> bool {
    let (one, other) = comparable(one, other);
    let all = (one.len() + other.len()) as f64;
    // shared / (all - shared) >= threshold
    let needed = (threshold * all / (1.0 + threshold)).max(least as f64) - ROUNDING;
    shared(one, other, needed) as f64 >= needed
}

/// The Jaccard likeness of two sets, one of which is not empty: shared / all.
pub(super) fn likeness(one: &[u32], other: &[u32]) -> f64 {
    let (one, other) = comparable(one, other);
    let shared = shared(one, other, 0.0);
    shared as f64 / (one.len() + other.len() - shared).max(1) as f64
}

/// So that a likeness that is the threshold reaches it.
const ROUNDING: f64 = 1e-9;

/// The parts of two sets that were kept of both.
fn comparable<'a>(one: &'a [u32], other: &'a [u32]) -> (&'a [u32], &'a [u32]) {
    let cut = [one, other].into_iter().filter(|set| set.len() == MOST_SHINGLES);
    let bound = cut.filter_map(|set| set.last()).min().copied();
    let kept = |set: &'a [u32]| match bound {
        Some(bound) => &set[..set.partition_point(|hash| *hash <= bound)],
        None => set,
    };
    (kept(one), kept(other))
}

/// How many hashes two sorted sets share; too few when it is clear that `needed` are not there.
fn shared(one: &[u32], other: &[u32], needed: f64) -> usize {
    let (mut left, mut right, mut shared) = (0, 0, 0usize);
    while left < one.len() && right < other.len() {
        let rest = (one.len() - left).min(other.len() - right);
        if ((shared + rest) as f64) < needed {
            break;
        }
        let (a, b) = (one[left], other[right]);
        shared += usize::from(a == b);
        left += usize::from(a <= b);
        right += usize::from(b <= a);
    }
    shared
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn sizes(view: &str) -> (usize, usize) {
        let words = Words::new(view);
        (words.long_shingles().len(), words.short_shingles().len())
    }

    #[test]
    fn short_texts_have_shorter_shingles_and_those_between_have_both() {
        let words: Vec<String> = ('a'..='z').map(|c| format!("k{c}")).collect();
        assert_eq!(sizes(""), (0, 0));
        assert_eq!(sizes(&words[..4].join(" ")), (0, 0));
        assert_eq!(sizes(&words[..5].join(" ")), (0, 4));
        assert_eq!(sizes(&words[..12].join(" ")), (10, 11));
        assert_eq!(sizes(&words[..17].join(" ")), (15, 0));
    }

    #[test]
    fn other_sums_and_marks_make_no_other_text() {
        let one = Words::new("gaji 15jt, mess + makan!").hash();
        assert_eq!(one, Words::new("gaji 20jt mess makan").hash());
        assert_ne!(one, Words::new("gaji 2jt mess makan").hash());
    }

    #[test]
    fn long_sets_are_compared_as_far_as_both_were_kept() {
        let whole: Vec<u32> = (0..1000).map(|n| n * 3).collect();
        let cut = &whole[..MOST_SHINGLES];
        assert!(are_near(cut, cut, 1.0, 4));
        // A text of half the length, all of whose shingles are in the other.
        let half: Vec<u32> = whole.iter().copied().step_by(2).take(MOST_SHINGLES).collect();
        assert!(are_near(cut, &half, 0.5, 4) && !are_near(cut, &half, 0.52, 4));
    }

    proptest! {
        /// The oracle counts with sets.
        #[test]
        fn near_is_what_the_definition_says(
            one in prop::collection::btree_set(0u32..40, 0..30),
            other in prop::collection::btree_set(0u32..40, 0..30),
            threshold in prop::sample::select(vec![0.1, 0.15, 0.3, 0.5, 1.0]),
        ) {
            let shared = one.intersection(&other).count();
            let all = one.union(&other).count();
            let expected = shared >= 4 && shared as f64 >= threshold * all as f64 - 1e-9;
            let list = |set: &BTreeSet<u32>| set.iter().copied().collect::<Vec<_>>();
            prop_assert_eq!(are_near(&list(&one), &list(&other), threshold, 4), expected);
        }
    }
}
