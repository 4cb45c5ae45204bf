//! Leet and repeats: `g4ji` and `gajiiii` to words, but no amount and no address.

use super::{LONGEST_WORD, Normalizer, UNITS, Unit};
use crate::text::chars;

/// Endings of host names that recruiters' links have.
const DOMAINS: &[&str] = &[
    "app", "asia", "biz", "club", "co", "com", "ee", "gg", "gl", "go", "id", "info", "io", "kh",
    "link", "live", "ly", "me", "my", "net", "online", "org", "page", "ph", "sg", "shop", "site",
    "th", "top", "vip", "xyz",
];

/// The letters a character may be read as, most likely first.
pub(super) fn readings(c: char) -> impl Iterator<Item = u8> {
    let plain = u8::try_from(c).ok().filter(u8::is_ascii_lowercase);
    plain.into_iter().chain(leet_letters(c).unwrap_or_default().bytes())
}

pub(super) fn leet_letters(c: char) -> Option<&'static str> {
    Some(match c {
        '4' | '@' => "a",
        '3' => "e",
        '1' | '|' => "il",
        '!' => "i",
        '0' => "o",
        '5' | '$' => "s",
        '7' | '+' => "t",
        '9' => "g",
        '8' => "b",
        _ => return None,
    })
}

/// What speaks for a repair in a run of characters without white space.
#[expect(clippy::struct_excessive_bools, reason = "four observations, in any combination")]
#[derive(Clone, Copy, Debug, Default)]
struct Suspicion {
    letters: bool,
    /// Digits or signs that are read as letters.
    digits: bool,
    /// Signs that addresses have.
    address: bool,
    /// Three equal letters in a row.
    repeats: bool,
}

impl Suspicion {
    fn of(chunk: &[Unit]) -> Self {
        let mut suspicion = Self::default();
        let mut run = 0;
        let mut last = '\0';
        for unit in chunk {
            let c = unit.c;
            run = if c == last { run + 1 } else { 1 };
            last = c;
            suspicion.repeats |= run == 3 && c.is_ascii_lowercase();
            match c {
                'a'..='z' => suspicion.letters = true,
                '0'..='9' | '$' | '!' | '|' | '+' => suspicion.digits = true,
                '@' => {
                    suspicion.digits = true;
                    suspicion.address = true;
                }
                '.' | ':' => suspicion.address = true,
                _ => {}
            }
        }
        suspicion
    }
}

/// Currencies before an amount.
const CURRENCIES: &[&str] = &["rm", "rp", "usd", "sgd", "idr", "us", "s"];

impl Normalizer {
    /// Repairs each run of characters without white space; says whether it repaired any.
    pub(super) fn repair_words(&self, units: &mut [Unit]) -> bool {
        let mut repaired_any = false;
        for chunk in units.chunk_by_mut(|a, b| is_chunk_end(a) == is_chunk_end(b)) {
            let suspicion = Suspicion::of(chunk);
            if suspicion.address && is_address(&spelling(chunk)) {
                mark_literal(chunk);
            } else if suspicion.letters && (suspicion.digits || suspicion.repeats) {
                for run in chunk.chunk_by_mut(|a, b| is_leet_run(a) == is_leet_run(b)) {
                    repaired_any |= self.repair_run(run);
                }
            }
        }
        repaired_any
    }

    /// Repairs a run of letters, digits and the signs read as letters: whole, or in pieces.
    fn repair_run(&self, run: &mut [Unit]) -> bool {
        if run.first().is_some_and(|unit| unit.c == '@') && run.len() > 1 {
            let is_repaired = self.repair_word(run);
            if !is_repaired {
                mark_literal(run);
            }
            return is_repaired;
        }
        let is_body = |unit: &Unit| unit.c.is_ascii_alphanumeric() || matches!(unit.c, '@' | '$');
        let first = run.iter().position(is_body).unwrap_or(run.len());
        let last = run.iter().rposition(is_body).map_or(first, |last| last + 1);
        let Some(word) = run.get_mut(first..last).filter(|word| !word.is_empty()) else {
            return false;
        };
        let mut repaired_any = self.repair_word(word);
        if !repaired_any {
            let is_sign = |unit: &Unit| !unit.c.is_ascii_alphanumeric();
            for piece in word.chunk_by_mut(|a, b| is_sign(a) == is_sign(b)) {
                repaired_any |= self.repair_word(piece);
            }
        }
        for piece in word.chunk_by_mut(|a, b| a.c.is_ascii_lowercase() == b.c.is_ascii_lowercase())
        {
            repaired_any |= self.squeeze(piece);
        }
        repaired_any
    }

