//! Intervals: draws of whole groups, because near-copies do not count twice.
//!
//! A cluster bootstrap (Field and Welsh 2007): as many groups as there are, drawn with
//! replacement, and every post of a group as often as its group. The draws come from a seeded
//! generator and not from a clock, so that the same posts give the same intervals.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Draws for the figures of all posts.
pub(super) const DRAWS: usize = 1000;
/// Draws for the figures of a slice: there are many slices, and their intervals are wide anyway.
pub(super) const SLICE_DRAWS: usize = 200;
/// Where the generator starts.
const SEED: u64 = 20_261_124;

/// A figure with the middle 95 % of its draws.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// Of the posts as they are; `None` where it does not exist.
    pub value: Option<f64>,
    /// 2.5 % of the draws are below.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub low: Option<f64>,
    /// 2.5 % of the draws are above.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high: Option<f64>,
}

/// `SplitMix64` (Steele, Lea and Flood 2014): small, and the same on every machine.
#[derive(Clone, Debug)]
pub(super) struct Generator(u64);

impl Generator {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `bound`, which is not 0. The bias of the product method is below 2⁻⁴⁰ here.
    pub(super) fn below(&mut self, bound: usize) -> usize {
        let wide = u128::from(self.next()) * bound as u128;
        usize::try_from(wide >> 64).expect("it is below a usize")
    }
}

/// The figures of `cases` posts and their intervals. `groups` gives each post its group;
/// `measure` gives all figures for a weight a post. O(draws · cost of `measure`).
pub(super) fn figures(
    groups: &[&str],
    draws: usize,
    measure: impl Fn(&[u32]) -> Vec<Option<f64>>,
) -> Vec<Figure> {
    let mut numbers = BTreeMap::new();
    for group in groups {
        let next = numbers.len();
        numbers.entry(*group).or_insert(next);
    }
    let group_of: Vec<usize> = groups.iter().map(|group| numbers[group]).collect();
    let values = measure(&vec![1; groups.len()]);
    let mut drawn: Vec<Vec<f64>> = vec![Vec::new(); values.len()];
    let mut generator = Generator::new(SEED);
    // One group has no spread to show.
    for _ in 0..if numbers.len() > 1 { draws } else { 0 } {
        let mut times = vec![0; numbers.len()];
        for _ in 0..numbers.len() {
            times[generator.below(numbers.len())] += 1;
        }
        let weights: Vec<u32> = group_of.iter().map(|group| times[*group]).collect();
        for (all, value) in drawn.iter_mut().zip(measure(&weights)) {
            all.extend(value);
        }
    }
    let with_interval = |(value, mut all): (Option<f64>, Vec<f64>)| {
        all.sort_by(f64::total_cmp);
        let (low, high) = (quantile(&all, 0.025), quantile(&all, 0.975));
        if value.is_some() { Figure { value, low, high } } else { Figure::default() }
    };
    values.into_iter().zip(drawn).map(with_interval).collect()
}

/// The value below which a share `q` of `sorted` lies (nearest rank).
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a share of a length is a small number that is not negative"
)]
fn quantile(sorted: &[f64], q: f64) -> Option<f64> {
    let rank = (q * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.saturating_sub(1)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mean(values: &[f64], weights: &[u32]) -> Vec<Option<f64>> {
        let all: u32 = weights.iter().sum();
        let sum: f64 = values.iter().zip(weights).map(|(v, w)| v * f64::from(*w)).sum();
        vec![(all > 0).then(|| sum / f64::from(all))]
    }

    #[test]
    fn the_interval_of_a_mean_is_two_standard_errors_wide() {
        let values: Vec<f64> = (0..400).map(|i| f64::from(i % 2)).collect();
        let names: Vec<String> = (0..400).map(|i| i.to_string()).collect();
        let groups: Vec<&str> = names.iter().map(String::as_str).collect();
        let figure = figures(&groups, DRAWS, |weights| mean(&values, weights))[0];
        assert_eq!(figure.value, Some(0.5));
        let (low, high) = (figure.low.unwrap(), figure.high.unwrap());
        // Standard error 0.5 / √400 = 0.025.
        assert!((0.5 - low - 0.049).abs() < 0.008 && (high - 0.5 - 0.049).abs() < 0.008);
    }

    #[test]
    fn copies_in_one_group_widen_the_interval() {
        let values: Vec<f64> = (0..400).map(|i| f64::from((i / 40) % 2)).collect();
        let width = |size: usize| {
            let names: Vec<String> = (0..400).map(|i| (i / size).to_string()).collect();
            let groups: Vec<&str> = names.iter().map(String::as_str).collect();
            let figure = figures(&groups, SLICE_DRAWS, |weights| mean(&values, weights))[0];
            figure.high.unwrap() - figure.low.unwrap()
        };
        assert!(width(40) > 3.0 * width(1));
    }

    #[test]
    fn what_does_not_exist_has_no_interval() {
        let found = figures(&["a", "b"], 10, |_| vec![None]);
        assert_eq!(found, [Figure::default()]);
        let one = figures(&["a", "a"], 10, |_| vec![Some(1.0)])[0];
        assert_eq!((one.value, one.low), (Some(1.0), None));
    }
}
