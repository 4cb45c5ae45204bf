//! Lexicon: the concepts of `lexicon.toml`, found in normalised text.
//!
//! ```text
//! "dicari admin, tanpa ijazah" --find--> [OFFER 0..6] [OCC_CHAT 7..12] [NO_REQ 14..26] ...
//! ```
//!
//! A concept is what many phrases mean: work is offered, fees are asked, a phone is taken away. Thousands of patterns
//! in three languages and their chat spellings are asked where the words stand that they need. Negation words and short
//! forms stand in the same file.
//!
//! Pure, and the same bytes give the same matches; the first texts are slower, while patterns are compiled.

mod anchors;
mod sieve;
mod single;
mod vocabulary;
mod walk;

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use regex_syntax::hir::Hir;
use serde::Deserialize;

use self::walk::{PatternSet, Walker};
use super::{chars, normalize::OrdinaryWords};

/// No negation reaches further, in bytes: longer clauses are not denied to their end.
const LONGEST_SCOPE: usize = 200;

/// A meaning that phrases of the lexicon share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Concept {
    /// Its name in the file, such as `FEE_ASK`.
    pub name: String,
    /// What it means, in English.
    pub note: String,
}

/// A phrase of a concept, in the text given to [`Lexicon::find`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConceptMatch {
    /// The place of the concept in [`Lexicon::concepts`].
    pub concept: u16,
    /// Bytes of the text, on `char` boundaries, never empty.
    pub range: Range<usize>,
}

/// Why a file is no [`Lexicon`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LexiconError {
    /// The file is not TOML, lacks a field, or has one that nobody knows.
    #[error("lexicon is malformed: {reason}")]
    Malformed {
        /// What the parser said, with the line.
        reason: String,
    },
    /// A pattern that cannot be read.
    #[error(
        "{concept}: pattern `{pattern}` cannot be used: {reason}; write what is not meant under `except`"
    )]
    Pattern {
        /// The concept, or `negation`.
        concept: String,
        /// The pattern.
        pattern: String,
        /// What the parser said.
        reason: String,
    },
    /// A pattern that would match everywhere.
    #[error("{concept}: pattern `{pattern}` matches the empty text; make a part of it obligatory")]
    Empty {
        /// The concept, or `negation`.
        concept: String,
        /// The pattern.
        pattern: String,
    },
    /// All patterns together are too large.
    #[error("the lexicon is too large to compile ({reason}); take patterns out")]
    TooLarge {
        /// What the compiler said.
        reason: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    negation: RawNegation,
    slang: BTreeMap<String, String>,
    #[serde(default)]
    words: RawWords,
    concepts: BTreeMap<String, RawConcept>,
}

