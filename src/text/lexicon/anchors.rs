//! What a text must hold before a pattern is worth walking: its first word, and words that must come after it.
//!
//! ```text
//! "gaji (?:besar|tinggi)(?: \\w+){0,3} (?:sebulan|per bulan)"
//!     first: gaji    then, within 1 word: besar, tinggi    within 5 words: sebulan, per
//! ```
//!
//! All of it is necessary and nothing of it is sufficient: a text that lacks a part cannot match, and one that has
//! all of them is asked of the pattern itself.

use regex_syntax::hir::{
    Class, Hir, HirKind,
    literal::{ExtractKind, Extractor, Seq},
};

/// Beyond this many beginnings a part says too little to be worth a look-up.
const MOST_WORDS: usize = 1200;
/// Bytes of a beginning that are looked at, at least.
const LONGEST_BEGINNING: usize = 40;
/// A pattern needs no more later words than this to be rare enough.
const MOST_ANCHORS: usize = 3;

/// How a word may begin, or what it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Beginning {
    /// The word's first bytes, never empty.
    pub(super) bytes: Vec<u8>,
    /// Whether the word ends there.
    pub(super) is_whole: bool,
}

/// Words of which one must come after the first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Anchor {
    /// Sorted, each once.
    pub(super) words: Vec<Beginning>,
    /// It is at most so many words after the first one.
    pub(super) within: usize,
}

/// What a text must hold where a pattern matches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Needs {
    /// The first word is one of these; sorted, each once.
    pub(super) first: Vec<Beginning>,
    /// All of these come later.
    pub(super) later: Vec<Anchor>,
}

/// What `pattern` needs; `None` when any word may begin it, or too many.
pub(super) fn needs(pattern: &Hir, longest: usize) -> Option<Needs> {
    let first = beginnings(&literals(pattern, ExtractKind::Prefix), true, false)?.0;
    let mut later = Vec::new();
    let parts = if let HirKind::Concat(parts) = pattern.kind() { parts.as_slice() } else { &[] };
    for place in (1..parts.len()).rev() {
        let (before, after) = parts.split_at(place);
        let Some((words, blanks)) = later_words(before, after) else { continue };
        let within = most_breaks(before, longest).saturating_add(blanks).min(longest);
        later.push(Anchor { words, within });
        if later.len() == MOST_ANCHORS {
            break;
        }
    }
    Some(Needs { first, later })
}

/// The words that `after` begins with, if it begins at the edge of a word, and the blanks before them.
fn later_words(before: &[Hir], after: &[Hir]) -> Option<(Vec<Beginning>, usize)> {
    let is_literal = |byte: fn(&[u8]) -> Option<&u8>, part: Option<&Hir>| match part?.kind() {
        HirKind::Literal(literal) => byte(&literal.0).map(|byte| !is_word(*byte)),
        _ => None,
    };
    // Most parts tell by a letter that no word begins there, without a look at all that they match.
    let begins_in_break = is_literal(<[u8]>::first, after.first());
    let follows_break = is_literal(<[u8]>::last, before.last());
    if begins_in_break == Some(false) && follows_break == Some(false) {
        return None;
    }
    let near = after.iter().scan(0, |length, part| {
        let is_near = *length < LONGEST_BEGINNING;
        *length += part.properties().minimum_len().unwrap_or(0);
        is_near.then(|| part.clone())
    });
    let near: Vec<Hir> = near.collect();
    let is_end = near.len() == after.len();
    let literals = literals(&Hir::concat(near), ExtractKind::Prefix);
    if let Some(words) = beginnings(&literals, is_end, true) {
        return Some(words);
    }
    let follows_break = follows_break.unwrap_or_else(|| before.last().is_some_and(ends_in_break));
    if follows_break { beginnings(&literals, is_end, false) } else { None }
}