    fn repair_word(&self, word: &mut [Unit]) -> bool {
        if !(3..=LONGEST_WORD).contains(&word.len()) {
            return false;
        }
        let spelled = spelling(word);
        let Some(plain) = self.unleet(&spelled) else { return false };
        for (unit, c) in word.iter_mut().zip(plain.chars()) {
            if unit.c != c {
                unit.repair(c);
            }
        }
        true
    }

    /// The word meant by one with digits or signs for letters; never an amount, a code or a grade.
    fn unleet(&self, spelled: &str) -> Option<String> {
        let letters = spelled.bytes().filter(u8::is_ascii_lowercase).count();
        let signs = spelled.len() - letters;
        let is_readable = spelled.chars().all(|c| readings(c).next().is_some());
        let is_amount = is_amount(spelled);
        let may_be_amount = is_amount && !self.has_odd_head(spelled);
        if signs == 0 || !is_readable || may_be_amount || self.words.has(spelled) {
            return None;
        }
        let starts_plain = spelled.starts_with(|c: char| c.is_ascii_lowercase());
        let is_mostly_signs = letters < signs;
        if is_mostly_signs && (!starts_plain || letters < 2 || spelled.len() < 4) {
            return None;
        }
        let known = self.is_plausible(spelled).then(|| self.known_reading(spelled)).flatten();
        let likely = || reading(spelled, |letters| letters.bytes().next());
        known.or_else(|| (!is_mostly_signs && !is_amount && is_plainly_leet(spelled)).then(likely))
    }

    /// Whether the letters before the first digit are nothing that is counted or paid in: `fr0m`
    /// and `j4m` end like an amount.
    fn has_odd_head(&self, spelled: &str) -> bool {
        let head = spelled.split(|c: char| c.is_ascii_digit()).next().unwrap_or_default();
        match head.len() {
            0 => false,
            1 | 2 => !CURRENCIES.contains(&head),
            _ => !self.words.has(head),
        }
    }

    /// The known word that `spelled` can be read as.
    fn known_reading(&self, spelled: &str) -> Option<String> {
        let letters: Vec<Vec<u8>> = spelled.chars().map(|c| readings(c).collect()).collect();
        let exact = self.words.clearest(self.words.matches(&letters)).map(str::to_owned);
        let first = reading(spelled, |letters| letters.bytes().next());
        let last = reading(spelled, |letters| letters.bytes().next_back());
        let exact = exact.filter(|word| word.len() > 3 || self.words.is_common(word));
        exact.or_else(|| [first, last].into_iter().find(|word| self.knows_squeezed(word)))
    }

    /// Whether a known word may be read into `spelled`. A digit at an end is no letter when the
    /// word is short (`k3`, `s1`, but `tw0`) or is a word without it (`loker1`).
    fn is_plausible(&self, spelled: &str) -> bool {
        let bare = spelled.trim_matches(|c: char| c.is_ascii_digit());
        let is_short = spelled.len() < 4;
        let ends_in_vowel = spelled.ends_with(['0', '3', '4']) && bare.len() == 2;
        let is_number = self.words.is_common(bare) || self.words.is_code(bare);
        bare.len() == spelled.len() || ((!is_short || ends_in_vowel) && !is_number)
    }

    fn knows_squeezed(&self, word: &str) -> bool {
        let is_long = |word: &str| word.len() > 2 && self.knows(word);
        self.knows(word) || is_long(&squeezed(word, 1)) || is_long(&squeezed(word, 2))
    }

    /// Shortens runs of three and more equal letters to one, or to two where only that is a word.
    fn squeeze(&self, word: &mut [Unit]) -> bool {
        let has_run = word.windows(3).any(|three| three.iter().all(|unit| unit.c == three[0].c));
        if !has_run || !word[0].c.is_ascii_lowercase() || is_numeral(word) {
            return false;
        }
        let spelled = spelling(word);
        let is_double = word.len() <= 4 * LONGEST_WORD && {
            let (one, two) = (squeezed(&spelled, 1), squeezed(&spelled, 2));
            let is_short = one.len() < 3;
            let is_commoner =
                (is_short || self.words.is_common(&two)) && !self.words.is_common(&one);
            self.knows(&two) && (!self.knows(&one) || is_commoner)
        };
        for run in word.chunk_by_mut(|a, b| a.c == b.c).filter(|run| run.len() > 2) {
            let end = run.last().map_or(0, |unit| unit.source.end);
            let keep = if is_double { 2 } else { 1 };
            run[keep - 1].source.end = end;
            run[keep..].iter_mut().for_each(|unit| unit.is_dropped = true);
        }
        true
    }
}

