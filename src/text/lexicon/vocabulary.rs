//! The whole words that patterns can match, so that spaced-out and disguised words can be put together again.

use regex_syntax::hir::{Class, Hir, HirKind, Repetition};

/// Shorter words turn up by chance.
const SHORTEST: usize = 3;
/// Beyond this many beginnings of one word the pattern is no list of words, and the word is given up.
const MOST_BEGINNINGS: usize = 4096;

/// What a word may look like so far, each once; the empty string is the edge of a word.
type Beginnings = Vec<String>;

/// Adds every word of letters, three or more, that stands whole in a match of `pattern`; some of them twice.
pub(super) fn collect(pattern: &Hir, into: &mut Vec<String>) {
    let edge = vec![String::new()];
    let mut reader = Reader { words: into };
    let last = reader.read(pattern, edge);
    reader.finish(&last);
}

struct Reader<'a> {
    words: &'a mut Vec<String>,
}

impl Reader<'_> {
    /// The beginnings after `hir`, given those before it.
    fn read(&mut self, hir: &Hir, before: Beginnings) -> Beginnings {
        if before.len() > MOST_BEGINNINGS {
            return Beginnings::new();
        }
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => before,
            HirKind::Literal(literal) => {
                literal.0.iter().fold(before, |before, byte| self.byte(*byte, before))
            }
            HirKind::Class(class) => self.class(class, &before),
            HirKind::Repetition(repetition) => self.repetition(repetition, before),
            HirKind::Capture(capture) => self.read(&capture.sub, before),
            HirKind::Concat(parts) => {
                parts.iter().fold(before, |before, part| self.read(part, before))
            }
            HirKind::Alternation(parts) => {
                each_once(parts.iter().flat_map(|part| self.read(part, before.clone())).collect())
            }
        }
    }

    fn byte(&mut self, byte: u8, mut before: Beginnings) -> Beginnings {
        if byte.is_ascii_alphabetic() {
            for word in &mut before {
                word.push(char::from(byte));
            }
            return before;
        }
        if is_word_byte(byte) {
            return Beginnings::new();
        }
        self.finish(&before);
        vec![String::new()]
    }

    /// A small class is a choice of letters; a large one ends what is known of the word.
    fn class(&mut self, class: &Class, before: &Beginnings) -> Beginnings {
        let Class::Bytes(bytes) = class else { return Beginnings::new() };
        let members: Vec<u8> =
            bytes.iter().flat_map(|range| range.start()..=range.end()).take(8).collect();
        if members.len() == 8 {
            return Beginnings::new();
        }
        each_once(members.into_iter().flat_map(|byte| self.byte(byte, before.clone())).collect())
    }

    /// Where a space may be left out, the words are taken apart.
    fn repetition(&mut self, repetition: &Repetition, before: Beginnings) -> Beginnings {
        let mut after = self.read(&repetition.sub, before.clone());
        let is_space = matches!(after.as_slice(), [only] if only.is_empty());
        if repetition.min == 0 && !is_space {
            after.extend(before);
            after = each_once(after);
        }
        after
    }

    fn finish(&mut self, ends: &Beginnings) {
        self.words.extend(ends.iter().filter(|word| word.len() >= SHORTEST).cloned());
    }
}

fn each_once(mut beginnings: Beginnings) -> Beginnings {
    beginnings.sort_unstable();
    beginnings.dedup();
    beginnings
}

fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(pattern: &str) -> Vec<String> {
        let mut words = Vec::new();
        collect(&super::super::walk::parse(pattern).unwrap(), &mut words);
        each_once(words)
    }

    #[test]
    fn only_whole_words_are_words() {
        let cases: [(&str, &[&str]); 7] = [
            ("loker", &["loker"]),
            ("low(?:o)?ker(?:an)?", &["lowker", "lowkeran", "lowoker", "lowokeran"]),
            ("(?:di ?|d)cari(?:kan)?", &["cari", "carikan", "dcari", "dcarikan"]),
            (r"ada \w+ kerja", &["ada", "kerja"]),
            (r"kerja\w*", &["kerja"]),
            ("no 00 jam", &["jam"]),
            ("lokr[aei]", &["lokra", "lokre", "lokri"]),
        ];
        for (pattern, expected) in cases {
            assert_eq!(words(pattern), expected, "{pattern}");
        }
    }
}
