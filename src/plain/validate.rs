//! Cross-validation: how a classifier made in this way does on texts that it has not seen.

use super::{
    LabelledText, PlainError, PlainSettings, Prediction, decide,
    fit::{Lessons, fit},
    folds,
    rows::Rows,
};

/// What cross-validation says of each text.
#[derive(Clone, Debug, PartialEq)]
pub struct HeldOut {
    /// The labels, sorted.
    pub names: Vec<String>,
    /// For each text the place of its label in `names`.
    pub labels: Vec<usize>,
    /// For each text its fold, from 0.
    pub folds: Vec<usize>,
    /// For each text what the fit to the other folds says of it.
    pub predictions: Vec<Prediction>,
}

/// Parts `texts` into `count` folds that keep near copies together, and predicts each fold with a
/// fit to the others. Everything is picked inside those: nothing of a fold reaches what judges it.
///
/// Costs `count` times [`super::train`].
///
/// # Errors
///
/// As [`super::train`], with each label in every fold; `count` is at least 2.
pub fn cross_validate(
    texts: &[LabelledText],
    count: usize,
    settings: &PlainSettings,
) -> Result<HeldOut, PlainError> {
    if count < 2 {
        return Err(PlainError::Setting { setting: "folds", reason: "is less than 2; write 5" });
    }
    let lessons = Lessons::new(texts, settings, count.max(settings.inner_folds))?;
    let folds = folds(&lessons.labels, &lessons.groups, count);
    let mut predictions: Vec<Option<Prediction>> = vec![None; texts.len()];
    for fold in 0..count {
        let (held, seen): (Vec<usize>, Vec<usize>) =
            (0..texts.len()).partition(|at| folds[*at] == fold);
        let fitted = fit(&lessons, &seen, settings)?;
        let rows = Rows::new(&fitted.columns, held.iter().map(|at| &lessons.bags[*at]));
        for (row, at) in held.into_iter().enumerate() {
            let margins: Vec<f64> =
                fitted.weights.iter().map(|head| rows.margin(row, head)).collect();
            let probabilities = decide::probabilities(&margins);
            let label = decide::label(&probabilities, &fitted.thresholds);
            predictions[at] = Some(Prediction { label, probabilities });
        }
    }
    let predictions = predictions.into_iter().flatten().collect();
    let Lessons { names, labels, .. } = lessons;
    Ok(HeldOut { names, labels, folds, predictions })
}
