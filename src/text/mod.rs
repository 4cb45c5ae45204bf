//! Text: from the bytes of a post to everything the model may look at, with spans.
//!
//! ```text
//! original ──normalize──► normalized ──entities──► contacts, money, ages, hours, licences, names
//!                              │
//!                              ├─mask──► masked ──lexicon──► concepts, with negation scope
//!                              │                ├─► clauses, languages
//!                              ├─places──► gazetteer entries with their risk type
//! ```
//!
//! The original is never changed. Everything is found in the normalised view,
//! and [`NormalizedText::original_span`] leads back. Contacts are masked before
//! concepts are looked for, so that another phone number cannot change a
//! margin by one bit.
//!
//! Pure: no files, no clock, no random numbers; the same text gives the same
//! result on every machine.

use std::{collections::HashMap, ops::Range};

mod chars;
mod clauses;
mod confusables;
pub mod entities;
mod language;
mod lexicon;
mod normalize;
mod pay;
mod places;
mod span;
mod tokenize;

pub use self::{
    clauses::clauses,
    entities::{Entity, EntityKind},
    language::{Language, detect},
    lexicon::{Concept, ConceptMatch, Lexicon, LexiconError},
    normalize::{NormalizedText, Normalizer, OrdinaryWords},
    pay::{Destination, PayRatio, PayTable, Sector},
    places::{Gazetteer, Place, PlaceMention, Risk},
    span::Span,
    tokenize::{count_letter_words, words},
};

/// A map for words that are looked up often. Its order is never looked at.
pub(crate) type FastMap<K, V> = HashMap<K, V, foldhash::fast::FixedState>;

/// How many words after a negation it still reaches, within its clause.
///
/// "tidak ada potongan gaji sama sekali" needs three; without a bound, speech
/// that has no commas denies what its second half offers.
const NEGATION_REACH: usize = 4;

/// What stands for a byte of a contact in the masked view: no word, no digit, no space.
const MASK: u8 = 1;

/// A concept of the lexicon found in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConceptMention {
    /// Index into [`Lexicon::concepts`].
    pub concept: u16,
    /// Bytes of the normalised view.
    pub range: Range<usize>,
    /// A negation reaches it: "tidak ada potongan gaji".
    pub negated: bool,
}

/// Everything found in one text. Ranges are bytes of the normalised view.
#[derive(Clone, Debug)]
pub struct AnalyzedText {
    /// The view for matching, and the way back to the original.
    pub normalized: NormalizedText,
    /// The normalised view, byte for byte, with contacts blanked and digits as `0`.
    pub masked: String,
    /// Clauses in reading order; none for a text without words.
    pub clauses: Vec<Range<usize>>,
    /// Concepts, by start and then by concept.
    pub concepts: Vec<ConceptMention>,
    /// Typed values, by start.
    pub entities: Vec<Entity>,
    /// Places, by start.
    pub places: Vec<PlaceMention>,
    /// Languages, main one first; `Other` alone when none is supported.
    pub languages: Vec<Language>,
    /// Words made of letters, without links, contacts and hashtags.
    pub letter_words: usize,
}

impl AnalyzedText {
    /// The clause that holds byte `at`, or the last one before it.
    pub fn clause_at(&self, at: usize) -> usize {
        self.clauses.partition_point(|clause| clause.start <= at).saturating_sub(1)
    }

    /// Whether one of id, ms and en was found.
    pub fn is_supported(&self) -> bool {
        self.languages.iter().any(|language| *language != Language::Other)
    }
}

/// Finds in a text what the domain files of a bundle describe.
#[derive(Debug)]
pub struct Analyzer {
    normalizer: Normalizer,
    lexicon: Lexicon,
    gazetteer: Gazetteer,
}

impl Analyzer {
    /// An analyzer for these domain files.
    pub fn new(lexicon: Lexicon, gazetteer: Gazetteer) -> Self {
        let vocabulary = lexicon.vocabulary().into_iter().chain(gazetteer.vocabulary());
        let slang = lexicon.slang().iter().map(|(from, to)| (from.clone(), to.clone()));
        let normalizer = Normalizer::new(vocabulary, slang, lexicon.ordinary_words());
        Self { normalizer, lexicon, gazetteer }
    }

