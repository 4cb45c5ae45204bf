//! Cuts the normalised view into clauses, the unit that most indicators live in.
//!
//! ```text
//! "dicari admin, gaji 1.5 jt. tiket ditanggung tapi paspor dipegang"
//!  [dicari admin, gaji 1.5 jt] [tiket ditanggung tapi paspor dipegang]
//! ```

use std::ops::Range;

use super::tokenize::words;

/// Shortest clause that stands alone, in words; shorter ones join the next.
const FEWEST_WORDS: usize = 3;
/// Longest clause without punctuation, in words.
const MOST_WORDS: usize = 28;
/// A cut at a conjunction leaves at least this many words before it.
const WORDS_BEFORE_CUT: usize = 8;
/// Words that turn the sentence: what they begin is another clause.
const CONTRASTS: &[&str] =
    &["but", "cuma", "however", "namun", "padahal", "sedangkan", "tapi", "tetapi"];
/// Words at which a long clause may be cut.
const CONJUNCTIONS: &[&str] =
    &["and", "dan", "if", "kalau", "klo", "lalu", "lepas", "nanti", "so", "terus", "then", "trus"];
/// Words that a full stop shortens without ending a sentence.
const ABBREVIATIONS: &[&str] = &[
    "a", "a.n", "al", "an", "bhd", "blk", "cv", "d", "dll", "dr", "e", "e.g", "ext", "gg", "hj",
    "hp", "i", "i.e", "inc", "jl", "jln", "kab", "kec", "kel", "kep", "ltd", "max", "min", "mr",
    "mrs", "ms", "no", "nr", "p", "ph", "prov", "psr", "pt", "pte", "rp", "rt", "rw", "s", "sdn",
    "st", "tel", "telp", "tgl", "tn", "u", "u.p", "ud", "up", "vs", "wa", "yth",
];

/// The clauses of a normalised text, in reading order, as byte ranges.
///
/// A clause ends at a line end, at `. ! ? ; | · •`, at bullets and emoji, at ` / ` and ` - `, at a
/// comma, and before a contrast word (`tapi`, `but`). Amounts and abbreviations stay whole:
/// `rp 5.000.000`, `pt. karya`. A clause of fewer than three words joins the next one, or at
/// the end the one before; one of more than 28 words is cut at a conjunction where there is one.
/// Ranges are free of white space at the ends and never overlap, and every word is in one of them.
/// A text without words has no clauses.
pub fn clauses(normalized: &str) -> Vec<Range<usize>> {
    let words: Vec<Range<usize>> = words(normalized).collect();
    let starts = clause_starts(normalized, &words);
    let mut counts: Vec<Range<usize>> = Vec::new();
    for (at, start) in starts.iter().enumerate() {
        let end = starts.get(at + 1).copied().unwrap_or(words.len());
        counts.push(*start..end);
    }
    let counts = cut_long(normalized, &words, join_short(counts));
    let mut clauses: Vec<Range<usize>> = Vec::with_capacity(counts.len());
    for count in counts {
        let from = clauses.last().map_or(0, |last| last.end);
        let before = words.get(count.start).map_or(from, |word| word.start);
        let last = words.get(count.end - 1).map_or(before, |word| word.end);
        let start = start_with_signs(normalized, from, before);
        clauses.push(start..end_with_signs(normalized, last));
    }
    clauses
}

/// The indices of the words that begin a clause; empty without words.
fn clause_starts(text: &str, words: &[Range<usize>]) -> Vec<usize> {
    let mut starts = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let Some(previous) = at.checked_sub(1).and_then(|at| words.get(at)) else {
            starts.push(at);
            continue;
        };
        let between = text.get(previous.end..word.start).unwrap_or_default();
        let is_contrast = || CONTRASTS.binary_search(&text_of(text, word)).is_ok();
        if is_boundary(text, previous, between, word) || is_contrast() {
            starts.push(at);
        }
    }
    starts
}

fn text_of<'a>(text: &'a str, word: &Range<usize>) -> &'a str {
    text.get(word.clone()).unwrap_or_default()
}

/// Whether the characters between two words part two clauses.
fn is_boundary(text: &str, previous: &Range<usize>, between: &str, next: &Range<usize>) -> bool {
    if between.contains('\n') || between.chars().any(is_separator) {
        return true;
    }
    let has_space = between.chars().any(char::is_whitespace);
    if between.contains(['!', '?', ';']) {
        return has_space || !between.starts_with('?');
    }
    let starts_digit = text_of(text, next).starts_with(|c: char| c.is_ascii_digit());
    let ends_digit = text_of(text, previous).ends_with(|c: char| c.is_ascii_digit());
    if between.starts_with(',') || between.contains(", ") {
        return has_space || !(starts_digit && ends_digit);
    }
    if between.contains('.') {
        return has_space && !is_abbreviation(text, previous, between);
    }
    matches!(between, " / " | " - " | " -- ")
}

