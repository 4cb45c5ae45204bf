//! Typed things in a post: money, contacts, ages, hours, licences, employers.
//!
//! ```text
//! "gaji rp 8-15jt/bln wa 0812-3456-7890" --extract--> [rp 8-15jt/bln Money] [0812-3456-7890 Contact]
//! ```
//!
//! Everything reads the normalised view and answers in byte ranges of it, on
//! `char` boundaries, in reading order, never overlapping. Contacts win over all
//! they touch: the digits of a phone are neither pay nor age.
//!
//! Pure and deterministic; patterns are compiled once. The cost is linear in the text.

pub mod age;
pub mod contacts;
pub mod hours;
pub mod licence;
pub mod money;
pub mod organisation;
mod words;

use std::ops::Range;

use super::chars;

pub use self::{
    age::AgeRange,
    contacts::{ContactKind, mask},
    licence::LicenceKind,
    money::{Currency, Money, Period, Rates},
    organisation::OrganisationForm,
};

/// One typed thing, and where it stands in the normalised text.
#[derive(Clone, Debug, PartialEq)]
pub struct Entity {
    /// Bytes of the normalised text, on `char` boundaries, never empty.
    pub range: Range<usize>,
    /// What it is.
    pub kind: EntityKind,
}

/// What an [`Entity`] is.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum EntityKind {
    /// An amount: pay, a fee, a debt.
    Money(Money),
    /// A way to reach somebody.
    Contact(ContactKind),
    /// The age asked for, or told.
    Age(AgeRange),
    /// Working hours a day.
    Hours(f32),
    /// Days off a month.
    DaysOffPerMonth(f32),
    /// No day off at all.
    NoDayOff,
    /// A licence with its number.
    Licence(LicenceKind),
    /// A named employer or agency.
    Organisation(OrganisationForm),
}

/// Finds everything typed in `normalized`, in reading order, without overlaps.
pub fn extract(normalized: &str) -> Vec<Entity> {
    let mut entities = contacts::find(normalized);
    let pieces = pieces(normalized);
    // In order of trust: where two readings overlap, the earlier one stands.
    for found in [
        licence::find(normalized),
        money::find(normalized, &pieces),
        hours::find(normalized),
        age::find(normalized),
        organisation::find(normalized, &pieces),
    ] {
        add_free(&mut entities, found);
    }
    entities
}

/// Merges `found` into `kept`, but for what overlaps; both stay sorted.
fn add_free(kept: &mut Vec<Entity>, found: Vec<Entity>) {
    let mut added: Vec<Entity> = Vec::new();
    for entity in found {
        let next = kept.partition_point(|other| other.range.end <= entity.range.start);
        let free = kept.get(next).is_none_or(|other| other.range.start >= entity.range.end)
            && added.last().is_none_or(|last| last.range.end <= entity.range.start);
        if free && !entity.range.is_empty() {
            added.push(entity);
        }
    }
    kept.append(&mut added);
    kept.sort_by_key(|entity| entity.range.start);
}

