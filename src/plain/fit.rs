//! The fit: what is picked on inner folds, and the weights on everything.

use std::{
    collections::BTreeSet,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use super::{
    LabelModel, LabelledText, PlainError, PlainSettings,
    bags::{Bagger, Bags},
    decide, folds,
    rows::{Columns, Rows},
};
use crate::{
    evaluate::{Counts, Ranking},
    model::sha256_hex,
    similar,
    train::{
        TrainError,
        solver::{Problem, fit_head},
    },
};

/// Fewer texts than this teach nothing that could be checked.
const LEAST_TEXTS: usize = 40;

/// More labels than this are no classes but ids, dates or texts.
const MOST_LABELS: usize = 50;

/// Fits a classifier to `texts`.
///
/// The penalty, the weight of pieces and the thresholds are picked on inner folds that keep near
/// copies together. The cost grows with texts × labels × inner folds × what is tried: half a minute
/// for 2,500 messages on two cores. Uses all cores; the result does not depend on how many.
///
/// # Errors
///
/// When there are too few texts, one label, or a label too rare to be in each inner fold, all told
/// before the fit begins; or when the solver fails.
pub fn train(texts: &[LabelledText], settings: &PlainSettings) -> Result<LabelModel, PlainError> {
    let lessons = Lessons::new(texts, settings, settings.inner_folds)?;
    let all: Vec<usize> = (0..texts.len()).collect();
    let fitted = fit(&lessons, &all, settings)?;
    let counts = lessons.names.iter().enumerate().map(|(label, name)| {
        let count = lessons.labels.iter().filter(|found| **found == label).count();
        (name.clone(), serde_json::Value::from(count))
    });
    let training = serde_json::json!({
        "settings": settings,
        "picked": { "piece_weight": fitted.picked.piece_weight, "penalty": fitted.picked.penalty },
        "texts": texts.len(),
        "groups": lessons.groups.iter().collect::<BTreeSet<_>>().len(),
        "labels": counts.collect::<serde_json::Map<_, _>>(),
        "data": sha256_hex(&serde_json::to_vec(texts).expect("texts can be written")),
    });
    LabelModel::new(lessons.names, fitted, settings, training)
}

/// Texts read and ready to be learnt from.
#[derive(Debug)]
pub(super) struct Lessons {
    pub(super) bags: Vec<Bags>,
    /// Place in `names`.
    pub(super) labels: Vec<usize>,
    /// The labels, sorted.
    pub(super) names: Vec<String>,
    pub(super) groups: Vec<usize>,
}

impl Lessons {
    /// Reads `texts`, which must be enough for `folds` folds.
    pub(super) fn new(
        texts: &[LabelledText],
        settings: &PlainSettings,
        folds: usize,
    ) -> Result<Self, PlainError> {
        settings.check()?;
        let (names, labels) = labels(texts)?;
        let groups = similar::groups(
            &texts.iter().map(|text| &text.text).collect::<Vec<_>>(),
            similar::NEAR,
        );
        for (label, name) in names.iter().enumerate() {
            let with = || (0..texts.len()).filter(|at| labels[*at] == label);
            let found = with().map(|at| groups[at]).collect::<BTreeSet<_>>().len();
            // Two for each fold, or a part may be left with one of them, or none.
            let needed = 2 * folds;
            if found < needed {
                let first = with().next().unwrap_or_default();
                return Err(PlainError::RareLabel { label: name.clone(), first, found, needed });
            }
        }
        let bagger = Bagger::new(settings);
        let bags = in_parallel(texts, |text| bagger.bags(&text.text));
        Ok(Self { bags, labels, names, groups })
    }

    /// Two labels share one head, that of the second.
    pub(super) fn heads(&self) -> usize {
        if self.names.len() == 2 { 1 } else { self.names.len() }
    }

    fn targets(&self, rows: &[usize]) -> Vec<Vec<(bool, f32)>> {
        let first = if self.names.len() == 2 { 1 } else { 0 };
        let target = |head: usize| rows.iter().map(move |at| (self.labels[*at] == head, 1.0));
        (first..self.names.len()).map(|head| target(head).collect()).collect()
    }
}

/// The labels in order, and for each text the place of its own.
fn labels(texts: &[LabelledText]) -> Result<(Vec<String>, Vec<usize>), PlainError> {
    if texts.len() < LEAST_TEXTS {
        return Err(PlainError::TooFewTexts { found: texts.len(), needed: LEAST_TEXTS });
    }
    let names: BTreeSet<&String> = texts.iter().map(|text| &text.label).collect();
    let names: Vec<String> = names.into_iter().cloned().collect();
    if let [label] = &names[..] {
        return Err(PlainError::OneLabel { label: label.clone() });
    }
    if names.len() > MOST_LABELS {
        return Err(PlainError::TooManyLabels { found: names.len(), most: MOST_LABELS });
    }
    let place = |text: &LabelledText| names.binary_search(&text.label).expect("it is among them");
    let labels = texts.iter().map(place).collect();
    Ok((names, labels))
}

/// What inner folds decide.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Picked {
    pub(super) piece_weight: f64,
    pub(super) penalty: f64,
}

