//! Words cut or masked by a sign, `kam-boja`, `kam boja`, `k*mboja`: put together again.
//!
//! What is written with a sign for a reason stays: `laki-laki`, `part-time`, `dan/atau`.

use std::ops::Range;

use super::{LONGEST_WORD, Normalizer, Unit, VOWELS, spelling};
use crate::text::chars;

/// Pieces of a word that are joined at once.
const MOST_PIECES: usize = 5;
/// Letters that can be masked in one word: with more, too many words fit.
const MOST_MASKED: usize = 3;
/// Letters of the shortest word that is joined over a space.
const LEAST_OVER_SPACE: usize = 6;
/// Letters of the shortest word that is joined over a stop or a slash after a single letter.
const LEAST_BETWEEN: usize = 6;
/// What is written with a hyphen before a word, or after it, that would do without.
const PREFIXES: &[&str] = &["be", "di", "ke", "me", "pe", "se"];
const SUFFIXES: &[&str] = &["an", "kah", "kan", "ku", "lah", "mu", "ne", "nya", "pun"];
/// Letters of the shortest derived word that is joined over a hyphen.
const LEAST_DERIVED: usize = 7;

/// Neighbouring pieces of letters, by their places, and the sign between each two.
#[derive(Debug, Default)]
struct Pieces {
    places: Vec<Range<usize>>,
    texts: Vec<String>,
    /// What each of the texts is, once it is asked.
    known: Vec<Known>,
    signs: Vec<Sign>,
    ends_in_star: bool,
}

/// What is known of a piece. Each is asked about as part of many neighbourhoods.
#[derive(Clone, Copy, Debug)]
struct Known {
    is_word: bool,
    is_code: bool,
    is_common: bool,
}

/// What stands between two pieces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sign {
    /// A star, which hides a letter.
    Star,
    /// A hyphen or the like, which cuts and may hide a letter.
    Cut,
    /// A slash or the like, which stands between words of their own right.
    Between,
    Space,
}

impl Sign {
    fn of(c: char) -> Option<Self> {
        Some(match c {
            '*' | '#' | '%' | '?' | '^' | '•' | '×' => Self::Star,
            '-' | '_' | '~' | '=' => Self::Cut,
            '.' | '/' | '|' | '+' | ':' | '·' => Self::Between,
            ' ' => Self::Space,
            _ => return None,
        })
    }
}

impl Normalizer {
    /// Mends words with signs inside; says whether it mended any.
    pub(super) fn mend_parts(&self, units: &mut [Unit]) -> bool {
        let mut mended_any = false;
        let mut at = 0;
        while at < units.len() {
            let mut pieces = Pieces::from_units(units, at);
            at = pieces.places.last().map_or(at, |last| last.end) + 1;
            if pieces.texts.len() > 1 {
                pieces.known = pieces.texts.iter().map(|text| self.known(text)).collect();
                mended_any |= self.mend_pieces(units, &pieces);
            }
            mended_any |= self.mend_end(units, &pieces);
        }
        mended_any
    }

    /// Restores the last letter of a word that ends in a star, `th*`, when it is no word without.
    fn mend_end(&self, units: &mut [Unit], pieces: &Pieces) -> bool {
        let (Some(place), Some(text)) = (pieces.places.last(), pieces.texts.last()) else {
            return false;
        };
        let c = |at: usize| units.get(at).map(|unit| unit.c);
        let is_star = |c: Option<char>| c.is_some_and(|c| Sign::of(c) == Some(Sign::Star));
        let before = place.start.checked_sub(1).and_then(c);
        let is_open = c(place.end + 1).is_none_or(|c| matches!(c, ' ' | '\n' | ',' | '.' | ')'));
        if c(place.end) != Some('*') || is_star(before) || !is_open || self.words.is_word(text) {
            return false;
        }
        let words: Vec<String> =
            VOWELS.iter().map(|vowel| format!("{text}{}", char::from(*vowel))).collect();
        let common = words.iter().map(String::as_str).filter(|word| self.words.is_common(word));
        let last = self.words.clearest(common).and_then(|word| word.chars().next_back());
        if let (Some(last), Some(unit)) = (last, units.get_mut(place.end)) {
            unit.repair(last);
        }
        last.is_some()
    }

