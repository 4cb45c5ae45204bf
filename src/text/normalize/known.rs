//! The words that a normaliser knows, how common they are, and which of them a damaged spelling can be.

use std::{collections::BTreeSet, iter};

use super::LONGEST_WORD;
use crate::text::FastMap;

/// A word must come before another by this part of its place in the list to win against it.
const CLEAR_LEAD: u32 = 2;
/// Places that count as one: at the head of the list the order says little.
const EVEN_PLACES: u32 = 20;
/// Consonants that a word without its vowels must have: with two, every second word fits.
const LEAST_CONSONANTS: usize = 3;
/// Consonants with which the word may be any that is known; with fewer it must be a common one, for
/// there are more abbreviations than we can list.
const LEAST_CERTAIN: usize = 5;
/// Places of the words that three consonants can stand for.
const VERY_COMMON: u32 = 400;
/// What a word costs that is not among the common ones, of which the last cost a little less.
const RARE_COST: u32 = 24;
/// Letters of the shortest stem that makes a word with its prefixes and suffixes.
const SHORTEST_STEM: usize = 4;

/// Beginnings of derived words of Indonesian, Malay and English, and what the stem lost to them.
const PREFIXES: &[(&str, &str)] = &[
    ("", ""),
    ("be", ""),
    ("ber", ""),
    ("di", ""),
    ("diper", ""),
    ("ke", ""),
    ("keber", ""),
    ("ku", ""),
    ("me", ""),
    ("mem", ""),
    ("mem", "p"),
    ("member", ""),
    ("memper", ""),
    ("men", ""),
    ("men", "t"),
    ("meng", ""),
    ("meng", "k"),
    ("meny", "s"),
    ("ng", ""),
    ("ng", "k"),
    ("ny", "s"),
    ("non", ""),
    ("pe", ""),
    ("pem", ""),
    ("pem", "p"),
    ("pen", ""),
    ("pen", "t"),
    ("peng", ""),
    ("peng", "k"),
    ("peny", "s"),
    ("per", ""),
    ("re", ""),
    ("se", ""),
    ("ter", ""),
    ("un", ""),
];

/// Endings of derived words.
const SUFFIXES: &[&str] = &[
    "", "an", "annya", "ed", "er", "ers", "es", "i", "in", "ing", "kah", "kan", "kannya", "ku",
    "lah", "ly", "mu", "nya", "pun", "s",
];

/// What is known of a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    /// Its place among the common words, the most common first.
    Common(u32),
    Rare,
    /// An abbreviation or a code: left alone, and nothing is restored to it.
    Code,
}

/// Words, sorted for walking letter by letter and hashed for asking one by one.
#[derive(Clone, Debug, Default)]
pub(super) struct KnownWords {
    /// Sorted, so that a prefix is a range.
    sorted: Vec<String>,
    standings: FastMap<String, Standing>,
    /// Places in `sorted`, by the word without its inner vowels.
    skeletons: FastMap<String, Vec<usize>>,
}

impl KnownWords {
    /// Knows `words`, of which `common` are in order of how common they are, and `codes`.
    pub(super) fn new(
        words: impl IntoIterator<Item = String>,
        common: &[String],
        codes: &[String],
    ) -> Self {
        let mut standings: FastMap<String, Standing> = FastMap::default();
        for (place, word) in (0..).zip(common) {
            standings.entry(word.clone()).or_insert(Standing::Common(place));
        }
        for word in words {
            standings.entry(word).or_insert(Standing::Rare);
        }
        standings.extend(codes.iter().map(|code| (code.clone(), Standing::Code)));
        standings.remove("");
        let sorted: BTreeSet<&String> = standings.keys().collect();
        let sorted: Vec<String> = sorted.into_iter().cloned().collect();
        let mut skeletons: FastMap<String, Vec<usize>> = FastMap::default();
        for (place, word) in sorted.iter().enumerate() {
            let is_code = standings.get(word) == Some(&Standing::Code);
            let skeleton = skeleton(word).filter(|skeleton| skeleton.len() < word.len());
            if let Some(skeleton) = skeleton.filter(|_| !is_code) {
                skeletons.entry(skeleton).or_default().push(place);
            }
        }
        Self { sorted, standings, skeletons }
    }

    /// Whether `word` is one of the words or codes.
    pub(super) fn has(&self, word: &str) -> bool {
        self.standings.contains_key(word)
    }

    /// Whether `word` may be guessed: it is known and no code.
    pub(super) fn is_target(&self, word: &str) -> bool {
        self.standings.get(word).is_some_and(|standing| *standing != Standing::Code)
    }

    /// Whether `word` is an abbreviation or a code.
    pub(super) fn is_code(&self, word: &str) -> bool {
        self.standings.get(word) == Some(&Standing::Code)
    }