/// A fit to a part of the texts.
#[derive(Debug)]
pub(super) struct Fitted {
    pub(super) columns: Columns,
    /// By head: a weight a column, and the intercept last.
    pub(super) weights: Vec<Vec<f64>>,
    /// By label.
    pub(super) thresholds: Vec<f64>,
    pub(super) picked: Picked,
}

/// Fits to the texts at `part`: picks on inner folds, then fits on all of them.
pub(super) fn fit(
    lessons: &Lessons,
    part: &[usize],
    settings: &PlainSettings,
) -> Result<Fitted, PlainError> {
    let labels: Vec<usize> = part.iter().map(|at| lessons.labels[*at]).collect();
    let groups: Vec<usize> = part.iter().map(|at| lessons.groups[*at]).collect();
    let inner = folds(&labels, &groups, settings.inner_folds);
    let mut tried = Vec::new();
    for piece_weight in &settings.piece_weights {
        for fold in 0..settings.inner_folds {
            tried.push((*piece_weight, fold));
        }
    }
    let done = in_parallel(&tried, |(piece_weight, fold)| {
        let of = |held: bool| {
            let rows = part.iter().zip(&inner).filter(move |(_, f)| (**f == *fold) == held);
            rows.map(|(at, _)| *at).collect::<Vec<usize>>()
        };
        let (columns, weights) = path(lessons, &of(false), *piece_weight, settings)?;
        let held = Rows::new(&columns, of(true).into_iter().map(|at| &lessons.bags[at]));
        let margins = |weights: &Vec<Vec<f64>>| {
            (0..held.len())
                .map(|row| weights.iter().map(|head| held.margin(row, head)).collect())
                .collect::<Vec<Vec<f64>>>()
        };
        Ok(weights.iter().map(margins).collect::<Vec<_>>())
    });
    let done: Vec<Vec<Vec<Vec<f64>>>> = done.into_iter().collect::<Result<_, TrainError>>()?;

    let mut best: Option<(f64, Picked, Vec<Vec<f64>>)> = None;
    for (number, piece_weight) in settings.piece_weights.iter().enumerate() {
        for (at, penalty) in settings.penalties.iter().enumerate() {
            let mut probabilities = vec![Vec::new(); part.len()];
            for fold in 0..settings.inner_folds {
                let margins = &done[number * settings.inner_folds + fold][at];
                let rows = (0..part.len()).filter(|row| inner[*row] == fold);
                for (row, margins) in rows.zip(margins) {
                    probabilities[row] = decide::probabilities(margins);
                }
            }
            let merit = merit(&probabilities, &labels, lessons.names.len());
            if best.as_ref().is_none_or(|(most, ..)| merit > *most) {
                let picked = Picked { piece_weight: *piece_weight, penalty: *penalty };
                best = Some((merit, picked, probabilities));
            }
        }
    }
    let (_, picked, probabilities) = best.expect("the settings try at least one of each");
    let thresholds = thresholds(&probabilities, &labels, lessons.names.len());
    let only = PlainSettings { penalties: vec![picked.penalty], ..settings.clone() };
    let (columns, mut weights) = path(lessons, part, picked.piece_weight, &only)?;
    let weights = weights.pop().expect("one penalty was tried");
    Ok(Fitted { columns, weights, thresholds, picked })
}

