//! Why a fit could not be made.

use std::{io, path::PathBuf};

use crate::model::ModelError;

/// Why a fit could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TrainError {
    /// A domain file could not be read.
    #[error("cannot read domain file `{}`; give a folder that holds all of them", path.display())]
    Domain {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// Nothing can be held out.
    #[error("{found} posts with split `train` are too few; a fit needs at least {needed}")]
    TooFewPosts {
        /// Posts given.
        found: usize,
        /// Posts needed.
        needed: usize,
    },
    /// The tokenizer could not be trained.
    #[error("cannot train the tokenizer: {reason}")]
    Tokenizer {
        /// What the crate said.
        reason: String,
    },
    /// A solver found no finite answer.
    #[error("the fit of `{head}` failed: {reason}; raise its penalty, or look at its labels")]
    Solver {
        /// The head.
        head: String,
        /// What went wrong.
        reason: String,
    },
    /// The parts do not fit together.
    #[error(transparent)]
    Model(#[from] ModelError),
}