    /// The concepts that can be found.
    pub fn lexicon(&self) -> &Lexicon {
        &self.lexicon
    }

    /// The places that can be found.
    pub fn gazetteer(&self) -> &Gazetteer {
        &self.gazetteer
    }

    /// Finds everything in `original`. Linear in its length, and never fails.
    pub fn analyze(&self, original: &str) -> AnalyzedText {
        let normalized = self.normalizer.normalize(original);
        let text = normalized.as_str();
        let entities = entities::extract(text);
        let contacts: Vec<Range<usize>> = entities
            .iter()
            .filter(|entity| matches!(entity.kind, EntityKind::Contact(_)))
            .map(|entity| entity.range.clone())
            .collect();
        let masked = mask(text, &contacts);
        let clauses = clauses(&masked);
        let concepts = self.concepts(&masked);
        AnalyzedText {
            places: self.places(text, &contacts),
            languages: detect(&masked, self.says_something(&concepts)),
            letter_words: count_letter_words(text, &contacts),
            concepts,
            masked,
            clauses,
            entities,
            normalized,
        }
    }

    /// Whether a concept was found that is more than a "no".
    fn says_something(&self, concepts: &[ConceptMention]) -> bool {
        let negation = self.lexicon.concept("NEG");
        concepts.iter().any(|mention| Some(mention.concept) != negation)
    }

    /// A place inside a handle or a link is part of a name.
    fn places(&self, text: &str, contacts: &[Range<usize>]) -> Vec<PlaceMention> {
        let mut places = self.gazetteer.find(text);
        places.retain(|place| {
            let before = contacts.partition_point(|contact| contact.start <= place.range.start);
            let contact = before.checked_sub(1).and_then(|at| contacts.get(at));
            !contact.is_some_and(|contact| contact.contains(&place.range.start))
        });
        places
    }

    /// A concept is negated when it begins in the scope of a negation.
    fn concepts(&self, masked: &str) -> Vec<ConceptMention> {
        let scopes: Vec<Range<usize>> = self
            .lexicon
            .negation_scopes(masked)
            .into_iter()
            .filter(|scope| !is_tag_question(masked, scope.start))
            .map(|scope| shorten(masked, scope))
            .collect();
        // By start, and each a few words long: only the last few before a place can hold it.
        let is_negated = |at: usize| {
            let before = scopes.partition_point(|scope| scope.start <= at);
            let near = scopes.get(before.saturating_sub(NEGATION_REACH)..before);
            near.is_some_and(|near| near.iter().any(|scope| scope.contains(&at)))
        };
        self.lexicon
            .find(masked)
            .into_iter()
            .map(|found| ConceptMention {
                concept: found.concept,
                negated: is_negated(found.range.start),
                range: found.range,
            })
            .collect()
    }
}

/// `text` with the bytes of `contacts` blanked and every digit as `0`, same length.
fn mask(text: &str, contacts: &[Range<usize>]) -> String {
    let mut bytes: Vec<u8> =
        text.bytes().map(|byte| if byte.is_ascii_digit() { b'0' } else { byte }).collect();
    for contact in contacts {
        if let Some(range) = bytes.get_mut(contact.clone()) {
            range.fill(MASK);
        }
    }
    String::from_utf8(bytes).expect("contacts lie on char boundaries, so whole chars are blanked")
}

/// Words before a negation that make a question of it: "mau nggak kerja di sana?".
const ASKS: [&str; 9] =
    ["mau", "mao", "mo", "bisa", "minat", "berminat", "tertarik", "nak", "pengen"];

/// Whether the negation that ends at byte `end` asks instead of denying.
fn is_tag_question(masked: &str, end: usize) -> bool {
    let before = masked.get(..end).unwrap_or_default().trim_end();
    let mut words = before.rsplit(' ');
    words.next();
    words.next().is_some_and(|word| ASKS.contains(&word))
}

/// The first [`NEGATION_REACH`] words of a scope.
fn shorten(masked: &str, scope: Range<usize>) -> Range<usize> {
    let text = masked.get(scope.clone()).unwrap_or_default();
    let end = words(text).take(NEGATION_REACH).last().map_or(0, |word| word.end);
    scope.start..scope.start + end
}
