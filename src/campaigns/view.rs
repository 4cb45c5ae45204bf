//! A post as campaigns see it: the normalised text with its contacts taken out.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    contacts::{ContactKey, normalized},
    shingle::Words,
};
use crate::{
    post::Post,
    text::{
        AnalyzedText, Analyzer, EntityKind,
        entities::{ContactKind, mask},
    },
};

/// When a post was seen.
///
/// Dates are compared as written, so all of a run should be written in one form and one time zone.
/// Numbers come before dates.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Time {
    /// A whole number, such as seconds since 1970.
    Integer(i64),
    /// A date or a date and time of ISO 8601: `2026-03-01`, `2026-03-01T10:00:00Z`.
    Date(String),
}

/// Longer than any date with its time and zone.
const LONGEST_DATE: usize = 40;

impl Time {
    /// Reads a date or a whole number; `None` for anything else.
    pub fn from_text(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Ok(number) = text.parse() {
            return Some(Self::Integer(number));
        }
        is_date(text).then(|| Self::Date(text.to_owned()))
    }
}

fn is_date(text: &str) -> bool {
    let (day, rest) = text.split_at_checked(10).unwrap_or_default();
    let has_shape = day.bytes().enumerate().all(|(at, byte)| match at {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    });
    let number = |range: std::ops::Range<usize>| {
        day.get(range).and_then(|part| part.parse::<u8>().ok()).unwrap_or(0)
    };
    let is_day = day.len() == 10
        && has_shape
        && (1..=12).contains(&number(5..7))
        && (1..=31).contains(&number(8..10));
    let is_time = |c: char| c.is_ascii_digit() || matches!(c, ':' | '.' | '+' | '-' | 'Z');
    let has_time = rest
        .strip_prefix(['T', ' '])
        .is_some_and(|time| !time.is_empty() && time.chars().all(is_time));
    is_day && text.len() <= LONGEST_DATE && (rest.is_empty() || has_time)
}

/// A contact in a post.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Contact {
    /// Keyed hash of its one spelling.
    pub(super) hash: u64,
    /// As people may see it: `0812••••90`.
    pub(super) masked: String,
}

/// What is kept of a post: no contact can be read from it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sighting {
    pub(super) id: String,
    pub(super) time: Option<Time>,
    /// The normalised text, spaces folded, each contact one character (see [`contact_name`]).
    pub(super) view: String,
    /// English names, in order, each once.
    pub(super) places: Vec<String>,
    /// By hash, each once.
    pub(super) contacts: Vec<Contact>,
}

/// Makes sightings of posts. Pure; a text costs what [`Analyzer::analyze`] costs.
#[derive(Clone, Debug)]
pub struct Viewer<'a> {
    analyzer: &'a Analyzer,
    key: ContactKey,
}

impl<'a> Viewer<'a> {
    /// A viewer that finds contacts and places with `analyzer` and hashes contacts with `key`.
    pub fn new(analyzer: &'a Analyzer, key: ContactKey) -> Self {
        Self { analyzer, key }
    }

    /// What is kept of `post`. `None` for a text that can be in no campaign: of fewer than five words, and without a contact.
    pub fn sight(&self, post: &Post, time: Option<Time>) -> Option<Sighting> {
        let text = self.analyzer.analyze(&post.text);
        let contacts = self.contacts(&text);
        let view = view(&text);
        if contacts.is_empty() && !Words::new(&view).are_enough() {
            return None;
        }
        let places = text.places.iter();
        let mut places: Vec<String> =
            places.map(|place| self.analyzer.gazetteer().place(place.place).name.clone()).collect();
        places.sort_unstable();
        places.dedup();
        Some(Sighting { id: post.id.as_str().to_owned(), time, view, places, contacts })
    }

