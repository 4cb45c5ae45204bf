//! Evaluation: labels against records, whoever made them. Sees no weights.
//!
//! ```text
//! labelled posts ─┬─► labels ─────────────────────┐
//!                 └─► (any classifier) ─► records ─► outcomes ─► figures with intervals, slices,
//! ordinary posts ───► (the same) ───────► records ─┘             curves, calibration ─► Report
//! posts in disguise, of another person, with another number ─► robustness ─────────────┘
//! Report ─► JSON, HTML page, terminal, gate
//! ```

mod bootstrap;
mod calibration;
mod figures;
mod gate;
mod metrics;
mod ordinary;
mod outcome;
mod page;
mod report;
pub mod robustness;
mod slices;

pub use self::{
    bootstrap::Figure,
    calibration::{CalibrationReport, LevelCalibration, Reliability},
    figures::{Better, FIGURES, FigureInfo, Figures},
    gate::{Bound, Gate, GateError},
    metrics::{Bin, Counts, CurvePoint, Ranking, Share},
    ordinary::{BUDGETS, OrdinaryRecords, OrdinaryReport},
    outcome::Judgement,
    page::{PageError, page},
    report::{
        Confusion, Context, IndicatorReport, Missed, PostReport, Report, SliceReport, by_post,
        evaluate, positives,
    },
};
