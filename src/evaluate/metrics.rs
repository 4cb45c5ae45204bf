//! Measures, each with its formula. A measure that does not exist is `None`, never 0 or NaN.
//!
//! Every measure takes a weight for each case: how often a bootstrap draw holds it, or 1.

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
    /// Counts one case `weight` times.
    pub fn add(&mut self, labelled: bool, found: bool, weight: u32) {
        let weight = u64::from(weight);
        match (labelled, found) {
            (true, true) => self.hits += weight,
            (false, true) => self.false_alarms += weight,
            (true, false) => self.misses += weight,
            (false, false) => {}
        }
    }

    /// Adds the counts of other cases.
    pub fn merge(&mut self, other: Self) {
        self.hits += other.hits;
        self.false_alarms += other.false_alarms;
        self.misses += other.misses;
    }

    /// How many cases carry the label.
    pub fn labelled(self) -> u64 {
        self.hits + self.misses
    }

    /// hits / (hits + false alarms); `None` when nothing was found.
    pub fn precision(self) -> Option<f64> {
        ratio(self.hits, self.hits + self.false_alarms)
    }

    /// hits / (hits + misses); `None` when nothing was labelled.
    pub fn recall(self) -> Option<f64> {
        ratio(self.hits, self.labelled())
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

/// A part of a whole, counted by weight.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// How many have it.
    pub part: u64,
    /// Out of how many.
    pub whole: u64,
}

impl Share {
    /// Counts one case `weight` times.
    pub fn add(&mut self, has: bool, weight: u32) {
        self.part += u64::from(has) * u64::from(weight);
        self.whole += u64::from(weight);
    }

    /// Part by whole; `None` of nothing.
    pub fn value(self) -> Option<f64> {
        ratio(self.part, self.whole)
    }

    /// The highest rate of which so few are still seen once in twenty times: the exact one-sided
    /// 95 % bound of Clopper and Pearson (1934). `None` of nothing. O(`part`) · 60.
    pub fn upper_bound(self) -> Option<f64> {
        if self.whole == 0 {
            return None;
        }
        if self.part == self.whole {
            return Some(1.0);
        }
        let (mut low, mut high) = (0.0_f64, 1.0_f64);
        for _ in 0..60 {
            let middle = f64::midpoint(low, high);
            if at_most(self.part, self.whole, middle) > 0.05 {
                low = middle;
            } else {
                high = middle;
            }
        }
        Some(high)
    }
}

/// The chance of `part` or fewer out of `whole` at rate `rate`, summed in logarithms.
fn at_most(part: u64, whole: u64, rate: f64) -> f64 {
    if rate <= 0.0 {
        return 1.0;
    }
    let (ln_rate, ln_rest) = (rate.ln(), (-rate).ln_1p());
    let mut ln_term = whole as f64 * ln_rest;
    let mut sum = ln_term.exp();
    for k in 1..=part {
        ln_term += ((whole - k + 1) as f64 / k as f64).ln() + ln_rate - ln_rest;
        sum += ln_term.exp();
    }
    sum
}

/// Scores with what they should say, in order of the score once and for all draws.
#[derive(Clone, Debug)]
pub struct Ranking {
    /// Score, target and number of the case, highest score first.
    sorted: Vec<(f64, bool, usize)>,
}

