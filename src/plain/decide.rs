//! From margins to probabilities, and from probabilities to one label.

/// What a model says of one text.
#[derive(Clone, Debug, PartialEq)]
pub struct Prediction {
    /// Place of the label that is given, in the order of labels.
    pub label: usize,
    /// A probability a label, in the order of labels; their sum is 1.
    pub probabilities: Vec<f64>,
}

/// Probabilities of the margins of one text: one margin for two labels (that of the second), else
/// one a label, each against all others.
pub(super) fn probabilities(margins: &[f64]) -> Vec<f64> {
    if let [margin] = margins {
        return vec![logistic(-margin), logistic(*margin)];
    }
    let shares: Vec<f64> = margins.iter().map(|margin| logistic(*margin)).collect();
    let sum: f64 = shares.iter().sum();
    // All may be 0 when every label is ruled out to the last bit.
    let equal = 1.0 / margins.len() as f64;
    shares.iter().map(|share| if sum > 0.0 { share / sum } else { equal }).collect()
}

/// The label whose probability stands highest above its threshold, in log-odds; of equals the first.
///
/// With two labels the thresholds add up to 1, so that each is given exactly when it reaches its own.
pub(super) fn label(probabilities: &[f64], thresholds: &[f64]) -> usize {
    let above = probabilities.iter().zip(thresholds).map(|(p, t)| log_odds(*p) - log_odds(*t));
    let mut best = (0, f64::NEG_INFINITY);
    for (at, above) in above.enumerate() {
        // With two labels the last is the one that the threshold belongs to: reaching it is enough.
        if above > best.1 || (above >= best.1 && probabilities.len() == 2 && at == 1) {
            best = (at, above);
        }
    }
    best.0
}

pub(super) fn logistic(margin: f64) -> f64 {
    1.0 / (1.0 + (-margin).exp())
}

pub(super) fn log_odds(probability: f64) -> f64 {
    let inside = probability.clamp(1e-12, 1.0 - 1e-12);
    (inside / (1.0 - inside)).ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_two_labels_the_second_is_given_from_its_threshold_on() {
        let thresholds = [0.75, 0.25];
        for (second, expected) in [(0.2, 0), (0.25, 1), (0.3, 1)] {
            assert_eq!(label(&[1.0 - second, second], &thresholds), expected, "{second}");
        }
    }

    #[test]
    fn probabilities_add_up_to_one() {
        for margins in [vec![0.3], vec![-900.0, -900.0, -900.0], vec![2.0, -1.0, 0.0]] {
            let sum: f64 = probabilities(&margins).iter().sum();
            assert!((sum - 1.0).abs() < 1e-12, "{margins:?}");
        }
        assert_eq!(label(&probabilities(&[0.0, 3.0, 1.0]), &[0.5; 3]), 1);
    }
}
