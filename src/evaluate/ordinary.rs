//! Ordinary adverts: posts that nobody labelled and that are presumed honest, as they come from a
//! job board. They say how many false alarms a reviewer would meet, and what a budget buys.

use serde::{Deserialize, Serialize};

use super::{
    bootstrap::{self, DRAWS, Figure},
    metrics::Ranking,
};
use crate::{assessment::Assessment, policy::Level};

/// Shares of ordinary posts that a reviewer can afford to look at.
pub const BUDGETS: [f64; 6] = [0.001, 0.0025, 0.005, 0.01, 0.02, 0.05];

/// Records of one file of ordinary posts, with a text each to know exact repeats by.
#[derive(Debug)]
pub struct OrdinaryRecords {
    /// What the file is called.
    pub name: String,
    /// Text and record of each post.
    pub records: Vec<(String, Assessment)>,
}

/// What became of one file of ordinary posts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OrdinaryReport {
    /// What the file is called.
    pub name: String,
    /// How many posts are in it.
    pub posts: u64,
    /// Elevated or above.
    pub raised: Figure,
    /// High or above.
    pub high: Figure,
    /// Taken for a plea for help.
    pub distress: Figure,
    /// Posts labelled high or above against these, by score.
    pub auroc: Option<f64>,
    /// By budget, the share of posts labelled high or above that is found.
    pub recall_at_budget: Vec<(f64, Option<f64>)>,
}

/// Judges `ordinary` beside the scores of the posts `labelled_high` or above.
pub(super) fn judge(ordinary: &OrdinaryRecords, labelled_high: &[f64]) -> OrdinaryReport {
    let records = &ordinary.records;
    // Reposts count as one draw.
    let groups: Vec<&str> = records.iter().map(|(text, _)| text.as_str()).collect();
    let reaches = |level: Level| move |found: Level| found.rung() >= level.rung();
    let is_high = reaches(Level::High);
    let is_raised = reaches(Level::Elevated);
    let share = |weights: &[u32], test: &dyn Fn(Level) -> bool| {
        let all: f64 = weights.iter().copied().map(f64::from).sum();
        let part = records.iter().zip(weights).filter(|((_, record), _)| test(record.level));
        (all > 0.0).then(|| part.fold(0.0, |sum, (_, weight)| sum + f64::from(*weight)) / all)
    };
    let figures = bootstrap::figures(&groups, DRAWS, |weights| {
        vec![
            share(weights, &is_raised),
            share(weights, &is_high),
            share(weights, &|level| level == Level::Distress),
        ]
    });
    let negatives = records.iter().map(|(_, record)| (record.score, false));
    let positives = labelled_high.iter().map(|score| (*score, true));
    let ranking = Ranking::new(negatives.chain(positives));
    OrdinaryReport {
        name: ordinary.name.clone(),
        posts: records.len() as u64,
        raised: figures[0],
        high: figures[1],
        distress: figures[2],
        auroc: ranking.auroc(|_| 1),
        recall_at_budget: BUDGETS.map(|share| (share, ranking.recall_at(share, |_| 1))).to_vec(),
    }
}
