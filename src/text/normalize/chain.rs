//! Letters set apart: `k a m b o j a` and `g.4.j.i` to words.

use std::{collections::BTreeMap, mem, ops::Range};

use super::{
    LONGEST_WORD, Normalizer, UNITS, Unit, VOWELS,
    leet::{leet_letters, readings, spelling},
};
use crate::text::chars;

/// Words of so many letters turn up by chance among single letters.
const SHORT_WORD: usize = 3;
/// Letters between signs that are joined though they are no known word.
const LEAST_UNKNOWN: usize = 6;

impl Normalizer {
    /// Joins letters set apart where they make known words; says whether it joined any.
    pub(super) fn join_letters(&self, units: &mut [Unit]) -> bool {
        let mut joined_any = false;
        let mut at = 0;
        while at < units.len() {
            let is_unit = at > 0 && units[at].c.is_ascii_lowercase() && is_digit(&units[at - 1]);
            if !is_unit && !is_alone(units, at) {
                at += 1;
                continue;
            }
            let chain = chain_from(units, at);
            at = chain.last().map_or(at, |last| *last) + 1;
            if is_unit {
                joined_any |= join_unit(units, &chain);
            } else if chain.len() >= 3 {
                joined_any |= self.join_chain(units, &chain);
            } else {
                joined_any |= join_currency(units, &chain);
            }
        }
        joined_any
    }

    fn join_chain(&self, units: &mut [Unit], chain: &[usize]) -> bool {
        let letters: Vec<char> = chain.iter().map(|at| units[*at].c).collect();
        let words = self.words_of_chain(&letters, &Gaps::of(units, chain));
        let mut joined_any = false;
        let mut last_end = None;
        for word in words {
            joined_any = true;
            for (at, latin) in word.range.clone().zip(word.text.chars()) {
                units[chain[at]].repair(latin);
            }
            drop_between(units, chain.get(word.range.clone()).unwrap_or_default());
            if last_end == Some(word.range.start) && !word.starts_part {
                let between = chain[word.range.start - 1] + 1..chain[word.range.start];
                keep_one_space(&mut units[between]);
            }
            last_end = Some(word.range.end);
        }
        joined_any
    }

    /// The words that single letters make: one for each part where words are set apart more clearly
    /// than their letters, and else as many as known words cover.
    fn words_of_chain(&self, letters: &[char], gaps: &Gaps) -> Vec<KnownWord> {
        let known = |part: &Range<usize>| {
            let found = self.known_words(letters.get(part.clone()).unwrap_or_default());
            found.into_iter().map(|word| word.moved(part.start)).collect::<Vec<_>>()
        };
        let is_parted = gaps.are_tight && gaps.parts.len() > 1;
        let words: Vec<KnownWord> = if is_parted {
            gaps.parts.iter().filter_map(|part| self.word_of_part(letters, part)).collect()
        } else {
            gaps.parts.iter().flat_map(known).collect()
        };
        if gaps.parts.len() == 1 {
            let part = 0..letters.len();
            let word = || self.word_of_part(letters, &part).filter(|_| gaps.are_tight);
            return if words.is_empty() { word().into_iter().collect() } else { words };
        }
        let covered =
            |words: &[KnownWord]| words.iter().map(|word| word.range.len()).sum::<usize>();
        let whole = self.known_words(letters);
        let is_one = whole.len() == 1 && whole[0].range.len() == letters.len();
        if is_one || covered(&whole) > 2 * covered(&words) { whole } else { words }
    }

    fn word_of_part(&self, letters: &[char], part: &Range<usize>) -> Option<KnownWord> {
        let letters = letters.get(part.clone()).filter(|letters| letters.len() > 2)?;
        let found = self.words.matches(&all_readings(letters)).into_iter();
        let known = self.words.clearest(found.filter(|_| is_mostly_letters(letters)));
        let text = known.map_or_else(|| letters.iter().collect(), str::to_owned);
        let is_word = known.is_some() || self.words.is_word(&text) || looks_like_a_word(&text);
        is_word.then(|| KnownWord { range: part.clone(), text, starts_part: true })
    }

