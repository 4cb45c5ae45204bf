//! Calibration: a margin becomes a probability, and a probability a state.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::ModelError;

/// Platt's map of one head, and where it says yes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeadCalibration {
    /// Slope of the map; positive, so that more margin is never less probability.
    pub slope: f64,
    /// Offset of the map, in log-odds.
    pub offset: f64,
    /// At or above this probability the label is present.
    pub threshold: f64,
    /// At or above this, and below `threshold`, it is unclear.
    pub unclear: f64,
    /// The share of positives among the posts that the map was fitted on.
    pub prevalence: f64,
}

impl HeadCalibration {
    /// `1 / (1 + exp(-(slope · margin + offset)))`: Platt (1999), in f64 because the fit is.
    pub fn probability(&self, margin: f32) -> f64 {
        1.0 / (1.0 + (-(self.slope * f64::from(margin) + self.offset)).exp())
    }
}

/// The calibration of every head, by name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calibration {
    /// By head.
    pub heads: BTreeMap<String, HeadCalibration>,
}

impl Calibration {
    /// The calibration of `head`.
    ///
    /// # Errors
    ///
    /// When there is none, or it holds a number that cannot be used.
    pub fn head(&self, head: &str) -> Result<HeadCalibration, ModelError> {
        let found = self.heads.get(head).copied();
        found
            .filter(|c| c.slope.is_finite() && c.slope >= 0.0 && c.offset.is_finite())
            .filter(|c| (0.0..=1.0).contains(&c.unclear) && c.unclear <= c.threshold)
            .ok_or_else(|| ModelError::Calibration { head: head.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_probability_is_one_and_never_falls_with_the_margin(
            slope in 0.0f64..5.0, offset in -5.0f64..5.0, a in -50.0f32..50.0, b in -50.0f32..50.0,
        ) {
            let map = HeadCalibration { slope, offset, threshold: 0.5, unclear: 0.3, prevalence: 0.1 };
            let (low, high) = (map.probability(a.min(b)), map.probability(a.max(b)));
            prop_assert!((0.0..=1.0).contains(&low) && (0.0..=1.0).contains(&high));
            prop_assert!(low <= high);
        }
    }
}
