//! Plain: any texts with any labels become a classifier, without taxonomy, spans or lexicon.
//!
//! ```text
//! text ─► bags (words and pieces, counted) ─► TF-IDF row ─► a margin a label ─► probabilities ─► label
//! ```
//!
//! For data that somebody else labelled, in any language: "is this fraud, yes or no". It knows
//! nothing of recruitment, and its labels are no levels. [`train`] makes a [`LabelModel`],
//! [`cross_validate`] says how one made in the same way does on texts that it has not seen.
//!
//! Pure and deterministic: the same texts, labels and settings give the same bytes, on any number
//! of threads.

mod bags;
mod decide;
mod error;
mod fit;
mod folds;
mod model;
mod rows;
mod score;
mod settings;
mod thresholds;
mod validate;

pub use self::{
    decide::Prediction,
    error::PlainError,
    fit::train,
    folds::folds,
    model::LabelModel,
    score::{ClassFigures, Figures, Spread, figures},
    settings::PlainSettings,
    validate::{HeldOut, cross_validate},
};

/// A text and the label that somebody gave it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct LabelledText {
    /// The text as received.
    pub text: String,
    /// The label, such as `fraud` or `1`.
    pub label: String,
}
