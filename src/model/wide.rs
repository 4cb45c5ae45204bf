//! The wide table: one row of weights a feature, one column a head.

use safetensors::{Dtype, SafeTensors, tensor::TensorView};

use super::ModelError;
use crate::features::{Feature, FeatureMaker, Prepared, View};

/// Marks a feature that training never met.
const NO_ROW: u32 = u32::MAX;

/// Weights of many heads over one view.
///
/// One lookup of a feature feeds all heads. Features that training did not meet
/// have no row, and no influence.
#[derive(Clone, Debug, PartialEq)]
pub struct WideTable {
    heads: usize,
    /// Feature to row; [`NO_ROW`] for a feature without one.
    rows: Vec<u32>,
    /// Row-major, `heads` columns.
    weights: Vec<f32>,
    intercepts: Vec<f32>,
}

impl WideTable {
    /// A table of `dimensions` features whose rows are given as `(feature, weights of the heads)`.
    ///
    /// # Errors
    ///
    /// When a number is not finite, a row has another length than `intercepts`,
    /// or a feature is out of range.
    pub fn try_new(
        dimensions: usize,
        intercepts: Vec<f32>,
        rows: &[(u32, Vec<f32>)],
    ) -> Result<Self, ModelError> {
        let rows = rows.iter().map(|(feature, weights)| (*feature, weights.as_slice()));
        Self::from_rows(dimensions, intercepts, rows)
    }

    fn from_rows<'a>(
        dimensions: usize,
        intercepts: Vec<f32>,
        rows: impl Iterator<Item = (u32, &'a [f32])>,
    ) -> Result<Self, ModelError> {
        let heads = intercepts.len();
        let mut table =
            Self { heads, rows: vec![NO_ROW; dimensions], weights: Vec::new(), intercepts };
        for (feature, weights) in rows {
            let row = u32::try_from(table.weights.len() / heads.max(1))
                .map_err(|_| ModelError::Weights { reason: "too many rows".to_owned() })?;
            let slot = table.rows.get_mut(feature as usize);
            let slot = slot.filter(|_| weights.len() == heads).ok_or_else(|| {
                ModelError::Weights { reason: format!("feature {feature} does not fit") }
            })?;
            *slot = row;
            table.weights.extend_from_slice(weights);
        }
        let finite = |values: &[f32]| values.iter().all(|value| value.is_finite());
        if !finite(&table.weights) || !finite(&table.intercepts) {
            return Err(ModelError::Weights { reason: "a weight is not finite".to_owned() });
        }
        Ok(table)
    }

    /// How many heads there are.
    pub fn heads(&self) -> usize {
        self.heads
    }

    /// How many features have a row.
    pub fn rows(&self) -> usize {
        self.weights.len() / self.heads.max(1)
    }

    /// What `feature` adds to the margin of `head`, in log-odds.
    pub fn log_odds(&self, feature: &Feature, head: usize) -> f32 {
        self.row(feature.index).and_then(|row| row.get(head)).map_or(0.0, |w| w * feature.value)
    }

    /// The margins of all heads: intercept + Σ weight · value, in the order of the features.
    pub fn margins(&self, maker: &FeatureMaker, prepared: &Prepared<'_>, view: View) -> Vec<f32> {
        let mut margins = self.intercepts.clone();
        maker.for_each(prepared, view, |feature| {
            if let Some(row) = self.row(feature.index) {
                for (margin, weight) in margins.iter_mut().zip(row) {
                    *margin += weight * feature.value;
                }
            }
        });
        margins
    }

    /// The margin of no features, for `head`.
    pub fn intercept(&self, head: usize) -> f32 {
        self.intercepts.get(head).copied().unwrap_or(0.0)
    }

    fn row(&self, feature: u32) -> Option<&[f32]> {
        let row = *self.rows.get(feature as usize)?;
        if row == NO_ROW {
            return None;
        }
        let start = row as usize * self.heads;
        self.weights.get(start..start + self.heads)
    }

    /// The tensors of this table under `name.`, little-endian.
    pub(super) fn tensors(&self, name: &str) -> Vec<(String, Dtype, Vec<usize>, Vec<u8>)> {
        let mut met: Vec<(u32, u32)> = (0_u32..)
            .zip(&self.rows)
            .filter(|(_, row)| **row != NO_ROW)
            .map(|(feature, row)| (*row, feature))
            .collect();
        met.sort_unstable();
        let features = met.iter().flat_map(|(_, feature)| feature.to_le_bytes()).collect();
        let floats = |values: &[f32]| values.iter().flat_map(|v| v.to_le_bytes()).collect();
        let dimensions = u32::try_from(self.rows.len()).expect("dimensions are u32").to_le_bytes();
        vec![
            (format!("{name}.dimensions"), Dtype::U32, vec![1], dimensions.to_vec()),
            (format!("{name}.features"), Dtype::U32, vec![met.len()], features),
            (
                format!("{name}.weights"),
                Dtype::F32,
                vec![met.len(), self.heads],
                floats(&self.weights),
            ),
            (format!("{name}.intercepts"), Dtype::F32, vec![self.heads], floats(&self.intercepts)),
        ]
    }

    /// Reads what [`Self::tensors`] wrote.
    pub(super) fn from_tensors(file: &SafeTensors<'_>, name: &str) -> Result<Self, ModelError> {
        let dimensions = integers(&tensor(file, &format!("{name}.dimensions"))?);
        let features = integers(&tensor(file, &format!("{name}.features"))?);
        let weights = floats(&tensor(file, &format!("{name}.weights"))?);
        let intercepts = floats(&tensor(file, &format!("{name}.intercepts"))?);
        let heads = intercepts.len();
        if heads == 0 || weights.len() != features.len() * heads {
            return Err(ModelError::Weights { reason: format!("`{name}` has another shape") });
        }
        let rows = features.into_iter().zip(weights.chunks(heads));
        let dimensions = dimensions.first().copied().unwrap_or(0) as usize;
        Self::from_rows(dimensions, intercepts, rows)
    }
}

fn tensor<'a>(file: &SafeTensors<'a>, name: &str) -> Result<TensorView<'a>, ModelError> {
    file.tensor(name).map_err(|error| ModelError::Weights { reason: format!("{name}: {error}") })
}

fn integers(tensor: &TensorView<'_>) -> Vec<u32> {
    tensor.data().as_chunks::<4>().0.iter().map(|bytes| u32::from_le_bytes(*bytes)).collect()
}

fn floats(tensor: &TensorView<'_>) -> Vec<f32> {
    tensor.data().as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_that_cannot_score_is_refused() {
        let rows = [(1, vec![0.5, f32::NAN])];
        assert!(WideTable::try_new(4, vec![0.0, 0.0], &rows).is_err());
        assert!(WideTable::try_new(4, vec![0.0, 0.0], &[(9, vec![0.5, 0.5])]).is_err());
        assert!(WideTable::try_new(4, vec![0.0, 0.0], &[(1, vec![0.5])]).is_err());
    }

    #[test]
    fn a_feature_without_a_row_has_no_influence() {
        let table = WideTable::try_new(4, vec![0.0], &[(2, vec![0.5])]).unwrap();
        let feature = |index| Feature { index, value: 2.0, ranges: [0..0, 0..0] };
        let read = |index| table.log_odds(&feature(index), 0).to_bits();
        assert_eq!([read(1), read(2), read(9)], [0.0_f32, 1.0, 0.0].map(f32::to_bits));
    }
}