    fn known(&self, text: &str) -> Known {
        Known {
            is_word: self.words.is_word(text),
            is_code: self.words.is_code(text),
            is_common: self.words.is_common(text),
        }
    }

    fn mend_pieces(&self, units: &mut [Unit], pieces: &Pieces) -> bool {
        let mut mended_any = false;
        let mut first = 0;
        while first + 1 < pieces.texts.len() {
            let most = pieces.texts.len().min(first + MOST_PIECES);
            let mut ends = (first + 2..=most).rev();
            let found = ends.find_map(|end| self.whole(pieces, first..end).map(|word| (word, end)));
            let Some((word, end)) = found else {
                first += 1;
                continue;
            };
            let place = pieces.places[first].start..pieces.places[end - 1].end;
            write(&mut units[place], &word);
            mended_any = true;
            first = end;
        }
        mended_any
    }

    /// The word that some neighbouring pieces are: their letters, or these with a letter for each
    /// sign.
    fn whole(&self, pieces: &Pieces, range: Range<usize>) -> Option<Whole> {
        let texts = pieces.texts.get(range.clone())?;
        let known = pieces.known.get(range.clone())?;
        let signs = pieces.signs.get(range.start..range.end - 1)?;
        let before = range.start.checked_sub(1).and_then(|at| pieces.signs.get(at));
        let letters = texts.iter().map(String::len).sum::<usize>();
        if before == Some(&Sign::Star)
            || (pieces.ends_in_star && letters < 3)
            || pieces.signs.get(range.end - 1) == Some(&Sign::Star)
        {
            return None;
        }
        let length = texts.iter().map(String::len).sum::<usize>() + signs.len();
        let least = if signs.contains(&Sign::Star) { 3 } else { 4 };
        if !(least..=LONGEST_WORD).contains(&length) || self.is_meant(texts, known, signs) {
            return None;
        }
        let joined =
            || Some(Whole::Joined).filter(|_| self.can_join(&texts.concat(), texts, signs));
        let filled = || self.filled(texts, signs).map(Whole::Filled);
        if signs.contains(&Sign::Star) {
            filled().or_else(joined)
        } else {
            joined().or_else(filled)
        }
    }

    /// Whether the pieces are words of their own, or a word and the letter that goes with it.
    fn is_meant(&self, texts: &[String], known: &[Known], signs: &[Sign]) -> bool {
        let is_own = |(text, known): (&String, &Known)| match text.len() {
            0 | 1 => false,
            2 => known.is_common && !PREFIXES.contains(&text.as_str()),
            _ => known.is_word,
        };
        let pieces = || texts.iter().zip(known);
        let is_suffix = |text: &String| SUFFIXES.contains(&text.as_str());
        let is_loose = signs.iter().any(|sign| matches!(sign, Sign::Between));
        let is_letter = texts.iter().any(|text| text.len() == 1);
        let length: usize = texts.iter().map(String::len).sum();
        let is_stem = || texts[0].len() == 2 || is_own((&texts[0], &known[0])) || known[0].is_code;
        let has_clitic = texts.len() == 2 && is_stem() && is_suffix(&texts[1]);
        let is_compound = pieces().all(is_own) || has_clitic || known.iter().any(|k| k.is_code);
        texts.windows(2).all(|pair| pair[0] == pair[1])
            || (is_compound && !signs.contains(&Sign::Star) && !self.is_cut_up(texts, signs))
            || (is_letter && pieces().any(is_own) && !signs.contains(&Sign::Star))
            || (is_loose && is_letter && length < LEAST_BETWEEN)
            || (signs.contains(&Sign::Space)
                && pieces().any(|(text, known)| known.is_word || text.len() == 1))
    }

    /// Whether `texts` make a word more common than they are: `sam-pai`, not `kerja-sama`.
    fn is_cut_up(&self, texts: &[String], signs: &[Sign]) -> bool {
        signs.iter().all(|sign| *sign == Sign::Cut)
            && self.words.is_commoner(&texts.concat(), texts)
    }

    fn can_join(&self, joined: &str, texts: &[String], signs: &[Sign]) -> bool {
        if signs.contains(&Sign::Space) {
            return joined.len() >= LEAST_OVER_SPACE && self.words.is_common(joined);
        }
        let is_cut = signs.iter().all(|sign| matches!(sign, Sign::Cut | Sign::Star));
        let has_stump = texts.iter().any(|text| !self.words.is_word(text));
        self.knows(joined)
            || (is_cut && has_stump && joined.len() >= LEAST_DERIVED && self.words.is_word(joined))
    }