    /// Whether `word` is among the common ones.
    pub(super) fn is_common(&self, word: &str) -> bool {
        self.place(word).is_some()
    }

    /// The place of `word` among the common ones.
    fn place(&self, word: &str) -> Option<u32> {
        match self.standings.get(word) {
            Some(Standing::Common(place)) => Some(*place),
            _ => None,
        }
    }

    /// Whether `word` is known, or is a known stem with the prefixes and suffixes of our languages.
    pub(super) fn is_word(&self, word: &str) -> bool {
        self.has(word) || self.is_derived(word)
    }

    fn is_derived(&self, word: &str) -> bool {
        let is_known = |stem: &str, lost: &str| {
            stem.len() + lost.len() >= SHORTEST_STEM
                && match (lost.as_bytes(), stem.len()) {
                    ([], _) => self.is_target(stem),
                    ([lost], 0..=LONGEST_WORD) => {
                        // Lost beginnings are one letter long: no need of a new string.
                        let mut whole = [*lost; LONGEST_WORD + 1];
                        let whole = &mut whole[..=stem.len()];
                        whole[1..].copy_from_slice(stem.as_bytes());
                        std::str::from_utf8(whole).is_ok_and(|whole| self.is_target(whole))
                    }
                    _ => self.is_target(&format!("{lost}{stem}")),
                }
        };
        (SHORTEST_STEM + 1..=LONGEST_WORD).contains(&word.len())
            && PREFIXES.iter().any(|(prefix, lost)| {
                word.strip_prefix(prefix).is_some_and(|rest| {
                    let stems = SUFFIXES.iter().filter_map(|suffix| rest.strip_suffix(suffix));
                    stems.into_iter().any(|stem| stem.len() < word.len() && is_known(stem, lost))
                })
            })
    }

    /// How much speaks against `word` when letters can be cut into words in several ways: about
    /// the logarithm of how rare it is, so that fewer words win and then the more common ones.
    pub(super) fn cost(&self, word: &str) -> u32 {
        self.place(word).map_or(RARE_COST, |place| RARE_COST / 2 + (place + 2).ilog2())
    }

    /// Whether `whole` is more common than one of its `parts`.
    pub(super) fn is_commoner(&self, whole: &str, parts: &[String]) -> bool {
        let latest = parts.iter().map(|part| self.place(part).unwrap_or(u32::MAX)).max();
        self.place(whole).is_some_and(|place| latest.is_some_and(|latest| place < latest))
    }

    /// The one word that fits, or the most common of several.
    pub(super) fn likeliest<'a>(&self, fits: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
        let fits: Vec<&str> = fits.into_iter().collect();
        let common = fits.iter().filter_map(|word| Some((self.place(word)?, *word)));
        common.min().map(|(_, word)| word).or_else(|| self.clearest(fits))
    }

    /// The one word that fits, or the one of several that is clearly the most common.
    pub(super) fn clearest<'a>(&self, fits: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
        let place = |word: &str| self.place(word).map_or(u32::MAX, |place| place + EVEN_PLACES);
        let mut fits: Vec<(u32, &str)> = fits.into_iter().map(|word| (place(word), word)).collect();
        fits.sort_unstable();
        fits.dedup();
        let (first, word) = *fits.first()?;
        let is_clear = |(next, _): &(u32, &str)| first.saturating_add(first / CLEAR_LEAD) <= *next;
        let has_lead = fits.get(1).is_none_or(|next| first < u32::MAX && is_clear(next));
        has_lead.then_some(word)
    }

    /// The known words that a text begins with, shortest first, when each of its characters may be
    /// any of the letters given for it.
    pub(super) fn prefixes(&self, letters: &[Vec<u8>]) -> Vec<&str> {
        let mut found = Vec::new();
        let mut open = vec![self.sorted.as_slice()];
        for (depth, readings) in letters.iter().take(LONGEST_WORD).enumerate() {
            let narrow =
                |range| readings.iter().map(move |letter| with_letter(range, depth, *letter));
            open = open.into_iter().flat_map(narrow).filter(|range| !range.is_empty()).collect();
            let whole = open.iter().filter_map(|range| range.first());
            found.extend(whole.filter(|word| word.len() == depth + 1).map(String::as_str));
            if open.is_empty() {
                break;
            }
        }
        found
    }

    /// The known words of as many letters, each one of those given for it.
    pub(super) fn matches(&self, letters: &[Vec<u8>]) -> Vec<&str> {
        let mut found = self.prefixes(letters);
        found.retain(|word| word.len() == letters.len());
        found
    }

    /// The word meant by `word`, whose inner vowels are left out; also by one that lost its last
    /// vowel too, if it has a letter more.
    pub(super) fn with_vowels(&self, word: &str) -> Option<&str> {
        if skeleton(word).as_deref() != Some(word) {
            return None;
        }
        let fits = |skeleton: &str| self.skeletons.get(skeleton).map_or(&[][..], Vec::as_slice);
        let named = |places: &[usize]| -> Vec<&str> {
            places.iter().filter_map(|place| self.sorted.get(*place)).map(String::as_str).collect()
        };
        let whole = named(fits(word));
        if !whole.is_empty() || word.len() <= LEAST_CONSONANTS {
            let most = match word.len() {
                0..=LEAST_CONSONANTS => VERY_COMMON,
                LEAST_CERTAIN.. => return self.clearest(whole),
                _ => u32::MAX,
            };
            let is_common = |found: &&str| self.place(found).is_some_and(|place| place < most);
            return self.clearest(whole).filter(is_common);
        }
        let longer = VOWELS.iter().map(|vowel| format!("{word}{}", char::from(*vowel)));
        let longer: Vec<usize> = longer.flat_map(|skeleton| fits(&skeleton).to_vec()).collect();
        self.clearest(named(&longer))
    }
}

