//! Near copies: which of these texts are one text, reposted with small changes?
//!
//! ```text
//! text --lower case, words--> runs of five words --rare ones meet--> pairs --Jaccard--> union-find
//! ```
//!
//! Reposts are half of any scrape. Split at random they stand on both sides, and a model is praised
//! for its memory; split by [`groups`] they do not.

use std::collections::HashMap;

use crate::text::words;

/// Words in a run.
const RUN: usize = 5;

/// Texts are near copies when they share more than this part of their runs.
pub const NEAR: f64 = 0.3;

/// For each text the number of its group: the place of the first text of the group, from 0.
///
/// Two texts are near copies when `shared / all` of their runs of five lower-case words is above
/// `threshold` (from 0, below 1; [`NEAR`] as a rule), and a group is what near copies join: the two
/// ends of a chain may share nothing. A text of fewer than five words has one run, all its words; a
/// text without words is alone.
///
/// Exact, not estimated. Only texts that share one of their rarer runs are compared, so that the
/// cost grows with the near copies there are: 6,000 adverts take about a second.
pub fn groups<T: AsRef<str>>(texts: &[T], threshold: f64) -> Vec<usize> {
    let texts: Vec<Vec<u32>> = ranked(texts.iter().map(|text| runs(text.as_ref())).collect());
    let mut joined = Joined((0..texts.len()).collect());
    let mut met: HashMap<u32, Vec<usize>> = HashMap::new();
    for (at, text) in texts.iter().enumerate() {
        let prefix = &text[..prefix(text.len(), threshold)];
        let mut others: Vec<usize> =
            prefix.iter().filter_map(|run| met.get(run)).flatten().copied().collect();
        others.sort_unstable();
        others.dedup();
        for other in others {
            if joined.root(at) != joined.root(other) && jaccard(text, &texts[other]) > threshold {
                joined.join(at, other);
            }
        }
        for run in prefix {
            met.entry(*run).or_default().push(at);
        }
    }
    (0..texts.len()).map(|at| joined.root(at)).collect()
}

/// How many of the rarest runs must be looked at: of two texts that share more than `threshold` of
/// all, one of these at least is shared (the prefix filter of Chaudhuri, Ganti and Kaushik 2006).
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a part of a length is a length"
)]
fn prefix(runs: usize, threshold: f64) -> usize {
    let shared = (threshold * runs as f64).floor() as usize;
    runs.saturating_sub(shared)
}

/// The hashes of the runs of `text`, sorted, each once.
fn runs(text: &str) -> Vec<u64> {
    let lower = text.to_lowercase();
    let words: Vec<&str> = words(&lower).filter_map(|word| lower.get(word)).collect();
    let length = RUN.min(words.len()).max(1);
    let mut runs: Vec<u64> = words.windows(length).map(hash).collect();
    runs.sort_unstable();
    runs.dedup();
    runs
}

/// FNV-1a over the words, with a byte between them that no text has.
fn hash(words: &[&str]) -> u64 {
    let bytes = words.iter().flat_map(|word| word.bytes().chain([0xff]));
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// Each text's runs as ranks, the rarest run of all texts first.
fn ranked(texts: Vec<Vec<u64>>) -> Vec<Vec<u32>> {
    let mut all: Vec<u64> = texts.iter().flatten().copied().collect();
    all.sort_unstable();
    let mut runs: Vec<(usize, u64)> =
        all.chunk_by(|one, next| one == next).map(|same| (same.len(), same[0])).collect();
    runs.sort_unstable();
    let ranks: HashMap<u64, u32> = (0..).zip(&runs).map(|(rank, (_, run))| (*run, rank)).collect();
    let rank = |runs: Vec<u64>| {
        let mut ranks: Vec<u32> = runs.iter().map(|run| ranks[run]).collect();
        ranks.sort_unstable();
        ranks
    };
    texts.into_iter().map(rank).collect()
}

/// Shared members over all members of two sorted lists; at least one is not empty.
fn jaccard(one: &[u32], other: &[u32]) -> f64 {
    let (mut left, mut right, mut shared) = (0, 0, 0usize);
    while let (Some(a), Some(b)) = (one.get(left), other.get(right)) {
        shared += usize::from(a == b);
        left += usize::from(a <= b);
        right += usize::from(b <= a);
    }
    shared as f64 / (one.len() + other.len() - shared) as f64
}

/// Union-find: each member points towards the first of its group.
struct Joined(Vec<usize>);

impl Joined {
    fn root(&mut self, mut at: usize) -> usize {
        while self.0[at] != at {
            self.0[at] = self.0[self.0[at]];
            at = self.0[at];
        }
        at
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.root(one), self.root(other));
        self.0[one.max(other)] = one.min(other);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reposts_join_and_chains_hold_together() {
        let texts = [
            "Dicari kasir toko di Batam Centre, gaji UMR, libur hari Minggu",
            "Kapal feri berangkat jam delapan pagi dari pelabuhan",
            "DICARI kasir toko di Batam Centre!! gaji UMR, libur hari Sabtu",
            "gaji UMR, libur hari Sabtu, datang langsung ke toko",
            "",
            "",
            "Info loker",
            "info LOKER",
        ];
        assert_eq!(groups(&texts, NEAR), [0, 1, 0, 3, 4, 5, 6, 6]);
        // The last shares 1 of 11 runs with the third, and a lower threshold joins it.
        assert_eq!(groups(&texts, 0.05)[3], 0);
    }

    #[test]
    fn no_texts_have_no_groups() {
        assert!(groups::<&str>(&[], NEAR).is_empty());
    }

    proptest! {
        /// The oracle compares every pair.
        #[test]
        fn groups_are_those_of_comparing_every_pair(
            texts in prop::collection::vec("([abc] ){0,12}", 0..12),
            threshold in prop::sample::select(vec![0.0, 0.3, 0.5, 0.9]),
        ) {
            let sets: Vec<BTreeSet<u64>> =
                texts.iter().map(|text| runs(text).into_iter().collect()).collect();
            let mut joined = Joined((0..texts.len()).collect());
            for (at, one) in sets.iter().enumerate() {
                for (other, set) in sets.iter().enumerate().take(at) {
                    let shared = one.intersection(set).count() as f64;
                    if shared / one.union(set).count() as f64 > threshold {
                        joined.join(at, other);
                    }
                }
            }
            let expected: Vec<usize> = (0..texts.len()).map(|at| joined.root(at)).collect();
            prop_assert_eq!(groups(&texts, threshold), expected);
        }
    }
}
