//! Undoes the spellings that hide a word, and remembers where each character came from.
//!
//! ```text
//! "G4JI di К a m b o j a 🇰🇭" --normalize--> "gaji di kamboja kamboja"
//! ```
//!
//! One pass goes: strip what cannot be seen, NFKC, lower-case, accents off, emoji digits and flags
//! to words; fold look-alikes; hashtags to words; join letters set apart; repair leet and `gajiiii`
//! inside words; mend `kam-boja` and `k*mboja`; restore `kmbja` and `kabmoja`; expand slang. Passes
//! repeat until nothing changes (two, as a rule; one for plain text), so that normalising twice is
//! normalising once. Time and memory grow with the length of the post.
//!
//! A word that is known is never changed, so the more ordinary words are known the safer.

use std::{collections::BTreeMap, ops::Range};

use self::{
    flatten::Flattened,
    known::{KnownWords, VOWELS},
    leet::spelling,
    slang::in_place_of,
};
use super::{FastMap, chars, confusables::Look, span::Span};

mod chain;
mod flatten;
mod fold;
mod hashtag;
mod known;
mod leet;
mod parts;
mod restore;
mod slang;

/// Passes after the first. Two settle every post we met; the bound is for those we did not.
const MORE_PASSES: usize = 6;
/// Longest word that is looked up whole, in characters; German and Malay stay far below.
const LONGEST_WORD: usize = 48;
/// Units and counters that follow a number without a space.
const UNITS: &[&str] = &[
    "bln", "bulan", "day", "days", "gb", "gram", "hari", "hb", "hour", "hours", "hr", "hrs", "jam",
    "jt", "jta", "juta", "k", "kali", "kg", "km", "lt", "m", "mb", "menit", "minit", "month",
    "org", "orang", "pax", "pcs", "person", "rb", "ribu", "rm", "sgd", "th", "thn", "tahun", "usd",
    "x", "year", "years", "yo",
];

/// Words that are known besides those of matching: left alone, and restored where they are damaged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrdinaryWords {
    /// The most common words of all languages together, the most common first. Of two words that a
    /// damaged one can be the one that is clearly more common is meant.
    pub common: Vec<String>,
    /// Other words, in any order.
    pub others: Vec<String>,
    /// Abbreviations and codes, with or without digits: left alone, and nothing is restored to them.
    pub codes: Vec<String>,
}

/// Repairs spelling with the help of a list of known words.
#[derive(Clone, Debug)]
pub struct Normalizer {
    words: KnownWords,
    slang: FastMap<String, String>,
}

/// Normalised text, and for each part of it the bytes of the original it came from.
#[derive(Clone, Debug)]
pub struct NormalizedText {
    text: String,
    /// In order of `at`; the first is at 0, none is empty.
    runs: Vec<Run>,
    obfuscated_tokens: u32,
}

/// A stretch of normalised text with one rule for its alignment.
#[derive(Clone, Copy, Debug)]
struct Run {
    /// First byte in the normalised text.
    at: u32,
    source: Span,
    /// Byte for byte the length of `source`; otherwise every byte stands for all of `source`.
    is_linear: bool,
}

/// A character of the normalised text in the making.
#[expect(clippy::struct_excessive_bools, reason = "four observations, in any combination")]
#[derive(Clone, Copy, Debug)]
struct Unit {
    c: char,
    source: Span,
    look: Option<Look>,
    /// Had to be repaired.
    is_repaired: bool,
    /// Part of a link, address or handle: kept letter by letter.
    is_literal: bool,
    is_dropped: bool,
    /// Was a capital, which parts the words of a hashtag.
    is_capital: bool,
}

impl Unit {
    fn new(c: char, source: Span) -> Self {
        let (is_repaired, is_literal, is_dropped, is_capital) = (false, false, false, false);
        Self { c, source, look: None, is_repaired, is_literal, is_dropped, is_capital }
    }

    fn is_latin_like(&self) -> bool {
        self.c.is_ascii_alphabetic() || matches!(self.look, Some(Look::Strong(_) | Look::Loose(_)))
    }

    fn is_space(&self) -> bool {
        matches!(self.c, ' ' | '\n')
    }

    fn repair(&mut self, c: char) {
        self.c = c;
        self.look = None;
        self.is_repaired = true;
    }
}

impl NormalizedText {
    /// The normalised text: lower-case, one `' '` or `'\n'` for each run of white space, none at
    /// the ends.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The bytes of the original that bytes `range` of the normalised text came from.
    ///
    /// Widened to whole characters, and to the whole source where one source gave several
    /// characters (a flag, a slang word). Bytes dropped inside the range are covered. A range that
    /// is not empty gives a span that is not; ranges beyond the end are cut off at it.
    pub fn original_span(&self, range: Range<usize>) -> Span {
        let end = range.end.min(self.text.len());
        let start = range.start.min(end);
        let is_empty = start == end;
        let start = (0..=start).rev().find(|at| self.text.is_char_boundary(*at)).unwrap_or(0);
        if is_empty {
            let at = self.start_of(start);
            return Span { start: at, end: at };
        }
        let limit = self.text.len();
        let end = (end..limit).find(|at| self.text.is_char_boundary(*at)).unwrap_or(limit);
        Span { start: self.start_of(start), end: self.end_of(end) }
    }

    /// How many words had to be repaired: look-alike or styled letters, digits for letters,
    /// invisible characters inside the word, letters set apart. Accents, emoji, full-width
    /// punctuation, repeated letters and slang do not count.
    pub fn obfuscated_tokens(&self) -> u32 {
        self.obfuscated_tokens
    }

    fn start_of(&self, at: usize) -> u32 {
        let Some(run) = self.run_at(at) else { return 0 };
        let inside = offset(at) - run.at;
        if run.is_linear { run.source.start + inside } else { run.source.start }
    }

