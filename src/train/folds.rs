//! Folds by group: near-copies of one post are never on both sides.

use sha2::{Digest, Sha256};

use super::TrainSettings;

/// The fold of a group, from 0 to `settings.folds - 1`: a hash of seed and name, no draw.
pub fn fold_of(group: &str, settings: &TrainSettings) -> usize {
    let folds = settings.folds.max(1) as u64;
    usize::try_from(draw(settings.seed, group) % folds).expect("a remainder of a small number")
}

/// A number that depends on `seed` and `name` alone, evenly spread.
pub(super) fn draw(seed: u64, name: &str) -> u64 {
    let mut hash = Sha256::new();
    hash.update(seed.to_le_bytes());
    hash.update(name.as_bytes());
    let bytes: [u8; 32] = hash.finalize().into();
    let first = bytes.first_chunk::<8>().expect("a hash has 32 bytes");
    u64::from_le_bytes(*first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_are_about_even_and_depend_on_the_seed() {
        let settings = TrainSettings::default();
        let other = TrainSettings { seed: 1, ..settings.clone() };
        let groups: Vec<String> = (0..1000).map(|n| format!("g{n}")).collect();
        let mut counts = vec![0; settings.folds];
        for group in &groups {
            counts[fold_of(group, &settings)] += 1;
        }
        assert!(counts.iter().all(|count| (150..250).contains(count)), "{counts:?}");
        assert!(groups.iter().any(|group| fold_of(group, &settings) != fold_of(group, &other)));
    }
}
