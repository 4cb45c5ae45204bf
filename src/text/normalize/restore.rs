//! Words without their vowels, `kmbja`, and with two letters swapped, `kabmoja`: as they should be.
//!
//! Only words that are not known are touched, and only where one known word fits.

use std::ops::Range;

use super::{LONGEST_WORD, Normalizer, Unit, in_place_of};
use crate::text::chars;

/// Letters of the shortest word in which two may have been swapped.
const LEAST_SWAPPED: usize = 4;
/// Letters of the longest word that must be a common one for that.
const SHORT_WORD: usize = 5;
/// Endings of words in which two letters may have been swapped.
const PLAIN_ENDINGS: &[&str] = &["nya", "s"];

impl Normalizer {
    /// Replaces each damaged word by the one that is meant; says whether it replaced any.
    pub(super) fn restore_words(&self, units: Vec<Unit>) -> (Vec<Unit>, bool) {
        let mut at = 0;
        let mut word = String::new();
        let mut damaged: Vec<(Range<usize>, String)> = Vec::new();
        let is_letter = |unit: &Unit| chars::is_alphanumeric(unit.c);
        for run in units.chunk_by(|a, b| is_letter(a) == is_letter(b)) {
            let range = at..at + run.len();
            at = range.end;
            let is_plain = |unit: &Unit| unit.c.is_ascii_lowercase();
            if (3..=LONGEST_WORD).contains(&run.len())
                && run.iter().all(is_plain)
                && is_free(&units, &range)
            {
                word.clear();
                word.extend(run.iter().map(|unit| unit.c));
                damaged.extend(self.restored(&word).map(|word| (range, word)));
            }
        }
        if damaged.is_empty() {
            return (units, false);
        }
        let mut restored = Vec::with_capacity(units.len() + 4 * damaged.len());
        let mut rest = 0;
        for (range, word) in damaged {
            let run = &units[range.clone()];
            restored.extend_from_slice(&units[rest..range.start]);
            if word.len() == run.len() {
                let letters = run.iter().zip(word.chars());
                restored.extend(letters.map(|(unit, c)| Unit { c, ..*unit }));
            } else {
                restored.extend(in_place_of(run, &word));
            }
            rest = range.end;
        }
        restored.extend_from_slice(&units[rest..]);
        (restored, true)
    }

    /// The word meant by one of plain letters that is not known.
    fn restored(&self, word: &str) -> Option<String> {
        if self.words.is_word(word) {
            return None;
        }
        self.unswapped(word).or_else(|| self.words.with_vowels(word).map(str::to_owned))
    }

    /// The word of which two neighbouring letters, not the first and not the last, changed places.
    fn unswapped(&self, word: &str) -> Option<String> {
        if word.len() < LEAST_SWAPPED {
            return None;
        }
        let mut letters = word.as_bytes().to_vec();
        let mut words = Vec::new();
        for at in 1..letters.len() - 2 {
            if letters[at] != letters[at + 1] {
                letters.swap(at, at + 1);
                words.extend(String::from_utf8(letters.clone()));
                letters.swap(at, at + 1);
            }
        }
        let known = words.iter().map(String::as_str).filter(|word| self.words.is_target(word));
        let is_likely = |known: &&str| known.len() > SHORT_WORD || self.words.is_common(known);
        let known = self.words.clearest(known).filter(is_likely).map(str::to_owned);
        known.or_else(|| words.iter().find(|word| self.is_plainly_derived(word)).cloned())
    }
}

impl Normalizer {
    /// Whether `word` is a longer common word with an ending that changes nothing in it.
    fn is_plainly_derived(&self, word: &str) -> bool {
        let stems = PLAIN_ENDINGS.iter().filter_map(|ending| word.strip_suffix(ending));
        stems.into_iter().any(|stem| stem.len() > SHORT_WORD && self.words.is_common(stem))
    }
}

/// Not in a link or handle, and not beside a sign that words have inside.
fn is_free(units: &[Unit], range: &Range<usize>) -> bool {
    let before = range.start.checked_sub(1).and_then(|at| units.get(at));
    let is_inside = |unit: Option<&Unit>| {
        unit.is_some_and(|unit| matches!(unit.c, '@' | '\'' | '_' | '&' | '/'))
    };
    !units[range.start].is_literal && !is_inside(before) && !is_inside(units.get(range.end))
}