    fn contacts(&self, text: &AnalyzedText) -> Vec<Contact> {
        let mut contacts = BTreeMap::new();
        for (kind, range) in contact_ranges(text) {
            let written = text.normalized.as_str().get(range).unwrap_or_default();
            if let Some(contact) = normalized(kind, written) {
                contacts.entry(self.key.hash(&contact)).or_insert_with(|| mask(kind, written));
            }
        }
        contacts.into_iter().map(|(hash, masked)| Contact { hash, masked }).collect()
    }
}

fn contact_ranges(
    text: &AnalyzedText,
) -> impl Iterator<Item = (ContactKind, std::ops::Range<usize>)> {
    text.entities.iter().filter_map(|entity| match entity.kind {
        EntityKind::Contact(kind) => Some((kind, entity.range.clone())),
        _ => None,
    })
}

/// The first of the characters that stand for a contact: private use, so no text means anything by them.
const CONTACT: char = '\u{e000}';

/// What the characters from [`CONTACT`] on stand for.
const CONTACT_NAMES: [&str; 4] = ["[phone]", "[handle]", "[link]", "[email]"];

/// How the templates show the character that stands for a contact.
pub(super) fn contact_name(c: char) -> Option<&'static str> {
    let at = (c as usize).checked_sub(CONTACT as usize)?;
    CONTACT_NAMES.get(at).copied()
}

fn contact_char(kind: ContactKind) -> char {
    let at: u8 = match kind {
        _ if kind.is_phone() => 0,
        ContactKind::Handle => 1,
        ContactKind::Email | ContactKind::FreeEmail => 3,
        _ => 2,
    };
    char::from_u32(CONTACT as u32 + u32::from(at)).expect("private use")
}

/// So many digits in a row are a number to call that was not known for one.
const MOST_DIGITS: usize = 7;

fn view(text: &AnalyzedText) -> String {
    let normalized = text.normalized.as_str();
    let mut view = String::with_capacity(normalized.len());
    let mut done = 0;
    for (kind, range) in contact_ranges(text) {
        push_folded(&mut view, normalized.get(done..range.start).unwrap_or_default());
        view.push(contact_char(kind));
        done = range.end;
    }
    push_folded(&mut view, normalized.get(done..).unwrap_or_default());
    view.truncate(view.trim_end().len());
    view
}

/// Adds `text` with each run of white space as one space, long numbers blanked, and what looks like
/// one of our contacts left out.
fn push_folded(view: &mut String, text: &str) {
    let mut digits = 0;
    for c in text.chars() {
        digits = if c.is_ascii_digit() { digits + 1 } else { 0 };
        if c.is_whitespace() || contact_name(c).is_some() {
            if !view.is_empty() && !view.ends_with(' ') {
                view.push(' ');
            }
        } else if digits == MOST_DIGITS {
            let kept = view.len() - (MOST_DIGITS - 1);
            view.truncate(kept);
            view.extend(std::iter::repeat_n('0', MOST_DIGITS));
        } else {
            view.push(if digits > MOST_DIGITS { '0' } else { c });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_whole_numbers_are_times() {
        let date = |text: &str| Some(Time::Date(text.to_owned()));
        for text in ["2026-03-01", "2026-03-01T10:00:00+07:00", "2026-12-31 23:59"] {
            assert_eq!(Time::from_text(text), date(text));
        }
        assert_eq!(Time::from_text(" 1700000000 "), Some(Time::Integer(1_700_000_000)));
        for text in [
            "",
            "kemarin",
            "2026-13-01",
            "2026-03-00",
            "01-03-2026",
            "2026-03-01T",
            "2026-03-01x",
            "２０２６",
        ] {
            assert_eq!(Time::from_text(text), None, "{text}");
        }
        assert!(Time::Integer(5) < Time::Date("2020-01-01".to_owned()));
    }

    #[test]
    fn spaces_are_folded_and_long_numbers_blanked() {
        let mut view = String::new();
        push_folded(&mut view, "  gaji\n 15000000 \u{e001} atau 150000 ");
        assert_eq!(view, "gaji 00000000 atau 150000 ");
    }
}
