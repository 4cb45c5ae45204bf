//! Dense heads by `linfa`: logistic regression over a few dozen columns of evidence.

use linfa::prelude::*;
use linfa_logistic::{LogisticRegression, MultiLogisticRegression};
use ndarray::{Array1, Array2};

use super::{TrainError, TrainSettings, single};
use crate::model::{DenseHead, Evidence, HeadNames};

/// Steps at most. The columns are few and bounded; forty are enough.
const STEPS: u64 = 100;

/// The margin of a head that has nothing to learn from: practically never.
const NEVER: f32 = -8.0;

/// Which columns dense head number `head` sees.
///
/// An indicator: its own pooled and post margins, the text types, the whole-text
/// facts. A text type: all text types and the facts. The score: everything.
pub(super) fn columns(head: usize, names: &HeadNames) -> Vec<u16> {
    let indicators = names.indicators.len();
    let types = names.text_types.len();
    let all = names.evidence_columns();
    let found: Vec<usize> = if head < indicators {
        [head, indicators + head].into_iter().chain(2 * indicators..all).collect()
    } else if head < indicators + types {
        (2 * indicators..all).collect()
    } else {
        (0..all).collect()
    };
    found.into_iter().map(|c| u16::try_from(c).expect("under a hundred columns")).collect()
}

/// Fits head `name` to `rows` of evidence and target.
pub(super) fn fit<'a>(
    name: &str,
    columns: &[u16],
    rows: impl Iterator<Item = (&'a Evidence, bool)>,
    settings: &TrainSettings,
) -> Result<DenseHead, TrainError> {
    let (values, targets): (Vec<Vec<f64>>, Vec<bool>) = rows
        .map(|(evidence, target)| {
            let row = columns.iter().map(|c| f64::from(evidence.values[usize::from(*c)]));
            (row.collect(), target)
        })
        .unzip();
    let head = |weights, intercept| DenseHead {
        name: name.to_owned(),
        columns: columns.to_vec(),
        weights,
        intercept,
    };
    // One class only: there is no line to draw, and `linfa` refuses.
    if targets.iter().all(|target| *target) || !targets.iter().any(|target| *target) {
        return Ok(head(vec![0.0; columns.len()], NEVER));
    }
    let failed = |reason: String| TrainError::Solver { head: name.to_owned(), reason };
    let records = Array2::from_shape_vec(
        (values.len(), columns.len()),
        values.into_iter().flatten().collect(),
    )
    .map_err(|error| failed(error.to_string()))?;
    let data = Dataset::new(records, Array1::from_vec(targets));
    let fitted = LogisticRegression::default()
        .alpha(settings.dense_penalty)
        .max_iterations(STEPS)
        .fit(&data)
        .map_err(|error| failed(error.to_string()))?;
    // `linfa` calls the commoner class positive; ours is `true`.
    let sign = if fitted.labels().pos.class { 1.0 } else { -1.0 };
    let weights = fitted.params().iter().map(|weight| single(sign * weight)).collect();
    Ok(head(weights, single(sign * fitted.intercept())))
}

/// Fits the heads of all text types together, so that their margins go through one softmax.
///
/// `rows` hold the number of the type. A type without rows gets a head that never fires.
pub(super) fn fit_types<'a>(
    names: &HeadNames,
    rows: impl Iterator<Item = (&'a Evidence, usize)>,
    settings: &TrainSettings,
) -> Result<Vec<DenseHead>, TrainError> {
    let first = names.text_type_heads().start;
    let columns = columns(first, names);
    let (values, types): (Vec<Vec<f64>>, Vec<usize>) = rows
        .map(|(evidence, number)| {
            let row = columns.iter().map(|c| f64::from(evidence.values[usize::from(*c)]));
            (row.collect(), number)
        })
        .unzip();
    let failed = |reason: String| TrainError::Solver { head: "text types".to_owned(), reason };
    let records = Array2::from_shape_vec(
        (values.len(), columns.len()),
        values.into_iter().flatten().collect(),
    )
    .map_err(|error| failed(error.to_string()))?;
    let fitted = MultiLogisticRegression::default()
        .alpha(settings.dense_penalty)
        .max_iterations(STEPS)
        .fit(&Dataset::new(records, Array1::from_vec(types)))
        .map_err(|error| failed(error.to_string()))?;
    let head = |number: usize| {
        let class = fitted.classes().iter().position(|class| *class == number);
        let (weights, intercept) = match class {
            Some(class) => (
                fitted.params().column(class).iter().map(|weight| single(*weight)).collect(),
                single(fitted.intercept()[class]),
            ),
            None => (vec![0.0; columns.len()], NEVER),
        };
        let name = names.dense()[first + number].clone();
        DenseHead { name, columns: columns.clone(), weights, intercept }
    };
    Ok((0..names.text_types.len()).map(head).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(value: f32) -> Evidence {
        Evidence { values: vec![value], best_clause: vec![] }
    }

    #[test]
    fn the_weight_points_at_the_target_whichever_class_is_commoner() {
        for positives in [3, 9] {
            let rows: Vec<(Evidence, bool)> = (0..12)
                .map(|n| (row(if n < positives { 2.0 } else { -2.0 }), n < positives))
                .collect();
            let rows = rows.iter().map(|(evidence, target)| (evidence, *target));
            let head = fit("x", &[0], rows, &TrainSettings::default()).unwrap();
            assert!(head.margin(&row(2.0)) > 0.0, "{positives} of 12: {head:?}");
            assert!(head.margin(&row(-2.0)) < 0.0, "{positives} of 12: {head:?}");
        }
    }

    #[test]
    fn one_class_gives_a_head_that_never_fires() {
        let rows = [(row(1.0), false), (row(2.0), false)];
        let rows = rows.iter().map(|(evidence, target)| (evidence, *target));
        let head = fit("x", &[0], rows, &TrainSettings::default()).unwrap();
        assert!(head.margin(&row(5.0)) < -5.0);
    }
}