impl Ranking {
    /// Ranks cases by score. O(n log n).
    pub fn new(scored: impl IntoIterator<Item = (f64, bool)>) -> Self {
        let numbered = scored.into_iter().enumerate();
        let mut sorted: Vec<_> =
            numbered.map(|(case, (score, target))| (score, target, case)).collect();
        sorted.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.2.cmp(&b.2)));
        Self { sorted }
    }

    /// The cases of equal score together, highest first: score, positives and negatives by weight.
    fn ties(&self, weight: impl Fn(usize) -> u32) -> impl Iterator<Item = (f64, f64, f64)> {
        self.sorted.chunk_by(|a, b| a.0.total_cmp(&b.0).is_eq()).map(move |tie| {
            let (mut up, mut down) = (0.0, 0.0);
            for (_, target, case) in tie {
                let weight = f64::from(weight(*case));
                if *target { up += weight } else { down += weight }
            }
            (tie[0].0, up, down)
        })
    }

    /// The share of pairs of a positive and a negative in which the positive has the higher score,
    /// ties counted half (Hanley and `McNeil` 1982). `None` without both.
    pub fn auroc(&self, weight: impl Fn(usize) -> u32) -> Option<f64> {
        let (mut above, mut negatives, mut wins) = (0.0, 0.0, 0.0);
        for (_, up, down) in self.ties(weight) {
            wins += down * (above + up / 2.0);
            above += up;
            negatives += down;
        }
        (above > 0.0 && negatives > 0.0).then(|| wins / (above * negatives))
    }

    /// Average precision: the precision at the rank of each positive, on average; ties are taken as
    /// one rank. `None` without positives.
    pub fn average_precision(&self, weight: impl Fn(usize) -> u32) -> Option<f64> {
        let (mut seen, mut hits, mut sum) = (0.0, 0.0, 0.0);
        for (_, up, down) in self.ties(weight) {
            seen += up + down;
            hits += up;
            if up > 0.0 {
                sum += up * hits / seen;
            }
        }
        (hits > 0.0).then(|| sum / hits)
    }

    /// The share of positives found when only the highest `share` of the negatives is looked at
    /// beside them: recall at a review budget. `None` without both.
    pub fn recall_at(&self, share: f64, weight: impl Fn(usize) -> u32) -> Option<f64> {
        let ties: Vec<_> = self.ties(weight).collect();
        let positives: f64 = ties.iter().map(|(_, up, _)| up).sum();
        let negatives: f64 = ties.iter().map(|(_, _, down)| down).sum();
        if positives == 0.0 || negatives == 0.0 {
            return None;
        }
        let budget = share * negatives;
        let (mut found, mut spent) = (0.0, 0.0);
        for (_, up, down) in ties {
            if spent + down > budget {
                break;
            }
            spent += down;
            found += up;
        }
        Some(found / positives)
    }

    /// Points of the precision-recall curve from the highest score down, at most `most` of them,
    /// the last one always: score, precision, recall.
    pub fn curve(&self, most: usize) -> Vec<CurvePoint> {
        let positives = self.sorted.iter().filter(|(_, target, _)| *target).count() as f64;
        let (mut seen, mut hits) = (0.0, 0.0);
        let mut points = Vec::new();
        for (score, up, down) in self.ties(|_| 1) {
            seen += up + down;
            hits += up;
            if up > 0.0 {
                let (precision, recall) = (hits / seen, hits / positives);
                points.push(CurvePoint { score, precision, recall });
            }
        }
        let step = points.len().div_ceil(most.max(1)).max(1);
        let last = points.len().saturating_sub(1);
        let kept = points.into_iter().enumerate().filter(|(at, _)| at % step == 0 || *at == last);
        kept.map(|(_, point)| point).collect()
    }
}

/// What a threshold at `score` gives.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CurvePoint {
    /// The threshold.
    pub score: f64,
    /// Of those at or above it, how many are right.
    pub precision: f64,
    /// Of the right ones, how many are at or above it.
    pub recall: f64,
}

/// One bar of a reliability diagram.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bin {
    /// Total weight of the cases in it.
    pub weight: f64,
    /// Their mean confidence.
    pub confidence: f64,
    /// How many of them are right.
    pub observed: f64,
}

/// Ten bins of equal width over confidence; empty ones are left out. Each case is
/// (confidence, target, weight).
pub(super) fn reliability(cases: impl IntoIterator<Item = (f64, bool, f64)>) -> Vec<Bin> {
    const BINS: usize = 10;
    let mut sums = [(0.0, 0.0, 0.0); BINS];
    for (confidence, target, weight) in cases {
        let edge = |at: &usize| confidence < (*at + 1) as f64 / BINS as f64;
        let at = (0..BINS).find(edge).unwrap_or(BINS - 1);
        sums[at].0 += weight;
        sums[at].1 += weight * confidence;
        sums[at].2 += weight * f64::from(u8::from(target));
    }
    let full = sums.into_iter().filter(|(weight, ..)| *weight > 0.0);
    full.map(|(weight, confidence, observed)| Bin {
        weight,
        confidence: confidence / weight,
        observed: observed / weight,
    })
    .collect()
}

