//! Measures, each with its formula. A measure that does not exist is `None`, never 0 or NaN.

use serde::{Deserialize, Serialize};

/// How often a label was found, missed and raised for nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Labelled and found.
    pub hits: u64,
    /// Found, and not labelled.
    pub false_alarms: u64,
    /// Labelled, and not found.
    pub misses: u64,
}

impl Counts {
    /// Counts one post.
    pub fn add(&mut self, labelled: bool, found: bool) {
        match (labelled, found) {
            (true, true) => self.hits += 1,
            (false, true) => self.false_alarms += 1,
            (true, false) => self.misses += 1,
            (false, false) => {}
        }
    }

    /// Adds the counts of other posts.
    pub fn merge(&mut self, other: Self) {
        self.hits += other.hits;
        self.false_alarms += other.false_alarms;
        self.misses += other.misses;
    }

    /// hits / (hits + false alarms); `None` when nothing was found.
    pub fn precision(self) -> Option<f64> {
        ratio(self.hits, self.hits + self.false_alarms)
    }

    /// hits / (hits + misses); `None` when nothing was labelled.
    pub fn recall(self) -> Option<f64> {
        ratio(self.hits, self.hits + self.misses)
    }

    /// 2·hits / (2·hits + false alarms + misses); `None` when nothing was labelled or found.
    pub fn f1(self) -> Option<f64> {
        ratio(2 * self.hits, 2 * self.hits + self.false_alarms + self.misses)
    }
}

/// `part / whole`, or `None` for nothing.
pub(super) fn ratio(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// The share of pairs of a positive and a negative in which the positive has the higher score,
/// ties counted half (Hanley and `McNeil` 1982). `None` without both. O(n log n).
pub fn auroc(scored: &[(f64, bool)]) -> Option<f64> {
    let mut sorted: Vec<(f64, bool)> = scored.to_vec();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let positives = sorted.iter().filter(|(_, target)| *target).count() as f64;
    let negatives = sorted.len() as f64 - positives;
    if positives == 0.0 || negatives == 0.0 {
        return None;
    }
    let (mut below, mut wins) = (0.0, 0.0);
    for tie in sorted.chunk_by(|a, b| a.0.total_cmp(&b.0).is_eq()) {
        let up = tie.iter().filter(|(_, target)| *target).count() as f64;
        let down = tie.len() as f64 - up;
        wins += up * (below + down / 2.0);
        below += down;
    }
    Some(wins / (positives * negatives))
}

/// Average precision: Σ over positives of the precision at their rank, divided by their number;
/// ties are taken as one rank. `None` without positives.
pub fn average_precision(scored: &[(f64, bool)]) -> Option<f64> {
    let mut sorted: Vec<(f64, bool)> = scored.to_vec();
    sorted.sort_by(|a, b| b.0.total_cmp(&a.0));
    let positives = sorted.iter().filter(|(_, target)| *target).count() as f64;
    if positives == 0.0 {
        return None;
    }
    let (mut seen, mut hits, mut sum) = (0.0, 0.0, 0.0);
    for tie in sorted.chunk_by(|a, b| a.0.total_cmp(&b.0).is_eq()) {
        let up = tie.iter().filter(|(_, target)| *target).count() as f64;
        seen += tie.len() as f64;
        hits += up;
        sum += up * hits / seen;
    }
    Some(sum / positives)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn nothing_to_measure_is_none() {
        let none = Counts::default();
        assert_eq!((none.precision(), none.recall(), none.f1()), (None, None, None));
        assert_eq!(auroc(&[(0.5, true)]), None);
        assert_eq!(average_precision(&[(0.5, false)]), None);
    }

    proptest! {
        #[test]
        fn auroc_is_the_share_of_pairs_in_the_right_order(
            scored in prop::collection::vec((0u8..6, any::<bool>()), 2..40)
        ) {
            let scored: Vec<(f64, bool)> =
                scored.into_iter().map(|(s, t)| (f64::from(s), t)).collect();
            let (mut wins, mut pairs) = (0.0, 0.0);
            for positive in scored.iter().filter(|(_, target)| *target) {
                for negative in scored.iter().filter(|(_, target)| !*target) {
                    pairs += 1.0;
                    wins += if positive.0 > negative.0 { 1.0 }
                        else if positive.0 < negative.0 { 0.0 } else { 0.5 };
                }
            }
            let expected = (pairs > 0.0).then(|| wins / pairs);
            let found = auroc(&scored);
            prop_assert_eq!(expected.is_some(), found.is_some());
            if let (Some(expected), Some(found)) = (expected, found) {
                prop_assert!((expected - found).abs() < 1e-9);
            }
        }
    }
}
