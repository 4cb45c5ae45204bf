//! Figures: how far held-out predictions agree with the labels, by fold and label.

use serde::Serialize;

use super::HeldOut;
use crate::evaluate::{Counts, Ranking};

/// A figure over folds. A fold in which it does not exist is left out.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Spread {
    /// Mean over folds; `None` when it exists in none.
    pub mean: Option<f64>,
    /// Standard deviation over folds, divided by their number.
    pub deviation: Option<f64>,
    /// The figure of each fold.
    pub folds: Vec<Option<f64>>,
}

impl Spread {
    fn new(folds: Vec<Option<f64>>) -> Self {
        let found: Vec<f64> = folds.iter().copied().flatten().collect();
        let count = found.len() as f64;
        let mean = (count > 0.0).then(|| found.iter().sum::<f64>() / count);
        let deviation = mean.map(|mean| {
            (found.iter().map(|figure| (figure - mean).powi(2)).sum::<f64>() / count).sqrt()
        });
        Self { mean, deviation, folds }
    }
}

/// The figures of one label against all others.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClassFigures {
    /// The label.
    pub label: String,
    /// Texts with it.
    pub texts: usize,
    /// Area under the precision-recall curve: average precision.
    pub pr_auc: Spread,
    /// Area under the ROC curve.
    pub roc_auc: Spread,
    /// F1 of the labels that were given, with thresholds picked inside the training folds.
    pub f1: Spread,
}

/// The figures of a cross-validation.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Figures {
    /// Texts judged.
    pub texts: usize,
    /// By label.
    pub labels: Vec<ClassFigures>,
    /// Mean over labels of `pr_auc`.
    pub macro_pr_auc: Spread,
    /// Mean over labels of `f1`.
    pub macro_f1: Spread,
}

/// The figures of `held_out`.
pub fn figures(held_out: &HeldOut) -> Figures {
    let folds = held_out.folds.iter().max().map_or(0, |last| last + 1);
    let labels: Vec<ClassFigures> = held_out
        .names
        .iter()
        .enumerate()
        .map(|(label, name)| {
            let by_fold = |figure: &dyn Fn(usize) -> Option<f64>| {
                Spread::new((0..folds).map(figure).collect())
            };
            ClassFigures {
                label: name.clone(),
                texts: held_out.labels.iter().filter(|found| **found == label).count(),
                pr_auc: by_fold(&|fold| {
                    Ranking::new(scored(held_out, label, fold)).average_precision(|_| 1)
                }),
                roc_auc: by_fold(&|fold| Ranking::new(scored(held_out, label, fold)).auroc(|_| 1)),
                f1: by_fold(&|fold| counts(held_out, label, fold).f1()),
            }
        })
        .collect();
    let mean = |figure: &dyn Fn(&ClassFigures) -> &Spread| {
        let fold = |fold| {
            let found: Vec<f64> = labels.iter().filter_map(|l| figure(l).folds[fold]).collect();
            (!found.is_empty()).then(|| found.iter().sum::<f64>() / found.len() as f64)
        };
        Spread::new((0..folds).map(fold).collect())
    };
    let macro_pr_auc = mean(&|label| &label.pr_auc);
    let macro_f1 = mean(&|label| &label.f1);
    Figures { texts: held_out.labels.len(), labels, macro_pr_auc, macro_f1 }
}

fn of_fold(held_out: &HeldOut, fold: usize) -> impl Iterator<Item = usize> {
    (0..held_out.labels.len()).filter(move |at| held_out.folds[*at] == fold)
}

fn scored(held_out: &HeldOut, label: usize, fold: usize) -> Vec<(f64, bool)> {
    of_fold(held_out, fold)
        .map(|at| (held_out.predictions[at].probabilities[label], held_out.labels[at] == label))
        .collect()
}

fn counts(held_out: &HeldOut, label: usize, fold: usize) -> Counts {
    let mut counts = Counts::default();
    for at in of_fold(held_out, fold) {
        counts.add(held_out.labels[at] == label, held_out.predictions[at].label == label, 1);
    }
    counts
}
