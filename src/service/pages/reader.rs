//! Who reads: the language, the country whose contacts are shown, and in which role.
//!
//! All three travel in the address or the form, never in a cookie, so that a link can be passed on
//! and nothing stays on a shared phone.

use std::{convert::Infallible, str::FromStr as _};

use axum::{extract::FromRequestParts, http::request::Parts};

use super::words::{Words, words};
use crate::taxonomy::ReaderLanguage;

/// The countries that have contacts, in the order they are offered.
pub(in crate::service) const COUNTRIES: [&str; 3] = ["ID", "MY", "SG"];

/// Who reads a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::service) struct Reader {
    pub(in crate::service) language: ReaderLanguage,
    /// One of [`COUNTRIES`].
    pub(in crate::service) country: &'static str,
    /// Helps others rather than weighing an offer.
    pub(in crate::service) volunteer: bool,
}

impl Reader {
    /// A jobseeker who reads `language`, in the country where most readers of it live.
    pub(in crate::service) fn of(language: ReaderLanguage) -> Self {
        let country = match language {
            ReaderLanguage::Ms => "MY",
            ReaderLanguage::Id | ReaderLanguage::En => "ID",
        };
        Self { language, country, volunteer: false }
    }

    /// What a query and the header `Accept-Language` tell.
    pub(in crate::service) fn read(query: &str, accept: Option<&str>) -> Self {
        let mut reader = Self::of(accept.map_or(ReaderLanguage::Id, preferred));
        if let Some(language) = value(query, "lang").and_then(|code| code.parse().ok()) {
            reader = Self::of(language);
        }
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            reader.set(&name, &value);
        }
        reader
    }

    /// Takes over one field of a form or a query; an unknown value changes nothing.
    pub(in crate::service) fn set(&mut self, name: &str, value: &str) {
        match name {
            "lang" => {
                self.language = ReaderLanguage::from_str(value).unwrap_or(self.language);
            }
            "country" => {
                let known = COUNTRIES.into_iter().find(|code| code.eq_ignore_ascii_case(value));
                self.country = known.unwrap_or(self.country);
            }
            "for" => self.volunteer = value == "volunteer",
            _ => {}
        }
    }

    /// The words this reader reads.
    pub(in crate::service) fn words(&self) -> &'static Words {
        words(self.language)
    }
}

fn value(query: &str, name: &str) -> Option<String> {
    let mut pairs = url::form_urlencoded::parse(query.as_bytes());
    pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

/// The best of the three languages by the header `Accept-Language` (RFC 9110, section 12.5.4).
///
/// Languages of Indonesia that we have no words in count as Indonesian; a browser that names none
/// of all these is answered in English, and one that names nothing in Indonesian.
fn preferred(header: &str) -> ReaderLanguage {
    let mut best: Option<(f32, ReaderLanguage)> = None;
    for part in header.split(',').take(20) {
        let mut fields = part.split(';').map(str::trim);
        let tag = fields.next().unwrap_or_default();
        let quality = fields.find_map(|field| field.strip_prefix("q="));
        let quality: f32 = quality.map_or(1.0, |q| q.parse().unwrap_or(0.0));
        let primary = tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
        let language = match primary.as_str() {
            "id" | "in" | "jv" | "su" | "min" | "mad" | "ban" | "bjn" => ReaderLanguage::Id,
            "ms" | "zsm" => ReaderLanguage::Ms,
            "en" => ReaderLanguage::En,
            _ => continue,
        };
        if quality > best.map_or(0.0, |(quality, _)| quality) {
            best = Some((quality, language));
        }
    }
    let fallback = if header.trim().is_empty() { ReaderLanguage::Id } else { ReaderLanguage::En };
    best.map_or(fallback, |(_, language)| language)
}

impl<S: Sync> FromRequestParts<S> for Reader {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let accept = parts.headers.get(axum::http::header::ACCEPT_LANGUAGE);
        let accept = accept.and_then(|value| value.to_str().ok());
        Ok(Self::read(parts.uri.query().unwrap_or_default(), accept))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browser_chooses_the_language_until_the_reader_does() {
        let cases = [
            ("", None, ReaderLanguage::Id),
            ("", Some("ms-MY,ms;q=0.9,en;q=0.8"), ReaderLanguage::Ms),
            ("", Some("en;q=0.5, id-ID;q=0.9"), ReaderLanguage::Id),
            ("", Some("jv, en;q=0.8"), ReaderLanguage::Id),
            ("", Some("de-DE,de"), ReaderLanguage::En),
            ("", Some("id;q=0, en;q=0.1"), ReaderLanguage::En),
            ("", Some(";;;,q=,\u{fffd}"), ReaderLanguage::En),
            ("lang=en", Some("id"), ReaderLanguage::En),
            ("lang=xx", Some("id"), ReaderLanguage::Id),
        ];
        for (query, accept, expected) in cases {
            assert_eq!(Reader::read(query, accept).language, expected, "{query} {accept:?}");
        }
    }

    #[test]
    fn the_country_follows_the_language_until_it_is_chosen() {
        assert_eq!(Reader::read("lang=ms", None).country, "MY");
        assert_eq!(Reader::read("lang=ms&country=sg", None).country, "SG");
        assert_eq!(Reader::read("country=XX", None).country, "ID");
        assert!(Reader::read("for=volunteer", None).volunteer);
    }
}
