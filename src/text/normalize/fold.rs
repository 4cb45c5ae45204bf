//! Look-alikes: letters of other alphabets that imitate Latin ones.

use super::{LONGEST_WORD, Normalizer, Unit};
use crate::text::{
    chars,
    confusables::{Look, is_cased_foreign},
};

/// How many words of a post are certainly Latin, and how many certainly are not.
#[derive(Clone, Copy, Debug, Default)]
struct Scripts {
    latin: usize,
    foreign: usize,
}

/// The letters of one word, by what they are.
#[derive(Clone, Copy, Debug, Default)]
struct Letters {
    latin: usize,
    strong: usize,
    loose: usize,
    foreign: usize,
}

impl Letters {
    fn count(word: &[Unit]) -> Self {
        let mut letters = Self::default();
        for unit in word {
            match unit.look {
                Some(Look::Strong(_)) => letters.strong += 1,
                Some(Look::Loose(_)) => letters.loose += 1,
                _ if unit.c.is_ascii_alphabetic() => letters.latin += 1,
                _ if chars::is_alphabetic(unit.c) => letters.foreign += 1,
                _ => {}
            }
        }
        letters
    }
}

impl Normalizer {
    /// Folds look-alikes to Latin; says whether it folded any.
    ///
    /// A word that is part Latin is folded. A word that is all look-alike is folded when the rest
    /// of the post is Latin, so that a wholly replaced word gives the same text; real Russian or
    /// Greek has words with letters that imitate nothing, and stays.
    pub(super) fn fold_look_alikes(&self, units: &mut [Unit]) -> bool {
        if units.iter().all(|unit| unit.look.is_none()) {
            return false;
        }
        let mut scripts = Scripts::default();
        let words = || |a: &Unit, b: &Unit| is_cased_word(a) == is_cased_word(b);
        for word in units.chunk_by(words()) {
            let letters = Letters::count(word);
            if letters.foreign > 0 || (letters.loose > 0 && letters.latin == 0) {
                scripts.foreign += usize::from(word.first().is_some_and(is_cased_word));
            } else if letters.latin > 0 {
                scripts.latin += 1;
            }
        }
        let mut folded_any = false;
        for word in units.chunk_by_mut(words()) {
            if self.is_disguised(word, scripts) {
                word.iter_mut().for_each(fold);
                folded_any = true;
            }
        }
        folded_any | fold_between(units)
    }

    fn is_disguised(&self, word: &[Unit], scripts: Scripts) -> bool {
        let letters = Letters::count(word);
        if letters.strong + letters.loose == 0 || letters.foreign > 0 {
            return false;
        }
        if letters.latin > 0 || (letters.loose == 0 && scripts.foreign * 2 <= scripts.latin) {
            return true;
        }
        let is_likely = scripts.foreign <= scripts.latin || word.len() >= 5;
        is_likely && word.len() <= LONGEST_WORD && self.knows(&folded(word))
    }
}

fn is_cased_word(unit: &Unit) -> bool {
    unit.is_latin_like()
        || unit.c.is_ascii_digit()
        || matches!(unit.c, '@' | '$')
        || (is_cased_foreign(unit.c) && chars::is_alphabetic(unit.c))
}

fn folded(word: &[Unit]) -> String {
    let mut word = word.to_vec();
    word.iter_mut().for_each(fold);
    word.iter().map(|unit| unit.c).collect()
}

fn fold(unit: &mut Unit) {
    if let Some(Look::Strong(latin) | Look::Loose(latin)) = unit.look {
        unit.repair(latin);
    }
}

fn fold_between(units: &mut [Unit]) -> bool {
    let mut folded_any = false;
    for at in 1..units.len().saturating_sub(1) {
        if let Some(Look::Between(latin)) = units[at].look
            && units[at - 1].c.is_ascii_alphabetic()
            && units[at + 1].c.is_ascii_alphabetic()
        {
            units[at].repair(latin);
            folded_any = true;
        }
    }
    folded_any
}
