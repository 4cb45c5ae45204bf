//! Dense heads: a few dozen numbers of the whole post become one margin a head.

use serde::{Deserialize, Serialize};

use super::ModelError;

/// Margins are cut to this before the dense stage, so that one loud clause cannot drown the rest.
pub(super) const MARGIN_BOUND: f32 = 8.0;

/// What the dense heads see of a post: pooled margins, post margins, whole-text facts.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// Pooled clause margins, post margins, facts, each in the order of its heads; margins are cut to ±8, facts 0 or 1.
    pub values: Vec<f32>,
    /// For each indicator the clause whose margin was the highest; `None` for a text without clauses.
    pub best_clause: Vec<Option<usize>>,
}

/// One linear head over some columns of the evidence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DenseHead {
    /// The label it predicts.
    pub name: String,
    /// Which columns it sees.
    pub columns: Vec<u16>,
    /// One weight a column, in log-odds a unit.
    pub weights: Vec<f32>,
    /// The margin of no evidence.
    pub intercept: f32,
}

impl DenseHead {
    /// Refuses a head that cannot score.
    ///
    /// # Errors
    ///
    /// When the lengths differ, a column is not below `columns`, or a number is not finite.
    pub fn check(&self, columns: usize) -> Result<(), ModelError> {
        let shape = self.columns.len() == self.weights.len()
            && self.columns.iter().all(|column| usize::from(*column) < columns);
        let finite = self.intercept.is_finite() && self.weights.iter().all(|w| w.is_finite());
        if shape && finite {
            return Ok(());
        }
        Err(ModelError::Weights { reason: format!("dense head `{}` cannot score", self.name) })
    }

    /// The margin of a post: intercept + Σ weight · evidence, in the order of the columns.
    pub fn margin(&self, evidence: &Evidence) -> f32 {
        self.terms(evidence).fold(self.intercept, |margin, (_, log_odds)| margin + log_odds)
    }

    /// What each column adds to the margin, in log-odds, in the order of the sum.
    pub fn terms<'a>(&'a self, evidence: &'a Evidence) -> impl Iterator<Item = (u16, f32)> + 'a {
        self.columns.iter().zip(&self.weights).map(|(column, weight)| {
            let value = evidence.values.get(usize::from(*column)).copied().unwrap_or(0.0);
            (*column, weight * value)
        })
    }
}
