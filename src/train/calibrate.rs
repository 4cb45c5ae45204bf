//! Platt maps by `linfa`, and thresholds by a stated precision, on held-out margins.

use linfa::{
    ParamGuard,
    composing::platt_scaling::{PlattParams, platt_newton_method},
};
use ndarray::Array1;

use super::TrainError;
use crate::model::HeadCalibration;

/// Below this many positives no threshold can be chosen from the data.
const LEAST_POSITIVES: usize = 5;

/// A label is unclear from this share of its threshold on.
const UNCLEAR_SHARE: f64 = 0.5;

/// Fits the map of head `name` to `held_out` margins and targets, and cuts it for `precision`,
/// but never below probability `least`.
pub(super) fn calibrate(
    held_out: &[(f32, bool)],
    precision: f64,
    least: f64,
    name: &str,
) -> Result<HeadCalibration, TrainError> {
    let positives = held_out.iter().filter(|(_, target)| *target).count();
    let prevalence = positives as f64 / held_out.len().max(1) as f64;
    if positives < LEAST_POSITIVES || positives == held_out.len() {
        let (threshold, unclear) = (1.0, 1.0);
        return Ok(HeadCalibration { slope: 1.0, offset: 0.0, threshold, unclear, prevalence });
    }
    let failed = |reason: String| TrainError::Solver { head: name.to_owned(), reason };
    // f64: the line search of `linfa` fails to converge on f32 margins.
    let margins: Array1<f64> = held_out.iter().map(|(margin, _)| f64::from(*margin)).collect();
    let targets: Array1<bool> = held_out.iter().map(|(_, target)| *target).collect();
    let params =
        PlattParams::<f64, ()>::default().check().map_err(|error| failed(error.to_string()))?;
    let (a, b) = platt_newton_method(margins.view(), targets.view(), &params)
        .map_err(|error| failed(error.to_string()))?;
    // p = 1 / (1 + exp(a·margin + b)) there.
    let map = HeadCalibration {
        slope: (-a).max(0.0),
        offset: -b,
        threshold: 1.0,
        unclear: 1.0,
        prevalence,
    };
    let scored: Vec<(f64, bool)> =
        held_out.iter().map(|(m, t)| (map.probability(*m), *t)).collect();
    let threshold = threshold(scored, precision).max(least);
    Ok(HeadCalibration { threshold, unclear: threshold * UNCLEAR_SHARE, ..map })
}

/// The entry of a text type: its probability is its share of a softmax and needs no map.
/// `held_out` holds shares and targets.
pub(super) fn of_text_type(held_out: Vec<(f64, bool)>, precision: f64) -> HeadCalibration {
    let positives = held_out.iter().filter(|(_, target)| *target).count();
    let prevalence = positives as f64 / held_out.len().max(1) as f64;
    let threshold = if positives < LEAST_POSITIVES { 1.0 } else { threshold(held_out, precision) };
    HeadCalibration { slope: 1.0, offset: 0.0, threshold, unclear: threshold, prevalence }
}

/// Recall that a cut must keep. A head that reaches its precision on its two surest posts alone
/// would be silent about all others, and a miss can cost more than a false alarm.
const LEAST_RECALL: f64 = 0.3;

/// The lowest cut at which `precision` is reached; where none reaches it with [`LEAST_RECALL`],
/// the cut of the best F½, which still counts precision twice as much.
fn threshold(mut scored: Vec<(f64, bool)>, precision: f64) -> f64 {
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    let positives = scored.iter().filter(|(_, target)| *target).count() as f64;
    let (mut found, mut best) = (None, (0.0, 1.0));
    let mut hits = 0.0;
    for (at, (probability, target)) in scored.iter().enumerate() {
        hits += if *target { 1.0 } else { 0.0 };
        // Only cuts between different probabilities are cuts.
        if scored.get(at + 1).is_some_and(|next| next.0 >= *probability) {
            continue;
        }
        let (p, r) = (hits / (at + 1) as f64, hits / positives);
        if p >= precision && r >= LEAST_RECALL {
            found = Some(*probability);
        }
        let f_half = if p + r > 0.0 { 1.25 * p * r / (0.25 * p + r) } else { 0.0 };
        if f_half > best.0 {
            best = (f_half, *probability);
        }
    }
    found.unwrap_or(best.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lowest_cut_that_keeps_the_precision_is_taken() {
        let scored =
            vec![(0.9, true), (0.8, true), (0.7, false), (0.6, true), (0.5, true), (0.1, false)];
        assert_eq!(threshold(scored.clone(), 0.8).to_bits(), 0.5_f64.to_bits());
        assert_eq!(threshold(scored, 0.9).to_bits(), 0.8_f64.to_bits());
    }

    #[test]
    fn a_map_of_separable_margins_rises_and_is_about_right() {
        let held_out: Vec<(f32, bool)> =
            (0..200).map(|n| (n as f32 / 20.0 - 5.0, n * 7 % 200 < n)).collect();
        let map = calibrate(&held_out, 0.8, 0.0, "x").unwrap();
        assert!(map.slope > 0.0);
        assert!(map.probability(5.0) > 0.7 && map.probability(-5.0) < 0.3, "{map:?}");
    }

    #[test]
    fn too_few_positives_mean_never() {
        let map = calibrate(&[(3.0, true), (-1.0, false)], 0.8, 0.0, "x").unwrap();
        assert_eq!(map.threshold.to_bits(), 1.0_f64.to_bits());
    }
}