/// A full stop after a short form (`pt. `, `sdn. bhd. `), or after the number of a list (`1. `).
fn is_abbreviation(text: &str, previous: &Range<usize>, between: &str) -> bool {
    if !between.starts_with('.') || between.matches('.').count() > 1 {
        return false;
    }
    let word = text_of(text, previous);
    let before = text.get(..previous.start).unwrap_or_default();
    let is_list_number = word.len() <= 2
        && word.bytes().all(|byte| byte.is_ascii_digit())
        && (before.is_empty() || before.ends_with('\n'));
    // "e.g." and "u.p." end in a letter that a full stop precedes.
    let is_dotted = word.chars().count() == 1 && before.ends_with('.');
    is_list_number || is_dotted || ABBREVIATIONS.binary_search(&word).is_ok()
}

/// Bullets, ticks, arrows and emoji: whatever is neither word, nor white space, nor a sign that
/// stands inside sentences.
fn is_separator(c: char) -> bool {
    matches!(
        c,
        '|' | '·'
            | '•'
            | '\u{2023}'
            | '\u{2043}'
            | '\u{2190}'..='\u{23ff}'
            | '\u{25a0}'..='\u{27bf}'
            | '\u{2900}'..='\u{297f}'
            | '\u{2b00}'..='\u{2bff}'
            | '\u{1f000}'..='\u{1faff}'
    ) || matches!(c, '。' | '，' | '、' | '・' | '।' | '။' | '၊' | '។' | '؟' | '؛')
}

/// Joins clauses of too few words with the next, the last with the one before.
fn join_short(clauses: Vec<Range<usize>>) -> Vec<Range<usize>> {
    let mut joined: Vec<Range<usize>> = Vec::with_capacity(clauses.len());
    for clause in clauses {
        match joined.last_mut().filter(|last| last.len() < FEWEST_WORDS) {
            Some(last) => last.end = clause.end,
            None => joined.push(clause),
        }
    }
    if joined.len() > 1
        && let Some(last) = joined.pop_if(|last| last.len() < FEWEST_WORDS)
        && let Some(before) = joined.last_mut()
    {
        before.end = last.end;
    }
    joined
}

/// Cuts clauses of too many words.
fn cut_long(text: &str, words: &[Range<usize>], clauses: Vec<Range<usize>>) -> Vec<Range<usize>> {
    let mut cut = Vec::with_capacity(clauses.len());
    for mut clause in clauses {
        while clause.len() > MOST_WORDS {
            let earliest = clause.start + WORDS_BEFORE_CUT;
            let latest = clause.start + MOST_WORDS;
            let may_cut =
                |at: &usize| words.get(*at).is_some_and(|word| is_conjunction(text, word));
            let leaves_enough = |at: &usize| clause.end - at >= FEWEST_WORDS;
            let at = (earliest..=latest).rev().filter(leaves_enough).find(may_cut);
            let at = at.unwrap_or(latest.min(clause.end - FEWEST_WORDS));
            cut.push(clause.start..at);
            clause.start = at;
        }
        cut.push(clause);
    }
    cut
}

/// `lepas` is one with `tu` after it: "and then".
fn is_conjunction(text: &str, word: &Range<usize>) -> bool {
    let is_then = || text.get(word.end..).is_some_and(|rest| rest.starts_with(" tu "));
    CONJUNCTIONS
        .binary_search(&text_of(text, word))
        .is_ok_and(|_| text_of(text, word) != "lepas" || is_then())
}

/// The start of a clause with the signs that cling to its first word: `(`, `"`, `#`, `+`, `$`.
fn start_with_signs(text: &str, from: usize, word: usize) -> usize {
    let before = text.get(from..word).unwrap_or_default();
    let signs = |c: char| matches!(c, '(' | '[' | '"' | '\'' | '#' | '@' | '+' | '$' | '€' | '£');
    from + before.trim_end_matches(signs).len()
}

