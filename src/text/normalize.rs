//! Undoes the spellings that hide a word, and remembers where each character came from.
//!
//! ```text
//! "G4JI di К a m b o j a 🇰🇭" --normalize--> "gaji di kamboja kamboja"
//! ```
//!
//! One pass goes: strip what cannot be seen, NFKC, lower-case, accents off, emoji digits and flags
//! to words; fold look-alikes; join letters set apart; repair leet, `k*mboja` and `gajiiii` inside
//! words; expand slang. Passes repeat until nothing changes (two, as a rule; one for plain text),
//! so that normalising twice is normalising once. Time and memory grow with the length of the post.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use unicode_normalization::{
    IsNormalized, UnicodeNormalization as _,
    char::{decompose_canonical, is_combining_mark},
    is_nfkc_quick,
};

use super::{
    confusables::{
        Look, country, is_cased_foreign, is_invisible, is_shared_mark, look, plain_latin,
        plain_sign, regional_letter, shown_digits,
    },
    span::Span,
};

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
/// Endings of host names that recruiters' links have.
const DOMAINS: &[&str] = &[
    "app", "asia", "biz", "club", "co", "com", "ee", "gg", "gl", "go", "id", "info", "io", "kh",
    "link", "live", "ly", "me", "my", "net", "online", "org", "page", "ph", "sg", "shop", "site",
    "th", "top", "vip", "xyz",
];

/// Repairs spelling with the help of a list of known words.
#[derive(Clone, Debug)]
pub struct Normalizer {
    /// Sorted, so that a prefix is a range.
    vocabulary: Vec<String>,
    slang: BTreeMap<String, String>,
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
}

impl Unit {
    fn new(c: char, source: Span) -> Self {
        let (is_repaired, is_literal, is_dropped) = (false, false, false);
        Self { c, source, look: None, is_repaired, is_literal, is_dropped }
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
    let words = units.split(|unit| !unit.c.is_alphanumeric());
    let repaired = words.filter(|word| word.iter().any(|unit| unit.is_repaired)).count();
    u32::try_from(repaired).unwrap_or(u32::MAX)
}

fn offset(byte: usize) -> u32 {
    u32::try_from(byte).expect("a post is under 4 GiB")
}

impl Normalizer {
    /// Makes a normaliser that knows `vocabulary` and expands each `slang` word to its meaning.
    ///
    /// The vocabulary decides what may be joined or repaired, so it wants every word that matters
    /// to matching, lower-case and without accents. Words of slang and of its meanings are added.
    /// A meaning is normalised itself; slang that leads back to itself is left out.
    pub fn new(
        vocabulary: impl IntoIterator<Item = String>,
        slang: impl IntoIterator<Item = (String, String)>,
    ) -> Self {
        let lower = |word: String| word.trim().to_lowercase();
        let slang: BTreeMap<_, _> =
            slang.into_iter().map(|(word, meaning)| (lower(word), lower(meaning))).collect();
        let mut words: BTreeSet<String> = vocabulary.into_iter().map(lower).collect();
        for (word, meaning) in &slang {
            words.insert(word.clone());
            words.extend(meaning.split_whitespace().map(str::to_owned));
        }
        words.remove("");
        let mut normalizer = Self { vocabulary: words.into_iter().collect(), slang };
        normalizer.close_slang();
        normalizer
    }

    /// Replaces each meaning by its own normalised form, so that expanding once is enough.
    fn close_slang(&mut self) {
        for _ in 0..3 {
            let closed = self
                .slang
                .iter()
                .map(|(word, meaning)| (word.clone(), self.normalize(meaning).as_str().to_owned()));
            self.slang = closed.collect();
        }
        let is_closed = |meaning: &str| self.normalize(meaning).as_str() == meaning;
        let closed: BTreeMap<_, _> = self
            .slang
            .iter()
            .filter(|(word, meaning)| {
                *word != *meaning && !meaning.is_empty() && is_closed(meaning)
            })
            .map(|(word, meaning)| (word.clone(), meaning.clone()))
            .collect();
        self.slang = closed;
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
        is_unsettled |= self.join_letters(&mut units);
        is_unsettled |= self.repair_words(&mut units);
        if units.iter().any(|unit| unit.is_dropped) {
            units.retain(|unit| !unit.is_dropped);
        }
        let (units, has_neighbour) = self.expand_slang(units);
        (units, is_unsettled | has_neighbour)
    }

    fn knows(&self, word: &str) -> bool {
        self.vocabulary.binary_search_by(|known| known.as_str().cmp(word)).is_ok()
    }
}

/// The first half of a pass: characters to plain characters, without looking at words.
#[derive(Debug)]
struct Flattened {
    units: Vec<Unit>,
    /// Something invisible was dropped since the last unit.
    has_gap: bool,
    /// A number emoji ended here; letters that follow are another word.
    ends_number: bool,
    is_unsettled: bool,
}

impl Flattened {
    fn with_capacity(length: usize) -> Self {
        let units = Vec::with_capacity(length);
        Self { units, has_gap: false, ends_number: false, is_unsettled: false }
    }

    fn finish(mut self) -> (Vec<Unit>, bool) {
        if self.units.last().is_some_and(Unit::is_space) {
            self.units.pop();
        }
        (self.units, self.is_unsettled)
    }

    fn read(&mut self, source: impl Iterator<Item = Unit>) {
        let mut source = source.peekable();
        let mut marked = String::new();
        let mut flags = Vec::new();
        while let Some(unit) = source.next() {
            if unit.c.is_ascii() {
                self.push_ascii(unit);
            } else if is_invisible(unit.c) {
                self.has_gap = true;
            } else if regional_letter(unit.c).is_some() {
                flags.clear();
                flags.push(unit);
                while let Some(next) =
                    source.next_if(|next| is_invisible(next.c) || regional_letter(next.c).is_some())
                {
                    flags.extend((!is_invisible(next.c)).then_some(next));
                }
                self.push_regional(&flags);
            } else {
                // A base takes its marks along, over invisible characters in between.
                marked.clear();
                marked.push(unit.c);
                let mut whole = unit;
                let mut gap_after = false;
                while let Some(next) =
                    source.next_if(|next| is_combining_mark(next.c) || is_invisible(next.c))
                {
                    if is_invisible(next.c) {
                        gap_after = true;
                    } else {
                        marked.push(next.c);
                        whole.source.end = next.source.end;
                    }
                }
                self.push_marked(&marked, whole);
                self.has_gap |= gap_after;
            }
        }
    }

