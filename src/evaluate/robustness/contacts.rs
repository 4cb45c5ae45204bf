//! Contacts never teach: another number in the same post moves no margin by one bit.

use serde::{Deserialize, Serialize};

use super::Subject;
use crate::{labels::LabeledPost, text::Span};

/// So many first digits tell a country and a network, which is known to be typed, not learnt.
const KEPT_DIGITS: usize = 4;

/// What came of exchanging contacts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactReport {
    /// Posts with a contact.
    pub posts: u64,
    /// Of these, how many have the same margins to the bit.
    pub identical: u64,
    /// Ids of the others.
    pub different: Vec<String>,
}

pub(super) fn run(subject: &dyn Subject, posts: &[LabeledPost]) -> ContactReport {
    let mut report = ContactReport::default();
    for post in posts {
        let contacts = subject.contacts(&post.text);
        let other = swap_contacts(&post.text, &contacts);
        if other == post.text {
            continue;
        }
        report.posts += 1;
        if subject.margin_bits(&post.text) == subject.margin_bits(&other) {
            report.identical += 1;
        } else {
            report.different.push(post.id.clone());
        }
    }
    report
}

/// `text` with other contacts at `spans`: other digits after the first four, and other letters
/// in what comes after the last `/` or after an `@` at the beginning, or before an `@` inside.
pub fn swap_contacts(text: &str, spans: &[Span]) -> String {
    let mut out = String::new();
    let mut copied = 0;
    for span in spans {
        let (start, end) = (span.start as usize, span.end as usize);
        let (Some(before), Some(contact)) = (text.get(copied..start), text.get(start..end)) else {
            continue;
        };
        out.push_str(before);
        // A span may begin with the word before a handle: "tele @nama".
        out.extend(contact.split_inclusive(char::is_whitespace).map(other_contact));
        copied = end;
    }
    out.push_str(text.get(copied..).unwrap_or_default());
    out
}

fn other_contact(contact: &str) -> String {
    let at_sign = contact.find('@').filter(|at| *at > 0);
    let slash = contact.rfind('/').filter(|_| at_sign.is_none());
    let is_handle = contact.starts_with('@');
    let mut digits = 0;
    contact
        .char_indices()
        .map(|(at, c)| {
            let changes = is_handle
                || at_sign.is_some_and(|sign| at < sign)
                || slash.is_some_and(|slash| at > slash);
            match c {
                '0'..='9' => {
                    digits += 1;
                    if digits > KEPT_DIGITS { turned(c, b'0', 10, 3) } else { c }
                }
                'a'..='z' if changes => turned(c, b'a', 26, 1),
                'A'..='Z' if changes => turned(c, b'A', 26, 1),
                other => other,
            }
        })
        .collect()
}

/// The character `by` steps on in a ring of `size` from `first`.
fn turned(c: char, first: u8, size: u8, by: u8) -> char {
    let at = u8::try_from(c).map_or(0, |byte| byte - first);
    char::from(first + (at + by) % size)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn swapped(text: &str, contact: &str) -> String {
        let start = u32::try_from(text.find(contact).unwrap()).unwrap();
        let end = start + u32::try_from(contact.len()).unwrap();
        swap_contacts(text, &[Span { start, end }])
    }

    #[test]
    fn a_contact_keeps_its_form_and_loses_its_owner() {
        assert_eq!(swapped("WA 0812-3456-7890 ya", "0812-3456-7890"), "WA 0812-6789-0123 ya");
        assert_eq!(swapped("cek @loker_ok", "@loker_ok"), "cek @mplfs_pl");
        assert_eq!(swapped("tele @loker", "tele @loker"), "tele @mplfs");
        assert_eq!(swapped("ke hrd@toko.id", "hrd@toko.id"), "ke ise@toko.id");
        assert_eq!(swapped("t.me/abz", "t.me/abz"), "t.me/bca");
    }
}
