//! Cuts the normalised view into words.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation as _;

use super::chars;

/// The words of a normalised text, in order, as byte ranges.
///
/// A word is a longest run of letters and digits, with their marks: `15jt` is one word, `don't` and
/// `antar-jemput` are two. Runs in scripts written without spaces (Thai, Lao, Khmer, Burmese,
/// Chinese, Japanese) are cut at Unicode word boundaries, which is into words where Unicode knows
/// them and into syllables or characters where it does not.
pub fn words(normalized: &str) -> impl Iterator<Item = Range<usize>> {
    runs(normalized).flat_map(move |run| {
        let text = normalized.get(run.clone()).unwrap_or_default();
        let is_unspaced = !text.is_ascii() && text.chars().any(is_unspaced);
        let whole = (!is_unspaced).then(|| run.clone());
        let parts = is_unspaced.then(|| {
            text.split_word_bound_indices()
                .map(move |(at, part)| run.start + at..run.start + at + part.len())
        });
        whole.into_iter().chain(parts.into_iter().flatten())
    })
}

/// How many words made of letters stand outside the `excluded` ranges and outside hashtags.
///
/// Such a word has two letters or more, or is `a`, `i` or `x`, and no digit; in scripts written
/// without spaces one letter is enough. `excluded` holds links, contacts and the like, in any order.
pub fn count_letter_words(normalized: &str, excluded: &[Range<usize>]) -> usize {
    let excluded = merged(excluded);
    let is_outside = |word: &Range<usize>| {
        let next = excluded.partition_point(|out| out.end <= word.start);
        excluded.get(next).is_none_or(|out| word.end <= out.start)
    };
    words(normalized)
        .filter(|word| is_outside(word) && !is_in_hashtag(normalized, word.start))
        .filter(|word| normalized.get(word.clone()).is_some_and(is_letter_word))
        .count()
}

/// The ranges in order, those that overlap or touch as one.
fn merged(ranges: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut sorted: Vec<_> =
        ranges.iter().filter(|range| range.start < range.end).cloned().collect();
    sorted.sort_by_key(|range| range.start);
    let mut merged: Vec<Range<usize>> = Vec::with_capacity(sorted.len());
    for range in sorted {
        match merged.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}

/// Longest runs of letters, digits and marks that hold a letter or digit.
fn runs(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = skip(text, at, |c| !chars::is_alphanumeric(c));
        let end = skip(text, start, is_word_char);
        at = end;
        (start < end).then_some(start..end)
    })
}

/// Where the characters of `text` from `at` on stop being `skipped`.
fn skip(text: &str, mut at: usize, skipped: impl Fn(char) -> bool) -> usize {
    while let Some(byte) = text.as_bytes().get(at) {
        let c = if byte.is_ascii() {
            char::from(*byte)
        } else {
            let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) else { break };
            c
        };
        if !skipped(c) {
            break;
        }
        at += c.len_utf8();
    }
    at
}

fn is_word_char(c: char) -> bool {
    chars::is_alphanumeric(c) || chars::is_mark(c)
}

/// Whether `c` is of a script that puts no spaces between words.
fn is_unspaced(c: char) -> bool {
    matches!(
        c,
        '\u{e00}'..='\u{eff}'
            | '\u{1000}'..='\u{109f}'
            | '\u{1780}'..='\u{17ff}'
            | '\u{2e80}'..='\u{2fdf}'
            | '\u{3005}'..='\u{30ff}'
            | '\u{3400}'..='\u{4dbf}'
            | '\u{4e00}'..='\u{9fff}'
            | '\u{a9e0}'..='\u{a9ff}'
            | '\u{aa60}'..='\u{aa7f}'
            | '\u{f900}'..='\u{faff}'
            | '\u{20000}'..='\u{323af}'
    )
}

fn is_letter_word(word: &str) -> bool {
    let mut letters = word.chars().filter(|c| chars::is_alphabetic(*c));
    let Some(first) = letters.next() else { return false };
    let has_digit = word.chars().any(chars::is_numeric);
    let is_long =
        letters.next().is_some() || matches!(first, 'a' | 'i' | 'x') || is_unspaced(first);
    !has_digit && is_long
}

/// Whether the run of characters without white space around `at` starts with `#`.
fn is_in_hashtag(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default();
    let tail = before.trim_end_matches(|c: char| is_word_char(c) || c == '_');
    tail.ends_with('#')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn texts(text: &str) -> Vec<&str> {
        words(text).filter_map(|word| text.get(word)).collect()
    }

    #[test]
    fn words_are_runs_of_letters_and_digits() {
        let cases: [(&str, &[&str]); 7] = [
            ("", &[]),
            ("gaji 15jt, mess+makan!", &["gaji", "15jt", "mess", "makan"]),
            ("don't antar-jemput", &["don", "t", "antar", "jemput"]),
            ("rp5.000.000", &["rp5", "000", "000"]),
            ("🙏kerja🙏", &["kerja"]),
            ("招聘 office", &["招", "聘", "office"]),
            ("работа в москве", &["работа", "в", "москве"]),
        ];
        for (text, expected) in cases {
            assert_eq!(texts(text), expected, "{text}");
        }
    }

    #[test]
    fn a_script_without_spaces_has_more_words_than_runs() {
        assert!(texts("รับสมัครงานด่วน").len() > 1);
        assert!(texts("အလုပ်ခေါ်စာ").len() > 1);
    }

    #[test]
    fn only_words_of_letters_count() {
        let cases = [
            ("", 0),
            ("kerja ke kamboja gaji besar", 5),
            ("wa 0812 3456 info 15jt", 2),
            ("#loker #kerja_batam ayo", 1),
            ("a b c i x", 3),
            ("招聘服务员", 5),
        ];
        for (text, count) in cases {
            assert_eq!(count_letter_words(text, &[]), count, "{text}");
        }
        assert_eq!(count_letter_words("hubungi t.me/kerja ya", &[8..18, 18..18]), 2);
        assert_eq!(count_letter_words("satu dua tiga empat", &[9..13, 5..8, 5..5]), 2);
    }

    proptest! {
        #[test]
        fn words_are_in_order_and_hold_every_letter(text in "\\PC{0,48}") {
            let mut last = 0;
            let mut outside = String::new();
            for word in words(&text) {
                prop_assert!(word.start >= last && word.start < word.end);
                prop_assert!(text.get(word.clone()).is_some());
                outside.push_str(text.get(last..word.start).expect("on char boundaries"));
                last = word.end;
            }
            outside.push_str(text.get(last..).expect("on char boundaries"));
            prop_assert!(!outside.chars().any(char::is_alphanumeric));
            prop_assert!(count_letter_words(&text, &[]) <= words(&text).count());
        }
    }
}