    fn end_of(&self, end: usize) -> u32 {
        let Some(run) = self.run_at(end - 1) else { return 0 };
        let inside = offset(end) - run.at;
        if run.is_linear { run.source.start + inside } else { run.source.end }
    }

    fn run_at(&self, at: usize) -> Option<&Run> {
        let at = offset(at);
        self.runs.get(self.runs.partition_point(|run| run.at <= at).saturating_sub(1))
    }

    fn from_units(units: &[Unit]) -> Self {
        let mut text = String::with_capacity(units.len());
        let mut runs: Vec<Run> = Vec::new();
        for unit in units {
            let at = offset(text.len());
            text.push(unit.c);
            extend_runs(&mut runs, at, unit);
        }
        Self { text, runs, obfuscated_tokens: count_repaired(units) }
    }
}

fn extend_runs(runs: &mut Vec<Run>, at: u32, unit: &Unit) {
    let source = unit.source;
    let is_linear = offset(unit.c.len_utf8()) == source.end - source.start;
    match runs.last_mut() {
        Some(run) if is_linear && run.is_linear && run.source.end == source.start => {
            run.source.end = source.end;
        }
        Some(run) if !run.is_linear && run.source == source => {}
        _ => runs.push(Run { at, source, is_linear }),
    }
}

fn count_repaired(units: &[Unit]) -> u32 {
    let words = units.split(|unit| !chars::is_alphanumeric(unit.c));
    let repaired = words.filter(|word| word.iter().any(|unit| unit.is_repaired)).count();
    u32::try_from(repaired).unwrap_or(u32::MAX)
}

fn offset(byte: usize) -> u32 {
    u32::try_from(byte).expect("a post is under 4 GiB")
}

impl Normalizer {
    /// Makes a normaliser that knows `vocabulary` and expands each `slang` word to its meaning.
    ///
    /// What is known decides what may be joined or repaired, so it wants every word that matters to
    /// matching, lower-case and without accents, and the `ordinary` words that must not be taken
    /// for damaged ones. Words of slang and of its meanings are added. A meaning is normalised
    /// itself; slang that leads back to itself is left out.
    pub fn new(
        vocabulary: impl IntoIterator<Item = String>,
        slang: impl IntoIterator<Item = (String, String)>,
        ordinary: &OrdinaryWords,
    ) -> Self {
        let lower = |word: String| word.trim().to_lowercase();
        let slang: BTreeMap<_, _> =
            slang.into_iter().map(|(word, meaning)| (lower(word), lower(meaning))).collect();
        let mut words: Vec<String> = vocabulary.into_iter().map(lower).collect();
        words.extend(ordinary.others.iter().cloned());
        for (word, meaning) in &slang {
            words.push(word.clone());
            words.extend(meaning.split_whitespace().map(str::to_owned));
        }
        let words = KnownWords::new(words, &ordinary.common, &ordinary.codes);
        let mut normalizer = Self { words, slang: FastMap::default() };
        normalizer.close_slang(slang);
        normalizer
    }

    /// Replaces each meaning by its own normalised form, so that expanding once is enough.
    fn close_slang(&mut self, mut slang: BTreeMap<String, String>) {
        let look_up = |slang: &BTreeMap<String, String>| slang.clone().into_iter().collect();
        self.slang = look_up(&slang);
        for _ in 0..3 {
            let mut is_changed = false;
            for meaning in slang.values_mut() {
                let closed = self.normalize(meaning);
                if closed.as_str() != meaning {
                    is_changed = true;
                    closed.as_str().clone_into(meaning);
                }
            }
            if !is_changed {
                break;
            }
            self.slang = look_up(&slang);
        }
        let is_closed = |meaning: &str| self.normalize(meaning).as_str() == meaning;
        slang
            .retain(|word, meaning| *word != *meaning && !meaning.is_empty() && is_closed(meaning));
        self.slang = look_up(&slang);
    }

    /// Normalises a post. Never fails; any string will do.
    ///
    /// # Panics
    ///
    /// When `original` is 4 GiB or more; readers refuse such a post long before.
    pub fn normalize(&self, original: &str) -> NormalizedText {
        let source = original.char_indices().map(|(start, c)| {
            Unit::new(c, Span { start: offset(start), end: offset(start + c.len_utf8()) })
        });
        let (mut units, mut is_unsettled) = self.pass(source, original.len());
        for _ in 0..MORE_PASSES {
            if !is_unsettled {
                break;
            }
            let (next, _) = self.pass(units.iter().copied(), units.len());
            is_unsettled = !next.iter().map(|unit| unit.c).eq(units.iter().map(|unit| unit.c));
            units = next;
        }
        NormalizedText::from_units(&units)
    }

    /// One pass, and whether another one might change more.
    fn pass(&self, source: impl Iterator<Item = Unit>, length: usize) -> (Vec<Unit>, bool) {
        let mut flattened = Flattened::with_capacity(length);
        flattened.read(source);
        let (mut units, mut is_unsettled) = flattened.finish();
        is_unsettled |= self.fold_look_alikes(&mut units);
        is_unsettled |= self.open_hashtags(&mut units);
        is_unsettled |= self.join_letters(&mut units);
        is_unsettled |= self.repair_words(&mut units);
        is_unsettled |= self.mend_parts(&mut units);
        if units.iter().any(|unit| unit.is_dropped) {
            units.retain(|unit| !unit.is_dropped);
        }
        let (units, is_restored) = self.restore_words(units);
        let (units, has_neighbour) = self.expand_slang(units);
        (units, is_unsettled | is_restored | has_neighbour)
    }

    fn knows(&self, word: &str) -> bool {
        self.words.has(word)
    }
}

#[cfg(test)]
mod tests;