    /// The known word with a letter in place of each sign; a vowel before any other letter.
    fn filled(&self, texts: &[String], signs: &[Sign]) -> Option<String> {
        let is_masked = signs.iter().all(|sign| matches!(sign, Sign::Star));
        if signs.len() > MOST_MASKED || signs.contains(&Sign::Space) {
            return None;
        }
        let with = |fill: &[u8]| {
            let mut letters: Vec<Vec<u8>> = Vec::new();
            for (at, text) in texts.iter().enumerate() {
                letters.extend((at > 0).then(|| fill.to_vec()));
                letters.extend(text.bytes().map(|letter| vec![letter]));
            }
            let mut fits = self.words.matches(&letters);
            fits.retain(|word| self.words.is_target(word));
            // A star hides a letter for certain; another sign may be a slip.
            let number = fits.len();
            let word =
                if is_masked { self.words.likeliest(fits) } else { self.words.clearest(fits) };
            (number, word.map(str::to_owned))
        };
        match with(VOWELS) {
            (0, _) if is_masked => with(b"abcdefghijklmnopqrstuvwxyz").1,
            (0, _) => None,
            (_, vowel) => vowel,
        }
        .or_else(|| self.filled_derived(texts).filter(|_| is_masked))
        .filter(|word| word.len() > 3 || self.words.is_common(word))
    }

    /// The one derived word with a vowel in place of the only sign.
    fn filled_derived(&self, texts: &[String]) -> Option<String> {
        let [before, after] = texts else { return None };
        let word = |vowel: &u8| format!("{before}{}{after}", char::from(*vowel));
        let mut words = VOWELS.iter().map(word).filter(|word| self.words.is_word(word));
        words.next().filter(|_| words.next().is_none())
    }
}

/// What pieces are together.
#[derive(Debug)]
enum Whole {
    Joined,
    /// This word: a letter in place of each sign.
    Filled(String),
}

/// Writes a whole word over its pieces and the signs between them.
fn write(place: &mut [Unit], word: &Whole) {
    match word {
        Whole::Joined => {
            let signs = place.iter_mut().filter(|unit| !unit.c.is_ascii_lowercase());
            signs.for_each(|unit| unit.is_dropped = true);
            place[0].is_repaired = true;
        }
        Whole::Filled(word) => {
            for (unit, c) in place.iter_mut().zip(word.chars()).filter(|(unit, c)| unit.c != *c) {
                unit.repair(c);
            }
        }
    }
}

impl Pieces {
    /// The pieces from the first unit at or after `at` on, as far as single signs lead.
    fn from_units(units: &[Unit], at: usize) -> Self {
        let mut pieces = Self::default();
        let mut at = at;
        while let Some(place) = piece_at(units, at) {
            pieces.texts.push(spelling(&units[place.clone()]));
            let end = place.end;
            pieces.places.push(place);
            let sign = units.get(end).filter(|unit| !unit.is_dropped && !unit.is_literal);
            let Some(sign) = sign.and_then(|unit| Sign::of(unit.c)) else { break };
            if piece_at(units, end + 1).is_none() {
                pieces.ends_in_star = sign == Sign::Star;
                break;
            }
            pieces.signs.push(sign);
            at = end + 1;
        }
        pieces
    }
}

/// The letters from `at` on, when they begin there, end at no digit and are no link or handle.
fn piece_at(units: &[Unit], at: usize) -> Option<Range<usize>> {
    let is_letter =
        |unit: &Unit| unit.c.is_ascii_lowercase() && !unit.is_dropped && !unit.is_literal;
    let length = units.get(at..)?.iter().take_while(|unit| is_letter(unit)).count();
    let before = at.checked_sub(1).and_then(|before| units.get(before));
    let is_joined = |unit: Option<&Unit>| {
        unit.is_some_and(|unit| {
            unit.is_literal
                || unit.is_dropped
                || chars::is_alphanumeric(unit.c)
                || matches!(unit.c, '@' | '\'')
        })
    };
    let is_piece = length > 0 && !is_joined(before) && !is_joined(units.get(at + length));
    is_piece.then_some(at..at + length)
}
