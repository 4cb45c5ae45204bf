//! Why labelled texts make no classifier, or a classifier cannot be used.

use crate::{model::ModelError, train::TrainError};

/// Why a fit could not be made. Everything that can be wrong with the texts is told before it begins.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PlainError {
    /// Nothing can be held out.
    #[error("{found} labelled texts are too few; give at least {needed}")]
    TooFewTexts {
        /// How many there are.
        found: usize,
        /// How many are needed.
        needed: usize,
    },
    /// There is nothing to tell apart.
    #[error(
        "every text has the label `{label}`; add texts with another label, or name another column"
    )]
    OneLabel {
        /// The label.
        label: String,
    },
    /// A label is too rare to be in every fold.
    #[error(
        "label `{label}`, first met here, has {found} different texts and needs {needed}; \
         add texts with it, leave them out, or join it with another label"
    )]
    RareLabel {
        /// The label.
        label: String,
        /// Place of the first text with it, in the order given.
        first: usize,
        /// How many groups of near copies have it.
        found: usize,
        /// How many are needed.
        needed: usize,
    },
    /// So many labels are no classes.
    #[error(
        "{found} different labels, and at most {most} can be told apart; \
         is this the column of the labels?"
    )]
    TooManyLabels {
        /// How many there are.
        found: usize,
        /// How many there may be.
        most: usize,
    },
    /// A setting cannot be used.
    #[error("setting `{setting}` {reason}")]
    Setting {
        /// Its name.
        setting: &'static str,
        /// What is wrong, and what to write.
        reason: &'static str,
    },
    /// The folder holds another kind of model.
    #[error(
        "the model is of kind `{found}` and not `labels`; `waspada score` and `scan` use the others"
    )]
    Kind {
        /// What the manifest says.
        found: String,
    },
    /// A solver found no finite answer.
    #[error(transparent)]
    Fit(#[from] TrainError),
    /// The folder cannot be read, written or used.
    #[error(transparent)]
    Model(#[from] ModelError),
}

impl PlainError {
    /// Place of the text that shows it, in the order given.
    pub fn text(&self) -> Option<usize> {
        match self {
            Self::RareLabel { first, .. } => Some(*first),
            Self::OneLabel { .. } => Some(0),
            _ => None,
        }
    }
}
