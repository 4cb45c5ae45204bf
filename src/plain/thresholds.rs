//! Thresholds: from which probability on a label is given.
//!
//! The cut with the highest F1 among a few hundred held-out texts moves with every one of them. So
//! the margins are first mapped to probabilities by two numbers (Platt), and the cut is where the F1
//! that these probabilities let expect is highest: `2·Σ p above / (texts above + Σ p)`. A half, which
//! is what a probability says by itself, is left only for a gain that is worth it.

use super::{
    decide::{log_odds, logistic},
    fit::scored,
};
use crate::train::{
    TrainError,
    solver::{Problem, fit_head},
};

/// Of all cuts whose expected F1 is at most this much below the highest, that nearest to a half is taken.
const WORTH: f64 = 0.01;

/// Keeps the two numbers finite where margins part the texts without a fault.
const PENALTY: f64 = 0.01;

/// A threshold a label. Of two labels it is that of the rarer, and the other has the rest of 1.
pub(super) fn thresholds(
    probabilities: &[Vec<f64>],
    labels: &[usize],
    names: usize,
) -> Result<Vec<f64>, TrainError> {
    let threshold = |label| threshold(&scored(probabilities, labels, label));
    if names == 2 {
        let second = labels.iter().filter(|label| **label == 1).count();
        let rarer = usize::from(second * 2 <= labels.len());
        let found = threshold(rarer)?;
        return Ok(if rarer == 1 { vec![1.0 - found, found] } else { vec![found, 1.0 - found] });
    }
    (0..names).map(threshold).collect()
}

/// The threshold of one label against all others.
fn threshold(scored: &[(f64, bool)]) -> Result<f64, TrainError> {
    let starts: Vec<usize> = (0..=scored.len()).collect();
    let margins: Vec<f32> = scored.iter().map(|(p, _)| super::rows::single(log_odds(*p))).collect();
    let targets = [scored.iter().map(|(_, target)| (*target, 1.0)).collect::<Vec<_>>()];
    let problem = Problem {
        starts: &starts,
        columns: &vec![0; scored.len()],
        values: &margins,
        targets: &targets,
        features: &[0],
        dimensions: 1,
        names: &["threshold".to_owned()],
    };
    let map = fit_head(&problem, 0, PENALTY, None)?;
    // A map that runs downwards would turn the cut around; then the margins say nothing.
    let (slope, offset) = (map[0].max(1e-3), map[1]);
    let mut likely: Vec<f64> =
        margins.iter().map(|margin| logistic(slope * f64::from(*margin) + offset)).collect();
    likely.sort_by(|a, b| b.total_cmp(a));
    let expected: f64 = likely.iter().sum();
    let mut above = 0.0;
    let cuts: Vec<(f64, f64)> = (1..)
        .zip(&likely)
        .map(|(count, p)| {
            above += p;
            // Back through the map, to a probability of the model.
            let cut = logistic((log_odds(*p) - offset) / slope);
            (2.0 * above / (f64::from(count) + expected), cut)
        })
        .collect();
    let highest = cuts.iter().map(|(f1, _)| *f1).fold(0.0, f64::max);
    let far = |cut: f64| (cut - 0.5).abs();
    let good = cuts.into_iter().filter(|(f1, _)| *f1 >= highest - WORTH).map(|(_, cut)| cut);
    Ok(good.min_by(|a, b| far(*a).total_cmp(&far(*b))).unwrap_or(0.5))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Held-out probabilities of two labels, and the labels.
    fn held_out(texts: &[(f64, usize)]) -> (Vec<Vec<f64>>, Vec<usize>) {
        texts.iter().map(|(p, label)| (vec![1.0 - p, *p], *label)).unzip()
    }

    #[test]
    fn a_rare_label_that_is_never_likely_gets_a_low_threshold() {
        let mut texts: Vec<(f64, usize)> =
            (0..90u32).map(|n| (0.01 + f64::from(n) * 2e-4, 0)).collect();
        texts.extend((0..10u32).map(|n| (0.2 + f64::from(n) * 0.01, 1)));
        let (probabilities, labels) = held_out(&texts);
        let found = thresholds(&probabilities, &labels, 2).unwrap();
        assert!(found[1] > 0.03 && found[1] < 0.3, "{found:?}");
        assert!((found[0] + found[1] - 1.0).abs() < 1e-12);
    }

    #[test]
    fn probabilities_that_are_right_as_they_are_keep_about_a_half() {
        let texts: Vec<(f64, usize)> =
            (0..100u32).map(|n| (0.05 + f64::from(n) * 0.009, usize::from(n >= 50))).collect();
        let (probabilities, labels) = held_out(&texts);
        let found = thresholds(&probabilities, &labels, 2).unwrap();
        assert!((found[1] - 0.5).abs() < 0.1, "{found:?}");
    }
}
