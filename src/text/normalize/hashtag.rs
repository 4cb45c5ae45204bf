//! Hashtags: `#kerja` and `#LokerJakarta` to the words they are made of.

use std::ops::Range;

use super::{LONGEST_WORD, Normalizer, Unit, spelling};
use crate::text::chars;

/// Words in one hashtag.
const MOST_WORDS: usize = 6;
/// Letters of the shortest word that a hashtag in small letters is cut at.
const SHORTEST_PART: usize = 3;

impl Normalizer {
    /// Drops the sign of each hashtag of letters and parts its words; says whether there was one.
    pub(super) fn open_hashtags(&self, units: &mut Vec<Unit>) -> bool {
        if units.iter().all(|unit| unit.c != '#') {
            return false;
        }
        let mut opened = Vec::with_capacity(units.len() + 8);
        let mut at = 0;
        while let Some(unit) = units.get(at) {
            let tag = tag_at(units, at);
            if tag.is_empty() {
                opened.push(*unit);
                at += 1;
                continue;
            }
            if opened.last().is_some_and(|last: &Unit| !last.is_space())
                && starts_after_tag(units, at)
            {
                opened.push(Unit { c: ' ', ..Unit::new(' ', unit.source) });
            }
            let letters = &units[tag.clone()];
            for (number, part) in self.parts_of_tag(letters).into_iter().enumerate() {
                let part = &letters[part];
                opened.extend((number > 0).then(|| Unit::new(' ', part[0].source)));
                opened.extend_from_slice(part);
            }
            at = tag.end;
        }
        let is_changed = opened.len() != units.len()
            || opened.iter().zip(units.iter()).any(|(new, old)| new.c != old.c);
        *units = opened;
        is_changed
    }

    /// Where the words of a hashtag stand in it: at its capitals, or else where known words end.
    fn parts_of_tag(&self, letters: &[Unit]) -> Vec<Range<usize>> {
        let whole = || std::iter::once(0..letters.len()).collect();
        let text = spelling(letters);
        if self.words.has(&text) || letters.len() > LONGEST_WORD || !text.is_ascii() {
            return whole();
        }
        let capitals = parts_at_capitals(letters);
        let is_known = |part: &Range<usize>| {
            part.len() > 1 && text.get(part.clone()).is_some_and(|part| self.words.is_word(part))
        };
        if capitals.len() > 1 && capitals.iter().all(is_known) {
            return capitals;
        }
        if self.words.is_word(&text) {
            return whole();
        }
        self.known_parts(&text).unwrap_or_else(whole)
    }

    /// The fewest and most common known words that `text` is made of.
    fn known_parts(&self, text: &str) -> Option<Vec<Range<usize>>> {
        // best[at]: the cost of the words from `at` on, how many, and the end of the word there.
        let mut best: Vec<Option<(u32, usize, usize)>> = vec![None; text.len()];
        best.push(Some((0, 0, text.len())));
        for at in (0..text.len()).rev() {
            let mut here: Option<(u32, usize, usize)> = None;
            for (end, after) in best.iter().enumerate().skip(at + 2) {
                let part = text.get(at..end)?;
                let is_part = if part.len() < SHORTEST_PART {
                    self.words.is_common(part)
                } else {
                    self.knows(part)
                };
                let Some((cost, count, _)) = after.filter(|_| is_part) else { continue };
                let next = (cost + self.words.cost(part), count + 1, end);
                here = Some(here.map_or(next, |here| here.min(next)));
            }
            best[at] = here;
        }
        let (_, count, _) = best[0]?;
        let mut parts = Vec::new();
        let mut at = 0;
        while let Some((_, _, end)) = best[at].filter(|_| at < text.len()) {
            parts.push(at..end);
            at = end;
        }
        (count <= MOST_WORDS).then_some(parts)
    }
}

/// The letters of a hashtag whose sign is at `at`; empty where there is none.
fn tag_at(units: &[Unit], at: usize) -> Range<usize> {
    let is_sign = units[at].c == '#' && !units[at].is_literal;
    let is_word = |unit: &Unit| chars::is_alphanumeric(unit.c);
    let is_inside = at.checked_sub(1).is_some_and(|before| is_word(&units[before]));
    let start = at + 1;
    let length =
        units.get(start..).unwrap_or_default().iter().take_while(|unit| is_word(unit)).count();
    let tag = units.get(start..start + length).unwrap_or_default();
    let has_letter = tag.iter().any(|unit| chars::is_alphabetic(unit.c));
    let is_tag = is_sign && has_letter && (!is_inside || starts_after_tag(units, at));
    if is_tag { start..start + length } else { at..at }
}

/// Whether the word that ends at `at` is a hashtag too, as in `#loker#jakarta`.
fn starts_after_tag(units: &[Unit], at: usize) -> bool {
    let before = units.get(..at).unwrap_or_default();
    let mut rest =
        before.iter().rev().take(LONGEST_WORD).skip_while(|unit| chars::is_alphanumeric(unit.c));
    !before.last().is_some_and(Unit::is_space) && rest.next().is_some_and(|unit| unit.c == '#')
}

fn parts_at_capitals(letters: &[Unit]) -> Vec<Range<usize>> {
    let starts = |at: &usize| letters[*at].is_capital && !letters[*at - 1].is_capital;
    let mut start = 0;
    let ends = (1..letters.len()).filter(starts).chain([letters.len()]);
    ends.map(|end| std::mem::replace(&mut start, end)..end).collect()
}