/// Fits to the texts at `part` with each penalty, each from where the one before it ended. Gives the
/// weights by penalty and head.
fn path(
    lessons: &Lessons,
    part: &[usize],
    piece_weight: f64,
    settings: &PlainSettings,
) -> Result<(Columns, Vec<Vec<Vec<f64>>>), TrainError> {
    let bags = part.iter().map(|at| &lessons.bags[*at]);
    let columns = Columns::new(bags.clone(), settings.least_texts, piece_weight);
    let rows = Rows::new(&columns, bags);
    let targets = lessons.targets(part);
    let features: Vec<u32> = columns.features().collect();
    let problem = Problem {
        starts: &rows.starts,
        columns: &rows.columns,
        values: &rows.values,
        targets: &targets,
        features: &features,
        dimensions: features.len(),
        names: &lessons.names,
    };
    let mut found: Vec<Vec<Vec<f64>>> = Vec::new();
    for penalty in &settings.penalties {
        let fit = |head: usize| {
            let start = found.last().map(|weights: &Vec<Vec<f64>>| weights[head].clone());
            fit_head(&problem, head, *penalty, start)
        };
        let heads = (0..lessons.heads()).map(fit).collect::<Result<_, _>>()?;
        found.push(heads);
    }
    Ok((columns, found))
}

/// What is picked by: the mean over labels of average precision.
fn merit(probabilities: &[Vec<f64>], labels: &[usize], names: usize) -> f64 {
    (0..names)
        .filter_map(|label| {
            Ranking::new(scored(probabilities, labels, label)).average_precision(|_| 1)
        })
        .sum()
}

/// The probability of `label` for each text, and whether the text has it.
fn scored(probabilities: &[Vec<f64>], labels: &[usize], label: usize) -> Vec<(f64, bool)> {
    probabilities.iter().zip(labels).map(|(p, found)| (p[label], *found == label)).collect()
}

/// A threshold a label: where the F1 of the label against all others is highest. Of two labels it is
/// that of the rarer, and the other has the rest of 1.
fn thresholds(probabilities: &[Vec<f64>], labels: &[usize], names: usize) -> Vec<f64> {
    let threshold = |label| best_threshold(scored(probabilities, labels, label));
    if names == 2 {
        let second = labels.iter().filter(|label| **label == 1).count();
        if second * 2 <= labels.len() {
            let found = threshold(1);
            return vec![1.0 - found, found];
        }
        let found = threshold(0);
        return vec![found, 1.0 - found];
    }
    (0..names).map(threshold).collect()
}

/// The probability from which on F1 is highest, half-way to the next lower one; of equals that
/// nearest to a half.
fn best_threshold(mut scored: Vec<(f64, bool)>) -> f64 {
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    let positives = scored.iter().filter(|(_, target)| *target).count() as u64;
    let mut counts = Counts { misses: positives, ..Counts::default() };
    let mut best = (0.0, 0.5);
    for at in 0..scored.len() {
        let (probability, target) = scored[at];
        counts.hits += u64::from(target);
        counts.misses -= u64::from(target);
        counts.false_alarms += u64::from(!target);
        let below = scored.get(at + 1).map_or(0.0, |next| next.0);
        if below < probability {
            let (f1, threshold) =
                (counts.f1().unwrap_or_default(), f64::midpoint(probability, below));
            let is_nearer = (threshold - 0.5).abs() < (best.1 - 0.5_f64).abs();
            if f1 > best.0 || (f1 >= best.0 && is_nearer) {
                best = (f1, threshold);
            }
        }
    }
    best.1
}

/// `work` on every item on all cores; results in the order of items.
pub(super) fn in_parallel<T: Sync, U: Send>(items: &[T], work: impl Fn(&T) -> U + Sync) -> Vec<U> {
    let workers = thread::available_parallelism().map_or(1, usize::from).min(items.len());
    let (next, done) = (AtomicUsize::new(0), Mutex::new(Vec::with_capacity(items.len())));
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some((at, item)) = Some(next.fetch_add(1, Ordering::Relaxed))
                    .and_then(|at| Some((at, items.get(at)?)))
                {
                    let result = work(item);
                    done.lock().unwrap_or_else(PoisonError::into_inner).push((at, result));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}