/// A run of the text that the parsers of amounts and names read as one.
#[derive(Clone, Debug)]
struct Piece {
    range: Range<usize>,
    kind: PieceKind,
    /// No space stands before it.
    glued: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PieceKind {
    /// Digits, with the points and commas inside them.
    Number,
    /// Letters, an apostrophe between letters.
    Word,
    /// One other character but a space.
    Mark,
    /// The end of a line.
    Break,
}

/// Cuts `text` into pieces, in one pass.
fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::with_capacity(text.len() / 5);
    let mut chars = text.char_indices().peekable();
    let mut glued = false;
    while let Some((start, c)) = chars.next() {
        if c == '\n' {
            pieces.push(Piece { range: start..start + 1, kind: PieceKind::Break, glued });
            glued = false;
            continue;
        }
        if c.is_whitespace() {
            glued = false;
            continue;
        }
        let kind = if c.is_ascii_digit() {
            PieceKind::Number
        } else if chars::is_alphabetic(c) {
            PieceKind::Word
        } else {
            PieceKind::Mark
        };
        let mut end = start + c.len_utf8();
        while let Some(&(at, next)) = chars.peek() {
            let follows = |ok: fn(char) -> bool| {
                text.get(at + next.len_utf8()..)
                    .and_then(|rest| rest.chars().next())
                    .is_some_and(ok)
            };
            let inside = match kind {
                PieceKind::Number => {
                    next.is_ascii_digit()
                        || (matches!(next, '.' | ',') && follows(|c| c.is_ascii_digit()))
                }
                PieceKind::Word => {
                    chars::is_alphabetic(next) || (next == '\'' && follows(chars::is_alphabetic))
                }
                PieceKind::Mark | PieceKind::Break => false,
            };
            if !inside {
                break;
            }
            end = at + next.len_utf8();
            chars.next();
        }
        pieces.push(Piece { range: start..end, kind, glued });
        glued = true;
    }
    pieces
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(text: &str) -> Vec<(&str, &'static str)> {
        let name = |kind: &EntityKind| match kind {
            EntityKind::Money(_) => "money",
            EntityKind::Contact(_) => "contact",
            EntityKind::Age(_) => "age",
            EntityKind::Hours(_) => "hours",
            EntityKind::DaysOffPerMonth(_) => "days off",
            EntityKind::NoDayOff => "no day off",
            EntityKind::Licence(_) => "licence",
            EntityKind::Organisation(_) => "organisation",
        };
        extract(text).iter().map(|e| (text.get(e.range.clone()).unwrap(), name(&e.kind))).collect()
    }

    #[test]
    fn a_whole_post_is_taken_apart() {
        let text = "pt sinar jaya abadi membutuhkan admin\nusia 18-35 tahun, gaji rp 8-15jt/bln\n\
                    kerja 12 jam sehari tanpa libur\nwa 0812-3456-7890 atau sinar@gmail.com";
        let expected = [
            ("pt sinar jaya abadi", "organisation"),
            ("usia 18-35 tahun", "age"),
            ("rp 8-15jt/bln", "money"),
            ("12 jam sehari", "hours"),
            ("tanpa libur", "no day off"),
            ("0812-3456-7890", "contact"),
            ("sinar@gmail.com", "contact"),
        ];
        assert_eq!(shown(text), expected);
    }

    #[test]
    fn the_digits_of_a_phone_are_nothing_else() {
        for text in ["gaji wa 081234567890", "usia hub 0812 3456 7890", "rp 0812.3456.7890"] {
            assert_eq!(shown(text).len(), 1, "{text:?}");
            assert_eq!(shown(text)[0].1, "contact", "{text:?}");
        }
    }

    #[test]
    fn nothing_is_found_in_nothing() {
        assert_eq!(extract(""), []);
        assert_eq!(extract("\n \n"), []);
    }

    proptest! {
        #[test]
        fn entities_lie_on_boundaries_in_order_and_apart(
            parts in prop::collection::vec(
                prop_oneof![
                    ".{0,5}",
                    "[0-9]{1,13}",
                    "( |-|\\.|,|/|\n|\\+|@|:)",
                    "(rp|rm|usd|juta|rb|k|ribu|dua|gaji|per bulan|jam|usia|tahun|wa|pt|sdn bhd|libur|no|sip3mi|http://|nol|digit|s/d| a\\.com|€|¥) ?",
                ],
                0..24,
            ),
        ) {
            let text = parts.concat();
            let mut last = 0;
            for entity in extract(&text) {
                prop_assert!(text.get(entity.range.clone()).is_some_and(|part| !part.is_empty()));
                prop_assert!(entity.range.start >= last);
                last = entity.range.end;
                if let EntityKind::Contact(kind) = entity.kind {
                    mask(kind, text.get(entity.range).unwrap());
                }
            }
        }
    }
}