    /// The known words that cover most of `letters`, in order; of two covers the one with fewer and
    /// more common words. Short words count only next to others, or when they cover all.
    fn known_words(&self, letters: &[char]) -> Vec<KnownWord> {
        let readings = all_readings(letters);
        // best[at]: letters left over and the cost of the words from `at` on, and the word there.
        let mut best: Vec<(usize, u32, Option<&str>)> = vec![(0, 0, None); letters.len() + 1];
        for at in (0..letters.len()).rev() {
            let mut here = (best[at + 1].0 + 1, best[at + 1].1, None);
            for word in self.words.prefixes(&readings[at..]) {
                let letters = &letters[at..at + word.len()];
                let is_chance = word.len() < SHORT_WORD && !self.words.is_common(word);
                if is_chance || !is_mostly_letters(letters) {
                    continue;
                }
                let (left, cost, _) = &best[at + word.len()];
                let (left, cost) = (*left, cost + self.words.cost(word));
                if (left, cost) <= (here.0, here.1) {
                    here = (left, cost, Some(word));
                }
            }
            best[at] = here;
        }
        let mut words = Vec::new();
        let mut at = 0;
        while at < letters.len() {
            let Some(text) = best[at].2 else {
                at += 1;
                continue;
            };
            let range = at..at + text.len();
            words.push(KnownWord { range, text: text.to_owned(), starts_part: at == 0 });
            at += text.len();
        }
        let is_adjacent = |a: &KnownWord, b: &KnownWord| a.range.end == b.range.start;
        let all = letters.iter().filter(|c| c.is_ascii_alphabetic()).count();
        let is_certain = |group: &&[KnownWord]| {
            let covered: usize = group.iter().map(|word| word.text.len()).sum();
            let longest = group.iter().map(|word| word.text.len()).max().unwrap_or(0);
            let is_one = group.len() == 1 && covered == letters.len() && all > 1;
            let is_plain = covered <= all && covered >= all.min(2 * SHORT_WORD);
            longest > SHORT_WORD || (longest > 2 && (is_one || is_plain))
        };
        words.chunk_by(is_adjacent).filter(is_certain).flatten().cloned().collect()
    }
}

/// How the letters of a chain are set apart.
#[derive(Debug)]
struct Gaps {
    /// Places in the chain, cut where the signs between two letters are not the usual ones.
    parts: Vec<Range<usize>>,
    /// The usual signs have no white space.
    are_tight: bool,
}

impl Gaps {
    fn of(units: &[Unit], chain: &[usize]) -> Self {
        let gap = |pair: &[usize]| spelling(&units[pair[0] + 1..pair[1]]);
        let gaps: Vec<String> = chain.windows(2).map(gap).collect();
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for gap in &gaps {
            *counts.entry(gap).or_default() += 1;
        }
        let usual = counts.iter().max_by_key(|(_, count)| **count).map_or("", |(gap, _)| *gap);
        let are_tight = !usual.contains(' ');
        let mut inside = if are_tight { None } else { Some(usual) };
        let mut parts = Vec::new();
        let mut start = 0;
        for (end, gap) in (1..).zip(&gaps) {
            if inside.is_some_and(|inside| inside != gap) || (are_tight && gap.contains(' ')) {
                parts.push(mem::replace(&mut start, end)..end);
                inside = inside.filter(|_| !are_tight);
            } else {
                inside = Some(gap);
            }
        }
        parts.push(start..chain.len());
        Self { parts, are_tight }
    }
}

/// Whether unknown letters between signs, `s.e.r.a.b.u.t.a.n`, are too many for an abbreviation.
fn looks_like_a_word(letters: &str) -> bool {
    let vowels = letters.bytes().filter(|letter| VOWELS.contains(letter)).count();
    letters.len() >= LEAST_UNKNOWN
        && letters.bytes().all(|letter| letter.is_ascii_lowercase())
        && (letters.len() / 4..=letters.len() * 2 / 3).contains(&vowels)
}

