//! Contacts as keyed hashes: who answers, without keeping the number.
//!
//! ```text
//! "wa 0812-3456-7890", "wa.me/6281234567890" --same--> "+6281234567890" --HMAC-SHA256--> 64 bits
//! ```

use std::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::text::entities::ContactKind;

/// The key that contacts are hashed with.
///
/// Numbers are few: whoever has the key can try them all. The default key is printed here and keeps
/// no secret; it is right for one run, whose hashes go away with it. An index that is given to others
/// wants a key of its own, which stays at home.
#[derive(Clone)]
pub struct ContactKey(Hmac<Sha256>);

/// The key of [`ContactKey::default`].
const DEFAULT_KEY: &[u8] = b"waspada campaigns: no secret";

impl Default for ContactKey {
    fn default() -> Self {
        Self::new(DEFAULT_KEY)
    }
}

impl fmt::Debug for ContactKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ContactKey(..)")
    }
}

impl ContactKey {
    /// A key of any bytes; take 32 random ones.
    pub fn new(key: &[u8]) -> Self {
        Self(Hmac::new_from_slice(key).expect("HMAC takes a key of any length"))
    }

    /// What tells one key from another without telling the key.
    pub(super) fn check(&self) -> u64 {
        self.hash("the key itself")
    }

    /// The hash of a contact as [`normalized`] gives it.
    pub(super) fn hash(&self, contact: &str) -> u64 {
        let mut mac = self.0.clone();
        mac.update(contact.as_bytes());
        let bytes = mac.finalize().into_bytes();
        u64::from_le_bytes(bytes[..8].try_into().expect("a SHA-256 has 32 bytes"))
    }
}

/// One spelling for all of a contact: `text` is how it stands in the normalised view. `None` for what
/// leads to nobody: a government's own site, a messenger's or a shortener's front page.
pub(super) fn normalized(kind: ContactKind, text: &str) -> Option<String> {
    match kind {
        ContactKind::OfficialUrl => None,
        ContactKind::Email | ContactKind::FreeEmail => {
            Some(text.trim_start_matches("mailto:").to_owned())
        }
        ContactKind::Handle => handle(text),
        _ if kind.is_phone() => phone(kind, text),
        _ => link(kind, text),
    }
}

const DIGIT_WORDS: [(&str, char); 22] = [
    ("nol", '0'),
    ("kosong", '0'),
    ("zero", '0'),
    ("satu", '1'),
    ("one", '1'),
    ("dua", '2'),
    ("two", '2'),
    ("tiga", '3'),
    ("three", '3'),
    ("empat", '4'),
    ("four", '4'),
    ("lima", '5'),
    ("five", '5'),
    ("enam", '6'),
    ("six", '6'),
    ("tujuh", '7'),
    ("seven", '7'),
    ("delapan", '8'),
    ("lapan", '8'),
    ("eight", '8'),
    ("sembilan", '9'),
    ("nine", '9'),
];

/// The digits of a number, spelt out or not.
fn digits(text: &str) -> String {
    if text.contains(|c: char| c.is_ascii_digit()) {
        return text.chars().filter(char::is_ascii_digit).collect();
    }
    let digit = |word| DIGIT_WORDS.iter().find(|(name, _)| *name == word).map(|(_, digit)| *digit);
    text.split(|c: char| !c.is_alphabetic()).filter_map(digit).collect()
}

/// The number with its country: `0812…`, `62812…` and `+62 812…` are one.
fn phone(kind: ContactKind, text: &str) -> Option<String> {
    let country = match kind {
        ContactKind::PhoneId => "62",
        ContactKind::PhoneMy => "60",
        ContactKind::PhoneSg => "65",
        _ => "",
    };
    let digits = digits(text);
    let bare = digits.trim_start_matches('0');
    let number = match bare.strip_prefix(country) {
        // A Singapore number of eight digits may itself begin with 65.
        Some(rest) if !country.is_empty() && rest.len() >= 8 => rest.trim_start_matches('0'),
        _ => bare,
    };
    (number.len() >= 5).then(|| format!("+{country}{number}"))
}

