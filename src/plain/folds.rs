//! Folds: near copies of one text on one side, and every label in every fold.

use std::collections::BTreeMap;

/// For each text a fold, from 0 to `folds - 1`.
///
/// Texts of one group (see [`crate::similar::groups`]) are in one fold. The largest groups are dealt
/// first, each to the fold that has the smallest share of its labels, so that all folds have about
/// the same labels. No draw: the same labels and groups give the same folds.
pub fn folds(labels: &[usize], groups: &[usize], folds: usize) -> Vec<usize> {
    let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (at, group) in groups.iter().enumerate() {
        members.entry(*group).or_default().push(at);
    }
    let mut members: Vec<Vec<usize>> = members.into_values().collect();
    // Stable: groups of one size keep the order of the texts.
    members.sort_by_key(|group| std::cmp::Reverse(group.len()));
    let mut totals = vec![0.0; labels.iter().max().map_or(0, |most| most + 1)];
    for label in labels {
        totals[*label] += 1.0;
    }
    let mut dealt = vec![vec![0.0; totals.len()]; folds.max(1)];
    let mut fold_of = vec![0; labels.len()];
    for group in members {
        // How much fuller the fold would be, by label; a fold that is full costs more.
        let cost = |fold: &Vec<f64>| -> f64 {
            group.iter().map(|at| fold[labels[*at]] / totals[labels[*at]]).sum()
        };
        let costs = dealt.iter().map(|fold| (cost(fold), fold.iter().sum::<f64>()));
        let by_cost = |a: &(usize, (f64, f64)), b: &(usize, (f64, f64))| {
            a.1.0.total_cmp(&b.1.0).then(a.1.1.total_cmp(&b.1.1))
        };
        let fold = costs.enumerate().min_by(by_cost).map_or(0, |(fold, _)| fold);
        for at in group {
            fold_of[at] = fold;
            dealt[fold][labels[at]] += 1.0;
        }
    }
    fold_of
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn groups_stay_whole_and_folds_are_even(
            texts in prop::collection::vec((0usize..3, 0usize..40), 60..200),
        ) {
            let (labels, groups): (Vec<_>, Vec<_>) = texts.into_iter().unzip();
            let found = folds(&labels, &groups, 3);
            let mut seen = BTreeMap::new();
            for (group, fold) in groups.iter().zip(&found) {
                prop_assert_eq!(seen.entry(*group).or_insert(*fold), fold);
            }
            let sizes: Vec<usize> =
                (0..3).map(|fold| found.iter().filter(|f| **f == fold).count()).collect();
            let largest = groups.iter().map(|g| groups.iter().filter(|o| *o == g).count()).max();
            let spread = sizes.iter().max().unwrap() - sizes.iter().min().unwrap();
            prop_assert!(spread <= 3 * largest.unwrap_or(0), "{:?}", sizes);
        }
    }
}
