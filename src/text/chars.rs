//! What a character is, from one table: the questions of `char` that every step asks of every character.
//!
//! The standard library searches a compressed table for each character outside of ASCII, which made up a
//! tenth of the time of a scan. Here the two planes that texts are written in are laid out flat.

use std::sync::LazyLock;

use unicode_normalization::char::is_combining_mark;

/// Characters in the table: the basic plane, and the one with emoji and styled letters.
const TABLED: u32 = 0x2_0000;

const ALPHABETIC: u8 = 1;
const NUMERIC: u8 = 2;
const MARK: u8 = 4;

/// A byte a character; built in about a millisecond, when it is first asked.
static CLASSES: LazyLock<Vec<u8>> = LazyLock::new(|| {
    (0..TABLED).map(|number| char::from_u32(number).map_or(0, class_of)).collect()
});

fn class_of(c: char) -> u8 {
    let class = |holds: bool, class: u8| if holds { class } else { 0 };
    class(c.is_alphabetic(), ALPHABETIC)
        | class(c.is_numeric(), NUMERIC)
        | class(is_combining_mark(c), MARK)
}

fn class(c: char) -> u8 {
    match CLASSES.get(c as usize) {
        Some(class) => *class,
        None => class_of(c),
    }
}

/// The same as [`char::is_alphanumeric`].
pub(super) fn is_alphanumeric(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_alphanumeric() } else { class(c) & (ALPHABETIC | NUMERIC) != 0 }
}

/// The same as [`char::is_alphabetic`].
pub(super) fn is_alphabetic(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_alphabetic() } else { class(c) & ALPHABETIC != 0 }
}

/// The same as [`char::is_numeric`].
pub(super) fn is_numeric(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_digit() } else { class(c) & NUMERIC != 0 }
}

/// Whether `c` is a mark that goes with the character before it.
pub(super) fn is_mark(c: char) -> bool {
    !c.is_ascii() && class(c) & MARK != 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_says_what_the_standard_library_says() {
        for c in '\0'..=char::MAX {
            assert_eq!(is_alphanumeric(c), c.is_alphanumeric(), "{c:?}");
            assert_eq!(is_alphabetic(c), c.is_alphabetic(), "{c:?}");
            assert_eq!(is_numeric(c), c.is_numeric(), "{c:?}");
            assert_eq!(is_mark(c), is_combining_mark(c), "{c:?}");
        }
    }
}