/// The first words of `literals`, which begin all matches, and how many blanks stand before them at most.
///
/// `is_end` tells whether an exact literal is all of a match, up to its end.
fn beginnings(literals: &Seq, is_end: bool, after_blank: bool) -> Option<(Vec<Beginning>, usize)> {
    let mut words = Vec::new();
    let mut most_blanks = 0;
    for literal in literals.literals()? {
        let bytes = literal.as_bytes();
        let blanks = bytes.iter().take_while(|byte| **byte == b' ').count();
        if after_blank != (blanks > 0) {
            return None;
        }
        most_blanks = most_blanks.max(blanks);
        let rest = &bytes[blanks..];
        let end = rest.iter().position(|byte| !is_word(*byte));
        let word = &rest[..end.unwrap_or(rest.len())];
        if word.is_empty() || !word.is_ascii() {
            return None;
        }
        // A match ends at the edge of a word.
        let is_whole = end.is_some() || is_end && literal.is_exact();
        words.push(Beginning { bytes: word.to_vec(), is_whole });
    }
    words.sort_unstable();
    words.dedup();
    (!words.is_empty() && words.len() <= MOST_WORDS).then_some((words, most_blanks))
}

/// Whether each match of `part` ends in a byte that is no part of a word.
fn ends_in_break(part: &Hir) -> bool {
    let literals = literals(part, ExtractKind::Suffix);
    literals.literals().is_some_and(|literals| {
        !literals.is_empty()
            && literals
                .iter()
                .all(|literal| literal.as_bytes().last().is_some_and(|byte| !is_word(*byte)))
    })
}

fn literals(hir: &Hir, kind: ExtractKind) -> Seq {
    let mut extractor = Extractor::new();
    extractor.kind(kind).limit_class(4).limit_repeat(2).limit_literal_len(LONGEST_BEGINNING);
    extractor.limit_total(MOST_WORDS);
    extractor.extract(hir)
}

/// How many bytes that are no part of a word the matches of `parts` hold at most, or `longest`.
fn most_breaks(parts: &[Hir], longest: usize) -> usize {
    parts.iter().map(|part| breaks(part, longest)).fold(0, usize::saturating_add).min(longest)
}

fn breaks(hir: &Hir, longest: usize) -> usize {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => 0,
        HirKind::Literal(literal) => literal.0.iter().filter(|byte| may_break(**byte)).count(),
        HirKind::Class(Class::Bytes(class)) => {
            let breaks = class.iter().any(|range| (range.start()..=range.end()).any(may_break));
            usize::from(breaks)
        }
        HirKind::Class(Class::Unicode(_)) => 1,
        HirKind::Repetition(repetition) => match breaks(&repetition.sub, longest) {
            0 => 0,
            each => repetition
                .max
                .and_then(|most| usize::try_from(most).ok())
                .map_or(longest, |most| each.saturating_mul(most)),
        },
        HirKind::Capture(capture) => breaks(&capture.sub, longest),
        HirKind::Concat(parts) => most_breaks(parts, longest),
        HirKind::Alternation(parts) => {
            parts.iter().map(|part| breaks(part, longest)).max().unwrap_or(0)
        }
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}

/// Outside of ASCII a byte may belong to a letter or to a mark.
fn may_break(byte: u8) -> bool {
    !is_word(byte) || !byte.is_ascii()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::lexicon::walk::parse;

    fn needs_of(pattern: &str) -> Option<Needs> {
        needs(&parse(pattern).expect("a pattern of the test"), 200)
    }

    fn words(words: &[Beginning]) -> Vec<(&str, bool)> {
        words
            .iter()
            .map(|word| (std::str::from_utf8(&word.bytes).expect("ASCII"), word.is_whole))
            .collect()
    }

    #[test]
    fn a_pattern_with_a_gap_needs_its_first_word_and_a_later_one() {
        let needs = needs_of(r"gaji (?:besar|tinggi)(?: \w+){0,3} (?:sebulan|per bulan)")
            .expect("it has both");
        assert_eq!(words(&needs.first), [("gaji", true)]);
        let last = &needs.later[0];
        assert_eq!(words(&last.words), [("per", true), ("sebulan", true)]);
        assert_eq!(last.within, 5, "besar, three words of the gap, and the word itself");
        assert!(
            needs
                .later
                .iter()
                .any(|anchor| words(&anchor.words) == [("besar", true), ("tinggi", true)])
        );
    }

    #[test]
    fn a_word_with_any_ending_is_known_by_its_beginning() {
        let needs = needs_of(r"kirim\w* uang").expect("it has a first word");
        assert_eq!(words(&needs.first), [("kirim", false)]);
    }

    #[test]
    fn a_pattern_that_any_word_or_a_mark_may_begin_needs_nothing() {
        assert_eq!(needs_of(r"\w+ dijamin"), None);
        assert_eq!(needs_of(r"(?:\$|usd) ?0+"), None);
    }
}
