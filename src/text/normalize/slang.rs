//! Slang: short forms to what they stand for.

use std::ops::Range;

use super::{LONGEST_WORD, Normalizer, Unit};
use crate::text::{chars, span::Span};

impl Normalizer {
    /// Replaces each slang word by its meaning, which keeps the place of the word; says whether one
    /// touches a sign that could make it part of a longer word.
    pub(super) fn expand_slang(&self, units: Vec<Unit>) -> (Vec<Unit>, bool) {
        if self.slang.is_empty() {
            return (units, false);
        }
        let mut has_neighbour = false;
        let mut expanded = Vec::with_capacity(units.len());
        let mut word = String::new();
        let mut at = 0;
        for run in units.chunk_by(|a, b| chars::is_alphanumeric(a.c) == chars::is_alphanumeric(b.c))
        {
            let range = at..at + run.len();
            at = range.end;
            word.clear();
            if chars::is_alphanumeric(run[0].c)
                && run.len() <= LONGEST_WORD
                && may_expand(&units, &range)
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

/// `meaning` letter by letter, each standing for the whole of `run`.
pub(super) fn in_place_of<'a>(run: &[Unit], meaning: &'a str) -> impl Iterator<Item = Unit> + 'a {
    let start = run.first().map_or(0, |unit| unit.source.start);
    let source = Span { start, end: run.last().map_or(start, |unit| unit.source.end) };
    let is_repaired = run.iter().any(|unit| unit.is_repaired);
    meaning
        .chars()
        .enumerate()
        .map(move |(at, c)| Unit { is_repaired: is_repaired && at == 0, ..Unit::new(c, source) })
}
