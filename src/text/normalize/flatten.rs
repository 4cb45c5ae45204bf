//! The first half of a pass: characters to plain characters, without looking at words.

use unicode_normalization::{
    IsNormalized, UnicodeNormalization as _, char::decompose_canonical, is_nfkc_quick,
};

use super::Unit;
use crate::text::{
    chars,
    confusables::{
        Look, country, is_invisible, is_shared_mark, look, plain_latin, plain_sign,
        regional_letter, shown_digits,
    },
    span::Span,
};

/// Plain characters so far.
#[derive(Debug)]
pub(super) struct Flattened {
    units: Vec<Unit>,
    /// Something invisible was dropped since the last unit.
    has_gap: bool,
    /// A number emoji ended here; letters that follow are another word.
    ends_number: bool,
    is_unsettled: bool,
}

impl Flattened {
    pub(super) fn with_capacity(length: usize) -> Self {
        let units = Vec::with_capacity(length);
        Self { units, has_gap: false, ends_number: false, is_unsettled: false }
    }

    pub(super) fn finish(mut self) -> (Vec<Unit>, bool) {
        if self.units.last().is_some_and(Unit::is_space) {
            self.units.pop();
        }
        (self.units, self.is_unsettled)
    }

    pub(super) fn read(&mut self, source: impl Iterator<Item = Unit>) {
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
                    source.next_if(|next| chars::is_mark(next.c) || is_invisible(next.c))
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
        unit.is_capital |= unit.c.is_ascii_uppercase();
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
            if self.ends_number && chars::is_alphanumeric(unit.c) {
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
        if is_word && self.units.last().is_some_and(|last| chars::is_alphanumeric(last.c)) {
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
        unit.is_capital |= is_capital;
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
