//! The figures: what is measured of a set of posts, each by one name everywhere.
//!
//! The names are those of the JSON report, of gates and of the manifest.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    bootstrap::{self, Figure},
    metrics::{Counts, CurvePoint, Ranking, Share, calibration_error, reliability},
    outcome::Outcome,
};
use crate::{policy::Level, taxonomy::Taxonomy};

/// Whether more of it is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Better {
    /// A recall, a precision.
    Higher,
    /// A rate of false alarms, an error.
    Lower,
}

/// A figure that is measured of any set of posts.
#[derive(Clone, Copy, Debug)]
pub struct FigureInfo {
    /// Its name in files.
    pub name: &'static str,
    /// What it is, for readers.
    pub title: &'static str,
    /// Which way is better.
    pub better: Better,
}

/// Everything that is measured, in the order of reports.
pub const FIGURES: [FigureInfo; 18] = [
    higher("elevated_found", "labelled elevated or above, found"),
    higher("high_found", "labelled high or above, found"),
    lower("low_raised", "adverts labelled low, raised"),
    lower("honest_raised", "honest adverts raised to elevated or above"),
    lower("honest_high", "honest adverts raised to high or above"),
    lower("lookalike_raised", "honest look-alikes raised to elevated or above"),
    lower("lookalike_high", "honest look-alikes raised to high or above"),
    lower("not_ad_flagged", "texts that are no advert, flagged"),
    higher("distress_found", "pleas for help found"),
    lower("distress_false", "other texts taken for a plea"),
    higher("indicator_macro_f1", "F1 of the indicators, mean over indicators"),
    higher("indicator_micro_f1", "F1 of all indicators together"),
    higher("risk_micro_f1", "F1 of the risk indicators together"),
    higher("evidence_overlap", "evidence overlaps the labelled words"),
    higher("text_type_accuracy", "text type is right"),
    higher("score_auroc", "score ranks labelled high above the rest (AUROC)"),
    higher("score_average_precision", "average precision of the score"),
    lower("score_calibration_error", "calibration error of the score (ECE)"),
];

const fn higher(name: &'static str, title: &'static str) -> FigureInfo {
    FigureInfo { name, title, better: Better::Higher }
}

const fn lower(name: &'static str, title: &'static str) -> FigureInfo {
    FigureInfo { name, title, better: Better::Lower }
}

/// The figures of a set of posts by name.
pub type Figures = BTreeMap<String, Figure>;

/// A set of compared posts, with what needs sorting sorted once.
pub(super) struct Sample<'a> {
    outcomes: Vec<&'a Outcome<'a>>,
    score: Ranking,
    risk: Vec<bool>,
}

impl<'a> Sample<'a> {
    pub(super) fn new(outcomes: Vec<&'a Outcome<'a>>, taxonomy: &Taxonomy) -> Self {
        let scored = outcomes.iter().map(|outcome| outcome.scored());
        let risk = taxonomy.indicators().iter().map(|i| !i.is_protective()).collect();
        Self { score: Ranking::new(scored), outcomes, risk }
    }

    /// All figures with intervals over `draws` draws of groups.
    pub(super) fn figures(&self, draws: usize) -> Figures {
        let found = bootstrap::figures(&self.groups(), draws, |weights| self.measure(weights));
        FIGURES.iter().map(|info| info.name.to_owned()).zip(found).collect()
    }

    /// Precision against recall of the score, at most `points` points.
    pub(super) fn score_curve(&self, points: usize) -> Vec<CurvePoint> {
        self.score.curve(points)
    }

    /// The group of each post.
    fn groups(&self) -> Vec<&str> {
        self.outcomes.iter().map(|outcome| outcome.post.group.as_str()).collect()
    }

    /// How often each indicator was found, missed and raised for nothing.
    pub(super) fn counts(&self, weights: &[u32]) -> Vec<Counts> {
        let mut counts = vec![Counts::default(); self.risk.len()];
        for (outcome, weight) in self.outcomes.iter().zip(weights) {
            for mark in &outcome.marks {
                counts[mark.indicator].add(mark.labelled, mark.found, *weight);
            }
        }
        counts
    }