/// Puts the unit behind a number together, `15j u t a`, if the chain begins with one.
fn join_unit(units: &mut [Unit], chain: &[usize]) -> bool {
    let letters: String = chain.iter().take(LONGEST_WORD).map(|at| units[*at].c).collect();
    let is_unit =
        |end: &usize| letters.get(..*end).is_some_and(|unit| UNITS.binary_search(&unit).is_ok());
    let Some(end) = (2..=letters.len()).rev().find(is_unit) else { return false };
    let joined = chain.get(..end).unwrap_or_default();
    for at in joined {
        units[*at].is_repaired = true;
    }
    drop_between(units, joined);
    true
}

/// Puts the currency before a number together, `r p8.000`.
fn join_currency(units: &mut [Unit], chain: &[usize]) -> bool {
    let [at] = *chain else { return false };
    let is_currency = matches!(
        units.get(at..at + 4),
        Some([r, gap, p, digit])
            if r.c == 'r' && matches!(gap.c, ' ' | '.') && matches!(p.c, 'p' | 'm') && is_digit(digit)
    );
    if is_currency {
        units[at].is_repaired = true;
        units[at + 1].is_dropped = true;
    }
    is_currency
}

fn is_digit(unit: &Unit) -> bool {
    unit.c.is_ascii_digit()
}

fn drop_between(units: &mut [Unit], letters: &[usize]) {
    for pair in letters.windows(2) {
        units[pair[0] + 1..pair[1]].iter_mut().for_each(|unit| unit.is_dropped = true);
    }
}

fn all_readings(letters: &[char]) -> Vec<Vec<u8>> {
    letters.iter().map(|c| readings(*c).collect()).collect()
}

/// A word found in a chain of single letters.
#[derive(Clone, Debug)]
struct KnownWord {
    /// Places in the chain.
    range: Range<usize>,
    text: String,
    /// The signs before it stay: they are not those between its letters.
    starts_part: bool,
}

impl KnownWord {
    fn moved(self, by: usize) -> Self {
        Self { range: self.range.start + by..self.range.end + by, ..self }
    }
}

/// A letter, or a sign read as one, with nothing word-like beside it.
fn is_alone(units: &[Unit], at: usize) -> bool {
    let is_wordy = |unit: &Unit| chars::is_alphanumeric(unit.c) || matches!(unit.c, '@' | '$');
    let is_open = |place: Option<usize>| {
        place.and_then(|place| units.get(place)).is_none_or(|unit| !is_wordy(unit))
    };
    let c = units[at].c;
    (c.is_ascii_alphabetic() || leet_letters(c).is_some() && !matches!(c, '!' | '|' | '+'))
        && is_open(at.checked_sub(1))
        && is_open(Some(at + 1))
}

/// The places of the letters that stand alone in a row from `first` on: single letters with one to three signs between them.
fn chain_from(units: &[Unit], first: usize) -> Vec<usize> {
    let mut chain = vec![first];
    let mut at = first;
    loop {
        let signs = units
            .get(at + 1..)
            .unwrap_or_default()
            .iter()
            .take(4)
            .take_while(|unit| is_separator(unit.c))
            .count();
        let next = at + 1 + signs;
        if !(1..=3).contains(&signs) || next >= units.len() || !is_alone(units, next) {
            return chain;
        }
        chain.push(next);
        at = next;
    }
}

fn is_separator(c: char) -> bool {
    matches!(c, ' ' | '.' | '-' | '_' | '*' | '/' | '|' | ',' | '~' | '+' | '·' | '•')
}

fn keep_one_space(units: &mut [Unit]) {
    let Some(end) = units.last().map(|unit| unit.source.end) else { return };
    for unit in units.iter_mut() {
        unit.is_dropped = true;
    }
    if let Some(first) = units.first_mut() {
        first.is_dropped = false;
        first.c = ' ';
        first.source.end = end;
    }
}

fn is_mostly_letters(letters: &[char]) -> bool {
    letters.iter().filter(|c| c.is_ascii_alphabetic()).count() * 2 >= letters.len()
}