/// Expected calibration error (Naeini et al. 2015): the gaps between confidence and what was
/// observed, on average by weight. `None` without bins.
pub(super) fn calibration_error(bins: &[Bin]) -> Option<f64> {
    let all: f64 = bins.iter().map(|bin| bin.weight).sum();
    let gap: f64 = bins.iter().map(|bin| bin.weight * (bin.confidence - bin.observed).abs()).sum();
    (all > 0.0).then(|| gap / all)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ones(_: usize) -> u32 {
        1
    }

    #[test]
    fn nothing_to_measure_is_none() {
        let none = Counts::default();
        assert_eq!((none.precision(), none.recall(), none.f1()), (None, None, None));
        let one_sided = Ranking::new([(0.5, true)]);
        assert_eq!((one_sided.auroc(ones), one_sided.recall_at(0.1, ones)), (None, None));
        assert_eq!(Ranking::new([(0.5, false)]).average_precision(ones), None);
        assert_eq!(Share::default().upper_bound(), None);
        assert_eq!(calibration_error(&[]), None);
    }

    #[test]
    fn the_bound_is_that_of_the_tables() {
        let bound = |part, whole| Share { part, whole }.upper_bound().unwrap();
        // None of n: 1 - 0.05^(1/n). Others from R, `binom.test(alternative = "less")`.
        assert!((bound(0, 10) - (1.0 - 0.05_f64.powf(0.1))).abs() < 1e-9);
        assert!((bound(2, 20) - 0.282_619).abs() < 1e-5);
        assert!((bound(5, 1000) - 0.010_486).abs() < 1e-5);
        assert!((bound(7, 7) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_budget_buys_the_positives_above_the_last_negative_it_pays() {
        let ranking = Ranking::new([(0.9, true), (0.8, false), (0.7, true), (0.1, false)]);
        assert_eq!(ranking.recall_at(0.0, ones), Some(0.5));
        assert_eq!(ranking.recall_at(0.5, ones), Some(1.0));
        let tied = Ranking::new([(0.9, true), (0.9, false)]);
        assert_eq!(tied.recall_at(0.0, ones), Some(0.0), "a tie must be paid for whole");
    }

    #[test]
    fn reliability_sees_a_gap() {
        let bins = reliability([(0.25, true, 1.0), (0.25, false, 3.0), (1.0, true, 4.0)]);
        assert_eq!(bins.len(), 2);
        assert!(calibration_error(&bins).unwrap() < 1e-12);
        let off = reliability([(0.9, false, 1.0)]);
        assert!((calibration_error(&off).unwrap() - 0.9).abs() < 1e-12);
    }

    proptest! {
        #[test]
        fn auroc_is_the_share_of_pairs_in_the_right_order(
            cases in prop::collection::vec((0u8..6, any::<bool>(), 0u32..3), 2..40)
        ) {
            let scored: Vec<(f64, bool)> =
                cases.iter().map(|(s, t, _)| (f64::from(*s), *t)).collect();
            let (mut wins, mut pairs) = (0.0, 0.0);
            for (p, _, weight) in cases.iter().filter(|(_, target, _)| *target) {
                for (n, _, other) in cases.iter().filter(|(_, target, _)| !*target) {
                    let pair = f64::from(weight * other);
                    pairs += pair;
                    wins += pair * match p.cmp(n) {
                        std::cmp::Ordering::Greater => 1.0,
                        std::cmp::Ordering::Equal => 0.5,
                        std::cmp::Ordering::Less => 0.0,
                    };
                }
            }
            let expected = (pairs > 0.0).then(|| wins / pairs);
            let found = Ranking::new(scored).auroc(|case| cases[case].2);
            prop_assert_eq!(expected.is_some(), found.is_some());
            if let (Some(expected), Some(found)) = (expected, found) {
                prop_assert!((expected - found).abs() < 1e-9);
            }
        }
    }
}
