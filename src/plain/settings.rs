//! All that can be told to a fit; written into the manifest.

use serde::{Deserialize, Serialize};

use super::PlainError;

/// Settings of a fit. The defaults did best over three foreign data sets in three languages.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PlainSettings {
    /// Longest run of words that is one feature.
    pub word_run: usize,
    /// Shortest piece of a word, in characters, with a mark at either end of the word.
    pub shortest_piece: usize,
    /// Longest piece of a word.
    pub longest_piece: usize,
    /// How much pieces weigh beside words: those that are tried. 0 leaves them out.
    pub piece_weights: Vec<f64>,
    /// L2 penalties on the summed loss: those that are tried.
    pub penalties: Vec<f64>,
    /// Texts that a feature must occur in to be learnt.
    pub least_texts: usize,
    /// Parts of the training texts that penalty, piece weight and thresholds are picked on.
    pub inner_folds: usize,
}

impl Default for PlainSettings {
    fn default() -> Self {
        Self {
            word_run: 2,
            shortest_piece: 2,
            longest_piece: 5,
            piece_weights: vec![0.0, 0.5, 1.0],
            penalties: vec![1.0, 0.1, 0.01],
            least_texts: 1,
            inner_folds: 4,
        }
    }
}

impl PlainSettings {
    /// Whether a fit can be made with them.
    pub(super) fn check(&self) -> Result<(), PlainError> {
        let wrong = |setting, reason| Err(PlainError::Setting { setting, reason });
        let is_penalty = |penalty: &f64| penalty.is_finite() && *penalty > 0.0;
        let is_weight = |weight: &f64| weight.is_finite() && *weight >= 0.0;
        if self.word_run == 0 {
            return wrong("word_run", "is 0; write 1 or more");
        }
        if self.shortest_piece == 0 || self.longest_piece < self.shortest_piece {
            return wrong(
                "longest_piece",
                "is below `shortest_piece`, or that is 0; write 2 and 5",
            );
        }
        if self.penalties.is_empty() || !self.penalties.iter().all(is_penalty) {
            return wrong("penalties", "must be numbers above 0, at least one");
        }
        if self.piece_weights.is_empty() || !self.piece_weights.iter().all(is_weight) {
            return wrong("piece_weights", "must be numbers from 0 on, at least one");
        }
        if self.inner_folds < 2 {
            return wrong("inner_folds", "is less than 2; write 2 or more");
        }
        Ok(())
    }
}