/// `spelled` with one of the letters that each sign is read as.
fn reading(spelled: &str, pick: fn(&str) -> Option<u8>) -> String {
    let letter = |c| leet_letters(c).and_then(pick).map_or(c, char::from);
    spelled.chars().map(letter).collect()
}

fn mark_literal(units: &mut [Unit]) {
    for unit in units {
        unit.is_literal = true;
    }
}

fn is_chunk_end(unit: &Unit) -> bool {
    unit.is_space() || unit.is_dropped
}

fn is_leet_run(unit: &Unit) -> bool {
    unit.c.is_ascii_alphanumeric() || matches!(unit.c, '@' | '$' | '!' | '|' | '+')
}

pub(super) fn spelling(units: &[Unit]) -> String {
    units.iter().map(|unit| unit.c).collect()
}

/// `iii`, `xxx`, `www`: three of a kind that are a word, and Roman numerals.
fn is_numeral(word: &[Unit]) -> bool {
    let is_three = word.len() == 3;
    is_three || (word.len() <= 5 && word.iter().all(|unit| matches!(unit.c, 'i' | 'v' | 'x')))
}

/// `word` with each run of three and more equal letters cut down to `keep`.
fn squeezed(word: &str, keep: usize) -> String {
    let bytes = word.as_bytes();
    let runs = bytes.chunk_by(|a, b| a == b);
    runs.flat_map(|run| run.iter().take(if run.len() > 2 { keep } else { 2 }))
        .map(|byte| char::from(*byte))
        .collect()
}

/// A number with its unit or currency: `15jt`, `3hari`, `gaji5jt`, `rm4500`.
fn is_amount(spelled: &str) -> bool {
    let tail = spelled.trim_start_matches(|c: char| c.is_ascii_lowercase());
    let unit = tail.trim_start_matches(|c: char| c.is_ascii_digit() || c == '$' || c == '+');
    let is_counted = unit.len() < tail.len() && UNITS.binary_search(&unit).is_ok();
    let head = spelled.trim_end_matches(|c: char| c.is_ascii_digit());
    is_counted || (head.len() < spelled.len() && CURRENCIES.contains(&head))
}

/// Digits between letters: `g4ji` but not `covid19`, `4x4`, `ps5`. When two digits touch or one
/// ends the word, others must stand alone inside it: `s3r10us`, `b3r4n1`.
fn is_plainly_leet(spelled: &str) -> bool {
    let bytes = spelled.as_bytes();
    let mut runs = 0;
    let mut is_plain = true;
    let mut at = 0;
    for run in bytes.chunk_by(|a, b| a.is_ascii_digit() == b.is_ascii_digit()) {
        let end = at + run.len();
        if run.iter().all(u8::is_ascii_digit) {
            if at == 0 || run.len() > 2 {
                return false;
            }
            runs += 1;
            is_plain &= run.len() == 1 && end < bytes.len();
        } else if !run.iter().all(u8::is_ascii_lowercase) {
            return false;
        }
        at = end;
    }
    let ends_in_run = bytes.iter().rev().take_while(|byte| byte.is_ascii_digit()).count() > 1;
    bytes.len() >= 4 && runs > 0 && (is_plain || (runs > 1 && bytes.len() >= 6 && !ends_in_run))
}

/// A link or a mail address, whose letters must stay as they are.
fn is_address(chunk: &str) -> bool {
    if chunk.contains("://") || chunk.starts_with("www.") {
        return true;
    }
    let has_mail = chunk.split_once('@').is_some_and(|(name, host)| {
        name.ends_with(|c: char| c.is_ascii_alphanumeric())
            && host.split_once('.').is_some_and(|(_, end)| end.starts_with(chars::is_alphanumeric))
    });
    has_mail || has_host(chunk)
}

fn has_host(chunk: &str) -> bool {
    let mut before = "";
    chunk.split('.').enumerate().any(|(at, part)| {
        let end = part.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(part.len());
        let (label, rest) = part.split_at(end);
        let is_host = at > 0
            && before.ends_with(|c: char| c.is_ascii_alphanumeric())
            && DOMAINS.binary_search(&label).is_ok()
            && (rest.is_empty() || rest.starts_with(['/', '?', ':', ',', ')', '#']));
        before = part;
        is_host
    })
}