    fn push_ascii(&mut self, mut unit: Unit) {
        unit.c = match unit.c {
            '\r' | '\n' => '\n',
            c if c.is_ascii_control() => ' ',
            c => c.to_ascii_lowercase(),
        };
        self.push(unit);
    }

    /// Puts `unit` at the end; white space merges with white space.
    fn push(&mut self, mut unit: Unit) {
        if unit.is_space() {
            self.push_space(unit);
        } else {
            if self.has_gap && unit.is_latin_like() {
                unit.is_repaired |= self.units.last().is_some_and(Unit::is_latin_like);
            }
            if self.ends_number && unit.c.is_alphanumeric() {
                self.push_space(Unit { c: ' ', ..unit });
            }
            self.units.push(unit);
        }
        self.has_gap = false;
        self.ends_number = false;
    }

    fn push_space(&mut self, unit: Unit) {
        let space = Unit { look: None, is_repaired: false, ..unit };
        match self.units.last_mut() {
            None => {}
            Some(last) if last.is_space() => {
                last.source.end = space.source.end.max(last.source.end);
                if space.c == '\n' {
                    last.c = '\n';
                }
            }
            Some(_) => self.units.push(space),
        }
    }

    /// Flags when every two letters are a country, and otherwise letters.
    fn push_regional(&mut self, flags: &[Unit]) {
        let letters: Vec<char> = flags.iter().filter_map(|unit| regional_letter(unit.c)).collect();
        let names: Option<Vec<&str>> = letters
            .chunks(2)
            .map(|pair| if let [first, second] = pair { country(*first, *second) } else { None })
            .collect();
        self.is_unsettled = true;
        let Some(names) = names else {
            for (unit, letter) in flags.iter().zip(letters) {
                self.push(Unit { c: letter, is_repaired: true, ..*unit });
            }
            return;
        };
        for (pair, name) in flags.chunks(2).zip(names) {
            let end = pair.last().map_or(pair[0].source.end, |unit| unit.source.end);
            let whole = Span { start: pair[0].source.start, end };
            self.push(Unit::new(' ', whole));
            name.chars().for_each(|c| self.push(Unit::new(c, whole)));
            self.push(Unit::new(' ', whole));
        }
    }

    /// A base with its combining marks, or one character without.
    fn push_marked(&mut self, marked: &str, whole: Unit) {
        let c = whole.c;
        let is_single = marked.len() == c.len_utf8();
        if is_single && is_shared_mark(c) {
            // The mark of an ASCII letter: an accent, a keycap.
            if let Some(last) = self.units.last_mut().filter(|last| !last.is_space()) {
                last.source.end = whole.source.end.max(last.source.end);
            }
        } else if is_nfkc_quick(marked.chars()) == IsNormalized::Yes
            || (!is_single && marked.nfkc().eq(marked.chars()))
        {
            marked.chars().for_each(|c| self.push_char(Unit { c, ..whole }));
        } else {
            let is_styled = is_styled(c);
            self.is_unsettled = true;
            for c in marked.nfkc() {
                self.push_char(Unit { c, is_repaired: is_styled || whole.is_repaired, ..whole });
            }
        }
    }

    /// One character in NFKC that stands for itself.
    fn push_char(&mut self, unit: Unit) {
        let c = unit.c;
        if c.is_ascii() {
            self.push_ascii(unit);
        } else if matches!(c, '\u{85}' | '\u{2028}' | '\u{2029}') {
            self.push(Unit { c: '\n', ..unit });
        } else if c.is_whitespace() || c.is_control() {
            self.push(Unit { c: ' ', ..unit });
        } else if is_shared_mark(c) || is_invisible(c) {
        } else if let Some(plain) = plain_sign(c) {
            self.push(Unit { c: plain, ..unit });
        } else if let Some(digits) = shown_digits(c) {
            self.push_digits(digits, unit);
        } else if let Some(plain) = plain_latin(c) {
            plain.chars().for_each(|c| self.push(Unit { c, ..unit }));
        } else {
            self.push_letter(unit);
        }
    }

    /// 💯 is a word of its own; other number emoji spell phone numbers and touch.
    fn push_digits(&mut self, digits: &str, unit: Unit) {
        let is_word = digits == "100";
        if is_word && self.units.last().is_some_and(|last| last.c.is_alphanumeric()) {
            self.push_space(Unit { c: ' ', ..unit });
        }
        digits.chars().for_each(|c| self.push(Unit { c, ..unit }));
        self.ends_number = is_word;
    }

