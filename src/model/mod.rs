//! Model: features become margins, and margins become calibrated probabilities.
//!
//! ```text
//! clause view ──wide table──► margins of each clause ──pool (max)──┐
//! post view ────wide table──► margins of the post ─────────────────┤
//! whole-text facts ────────────────────────────────────────────────┤
//!                                                                  ▼
//!                        evidence ──dense heads──► margin ──Platt──► probability
//! ```
//!
//! Everything is linear but the maximum over clauses, and the clause that gave
//! it is known: so every margin can be accounted for exactly, word by word.
//! Sums run in a fixed order and so are the same to the bit on every machine.

mod bundle;
mod calibration;
mod dense;
mod error;
mod margins;
mod wide;

pub use self::{
    bundle::{Bundle, FileEntry, Manifest, WrittenBundle, sha256_hex},
    calibration::{Calibration, HeadCalibration},
    dense::{DenseHead, Evidence},
    error::ModelError,
    margins::{HeadNames, LEVEL_HEADS, Margins, Model, SCORE_HEAD, WideTables, softmax},
    wide::WideTable,
};