/// Vowels of our languages.
pub(super) const VOWELS: &[u8] = b"aeiou";

/// The words of `range` with `letter` at `depth`; `range` has one beginning of `depth` letters.
fn with_letter(range: &[String], depth: usize, letter: u8) -> &[String] {
    let byte = |word: &String| word.as_bytes().get(depth).copied();
    let low = range.partition_point(|word| byte(word) < Some(letter));
    let high = range.partition_point(|word| byte(word) <= Some(letter));
    range.get(low..high).unwrap_or_default()
}

/// `word` without the vowels between its first and last letter; `None` where that says too little.
fn skeleton(word: &str) -> Option<String> {
    let is_vowel = |byte: &u8| VOWELS.contains(byte);
    let (first, rest) = word.as_bytes().split_first()?;
    let (last, inner) = rest.split_last()?;
    let consonants = word.bytes().filter(|byte| byte.is_ascii_lowercase() && !is_vowel(byte));
    if consonants.count() < LEAST_CONSONANTS || word.len() > LONGEST_WORD {
        return None;
    }
    let kept = inner.iter().filter(|byte| !is_vowel(byte));
    let bytes = iter::once(first).chain(kept).chain(iter::once(last));
    bytes.map(|byte| byte.is_ascii_lowercase().then_some(char::from(*byte))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known() -> KnownWords {
        let words =
            "gaji kamboja kerja bisa basa busa karyawan bersih tulis kantor kontrol kentara";
        let common = ["bisa", "kerja", "kantor"].map(str::to_owned);
        KnownWords::new(words.split(' ').map(str::to_owned), &common, &["ktp".to_owned()])
    }

    #[test]
    fn a_word_with_its_prefixes_and_suffixes_is_a_word() {
        let known = known();
        for word in ["gajinya", "dibersihkan", "menulis", "penulisan", "kamboja", "ktp", "pekerja"]
        {
            assert!(known.is_word(word), "{word}");
        }
        for word in ["gajj", "kambja", "ktpnya", "dibersih4", ""] {
            assert!(!known.is_word(word), "{word}");
        }
    }

    #[test]
    fn of_several_words_the_clearly_most_common_is_meant() {
        let known = known();
        assert_eq!(known.clearest(["basa", "bisa", "busa"]), Some("bisa"));
        assert_eq!(known.clearest(["basa", "busa"]), None);
        assert_eq!(known.clearest(["bisa", "kerja"]), None);
        assert_eq!(known.clearest(["basa", "basa"]), Some("basa"));
        assert_eq!(known.clearest([]), None);
    }

    #[test]
    fn vowels_come_back_where_one_word_fits() {
        let known = known();
        let cases = [
            ("kmbja", Some("kamboja")),
            ("kmbj", Some("kamboja")),
            ("krywn", Some("karyawan")),
            ("kntr", Some("kantor")),
            ("krja", Some("kerja")),
            ("ktp", None),
            ("gj", None),
            ("bsa", None),
            ("kamboja", None),
            ("", None),
        ];
        for (word, expected) in cases {
            assert_eq!(known.with_vowels(word), expected, "{word}");
        }
    }

    #[test]
    fn letters_with_several_readings_match_each_word_they_can_be() {
        let known = known();
        let letters: Vec<Vec<u8>> =
            vec![b"b".to_vec(), b"aiu".to_vec(), b"s".to_vec(), b"a".to_vec()];
        assert_eq!(known.matches(&letters), ["basa", "bisa", "busa"]);
        assert_eq!(known.matches(&letters[..3]), Vec::<&str>::new());
    }
}
