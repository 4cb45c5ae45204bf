//! Evaluation: labels against assessments, whoever made them. Sees no weights.
//!
//! ```text
//! labelled posts ─┬─► labels ──────────────┐
//!                 └─► (any classifier) ─► assessments ─► Report: indicators, text types, levels
//! ```

mod metrics;
mod report;

pub use self::{
    metrics::{Counts, auroc, average_precision},
    report::{LevelConfusion, Report, evaluate},
};