    fn push_letter(&mut self, mut unit: Unit) {
        let base = base(unit.c);
        if base.is_ascii_alphanumeric() {
            self.push_ascii(Unit { c: base, ..unit });
            return;
        }
        let lower = unit.c.to_lowercase();
        let is_capital = !lower.clone().eq(std::iter::once(unit.c));
        unit.look = look(unit.c)
            .or_else(|| lower.clone().next().filter(|_| is_capital).and_then(look))
            .or_else(|| is_greek(unit.c).then(|| look(base)).flatten());
        if let Some(Look::Styled(latin)) = unit.look {
            unit.repair(latin);
            self.is_unsettled = true;
            self.push(unit);
            return;
        }
        self.is_unsettled |= is_capital;
        lower.for_each(|c| self.push(Unit { c, ..unit }));
    }
}

/// Whether NFKC turns `c` into one plain letter that no ordinary spelling uses `c` for.
fn is_styled(c: char) -> bool {
    let is_ordinary =
        matches!(c, 'ª' | 'º' | '\u{2160}'..='\u{217f}' | 'ſ' | '\u{212a}' | '\u{212b}');
    let mut plain = std::iter::once(c).nfkc();
    let is_letter = plain.next().is_some_and(|first| {
        first.is_ascii_alphabetic() || matches!(look(first), Some(Look::Strong(_)))
    });
    !is_ordinary && is_letter && plain.next().is_none() && base(c) == c
}

/// The first character of the canonical decomposition: the letter without its marks. Only Latin
/// and Greek letters are asked for theirs.
fn base(c: char) -> char {
    if !matches!(c, '\0'..='\u{3ff}' | '\u{1e00}'..='\u{1fff}' | '\u{2100}'..='\u{226f}') {
        return c;
    }
    let mut base = None;
    decompose_canonical(c, |part| base = base.or(Some(part)));
    base.unwrap_or(c)
}

fn is_greek(c: char) -> bool {
    matches!(c, '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}')
}

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
                _ if unit.c.is_alphabetic() => letters.foreign += 1,
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
    fn fold_look_alikes(&self, units: &mut [Unit]) -> bool {
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
        || (is_cased_foreign(unit.c) && unit.c.is_alphabetic())
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

/// The letters that stand alone in a row, `k a m b o j a`, by their places among the units.
type Chain = Vec<usize>;

impl Normalizer {
    /// Joins letters set apart where they make known words; says whether it joined any.
    fn join_letters(&self, units: &mut [Unit]) -> bool {
        let mut joined_any = false;
        let mut at = 0;
        while at < units.len() {
            if !is_alone(units, at) {
                at += 1;
                continue;
            }
            let chain = chain_from(units, at);
            at = chain.last().map_or(at, |last| *last) + 1;
            if chain.len() >= 3 {
                joined_any |= self.join_chain(units, &chain);
            }
        }
        joined_any
    }

    fn join_chain(&self, units: &mut [Unit], chain: &[usize]) -> bool {
        let letters: Vec<char> = chain.iter().map(|at| units[*at].c).collect();
        let mut joined_any = false;
        let mut last_end = None;
        for word in self.known_words(&letters) {
            joined_any = true;
            for (at, latin) in word.range.clone().zip(word.text.chars()) {
                units[chain[at]].repair(latin);
            }
            for pair in chain.get(word.range.clone()).unwrap_or_default().windows(2) {
                units[pair[0] + 1..pair[1]].iter_mut().for_each(|unit| unit.is_dropped = true);
            }
            if last_end == Some(word.range.start) {
                let between = chain[word.range.start - 1] + 1..chain[word.range.start];
                keep_one_space(&mut units[between]);
            }
            last_end = Some(word.range.end);
        }
        joined_any
    }

    /// The known words that cover most of `letters`, in order; of two covers the one with longer
    /// words. Two-letter words count only next to longer ones.
    fn known_words(&self, letters: &[char]) -> Vec<KnownWord> {
        // best[at]: letters covered and words used from `at` on, and the word that starts there.
        let mut best: Vec<(usize, usize, Option<String>)> = vec![(0, 0, None); letters.len() + 1];
        for at in (0..letters.len()).rev() {
            let mut here = (best[at + 1].0, best[at + 1].1, None);
            for word in self.known_prefixes(&letters[at..]) {
                let (covered, words, _) = &best[at + word.len()];
                let (covered, words) = (covered + word.len(), words + 1);
                if covered > here.0 || (covered == here.0 && words <= here.1) {
                    here = (covered, words, Some(word));
                }
            }
            best[at] = here;
        }
        let mut words = Vec::new();
        let mut at = 0;
        while at < letters.len() {
            let Some(text) = best[at].2.take() else {
                at += 1;
                continue;
            };
            words.push(KnownWord { range: at..at + text.len(), text });
            at = words.last().map_or(at, |word: &KnownWord| word.range.end);
        }
        let is_adjacent = |a: &KnownWord, b: &KnownWord| a.range.end == b.range.start;
        let groups = words.chunk_by(is_adjacent);
        groups
            .filter(|group| group.iter().any(|word| word.text.len() > 2))
            .flatten()
            .cloned()
            .collect()
    }

    /// The known words that `letters` begins with, shortest first, digits read as letters.
    fn known_prefixes(&self, letters: &[char]) -> Vec<String> {
        let mut found = Vec::new();
        let mut open = vec![(self.vocabulary.as_slice(), String::new())];
        for c in letters.iter().take(LONGEST_WORD) {
            let mut next = Vec::new();
            for (range, prefix) in open {
                for latin in readings(*c) {
                    let depth = prefix.len();
                    let byte = |word: &String| word.as_bytes().get(depth).copied();
                    let low = range.partition_point(|word| byte(word) < Some(latin));
                    let high = range.partition_point(|word| byte(word) <= Some(latin));
                    if let Some(narrow) = range.get(low..high).filter(|narrow| !narrow.is_empty()) {
                        next.push((narrow, format!("{prefix}{}", char::from(latin))));
                    }
                }
            }
            open = next;
            found.extend(
                open.iter()
                    .filter(|(range, prefix)| prefix.len() >= 2 && range.first() == Some(prefix))
                    .map(|(_, prefix)| prefix.clone()),
            );
            if open.is_empty() {
                break;
            }
        }
        found.retain(|word| is_mostly_letters(&letters[..word.len()]));
        found
    }
}

/// A word found in a chain of single letters.
#[derive(Clone, Debug)]
struct KnownWord {
    /// Places in the chain.
    range: Range<usize>,
    text: String,
}

/// A letter, or a sign read as one, with nothing word-like beside it.
fn is_alone(units: &[Unit], at: usize) -> bool {
    let is_wordy = |unit: &Unit| unit.c.is_alphanumeric() || matches!(unit.c, '@' | '$');
    let is_open = |place: Option<usize>| {
        place.and_then(|place| units.get(place)).is_none_or(|unit| !is_wordy(unit))
    };
    let c = units[at].c;
    (c.is_ascii_alphabetic() || leet_letters(c).is_some() && !matches!(c, '!' | '|' | '+'))
        && is_open(at.checked_sub(1))
        && is_open(Some(at + 1))
}

/// The chain that starts at `first`: single letters with one to three signs between them.
fn chain_from(units: &[Unit], first: usize) -> Chain {
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

/// The letters a character may be read as, most likely first.
fn readings(c: char) -> impl Iterator<Item = u8> {
    let plain = u8::try_from(c).ok().filter(u8::is_ascii_lowercase);
    plain.into_iter().chain(leet_letters(c).unwrap_or_default().bytes())
}

fn leet_letters(c: char) -> Option<&'static str> {
    Some(match c {
        '4' | '@' => "a",
        '3' => "e",
        '1' | '|' => "il",
        '!' => "i",
        '0' => "o",
        '5' | '$' => "s",
        '7' | '+' => "t",
        '9' => "g",
        '8' => "b",
        _ => return None,
    })
}

/// What speaks for a repair in a run of characters without white space.
#[expect(clippy::struct_excessive_bools, reason = "four observations, in any combination")]
#[derive(Clone, Copy, Debug, Default)]
struct Suspicion {
    letters: bool,
    /// Digits or signs that are read as letters.
    digits: bool,
    /// Signs that addresses have.
    address: bool,
    /// Three equal letters in a row.
    repeats: bool,
}

impl Suspicion {
    fn of(chunk: &[Unit]) -> Self {
        let mut suspicion = Self::default();
        let mut run = 0;
        let mut last = '\0';
        for unit in chunk {
            let c = unit.c;
            run = if c == last { run + 1 } else { 1 };
            last = c;
            suspicion.repeats |= run == 3 && c.is_ascii_lowercase();
            match c {
                'a'..='z' => suspicion.letters = true,
                '0'..='9' | '$' | '!' | '|' | '+' | '*' => suspicion.digits = true,
                '@' => {
                    suspicion.digits = true;
                    suspicion.address = true;
                }
                '.' | ':' => suspicion.address = true,
                _ => {}
            }
        }
        suspicion
    }
}

impl Normalizer {
    /// Repairs each run of characters without white space; says whether it repaired any.
    fn repair_words(&self, units: &mut [Unit]) -> bool {
        let mut repaired_any = false;
        for chunk in units.chunk_by_mut(|a, b| is_chunk_end(a) == is_chunk_end(b)) {
            let suspicion = Suspicion::of(chunk);
            if suspicion.address && is_address(&spelling(chunk)) {
                mark_literal(chunk);
            } else if suspicion.letters && (suspicion.digits || suspicion.repeats) {
                for run in chunk.chunk_by_mut(|a, b| is_leet_run(a) == is_leet_run(b)) {
                    repaired_any |= self.repair_run(run);
                }
            }
        }
        repaired_any
    }

    /// Repairs a run of letters, digits and the signs read as letters: whole, or in pieces.
    fn repair_run(&self, run: &mut [Unit]) -> bool {
        if run.first().is_some_and(|unit| unit.c == '@') && run.len() > 1 {
            let is_repaired = self.repair_word(run);
            if !is_repaired {
                mark_literal(run);
            }
            return is_repaired;
        }
        let is_body = |unit: &Unit| unit.c.is_ascii_alphanumeric() || matches!(unit.c, '@' | '$');
        let first = run.iter().position(is_body).unwrap_or(run.len());
        let last = run.iter().rposition(is_body).map_or(first, |last| last + 1);
        let Some(word) = run.get_mut(first..last).filter(|word| !word.is_empty()) else {
            return false;
        };
        let mut repaired_any = self.repair_word(word);
        if !repaired_any {
            let is_sign = |unit: &Unit| !unit.c.is_ascii_alphanumeric();
            for piece in word.chunk_by_mut(|a, b| is_sign(a) == is_sign(b)) {
                repaired_any |= self.repair_word(piece);
            }
        }
        for piece in word.chunk_by_mut(|a, b| a.c.is_ascii_lowercase() == b.c.is_ascii_lowercase())
        {
            repaired_any |= self.squeeze(piece);
        }
        repaired_any
    }

    fn repair_word(&self, word: &mut [Unit]) -> bool {
        if !(3..=LONGEST_WORD).contains(&word.len()) {
            return false;
        }
        let spelled = spelling(word);
        let Some(plain) = self.unleet(&spelled).or_else(|| self.unmask(&spelled)) else {
            return false;
        };
        for (unit, c) in word.iter_mut().zip(plain.chars()) {
            if unit.c != c {
                unit.repair(c);
            }
        }
        true
    }

    /// The word meant by one with digits or signs for letters; never an amount or a grade.
    fn unleet(&self, spelled: &str) -> Option<String> {
        let letters = spelled.bytes().filter(u8::is_ascii_lowercase).count();
        let signs = spelled.len() - letters;
        let is_readable = spelled.chars().all(|c| readings(c).next().is_some());
        if signs == 0 || letters < signs || !is_readable || is_amount(spelled) {
            return None;
        }
        let read = |pick: fn(&str) -> Option<u8>| -> String {
            let letter = |c| leet_letters(c).and_then(pick).map_or(c, char::from);
            spelled.chars().map(letter).collect()
        };
        let likely = read(|letters| letters.bytes().next());
        let other = read(|letters| letters.bytes().next_back());
        if self.is_plausible(spelled) {
            let known = [&likely, &other].into_iter().find(|word| self.knows_squeezed(word));
            if known.is_some() {
                return known.cloned();
            }
        }
        is_plainly_leet(spelled).then_some(likely)
    }

    /// Whether a known word may be read into `spelled`. A digit at an end is no letter when the
    /// word is short (`k3`, `s1`) or is a word without it (`loker1`).
    fn is_plausible(&self, spelled: &str) -> bool {
        let bare = spelled.trim_matches(|c: char| c.is_ascii_digit());
        bare.len() == spelled.len() || (spelled.len() >= 4 && !self.knows(bare))
    }

    /// The one known word that `k*mboja` can be.
    fn unmask(&self, spelled: &str) -> Option<String> {
        let (before, after) = spelled.split_once('*')?;
        let is_word = |part: &str| !part.is_empty() && part.bytes().all(|c| c.is_ascii_lowercase());
        if spelled.len() < 4 || !is_word(before) || !is_word(after) {
            return None;
        }
        let mut known =
            ('a'..='z').map(|c| format!("{before}{c}{after}")).filter(|word| self.knows(word));
        known.next().filter(|_| known.next().is_none())
    }

    fn knows_squeezed(&self, word: &str) -> bool {
        self.knows(word) || self.knows(&squeezed(word, 1)) || self.knows(&squeezed(word, 2))
    }

    /// Shortens runs of three and more equal letters to one, or to two where only that is a word.
    fn squeeze(&self, word: &mut [Unit]) -> bool {
        let has_run = word.windows(3).any(|three| three.iter().all(|unit| unit.c == three[0].c));
        if !has_run || !word[0].c.is_ascii_lowercase() || is_numeral(word) {
            return false;
        }
        let spelled = spelling(word);
        let is_double = word.len() <= 4 * LONGEST_WORD
            && !self.knows(&squeezed(&spelled, 1))
            && self.knows(&squeezed(&spelled, 2));
        for run in word.chunk_by_mut(|a, b| a.c == b.c).filter(|run| run.len() > 2) {
            let end = run.last().map_or(0, |unit| unit.source.end);
            let keep = if is_double { 2 } else { 1 };
            run[keep - 1].source.end = end;
            run[keep..].iter_mut().for_each(|unit| unit.is_dropped = true);
        }
        true
    }
}

fn mark_literal(units: &mut [Unit]) {
    for unit in units {
        unit.is_literal = true;
    }
}

fn is_chunk_end(unit: &Unit) -> bool {
    unit.is_space() || unit.is_dropped
}

fn is_leet_run(unit: &Unit) -> bool {
    unit.c.is_ascii_alphanumeric() || matches!(unit.c, '@' | '$' | '!' | '|' | '+' | '*')
}

fn spelling(units: &[Unit]) -> String {
    units.iter().map(|unit| unit.c).collect()
}

/// `iii`, `xxx`, `www`: three of a kind that are a word, and Roman numerals.
fn is_numeral(word: &[Unit]) -> bool {
    let is_three = word.len() == 3;
    is_three || (word.len() <= 5 && word.iter().all(|unit| matches!(unit.c, 'i' | 'v' | 'x')))
}

/// `word` with each run of three and more equal letters cut down to `keep`.
fn squeezed(word: &str, keep: usize) -> String {
    let bytes = word.as_bytes();
    let runs = bytes.chunk_by(|a, b| a == b);
    runs.flat_map(|run| run.iter().take(if run.len() > 2 { keep } else { 2 }))
        .map(|byte| char::from(*byte))
        .collect()
}

/// A number with its unit or currency: `15jt`, `3hari`, `gaji5jt`, `rm4500`.
fn is_amount(spelled: &str) -> bool {
    let tail = spelled.trim_start_matches(|c: char| c.is_ascii_lowercase());
    let unit = tail.trim_start_matches(|c: char| c.is_ascii_digit() || c == '$' || c == '+');
    let is_counted = unit.len() < tail.len() && UNITS.binary_search(&unit).is_ok();
    let head = spelled.trim_end_matches(|c: char| c.is_ascii_digit());
    is_counted
        || (head.len() < spelled.len() && matches!(head, "rm" | "rp" | "usd" | "sgd" | "idr"))
}

/// Single digits, each between letters: `g4ji` but not `covid19`, `4x4`, `ps5`.
fn is_plainly_leet(spelled: &str) -> bool {
    let bytes = spelled.as_bytes();
    let is_inside = |at: usize| {
        at > 0
            && bytes[at - 1].is_ascii_lowercase()
            && bytes.get(at + 1).is_some_and(u8::is_ascii_lowercase)
    };
    let is_leet = |(at, byte): (usize, &u8)| {
        byte.is_ascii_lowercase() || (byte.is_ascii_digit() && is_inside(at))
    };
    bytes.len() >= 4 && bytes.iter().enumerate().all(is_leet)
}

/// A link or a mail address, whose letters must stay as they are.
fn is_address(chunk: &str) -> bool {
    if chunk.contains("://") || chunk.starts_with("www.") {
        return true;
    }
    let has_mail = chunk.split_once('@').is_some_and(|(name, host)| {
        name.ends_with(|c: char| c.is_ascii_alphanumeric())
            && host.split_once('.').is_some_and(|(_, end)| end.starts_with(char::is_alphanumeric))
    });
    has_mail || has_host(chunk)
}

fn has_host(chunk: &str) -> bool {
    let mut before = "";
    chunk.split('.').enumerate().any(|(at, part)| {
        let end = part.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(part.len());
        let (label, rest) = part.split_at(end);
        let is_host = at > 0
            && before.ends_with(|c: char| c.is_ascii_alphanumeric())
            && DOMAINS.binary_search(&label).is_ok()
            && (rest.is_empty() || rest.starts_with(['/', '?', ':', ',', ')', '#']));
        before = part;
        is_host
    })
}

impl Normalizer {
    /// Replaces each slang word by its meaning, which keeps the place of the word; says whether one
    /// touches a sign that could make it part of a longer word.
    fn expand_slang(&self, units: Vec<Unit>) -> (Vec<Unit>, bool) {
        if self.slang.is_empty() {
            return (units, false);
        }
        let mut has_neighbour = false;
        let mut expanded = Vec::with_capacity(units.len());
        let mut word = String::new();
        let mut at = 0;
        for run in units.chunk_by(|a, b| a.c.is_alphanumeric() == b.c.is_alphanumeric()) {
            let range = at..at + run.len();
            at = range.end;
            word.clear();
            if run[0].c.is_alphanumeric() && run.len() <= LONGEST_WORD && may_expand(&units, &range)
            {
                word.extend(run.iter().map(|unit| unit.c));
            }
            match self.slang.get(word.as_str()) {
                Some(meaning) => {
                    let after = units.get(range.end).filter(|unit| !unit.is_space());
                    let before = range.start.checked_sub(1).and_then(|at| units.get(at));
                    has_neighbour |= after.or(before).is_some_and(|unit| !unit.is_space());
                    expanded.extend(in_place_of(run, meaning));
                }
                None => expanded.extend_from_slice(run),
            }
        }
        (expanded, has_neighbour)
    }
}

/// Not in a link, handle or hashtag; and a single letter only as a word of its own.
fn may_expand(units: &[Unit], range: &Range<usize>) -> bool {
    let before = range.start.checked_sub(1).and_then(|at| units.get(at));
    let after = units.get(range.end);
    let is_edge = |unit: Option<&Unit>| {
        unit.is_none_or(|unit| unit.is_space() || matches!(unit.c, ',' | '(' | ')' | '!' | '?'))
    };
    !units[range.start].is_literal
        && !before.is_some_and(|unit| matches!(unit.c, '#' | '@'))
        && (range.len() > 1 || (is_edge(before) && is_edge(after)))
}

fn in_place_of<'a>(run: &[Unit], meaning: &'a str) -> impl Iterator<Item = Unit> + 'a {
    let start = run.first().map_or(0, |unit| unit.source.start);
    let source = Span { start, end: run.last().map_or(start, |unit| unit.source.end) };
    let is_repaired = run.iter().any(|unit| unit.is_repaired);
    meaning
        .chars()
        .enumerate()
        .map(move |(at, c)| Unit { is_repaired: is_repaired && at == 0, ..Unit::new(c, source) })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const WORDS: &str = "admin aman asrama bagus bebas berangkat besar besok biaya bonus butuh cepat \
        dan dari deposit di dibutuhkan dijamin gaji good gratis hubungi jawatan judol juta kamboja \
        kerja ke kosong lowongan luar majikan makan mess myanmar negeri online operator pabrik \
        paspor penalti pengalaman pulang salary saya scam se segera si sk slot tanpa tawaran tiket \
        untuk urgent visa wanita work";

