//! A post as campaigns see it: the normalised text with its contacts taken out.

use std::{collections::BTreeMap, ops::Range};

use serde::{Deserialize, Serialize};

use super::{
    contacts::{ContactKey, normalized},
    shingle::Words,
};
use crate::{
    post::Post,
    text::{
        Analyzer, Entity, EntityKind, Gazetteer, Normalizer, PlaceMention,
        entities::{
            ContactKind,
            contacts::{self, mask},
        },
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

/// Makes sightings of posts.
///
/// It goes the first steps of [`Analyzer::analyze`] with the same normaliser and the same search for
/// contacts, and leaves out the rest, which takes most of the time and of which campaigns see nothing.
/// Pure; linear in the text.
#[derive(Debug)]
pub struct Viewer<'a> {
    normalizer: Normalizer,
    gazetteer: &'a Gazetteer,
    key: ContactKey,
}

impl<'a> Viewer<'a> {
    /// A viewer that knows the words and places of `analyzer` and hashes contacts with `key`.
    pub fn new(analyzer: &'a Analyzer, key: ContactKey) -> Self {
        let (lexicon, gazetteer) = (analyzer.lexicon(), analyzer.gazetteer());
        let vocabulary = lexicon.vocabulary().into_iter().chain(gazetteer.vocabulary());
        let slang = lexicon.slang().iter().map(|(from, to)| (from.clone(), to.clone()));
        let normalizer = Normalizer::new(vocabulary, slang, lexicon.ordinary_words());
        Self { normalizer, gazetteer, key }
    }

    /// What is kept of `post`. `None` for a text that can be in no campaign: of fewer than five words, and without a contact.
    pub fn sight(&self, post: &Post, time: Option<Time>) -> Option<Sighting> {
        let normalized = self.normalizer.normalize(&post.text);
        let text = normalized.as_str();
        let found = contacts::find(text);
        let view = view(text, &found);
        let contacts = self.contacts(text, &found);
        if contacts.is_empty() && !Words::new(&view).are_enough() {
            return None;
        }
        let places = self.places(text, &found);
        Some(Sighting { id: post.id.as_str().to_owned(), time, view, places, contacts })
    }

    fn contacts(&self, text: &str, found: &[Entity]) -> Vec<Contact> {
        let mut contacts = BTreeMap::new();
        for (kind, range) in contact_ranges(found) {
            let written = text.get(range).unwrap_or_default();
            if let Some(contact) = normalized(kind, written) {
                contacts.entry(self.key.hash(&contact)).or_insert_with(|| mask(kind, written));
            }
        }
        contacts.into_iter().map(|(hash, masked)| Contact { hash, masked }).collect()
    }

    /// The names of the places outside contacts: "t.me/batam" names none.
    fn places(&self, text: &str, contacts: &[Entity]) -> Vec<String> {
        let mut places = self.gazetteer.find(text);
        places.retain(|place| {
            !contacts.iter().any(|contact| contact.range.contains(&place.range.start))
        });
        let name = |place: &PlaceMention| self.gazetteer.place(place.place).name.clone();
        let mut names: Vec<String> = places.iter().map(name).collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}

fn contact_ranges(found: &[Entity]) -> impl Iterator<Item = (ContactKind, Range<usize>)> {
    found.iter().filter_map(|entity| match entity.kind {
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

fn view(normalized: &str, found: &[Entity]) -> String {
    let mut view = String::with_capacity(normalized.len());
    let mut done = 0;
    for (kind, range) in contact_ranges(found) {
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
    use crate::text::Lexicon;

    fn analyzer() -> Analyzer {
        let lexicon = Lexicon::from_toml(include_str!("../../models/domain/lexicon.toml"));
        let places = Gazetteer::from_toml(include_str!("../../models/domain/places.toml"));
        Analyzer::new(lexicon.unwrap(), places.unwrap())
    }

    #[test]
    fn contacts_and_places_are_those_of_the_analyzer() {
        let analyzer = analyzer();
        let viewer = Viewer::new(&analyzer, ContactKey::default());
        let texts = [
            "",
            "K.e.r.j.a di Poipet, Kamboja! gaji 15jt, WA O812-3456-789O atau t.me/kamboja_kerja",
            "Tlg: @agen_batam / hrd@toko.co.id / bit.ly/loker1, umur 18-35, www.toko.com",
            "Hub nol delapan satu dua tiga empat lima enam tujuh delapan ke Malaysia",
        ];
        for text in texts {
            let analyzed = analyzer.analyze(text);
            let normalized = viewer.normalizer.normalize(text);
            assert_eq!(normalized.as_str(), analyzed.normalized.as_str());
            let found = contacts::find(normalized.as_str());
            assert!(contact_ranges(&found).eq(contact_ranges(&analyzed.entities)), "{text}");
            let mut places: Vec<&str> = analyzed
                .places
                .iter()
                .map(|place| analyzer.gazetteer().place(place.place).name.as_str())
                .collect();
            places.sort_unstable();
            places.dedup();
            assert_eq!(viewer.places(normalized.as_str(), &found), places);
        }
    }

    #[test]
    fn another_number_changes_the_hash_alone_and_no_number_is_kept() {
        let analyzer = analyzer();
        let viewer = Viewer::new(&analyzer, ContactKey::default());
        let sight = |text: &str| viewer.sight(&Post::new("1", text), None);
        let one = sight("Dicari kasir toko, gaji UMR, WA 0812-3456-7890 ya").unwrap();
        let other = sight("Dicari kasir toko, gaji UMR, WA 0813-1111-2222 ya").unwrap();
        assert_eq!(one.view, other.view);
        assert_ne!(one.contacts, other.contacts);
        assert!(!format!("{one:?}").contains("3456"));
        assert_eq!(sight("info dong"), None);
        assert!(sight("wa 081234567890").is_some());
    }

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