    /// F1 of each indicator, with intervals.
    pub(super) fn indicator_f1(&self, draws: usize) -> Vec<Figure> {
        bootstrap::figures(&self.groups(), draws, |weights| {
            self.counts(weights).into_iter().map(Counts::f1).collect()
        })
    }

    /// The figures in the order of [`FIGURES`], of posts that count `weights` times each.
    fn measure(&self, weights: &[u32]) -> Vec<Option<f64>> {
        let mut sums = Sums::default();
        for (outcome, weight) in self.outcomes.iter().zip(weights).filter(|(_, w)| **w > 0) {
            sums.add(outcome, *weight);
        }
        let counts = self.counts(weights);
        let labelled: Vec<f64> = counts
            .iter()
            .filter(|counts| counts.labelled() > 0)
            .map(|counts| counts.f1().unwrap_or(0.0))
            .collect();
        let macro_f1 =
            (!labelled.is_empty()).then(|| labelled.iter().sum::<f64>() / labelled.len() as f64);
        let micro = |risk_only: bool| {
            let mut all = Counts::default();
            let kept = counts.iter().zip(&self.risk).filter(|(_, risk)| **risk || !risk_only);
            kept.for_each(|(counts, _)| all.merge(*counts));
            all.f1()
        };
        let weight = |case: usize| weights[case];
        let reliability =
            reliability(self.outcomes.iter().zip(weights).map(|(outcome, weight)| {
                let (score, target) = outcome.scored();
                (score, target, f64::from(*weight))
            }));
        vec![
            sums.elevated_found.value(),
            sums.high_found.value(),
            sums.low_raised.value(),
            sums.honest_raised.value(),
            sums.honest_high.value(),
            sums.lookalike_raised.value(),
            sums.lookalike_high.value(),
            sums.not_ad_flagged.value(),
            sums.distress_found.value(),
            sums.distress_false.value(),
            macro_f1,
            micro(false),
            micro(true),
            sums.overlap.value(),
            sums.text_type.value(),
            self.score.auroc(weight),
            self.score.average_precision(weight),
            calibration_error(&reliability),
        ]
    }
}

/// What is counted post by post.
#[derive(Default)]
struct Sums {
    elevated_found: Share,
    high_found: Share,
    low_raised: Share,
    honest_raised: Share,
    honest_high: Share,
    lookalike_raised: Share,
    lookalike_high: Share,
    not_ad_flagged: Share,
    distress_found: Share,
    distress_false: Share,
    overlap: Share,
    text_type: Share,
}

impl Sums {
    fn add(&mut self, outcome: &Outcome<'_>, weight: u32) {
        let (raised, high) = (outcome.reaches(Level::Elevated), outcome.reaches(Level::High));
        if outcome.should_reach(Level::Elevated) {
            self.elevated_found.add(raised, weight);
        }
        if outcome.should_reach(Level::High) {
            self.high_found.add(high, weight);
        }
        if outcome.labelled == Level::Low {
            self.low_raised.add(raised, weight);
        }
        // What an honest writer's labels raise is no false alarm.
        let is_quiet = outcome.is_scored && !outcome.should_reach(Level::Elevated);
        if is_quiet && outcome.has_tag("honest") {
            self.honest_raised.add(raised, weight);
            self.honest_high.add(high, weight);
        }
        if is_quiet && outcome.has_tag("lookalike") {
            self.lookalike_raised.add(raised, weight);
            self.lookalike_high.add(high, weight);
        }
        let is_distress = outcome.assessment.level == Level::Distress;
        if outcome.is_plea() {
            self.distress_found.add(is_distress, weight);
        } else {
            self.distress_false.add(is_distress, weight);
            if !outcome.is_scored {
                self.not_ad_flagged.add(raised, weight);
            }
        }
        for mark in outcome.marks.iter().filter(|mark| mark.labelled && mark.found) {
            self.overlap.add(mark.overlaps, weight);
        }
        self.text_type.add(outcome.has_right_type(), weight);
    }
}
