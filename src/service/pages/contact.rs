//! Contacts and official look-ups as a page shows them: numbers that can be tapped, with a date.

use std::sync::LazyLock;

use serde::Deserialize;

use super::{reader::Reader, words::Words};
use crate::{
    advice::{Advice, Contact, Contacts, Status, Way, WayKind},
    policy::Level,
    taxonomy::Localized,
};

/// Someone to contact.
#[derive(Clone, Debug)]
pub(in crate::service) struct ContactView {
    pub(in crate::service) who: String,
    pub(in crate::service) what_for: String,
    pub(in crate::service) ways: Vec<WayView>,
    /// When its source was published; none when that is not known.
    pub(in crate::service) date: Option<String>,
    /// What to mind before relying on it; empty for a fresh one.
    pub(in crate::service) caution: String,
}

/// One number or address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::service) struct WayView {
    /// As it is to be read.
    pub(in crate::service) value: String,
    /// What a tap opens.
    pub(in crate::service) href: String,
    /// How it is used, in a word that every reader knows.
    pub(in crate::service) kind: &'static str,
    /// When it works or for whom; empty when there is nothing to say.
    pub(in crate::service) note: String,
}

/// Whom `reader` can contact at `level` and with `notices`, in the order of the file.
pub(in crate::service) fn contacts(
    contacts: &Contacts,
    advice: &Advice,
    reader: &Reader,
    level: Level,
    notices: &[String],
) -> Vec<ContactView> {
    let mut chosen = Vec::new();
    for notice in notices {
        chosen.extend(contacts.for_notice(reader.country, notice));
    }
    chosen.extend(contacts.for_country(reader.country, level));
    chosen.into_iter().map(|contact| view(contact, advice, reader)).collect()
}

fn view(contact: &Contact, advice: &Advice, reader: &Reader) -> ContactView {
    let headings = advice.headings();
    // The first country is the one whose numbers the contact gives.
    let country = contact.countries.first().map_or("", String::as_str);
    ContactView {
        who: contact.who.get(reader.language).to_owned(),
        what_for: contact.what_for.get(reader.language).to_owned(),
        ways: contact.ways.iter().map(|way| way_view(way, country, reader.words())).collect(),
        date: (contact.date != "undated").then(|| contact.date.clone()),
        caution: match contact.status {
            Status::Fresh => String::new(),
            Status::ReCheck => headings.recheck_contact.clone(),
            Status::Stale => headings.stale_contact.clone(),
        },
    }
}

fn way_view(way: &Way, country: &str, words: &Words) -> WayView {
    let value = &way.value;
    let (kind, href) = match way.kind {
        WayKind::Phone => ("Tel", format!("tel:{}", digits(value))),
        WayKind::Whatsapp => {
            ("WhatsApp", format!("https://wa.me/{}", international(value, country)))
        }
        WayKind::Email => ("E-mail", format!("mailto:{value}")),
        WayKind::Web => ("Web", format!("https://{value}")),
    };
    let note = way.note.as_deref().map_or("", |note| words.note(note)).to_owned();
    WayView { value: value.clone(), href, kind, note }
}

fn digits(value: &str) -> String {
    value.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect()
}

/// The digits with the country's code in place of a leading zero, as the links of `WhatsApp` want them.
fn international(value: &str, country: &str) -> String {
    let digits = digits(value);
    let code = match country {
        "MY" => "60",
        "SG" => "65",
        _ => "62",
    };
    match (digits.strip_prefix('+'), digits.strip_prefix('0')) {
        (Some(full), _) => full.to_owned(),
        (None, Some(national)) => format!("{code}{national}"),
        (None, None) => digits,
    }
}

/// A registry in which a claim of an advert can be looked up.
#[derive(Debug)]
pub(in crate::service) struct LookupView {
    pub(in crate::service) address: &'static str,
    pub(in crate::service) what: &'static str,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Lookup {
    country: String,
    address: String,
    what: Localized,
    #[serde(rename = "source")]
    _source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LookupFile {
    lookups: Vec<Lookup>,
}

static LOOKUPS: LazyLock<Vec<Lookup>> = LazyLock::new(|| {
    let file: LookupFile =
        toml::from_str(include_str!("lookups.toml")).expect("a test reads the file of look-ups");
    file.lookups
});

/// The registries of the reader's country.
pub(in crate::service) fn lookups(reader: &Reader) -> Vec<LookupView> {
    let own = LOOKUPS.iter().filter(|lookup| lookup.country == reader.country);
    own.map(|lookup| LookupView {
        address: &lookup.address,
        what: lookup.what.get(reader.language),
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::{
        super::{reader::COUNTRIES, words::words},
        *,
    };
    use crate::taxonomy::ReaderLanguage;

    #[test]
    fn a_tap_calls_the_number_that_is_shown() {
        let way = |kind, value: &str| {
            let way = Way { kind, value: value.to_owned(), note: None };
            way_view(&way, "ID", words(ReaderLanguage::En)).href
        };
        assert_eq!(way(WayKind::Phone, "+62 21 2924 4800"), "tel:+622129244800");
        assert_eq!(way(WayKind::Whatsapp, "0811-8080-141"), "https://wa.me/628118080141");
        assert_eq!(way(WayKind::Whatsapp, "+855 12 813 282"), "https://wa.me/85512813282");
        assert_eq!(way(WayKind::Web, "siskop2mi.bp2mi.go.id"), "https://siskop2mi.bp2mi.go.id");
    }

    #[test]
    fn every_country_has_official_look_ups() {
        for country in COUNTRIES {
            let reader = Reader { country, ..Reader::of(ReaderLanguage::Ms) };
            assert!(lookups(&reader).len() > 1, "{country}");
        }
    }
}