    fn normalizer() -> Normalizer {
        let slang = [
            ("loker", "lowongan krj"),
            ("krj", "kerja"),
            ("yg", "yang"),
            ("gj", "gaji"),
            ("x", "tidak"),
            ("a1", "b1"),
            ("b1", "a1"),
        ];
        Normalizer::new(
            WORDS.split(' ').map(str::to_owned),
            slang.map(|(word, meaning)| (word.to_owned(), meaning.to_owned())),
        )
    }

    fn normalized(post: &str) -> String {
        normalizer().normalize(post).as_str().to_owned()
    }

    #[test]
    fn a_post_is_read_as_its_author_meant_it() {
        // (post, normalised)
        let cases = [
            ("", ""),
            ("  \u{200b} \n ", ""),
            ("Gaji  Besar\t\r\n\n Di sana ", "gaji besar\ndi sana"),
            ("CAFÉ Çelik İstanbul naïve", "cafe celik istanbul naive"),
            ("ga\u{200b}ji be\u{ad}sar", "gaji besar"),
            ("ｇａｊｉ：１５ｊｔ", "gaji:15jt"),
            ("𝐆𝐚𝐣𝐢 𝑏𝑒𝑠𝑎𝑟 ⓚⓔⓡⓙⓐ 🅖🅐🅙🅘 🅺🄴🅁🅹🅰", "gaji besar kerja gaji kerja"),
            ("ɢᴀᴊɪ ʙᴇsᴀʀ", "gaji besar"),
            ("g̶a̶j̶i̶ z̵̢̛a̸lgo", "gaji zalgo"),
            ("0️⃣8️⃣1️⃣2️⃣ 🔟 ❶❷ ①②", "0812 10 12 12"),
            ("gratis💯 dan 💯aman", "gratis 100 dan 100 aman"),
            ("kerja di🇰🇭sekarang 🇲🇲🇱🇦", "kerja di kamboja sekarang myanmar laos"),
            ("🇰🇦🇲🇧🇴🇯🇦 🇬 🇦 🇯 🇮", "kamboja gaji"),
            ("🇫🇷", "fr"),
            ("“tanpa” biaya – don’t", "\"tanpa\" biaya - don't"),
            ("gaji\u{0}besar", "gaji besar"),
        ];
        for (post, expected) in cases {
            assert_eq!(normalized(post), expected, "{post:?}");
        }
    }

