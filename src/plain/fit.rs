//! The fit: what is picked on inner folds, and the weights on everything.

use std::collections::BTreeSet;

use super::{
    LabelModel, LabelledText, PlainError, PlainSettings,
    bags::{Bagger, Bags},
    decide, folds,
    rows::{Columns, Rows},
    thresholds,
};
use crate::{
    evaluate::Ranking,
    model::sha256_hex,
    similar,
    train::{
        TrainError, in_parallel,
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
        let first = usize::from(self.names.len() == 2);
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
    pub(super) weights: Weights,
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
        let margins = |weights: &Weights| {
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
    let thresholds = thresholds::thresholds(&probabilities, &labels, lessons.names.len())?;
    let only = PlainSettings { penalties: vec![picked.penalty], ..settings.clone() };
    let (columns, mut weights) = path(lessons, part, picked.piece_weight, &only)?;
    let weights = weights.pop().expect("one penalty was tried");
    Ok(Fitted { columns, weights, thresholds, picked })
}

/// By head: a weight a column, and the intercept last.
pub(super) type Weights = Vec<Vec<f64>>;

/// Fits to the texts at `part` with each penalty, each from where the one before it ended. Gives the
/// weights by penalty and head.
fn path(
    lessons: &Lessons,
    part: &[usize],
    piece_weight: f64,
    settings: &PlainSettings,
) -> Result<(Columns, Vec<Weights>), TrainError> {
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
    let mut found: Vec<Weights> = Vec::new();
    for penalty in &settings.penalties {
        let fit = |head: usize| {
            let start = found.last().map(|weights| weights[head].clone());
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
pub(super) fn scored(
    probabilities: &[Vec<f64>],
    labels: &[usize],
    label: usize,
) -> Vec<(f64, bool)> {
    probabilities.iter().zip(labels).map(|(p, found)| (p[label], *found == label)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(number: usize, label: &str) -> LabelledText {
        let word = if label == "1" { "undian" } else { "rapat" };
        LabelledText { text: format!("{word} k{number} m{number}"), label: label.to_owned() }
    }

    fn refused(texts: &[LabelledText]) -> String {
        train(texts, &PlainSettings::default()).unwrap_err().to_string()
    }

    #[test]
    fn what_cannot_be_learnt_is_refused_with_its_reason() {
        let of = |label: &'static str, count| (0..count).map(move |number| text(number, label));
        let few: Vec<_> = of("1", 5).chain(of("0", 5)).collect();
        assert_eq!(refused(&few), "10 labelled texts are too few; give at least 40");
        let one: Vec<_> = of("1", 50).collect();
        assert!(refused(&one).starts_with("every text has the label `1`; add texts"));
        // Twenty copies of a text are one text.
        let copies = std::iter::repeat_n(text(7, "1"), 20);
        let error =
            train(&of("0", 40).chain(copies).collect::<Vec<_>>(), &PlainSettings::default());
        let error = error.unwrap_err();
        assert_eq!(error.text(), Some(40));
        assert!(
            error.to_string().contains("`1`, first met here, has 1 different texts and needs 8")
        );
        let all: Vec<_> =
            (0..60).map(|n| LabelledText { label: n.to_string(), ..text(n, "0") }).collect();
        assert!(refused(&all).starts_with("60 different labels, and at most 50"));
        let settings = PlainSettings { penalties: vec![0.0], ..PlainSettings::default() };
        let good: Vec<_> = of("0", 40).chain(of("1", 40)).collect();
        assert!(train(&good, &settings).unwrap_err().to_string().contains("`penalties`"));
    }

    #[test]
    fn a_model_says_what_cross_validation_judged() {
        let texts: Vec<_> = (0..60).map(|n| text(n, if n % 3 == 0 { "1" } else { "0" })).collect();
        let model = train(&texts, &PlainSettings::default()).unwrap();
        assert_eq!(model.labels(), ["0", "1"]);
        for (text, label) in [("undian", 1), ("rapat", 0)] {
            let prediction = model.predict(text);
            assert_eq!(prediction.label, label, "{prediction:?}");
        }
        assert!(model.predict("").probabilities[1] < 0.5, "most texts are 0");
        let held_out = super::super::cross_validate(&texts, 3, &PlainSettings::default()).unwrap();
        let figures = super::super::figures(&held_out);
        assert_eq!(figures.macro_pr_auc.mean, Some(1.0), "{figures:?}");
    }
}