/// Words apart by white space.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct RawWords {
    common: String,
    id: String,
    ms: String,
    en: String,
    codes: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawNegation {
    id: Vec<String>,
    ms: Vec<String>,
    en: Vec<String>,
    except: Vec<String>,
    stops: Vec<char>,
    stop_words: BTreeSet<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawConcept {
    note: String,
    id: Vec<String>,
    ms: Vec<String>,
    en: Vec<String>,
    except: Vec<String>,
}

/// All concepts, negation words and short forms of one bundle.
#[derive(Debug)]
pub struct Lexicon {
    concepts: Vec<Concept>,
    phrases: Walker,
    negators: Walker,
    stops: Vec<char>,
    stop_words: BTreeSet<String>,
    slang: BTreeMap<String, String>,
    vocabulary: Vec<String>,
    ordinary: OrdinaryWords,
}

impl Lexicon {
    /// Reads and compiles the text of `lexicon.toml`.
    ///
    /// Costs some tenths of a second: do it once.
    ///
    /// # Errors
    ///
    /// When the text is no such file, when a pattern cannot be read or matches the empty text, or when all of them
    /// together are too large.
    pub fn from_toml(text: &str) -> Result<Self, LexiconError> {
        Self::compile(text, Walker::new)
    }

    fn compile(
        text: &str,
        walker: fn(Vec<PatternSet>) -> Result<Walker, String>,
    ) -> Result<Self, LexiconError> {
        let file: File = toml::from_str(text)
            .map_err(|error| LexiconError::Malformed { reason: one_line(&error.to_string()) })?;
        let mut vocabulary = Vec::new();
        let (mut concepts, mut sets) = (Vec::new(), Vec::new());
        for (name, raw) in file.concepts {
            let set = raw.patterns(&name)?;
            set.patterns.iter().for_each(|pattern| vocabulary::collect(pattern, &mut vocabulary));
            sets.push(set);
            concepts.push(Concept { name, note: raw.note });
        }
        vocabulary.sort_unstable();
        vocabulary.dedup();
        let negators = vec![file.negation.patterns()?];
        Ok(Self {
            concepts,
            phrases: walker(sets).map_err(|reason| LexiconError::TooLarge { reason })?,
            negators: walker(negators).map_err(|reason| LexiconError::TooLarge { reason })?,
            stops: file.negation.stops,
            stop_words: file.negation.stop_words,
            slang: file.slang,
            vocabulary,
            ordinary: file.words.into(),
        })
    }

    /// The concepts, sorted by name; [`ConceptMatch::concept`] counts in this order.
    pub fn concepts(&self) -> &[Concept] {
        &self.concepts
    }

    /// The place of the concept that `name` names.
    pub fn concept(&self, name: &str) -> Option<u16> {
        let place =
            self.concepts.binary_search_by(|concept| concept.name.as_str().cmp(name)).ok()?;
        u16::try_from(place).ok()
    }

    /// All phrases in `masked`, sorted by start and then by concept.
    ///
    /// `masked` is normalised text with every digit as `0`. A match begins and ends at the edge of a word. Within one
    /// concept matches are leftmost, then longest, and do not overlap; a range that an `except` of its concept covers
    /// is no match.
    pub fn find(&self, masked: &str) -> Vec<ConceptMatch> {
        let found = self.phrases.find(masked).into_iter();
        found.map(|(concept, range)| ConceptMatch { concept, range }).collect()
    }

    /// The negation words in `masked`, in order.
    pub fn negations(&self, masked: &str) -> Vec<Range<usize>> {
        self.negators.find(masked).into_iter().map(|(_, range)| range).collect()
    }

    /// How far each of [`Lexicon::negations`] reaches: from the word's end to the next stop of its clause.
    ///
    /// A new line, the end of the text, 200 bytes, a stop mark (not one inside a number or an abbreviation) and a stop word such
    /// as "tapi" end it.
    pub fn negation_scopes(&self, masked: &str) -> Vec<Range<usize>> {
        let scope = |word: Range<usize>| {
            let rest = masked.get(word.end..).unwrap_or_default();
            word.end..word.end + self.clause_length(near(rest))
        };
        self.negations(masked).into_iter().map(scope).collect()
    }

    /// What a short form stands for.
    pub fn expansion(&self, word: &str) -> Option<&str> {
        self.slang.get(word).map(String::as_str)
    }

    /// All short forms with what they stand for.
    pub fn slang(&self) -> &BTreeMap<String, String> {
        &self.slang
    }

    /// Words that are known though no pattern matches them.
    pub fn ordinary_words(&self) -> &OrdinaryWords {
        &self.ordinary
    }

    /// The words of three letters or more that patterns can match whole, sorted.
    pub fn vocabulary(&self) -> Vec<String> {
        self.vocabulary.clone()
    }

    fn clause_length(&self, text: &str) -> usize {
        let mut word_start = 0;
        let mut characters = text.char_indices().peekable();
        while let Some((place, character)) = characters.next() {
            if chars::is_alphanumeric(character) {
                continue;
            }
            if self.is_stop_word(text, word_start..place) {
                return word_start;
            }
            let next_is_blank =
                characters.peek().is_none_or(|(_, next)| !chars::is_alphanumeric(*next));
            if character == '\n'
                || self.stops.contains(&character) && (next_is_blank || character != '.')
            {
                return place;
            }
            word_start = place + character.len_utf8();
        }
        if self.is_stop_word(text, word_start..text.len()) { word_start } else { text.len() }
    }

    fn is_stop_word(&self, text: &str, range: Range<usize>) -> bool {
        text.get(range).is_some_and(|word| self.stop_words.contains(word))
    }
}

impl From<RawWords> for OrdinaryWords {
    fn from(raw: RawWords) -> Self {
        let list = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let others = [&raw.id, &raw.ms, &raw.en].into_iter().flat_map(|text| list(text)).collect();
        Self { common: list(&raw.common), others, codes: list(&raw.codes) }
    }
}

impl RawConcept {
    fn patterns(&self, name: &str) -> Result<PatternSet, LexiconError> {
        let patterns =
            self.id.iter().chain(&self.ms).chain(&self.en).map(|pattern| parse(name, pattern));
        let excepts = self.except.iter().map(|pattern| parse(name, pattern));
        Ok(PatternSet {
            patterns: patterns.collect::<Result<_, _>>()?,
            excepts: excepts.collect::<Result<_, _>>()?,
        })
    }
}

impl RawNegation {
    /// Negation words are plain words, not patterns.
    fn patterns(&self) -> Result<PatternSet, LexiconError> {
        let plain = |word: &String| parse("negation", &regex_syntax::escape(word));
        let words = self.id.iter().chain(&self.ms).chain(&self.en).collect::<BTreeSet<_>>();
        Ok(PatternSet {
            patterns: words.into_iter().map(plain).collect::<Result<_, _>>()?,
            excepts: self.except.iter().map(plain).collect::<Result<_, _>>()?,
        })
    }
}

/// The part of `text` that a negation before it can reach, cut between characters.
fn near(text: &str) -> &str {
    let end = (0..=LONGEST_SCOPE.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
    text.get(..end.unwrap_or(0)).unwrap_or_default()
}

fn parse(concept: &str, pattern: &str) -> Result<Hir, LexiconError> {
    let (concept, pattern) = (concept.to_owned(), pattern.to_owned());
    match walk::parse(&pattern) {
        Err(reason) => Err(LexiconError::Pattern { concept, pattern, reason: one_line(&reason) }),
        Ok(hir) if hir.properties().minimum_len() == Some(0) => {
            Err(LexiconError::Empty { concept, pattern })
        }
        Ok(hir) => Ok(hir),
    }
}

/// A parser's message without its drawing of the place.
fn one_line(message: &str) -> String {
    let last = message.lines().rfind(|line| !line.trim().is_empty()).unwrap_or(message);
    last.trim().trim_start_matches("error: ").to_owned()
}

#[cfg(test)]
mod tests;