    #[test]
    fn digits_are_letters_inside_words_and_never_in_amounts() {
        let cases = [
            ("g4ji k4mb0j4 4dmin b3s4r", "gaji kamboja admin besar"),
            ("s@l@ry $aya g@ji! v1s4 s1ot", "salary saya gaji! visa slot"),
            ("b!aya t+ket", "biaya t+ket"),
            ("m4nt4p", "mantap"),
            (
                "15jt 4.5k 2x 3hari 1bln rm4500 gaji5jt 5orang",
                "15jt 4.5k 2x 3hari 1bln rm4500 gaji5jt 5orang",
            ),
            ("k3 d3 s1 b2b covid19 ps5 4x4 mp3 b1 sk1", "k3 d3 s1 b2b covid19 ps5 4x4 mp3 b1 sk1"),
            ("makan+mess admin|kasir gaji!", "makan+mess admin|kasir gaji!"),
            (
                "a.b@g4ji.com t.me/g4ji www.g4ji.biz @g4gar4",
                "a.b@g4ji.com t.me/g4ji www.g4ji.biz @g4gar4",
            ),
            ("@dmin", "admin"),
            ("k*mboja sc*m *gaji* g*ji*", "kamboja scam *gaji* gaji*"),
        ];
        for (post, expected) in cases {
            assert_eq!(normalized(post), expected, "{post:?}");
        }
    }

