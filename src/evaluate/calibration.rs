//! Calibration: whether of all posts with a confidence of 0.7 seven in ten are right, here and
//! where bad posts are rare.

use serde::{Deserialize, Serialize};

use super::{
    metrics::{Bin, calibration_error, reliability},
    outcome::Outcome,
    report::Context,
};
use crate::policy::Level;

/// Reliability of confidences.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CalibrationReport {
    /// The score against the labelled level, on these posts.
    pub score: Reliability,
    /// Every indicator's confidence against its label, together.
    pub indicators: Reliability,
    /// Share of these posts that are labelled high or above.
    pub prevalence_here: Option<f64>,
    /// Share that is expected where the model is used.
    pub prevalence_stated: f64,
    /// The score as it is, on these posts weighted to the stated share.
    pub score_as_is: Reliability,
    /// The score moved to the stated share (Saerens, Latinne and Decaestecker 2002), on the same.
    pub score_moved: Reliability,
    /// By rung of the record's level: how many, their mean score, and how many are labelled high
    /// or above.
    pub by_level: Vec<LevelCalibration>,
}

/// A reliability diagram and its error.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Reliability {
    /// Bins that hold anything.
    pub bins: Vec<Bin>,
    /// Expected calibration error.
    pub error: Option<f64>,
}

/// What the posts of one level are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LevelCalibration {
    /// The level of the record.
    pub level: String,
    /// How many posts got it.
    pub posts: u64,
    /// Their mean score.
    pub score: f64,
    /// Share of them that is labelled high or above.
    pub observed: f64,
}

impl Reliability {
    fn new(cases: impl IntoIterator<Item = (f64, bool, f64)>) -> Self {
        let bins = reliability(cases);
        Self { error: calibration_error(&bins), bins }
    }
}

impl CalibrationReport {
    pub(super) fn new(outcomes: &[Outcome<'_>], context: &Context<'_>) -> Self {
        let scored: Vec<(f64, bool)> = outcomes.iter().map(Outcome::scored).collect();
        let marks = outcomes.iter().flat_map(|outcome| &outcome.marks);
        let high = scored.iter().filter(|(_, target)| *target).count() as f64;
        let here = (!scored.is_empty()).then(|| high / scored.len() as f64);
        let stated = context.prevalence;
        // The weights that make the share of high posts what is stated, and the same factor on odds.
        let inside = here.filter(|share| *share > 0.0 && *share < 1.0);
        let (up, down) =
            inside.map_or((1.0, 1.0), |here| (stated / here, (1.0 - stated) / (1.0 - here)));
        let weight = |target: bool| if target { up } else { down };
        let moved = |score: f64| score * up / (score * up + (1.0 - score) * down);
        Self {
            score: Reliability::new(scored.iter().map(|(score, target)| (*score, *target, 1.0))),
            indicators: Reliability::new(marks.map(|mark| (mark.confidence, mark.labelled, 1.0))),
            prevalence_here: here,
            prevalence_stated: stated,
            score_as_is: Reliability::new(
                scored.iter().map(|(score, target)| (*score, *target, weight(*target))),
            ),
            score_moved: Reliability::new(
                scored.iter().map(|(score, target)| (moved(*score), *target, weight(*target))),
            ),
            by_level: by_level(outcomes),
        }
    }
}

fn by_level(outcomes: &[Outcome<'_>]) -> Vec<LevelCalibration> {
    let of = |level: Level| {
        let posts: Vec<_> = outcomes.iter().filter(|o| o.assessment.level == level).collect();
        let mean = |sum: f64| sum / posts.len() as f64;
        let high = posts.iter().filter(|outcome| outcome.should_reach(Level::High)).count();
        (!posts.is_empty()).then(|| LevelCalibration {
            level: level.id().to_owned(),
            posts: posts.len() as u64,
            score: mean(posts.iter().map(|outcome| outcome.assessment.score).sum()),
            observed: mean(high as f64),
        })
    };
    Level::ALL.into_iter().filter_map(of).collect()
}
