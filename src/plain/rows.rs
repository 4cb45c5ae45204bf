//! Rows: bags weighed by how rare their features are (TF-IDF), on columns that a training part gave.
//!
//! A family is `(1 + ln count) · idf` with `idf = 1 + ln((1 + texts) / (1 + texts with it))`, brought
//! to length 1 and then to the weight of its family; the row is brought to length 1 again. Features
//! that training never met have no column, and no influence.

use super::bags::Bags;

/// The columns of one family: features in order, each with its idf.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Family {
    pub(super) features: Vec<u32>,
    pub(super) idf: Vec<f32>,
}

impl Family {
    fn new<'a>(bags: impl Iterator<Item = &'a Bags>, family: usize, least: usize) -> Self {
        let (mut met, mut texts) = (Vec::new(), 0usize);
        for bags in bags {
            met.extend(bags.0[family].iter().map(|(feature, _)| *feature));
            texts += 1;
        }
        met.sort_unstable();
        let mut columns = Self::default();
        for same in met.chunk_by(|one, next| one == next).filter(|same| same.len() >= least) {
            columns.features.push(same[0]);
            let rarity = (1.0 + texts as f64) / (1.0 + same.len() as f64);
            columns.idf.push(single(1.0 + rarity.ln()));
        }
        columns
    }
}

/// Numbers are found in f64 and kept in f32: seven digits are more than the data carry.
#[expect(clippy::cast_possible_truncation, reason = "that is the purpose")]
pub(super) fn single(value: f64) -> f32 {
    value as f32
}

/// The columns of a fit, words first.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Columns {
    pub(super) families: [Family; 2],
    /// How much pieces weigh beside words.
    pub(super) piece_weight: f64,
}

impl Columns {
    /// The columns that `bags` give: features of `least` texts or more.
    pub(super) fn new<'a>(
        bags: impl Iterator<Item = &'a Bags> + Clone,
        least: usize,
        piece_weight: f64,
    ) -> Self {
        let words = Family::new(bags.clone(), 0, least);
        let pieces =
            if piece_weight > 0.0 { Family::new(bags, 1, least) } else { Family::default() };
        Self { families: [words, pieces], piece_weight }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.families.iter().map(|family| family.features.len()).sum()
    }

    /// The features of the columns, in their order. Words and pieces may share a number.
    pub(super) fn features(&self) -> impl Iterator<Item = u32> {
        self.families.iter().flat_map(|family| family.features.iter().copied())
    }

    /// Gives `sink` the columns and values of the row of `bags`, in the order of columns.
    pub(super) fn row(&self, bags: &Bags, mut sink: impl FnMut(usize, f32)) {
        let families: Vec<Vec<(usize, f64)>> =
            self.families.iter().zip(&bags.0).map(|(family, bag)| weighed(family, bag)).collect();
        let weights = [1.0, self.piece_weight];
        let scales = families.iter().zip(weights).map(|(family, weight)| {
            let length = length(family);
            if length > 0.0 { weight / length } else { 0.0 }
        });
        let scales: Vec<f64> = scales.collect();
        let whole = scales
            .iter()
            .zip(weights)
            .filter(|(scale, _)| **scale > 0.0)
            .map(|(_, weight)| weight * weight)
            .sum::<f64>()
            .sqrt();
        let mut offset = 0;
        for ((family, scale), columns) in families.iter().zip(scales).zip(&self.families) {
            for (column, value) in family {
                sink(offset + column, single(value * scale / whole));
            }
            offset += columns.features.len();
        }
    }
}

/// The columns of one family that a bag has, with their weight.
fn weighed(family: &Family, bag: &[(u32, u32)]) -> Vec<(usize, f64)> {
    bag.iter()
        .filter_map(|(feature, count)| {
            let column = family.features.binary_search(feature).ok()?;
            Some((column, (1.0 + f64::from(*count).ln()) * f64::from(family.idf[column])))
        })
        .collect()
}

fn length(values: &[(usize, f64)]) -> f64 {
    values.iter().map(|(_, value)| value * value).sum::<f64>().sqrt()
}

/// Sparse rows of many texts.
#[derive(Debug)]
pub(super) struct Rows {
    pub(super) starts: Vec<usize>,
    pub(super) columns: Vec<u32>,
    pub(super) values: Vec<f32>,
}

impl Rows {
    pub(super) fn new<'a>(columns: &Columns, bags: impl Iterator<Item = &'a Bags>) -> Self {
        let mut rows = Self { starts: vec![0], columns: Vec::new(), values: Vec::new() };
        for bags in bags {
            columns.row(bags, |column, value| {
                rows.columns.push(u32::try_from(column).expect("features have 32 bits"));
                rows.values.push(value);
            });
            rows.starts.push(rows.columns.len());
        }
        rows
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// `intercept + Σ weight · value` of row `at`, summed in the order of columns.
    pub(super) fn margin(&self, at: usize, weights: &[f64]) -> f64 {
        let range = self.starts[at]..self.starts[at + 1];
        let pairs = self.columns[range.clone()].iter().zip(&self.values[range]);
        let intercept = weights.last().copied().unwrap_or_default();
        pairs.fold(intercept, |sum, (column, value)| {
            sum + weights[*column as usize] * f64::from(*value)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(columns: &Columns, bags: &Bags) -> Vec<(usize, f32)> {
        let mut row = Vec::new();
        columns.row(bags, |column, value| row.push((column, value)));
        row
    }

    #[test]
    fn a_row_has_length_one_and_families_their_weight() {
        let texts = [
            Bags([vec![(1, 1), (5, 2)], vec![(2, 1)]]),
            Bags([vec![(5, 1)], vec![(2, 3), (9, 1)]]),
            Bags([vec![(7, 1)], vec![]]),
        ];
        let columns = Columns::new(texts.iter(), 1, 0.5);
        assert_eq!(columns.features().collect::<Vec<_>>(), [1, 5, 7, 2, 9]);
        for text in &texts {
            let row = row(&columns, text);
            let part = |at: std::ops::Range<usize>| -> f32 {
                row.iter().filter(|(c, _)| at.contains(c)).map(|(_, v)| v * v).sum()
            };
            assert!((part(0..5) - 1.0).abs() < 1e-6);
            assert!(text.0[1].is_empty() || (part(0..3) / part(3..5) - 4.0).abs() < 1e-5);
        }
        // The rarer word weighs more.
        let first = row(&columns, &Bags([vec![(1, 1), (5, 1)], vec![]]));
        assert!(first[0].1 > first[1].1);
    }

    #[test]
    fn what_training_never_met_has_no_column() {
        let texts = [Bags([vec![(1, 1)], vec![]]), Bags([vec![(1, 1), (3, 1)], vec![]])];
        let columns = Columns::new(texts.iter(), 2, 1.0);
        assert_eq!(columns.len(), 1, "3 is in one text only");
        assert!(row(&columns, &Bags([vec![(3, 1), (4, 1)], vec![(1, 1)]])).is_empty());
    }
}