    #[test]
    fn letters_set_apart_are_joined_where_they_make_words() {
        let cases = [
            ("k a m b o j a", "kamboja"),
            ("ke k.4.m.b.0.j.a!", "ke kamboja!"),
            ("g-a-j-i p.e.n.a.l.t.i", "gaji penalti"),
            ("g * a * j * i", "gaji"),
            ("k e r j a d i k a m b o j a", "kerja di kamboja"),
            ("k e r j a  k e  m y a n m a r besok", "kerja ke myanmar besok"),
            ("a b c d e f", "a b c d e f"),
            ("p.t. k a", "p.t. k a"),
            ("S M A / S M K", "s m a / s m k"),
            ("1 2 3 4 5", "1 2 3 4 5"),
        ];
        for (post, expected) in cases {
            assert_eq!(normalized(post), expected, "{post:?}");
        }
    }

    #[test]
    fn repeats_are_squeezed_and_slang_is_expanded() {
        let cases = [
            ("gajiiii besaaar gooood", "gaji besar good"),
            ("level III www xxx", "level iii www xxx"),
            ("เยอะๆๆๆ 哈哈哈", "เยอะๆๆๆ 哈哈哈"),
            ("LOKER yg gj", "lowongan kerja yang gaji"),
            ("x bayar, x-ray 2x", "tidak bayar, x-ray 2x"),
            ("#loker @krj bit.ly/krj", "#loker @krj bit.ly/krj"),
            ("l0k3r kr*", "lowongan kerja kr*"),
            ("a1 b1", "a1 b1"),
        ];
        for (post, expected) in cases {
            assert_eq!(normalized(post), expected, "{post:?}");
        }
    }