/// The end of a clause with the signs that cling to its last word: `)`, `"`, `%`, `+`.
fn end_with_signs(text: &str, word: usize) -> usize {
    let after = text.get(word..).unwrap_or_default();
    let signs = |c: char| matches!(c, ')' | ']' | '"' | '\'' | '%' | '+' | '$' | '€' | '£');
    word + (after.len() - after.trim_start_matches(signs).len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn texts(text: &str) -> Vec<&str> {
        clauses(text).into_iter().filter_map(|clause| text.get(clause)).collect()
    }

    #[test]
    fn a_text_is_cut_where_a_reader_pauses() {
        let cases: [(&str, &[&str]); 12] = [
            ("", &[]),
            ("!!! 🙏", &[]),
            ("gaji", &["gaji"]),
            (
                "kerja di kamboja gaji besar\ntiket pesawat kami tanggung",
                &["kerja di kamboja gaji besar", "tiket pesawat kami tanggung"],
            ),
            (
                "gaji besar sekali! makan tiga kali; mess di dalam",
                &["gaji besar sekali", "makan tiga kali", "mess di dalam"],
            ),
            (
                "✅ gaji utuh tanpa potongan ✅ makan dan mess ➤ lembur dihitung penuh",
                &["gaji utuh tanpa potongan", "makan dan mess", "lembur dihitung penuh"],
            ),
            (
                "tanpa biaya sama sekali, tidak ada potongan gaji",
                &["tanpa biaya sama sekali", "tidak ada potongan gaji"],
            ),
            (
                "tiket kami tanggung dulu tapi paspor kami pegang",
                &["tiket kami tanggung dulu", "tapi paspor kami pegang"],
            ),
            ("admin, gaji 1.5jt per bulan", &["admin, gaji 1.5jt per bulan"]),
            ("gaji per bulan 8jt, admin", &["gaji per bulan 8jt, admin"]),
            (
                "- umur 18 sampai 30\n- bisa mengetik cepat",
                &["umur 18 sampai 30", "bisa mengetik cepat"],
            ),
            (
                "(gaji pokok 5 juta) \"tanpa ijazah juga bisa\"",
                &["(gaji pokok 5 juta) \"tanpa ijazah juga bisa\""],
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(texts(text), expected, "{text}");
        }
    }

    #[test]
    fn amounts_and_abbreviations_are_not_cut() {
        for text in [
            "gaji rp 5.000.000 per bulan",
            "gaji rp. 5.000.000,00 per bulan",
            "lowongan di pt. karya maju jl. merdeka no. 12",
            "kilang abc sdn. bhd. di johor",
            "kerja ringan e.g. jaga toko",
            "buka t.me/kerja dan s.id/loker",
            "1. umur 18 sampai 30",
        ] {
            assert_eq!(clauses(text).len(), 1, "{text}: {:?}", texts(text));
        }
        assert_eq!(clauses("gaji pokok 5.000.000. tiket kami yang bayar").len(), 2);
    }

    #[test]
    fn a_clause_without_end_is_cut_at_a_conjunction() {
        let text = format!("{}dan {}", "kata ".repeat(20), "lain ".repeat(20));
        let parts = texts(text.trim());
        assert_eq!(parts.len(), 2);
        assert!(parts[1].starts_with("dan lain"));
        let text = "kata ".repeat(60);
        assert!(clauses(text.trim()).iter().all(|clause| clause.len() <= 28 * 5));
    }

    #[test]
    fn the_word_lists_are_sorted() {
        for list in [CONTRASTS, CONJUNCTIONS, ABBREVIATIONS] {
            assert!(list.is_sorted(), "{list:?}");
        }
    }

    proptest! {
        #[test]
        fn every_word_is_in_one_clause(text in "([a-z0-9]{1,5}|[ .,!?;|/\n-]|✅|• |tapi|กา|招){0,90}") {
            let clauses = clauses(&text);
            let mut last = 0;
            for clause in &clauses {
                prop_assert!(last <= clause.start && clause.start < clause.end);
                let shown = text.get(clause.clone()).expect("on char boundaries");
                prop_assert_eq!(shown.trim(), shown);
                last = clause.end;
            }
            for word in words(&text) {
                let is_inside = |clause: &&Range<usize>| clause.start <= word.start && word.end <= clause.end;
                prop_assert_eq!(clauses.iter().filter(is_inside).count(), 1);
            }
        }

        #[test]
        fn any_text_has_clauses_of_fair_length(text in "\\PC{0,200}") {
            for clause in clauses(&text) {
                let shown = text.get(clause).expect("on char boundaries");
                prop_assert!((1..=MOST_WORDS + FEWEST_WORDS).contains(&words(shown).count()));
            }
        }
    }
}