/// The name alone: `tg: @agen_batam` and `@agen_batam` are one.
fn handle(text: &str) -> Option<String> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.');
    let name = text.rsplit(|c| !is_name(c)).find(|part| !part.is_empty())?;
    Some(format!("@{name}"))
}

fn link(kind: ContactKind, text: &str) -> Option<String> {
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
    let rest = rest.strip_prefix("www.").unwrap_or(rest);
    let rest = rest.split('#').next().unwrap_or_default().trim_end_matches(['/', '.', ',']);
    let path = rest.split_once('/').map(|(_, path)| path);
    match kind {
        ContactKind::WhatsAppLink => {
            let path = path?;
            let number = digits(path.split(['?', '&']).next().unwrap_or_default());
            let asked = path
                .split_once("phone=")
                .map(|(_, number)| digits(number.split('&').next().unwrap_or_default()));
            let number = asked.unwrap_or(number);
            Some(if number.len() >= 9 {
                format!("+{}", number.trim_start_matches('0'))
            } else {
                rest.to_owned()
            })
        }
        ContactKind::TelegramLink => {
            let name = path?.split(['?', '/']).next().unwrap_or_default();
            let is_invitation = name.starts_with('+') || name == "joinchat";
            Some(if is_invitation { rest.to_owned() } else { format!("@{name}") })
        }
        ContactKind::ShortLink => path.map(|_| rest.to_owned()),
        _ => Some(rest.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_contact_has_one_spelling() {
        use ContactKind::{
            Email, Handle, OfficialUrl, PhoneId, PhoneMy, PhoneSg, ShortLink, TelegramLink, Url,
            WhatsAppLink,
        };
        let cases = [
            (PhoneId, "0812-3456-7890", Some("+6281234567890")),
            (PhoneId, "+62 812 3456 7890", Some("+6281234567890")),
            (PhoneId, "(+62) 0812.3456.7890", Some("+6281234567890")),
            (
                PhoneId,
                "nol delapan satu dua tiga empat lima enam tujuh delapan",
                Some("+62812345678"),
            ),
            (WhatsAppLink, "https://wa.me/6281234567890?text=info", Some("+6281234567890")),
            (
                WhatsAppLink,
                "https://api.whatsapp.com/send?phone=6281234567890&text=1",
                Some("+6281234567890"),
            ),
            (WhatsAppLink, "chat.whatsapp.com/abc123", Some("chat.whatsapp.com/abc123")),
            (WhatsAppLink, "wa.me", None),
            (PhoneMy, "012-345 6789", Some("+60123456789")),
            (PhoneMy, "+60123456789", Some("+60123456789")),
            (PhoneSg, "6512 3456", Some("+6565123456")),
            (PhoneSg, "+65 6512 3456", Some("+6565123456")),
            (Handle, "tg: @agen_batam", Some("@agen_batam")),
            (TelegramLink, "https://t.me/agen_batam", Some("@agen_batam")),
            (TelegramLink, "t.me/+x1y2", Some("t.me/+x1y2")),
            (Email, "hrd@toko.co.id", Some("hrd@toko.co.id")),
            (Url, "http://www.toko.com/loker/", Some("toko.com/loker")),
            (ShortLink, "bit.ly", None),
            (ShortLink, "https://bit.ly/loker1", Some("bit.ly/loker1")),
            (OfficialUrl, "https://bp2mi.go.id/cek", None),
        ];
        for (kind, text, expected) in cases {
            assert_eq!(normalized(kind, text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn another_key_gives_other_hashes() {
        let (one, other) = (ContactKey::default(), ContactKey::new(b"k"));
        assert_eq!(one.hash("+62"), ContactKey::default().hash("+62"));
        assert_ne!(one.hash("+62"), other.hash("+62"));
        assert_ne!(one.check(), other.check());
    }
}