    #[test]
    fn other_scripts_stay_what_they_are() {
        let cases = [
            "требуется официант на работу в москве, оплата сто тысяч",
            "ζητείται σερβιτόρος για την αθήνα και τον πειραιά",
            "အလုပ်ခေါ်စာ ဝန်ထမ်း office ဝန်ထမ်း",
            "รับสมัครงาน ด่วน",
            "nhan vien 招聘服务员 高薪",
            "مطلوب عامل في دبي",
            "한국 공장 일자리",
        ];
        for post in cases {
            assert_eq!(normalized(post), post);
        }
        assert_eq!(normalized("Kеrjа di Kamboja, gaji besаr"), "kerja di kamboja, gaji besar");
        assert_eq!(normalized("сарат кейја gaji besar di sana"), "capat кейја gaji besar di sana");
    }

    #[test]
    fn only_repaired_words_count_as_obfuscated() {
        let cases = [
            ("gaji besar 🙏✅ naïve đ ： １５ 🇰🇭 0️⃣ gajiiii yg", 0),
            ("𝐠𝐚𝐣𝐢 besar", 1),
            ("g4ji kаmboja ke\u{200b}rja v i s a k*mboja ｇａｊｉ ɢᴀᴊɪ", 7),
            ("\u{200b}gaji\u{200b} \u{feff}besar", 0),
            ("l0ker", 1),
        ];
        for (post, count) in cases {
            assert_eq!(normalizer().normalize(post).obfuscated_tokens(), count, "{post:?}");
        }
    }

    #[test]
    fn a_span_shows_the_words_the_author_wrote() {
        // (post, word of the normalised text, what is shown)
        let cases = [
            ("Dicari: G4JI besar", "gaji", "G4JI"),
            ("a k a m b o j a b", "kamboja", "k a m b o j a"),
            ("ke 🇰🇭 besok", "kamboja", "🇰🇭"),
            ("ga\u{200b}ji", "gaji", "ga\u{200b}ji"),
            ("Info LOKER baru", "lowongan kerja", "LOKER"),
            ("Info LOKER baru", "kerja", "LOKER"),
            ("hidup gajiiii ya", "gaji", "gajiiii"),
            ("café e\u{301}t 0\u{fe0f}\u{20e3}", "et 0", "e\u{301}t 0\u{fe0f}\u{20e3}"),
            ("งานดี มาก", "งานดี", "งานดี"),
        ];
        for (post, word, shown) in cases {
            let view = normalizer().normalize(post);
            let start = view.as_str().find(word).expect(word);
            let span = view.original_span(start..start + word.len());
            assert_eq!(span.slice(post), Some(shown), "{post:?}");
        }
    }

    #[test]
    fn an_empty_or_distant_range_is_an_empty_span() {
        let view = normalizer().normalize("gaji");
        assert_eq!(view.original_span(2..2), Span { start: 2, end: 2 });
        assert_eq!(view.original_span(9..12), Span { start: 4, end: 4 });
        assert_eq!(normalizer().normalize("").original_span(0..3), Span { start: 0, end: 0 });
    }

    const SENTENCES: &[&str] = &[
        "Dibutuhkan segera operator pabrik, gaji besar 15jt",
        "kerja ke kamboja tanpa pengalaman, tiket gratis!",
        "Loker luar negeri: admin judol, bonus besar",
        "berangkat besok, biaya ditanggung majikan",
        "We need workers for the factory. Salary 4500 a month",
        "jawatan kosong di kilang, hubungi 0812-3456-7890",
        "Tidak perlu paspor, semua kami urus dari sini",
        "Wanita umur 18-25 th, mess dan makan gratis",
        "gaji pokok rp 8.000.000 + bonus (deposit 500rb)",
        "Kerja online dari rumah, dijamin aman dan cepat",
        "PM untuk info lanjut ya kak",
        "visa kerja bebas potongan, pulang kapan saja",
        "urgent hiring! no experience needed",
        "customer service di phnom penh, usd 1000 per bulan",
        "saya mau tanya, ini loker aman ga?",
        "awas scam, jangan kirim data atau uang",
        "tawaran kerja kapal ikan taiwan untuk pria",
        "Kami cari tukang las berpengalaman di batam",
        "ikut rombongan minggu depan lewat jalur laut",
        "makan 3x sehari, jam kerja 8 sampai 5",
    ];

    /// Replaces each letter by its look-alike, or every `nth` one only.
    fn look_alike(post: &str, nth: usize) -> String {
        let plain = "aceijopsxyhABCEHIKMOPTXykm";
        let others = "асеіјорѕхуһАВСЕНІКМОРТХукм";
        let swap = |(at, c): (usize, char)| {
            let place = plain.chars().position(|known| known == c);
            let other = place.and_then(|place| others.chars().nth(place));
            other.filter(|_| at % nth == 0).unwrap_or(c)
        };
        post.chars().enumerate().map(swap).collect()
    }

    fn shifted(post: &str, upper: u32, lower: u32, digit: Option<u32>) -> String {
        let shift = |c: char| {
            let base = match c {
                'A'..='Z' => Some((upper, 'A')),
                'a'..='z' => Some((lower, 'a')),
                '0'..='9' => digit.map(|digit| (digit, '0')),
                _ => None,
            };
            base.and_then(|(to, from)| char::from_u32(u32::from(c) - u32::from(from) + to))
                .unwrap_or(c)
        };
        post.chars().map(shift).collect()
    }

    fn full_width(post: &str) -> String {
        let widen = |c: char| {
            if c.is_ascii_graphic() { char::from_u32(u32::from(c) + 0xfee0) } else { None }
        };
        post.chars().map(|c| widen(c).unwrap_or(c)).collect()
    }

    fn parted(post: &str, by: &str) -> String {
        post.chars().flat_map(|c| std::iter::once(c).chain(by.chars())).collect()
    }

    #[test]
    fn a_disguised_post_reads_like_the_plain_one() {
        for post in SENTENCES {
            let variants = [
                look_alike(post, 1),
                look_alike(post, 2),
                look_alike(post, 3),
                parted(post, "\u{200b}"),
                parted(post, "\u{2060}\u{200d}"),
                parted(post, "\u{336}"),
                full_width(post),
                shifted(post, 0x1d400, 0x1d41a, Some(0x1d7ce)),
                shifted(post, 0x1d468, 0x1d482, None),
                shifted(post, 0x1d4d0, 0x1d4ea, None),
                shifted(post, 0x1d5a0, 0x1d5ba, Some(0x1d7e2)),
                shifted(post, 0x1d670, 0x1d68a, Some(0x1d7f6)),
                shifted(post, 0x24b6, 0x24d0, None),
                shifted(post, 0x1f130, 0x1f130, None),
                shifted(post, 0x1f150, 0x1f150, None),
                shifted(post, 0x1f170, 0x1f170, None),
                post.to_uppercase(),
            ];
            for variant in variants {
                assert_eq!(normalized(&variant), normalized(post), "{variant}");
            }
        }
    }

    #[test]
    fn known_words_set_apart_read_like_the_plain_ones() {
        for word in WORDS.split(' ').filter(|word| word.len() > 3) {
            for by in [" ", ".", "-", "*", " . "] {
                let apart = word.split("").filter(|c| !c.is_empty()).collect::<Vec<_>>().join(by);
                assert_eq!(
                    normalized(&format!("dia {apart}, ya")),
                    normalized(&format!("dia {word}, ya")),
                    "{apart}"
                );
            }
        }
    }

    #[test]
    fn a_long_line_takes_no_longer_than_its_length() {
        for unit in
            ["a ", "4a", "a.", "gajiiiiii", "k*", "🇰", "а", "e\u{301}", "@", "k a m b o j a "]
        {
            let post = unit.repeat(200_000 / unit.len());
            let view = normalizer().normalize(&post);
            assert!(view.as_str().len() <= 4 * post.len(), "{unit}");
        }
    }

    /// Strings with more than their share of what the normaliser acts upon.
    fn posts() -> impl Strategy<Value = String> {
        let pieces = prop::sample::select(vec![
            "k", "a", "m", "4", "3", "0", "1", "@", "$", "!", "*", ".", "-", " ", "  ", "\n",
            "\u{200b}", "\u{301}", "\u{308}", "\u{fe0f}", "🇰", "🇭", "🇲", "💯", "🔟", "❿", "а", "е",
            "к", "Н", "й", "И", "η", "Η", "ΐ", "ς", "ff", "ﬁ", "Ⅲ", "ᴀ", "🅰", "ꭰ", "Ꭰ", "gaji",
            "kamboja", "loker", "yg", "x", "iii", "aaa", "goooo", "д", "ဝ", "ก", "ำ", "漢", "ﷺ",
            "ß", "İ", "ı", "½", "t.me/", "#", "jt", "rm", "\u{0}", "\u{85}", "ㅋ", "각",
            "\u{1160}", "é", "Ǆ", "¨", "ͅ", "™",
        ]);
        let made = prop::collection::vec(pieces, 0..24).prop_map(|pieces| pieces.concat());
        prop_oneof![made, "\\PC{0,48}", any::<String>()]
    }

    proptest! {
        #[test]
        fn normalizing_twice_is_normalizing_once(post in posts()) {
            let once = normalized(&post);
            prop_assert_eq!(normalized(&once), once);
        }

        #[test]
        fn spans_are_in_order_on_char_boundaries_and_not_empty(post in posts()) {
            let view = normalizer().normalize(&post);
            let mut last = Span { start: 0, end: 0 };
            for (at, c) in view.as_str().char_indices() {
                let span = view.original_span(at..at + c.len_utf8());
                prop_assert!(span.slice(&post).is_some_and(|shown| !shown.is_empty()));
                prop_assert!(last.start <= span.start && last.end <= span.end);
                prop_assert_eq!(view.original_span(at..at + 1), span);
                last = span;
            }
        }

        #[test]
        fn the_view_is_trimmed_and_has_no_other_white_space(post in posts()) {
            let view = normalized(&post);
            prop_assert_eq!(view.trim(), view.as_str());
            prop_assert!(view.chars().all(|c| matches!(c, ' ' | '\n') || !(c.is_whitespace() || c.is_control())));
            prop_assert!(!view.contains("  ") && !view.contains("\n\n"));
        }

        #[test]
        fn any_range_gives_a_span_of_the_post(post in posts(), start in 0usize..80, length in 0usize..40) {
            let span = normalizer().normalize(&post).original_span(start..start + length);
            prop_assert!(span.slice(&post).is_some());
        }
    }
}
