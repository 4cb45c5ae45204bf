//! Features: a text becomes numbered values, once for each clause and once for the whole post.
//!
//! ```text
//! AnalyzedText ──atoms──► what is said (concepts, typed values) and what is missing
//!              ──subwords──► pieces of words, a weak second opinion
//!              ──n-grams──► how it is written
//!   clause view: atoms of the clause, atoms of its neighbours, pairs in the clause, subwords
//!   post view:   atoms, opening and closing atoms, whole-text facts, pairs of all these, pairs in one clause, subwords
//!   form view:   n-grams
//! ```
//!
//! Scoring, training and explaining all call [`FeatureMaker::for_each`]; there is
//! no second place where features are made, so an explanation cannot disagree
//! with its score. An atom counts once a view, however often it is said: length
//! earns nothing. Values and order depend on the text alone.

use std::ops::Range;

use serde::{Deserialize, Serialize};

mod atoms;
mod kinds;
mod ngrams;
mod subwords;
mod words;

pub use self::{
    atoms::{Atom, AtomFinder, AtomMention, AtomTable, Atoms, LARGE_USD, Typed, Whole},
    kinds::{KindEvidence, kind_of},
    ngrams::NGRAM_BUCKETS,
    subwords::{SubwordError, Subwords},
};
use crate::text::{AnalyzedText, Analyzer, EntityKind};

/// One feature of one view.
#[derive(Clone, Debug, PartialEq)]
pub struct Feature {
    /// Its place, under [`FeatureMaker::dimensions`] of the view.
    pub index: u32,
    /// Its value; finite, never negative.
    pub value: f32,
    /// The words it comes from, bytes of the normalised view; both empty for a fact of the whole text.
    pub ranges: [Range<usize>; 2],
}

/// Which part of a text is looked at, and for what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// Clause number i, with its neighbours as context.
    Clause(usize),
    /// The whole post.
    Post,
    /// How the whole post is written: its character n-grams, for the text types alone.
    Form,
}

/// How strongly the families speak. Part of a bundle: a change makes another model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeatureSettings {
    /// Value of an atom in its own clause or post.
    pub atoms: f32,
    /// Value of an atom in a neighbouring clause.
    pub neighbour: f32,
    /// Length of the vector of all pairs of a view, when they are many.
    pub pairs: f32,
    /// Length of the vector of all subwords of a view, when they are many.
    pub subwords: f32,
    /// Length of the vector of all character n-grams of a post, when they are many.
    pub ngrams: f32,
}

impl Default for FeatureSettings {
    fn default() -> Self {
        Self { atoms: 3.0, neighbour: 1.5, pairs: 8.0, subwords: 12.0, ngrams: 12.0 }
    }
}

/// Everything that [`FeatureMaker::for_each`] needs of one text, found once.
#[derive(Debug)]
pub struct Prepared<'a> {
    /// The text.
    pub text: &'a AnalyzedText,
    /// Its atoms.
    pub atoms: Atoms,
    /// For each clause the mentions in it, each atom once, by atom.
    by_clause: Vec<Vec<AtomMention>>,
    /// For the whole post, each atom once, by atom.
    by_post: Vec<AtomMention>,
    /// For each clause its subwords, each once, by token.
    subwords: Vec<Vec<(u32, Range<usize>)>>,
    /// The character n-grams of the post, each once.
    ngrams: Vec<(u32, Range<usize>)>,
}

/// Makes the features of texts.
#[derive(Debug)]
pub struct FeatureMaker {
    atoms: AtomFinder,
    subwords: Subwords,
    settings: FeatureSettings,
}

impl FeatureMaker {
    /// A maker of features from these atoms and subwords.
    pub fn new(atoms: AtomFinder, subwords: Subwords, settings: FeatureSettings) -> Self {
        Self { atoms, subwords, settings }
    }

    /// The names and numbers of atoms.
    pub fn table(&self) -> &AtomTable {
        self.atoms.table()
    }

    /// How strongly each family of features speaks.
    pub fn settings(&self) -> &FeatureSettings {
        &self.settings
    }

    /// The finder of atoms, with its pay references.
    pub fn atom_finder(&self) -> &AtomFinder {
        &self.atoms
    }

    /// How many features a clause and a post can have.
    pub fn dimensions(&self, view: View) -> usize {
        let layout = Layout::of(self);
        match view {
            View::Clause(_) => layout.clause_end(),
            View::Post => layout.post_end(),
            View::Form => NGRAM_BUCKETS,
        }
    }

    /// Finds in `text` what all its views are made of.
    pub fn prepare<'a>(&self, text: &'a AnalyzedText, analyzer: &Analyzer) -> Prepared<'a> {
        let atoms = self.atoms.find(text, analyzer);
        let mut by_clause = vec![Vec::new(); text.clauses.len()];
        for mention in &atoms.mentions {
            if let Some(clause) = by_clause.get_mut(text.clause_at(mention.range.start)) {
                clause.push(mention.clone());
            }
        }
        by_clause.iter_mut().for_each(each_once);
        let mut by_post = atoms.mentions.clone();
        each_once(&mut by_post);
        let hidden = hidden(text);
        let subwords = text
            .clauses
            .iter()
            .map(|clause| self.subwords.find(&text.masked, clause.clone(), &hidden))
            .collect();
        let ngrams = ngrams::ngrams(&text.masked, &hidden);
        Prepared { text, atoms, by_clause, by_post, subwords, ngrams }
    }

    /// Calls `sink` with every feature of `view`, in an order that depends on the text alone.
    ///
    /// The cost is quadratic in the number of different atoms of the view, which
    /// is under twenty in most clauses and under eighty in most posts.
    pub fn for_each(&self, prepared: &Prepared<'_>, view: View, mut sink: impl FnMut(Feature)) {
        match view {
            View::Clause(at) => self.clause(prepared, at, &mut sink),
            View::Post => self.post(prepared, &mut sink),
            View::Form => subwords(&prepared.ngrams, 0, self.settings.ngrams, &mut sink),
        }
    }

    fn clause(&self, prepared: &Prepared<'_>, at: usize, sink: &mut impl FnMut(Feature)) {
        let layout = Layout::of(self);
        let none = Vec::new();
        let own = prepared.by_clause.get(at).unwrap_or(&none);
        atoms(own, 0, self.settings.atoms, sink);
        for neighbour in [at.checked_sub(1), at.checked_add(1)].into_iter().flatten() {
            let around = prepared.by_clause.get(neighbour).unwrap_or(&none);
            atoms(around, layout.atoms, self.settings.neighbour, sink);
        }
        pairs(own, &[], 2 * layout.atoms, layout.all, self.settings.pairs, sink);
        if let Some(tokens) = prepared.subwords.get(at) {
            subwords(tokens, layout.clause_subwords(), self.settings.subwords, sink);
        }
    }

    fn post(&self, prepared: &Prepared<'_>, sink: &mut impl FnMut(Feature)) {
        let layout = Layout::of(self);
        let none = Vec::new();
        atoms(&prepared.by_post, 0, self.settings.atoms, sink);
        for atom in &prepared.atoms.whole {
            let value = self.settings.atoms;
            sink(Feature { index: u32::from(*atom), value, ranges: [0..0, 0..0] });
        }
        let first = prepared.by_clause.first().unwrap_or(&none);
        let last = prepared.by_clause.last().unwrap_or(&none);
        atoms(first, layout.all, self.settings.atoms, sink);
        atoms(last, layout.all + layout.atoms, self.settings.atoms, sink);
        let whole = &prepared.atoms.whole;
        let scale = self.settings.pairs;
        pairs(&prepared.by_post, whole, layout.post_pairs(), layout.all, scale, sink);
        self.pairs_in_one_clause(prepared, sink);
        let mut tokens: Vec<(u32, Range<usize>)> =
            prepared.subwords.iter().flatten().cloned().collect();
        tokens.sort_by_key(|(token, range)| (*token, range.start));
        tokens.dedup_by_key(|(token, _)| *token);
        subwords(&tokens, layout.post_subwords(), self.settings.subwords, sink);
    }

    /// Pairs that some clause holds, each once: "said together" tells more than "both said".
    fn pairs_in_one_clause(&self, prepared: &Prepared<'_>, sink: &mut impl FnMut(Feature)) {
        let layout = Layout::of(self);
        let mut found: Vec<Feature> = Vec::new();
        for clause in &prepared.by_clause {
            pairs(clause, &[], layout.local_pairs(), layout.all, 1.0, &mut |feature| {
                found.push(feature);
            });
        }
        // Of equals the first found stays: the order of the clauses.
        found.sort_by_key(|feature| (feature.index, feature.ranges[0].start));
        found.dedup_by_key(|feature| feature.index);
        let value = self.settings.pairs / (found.len() as f32 + FEW).sqrt();
        for feature in found {
            sink(Feature { value, ..feature });
        }
    }
}

/// Contacts, names and places, by start: those must not teach.
fn hidden(text: &AnalyzedText) -> Vec<Range<usize>> {
    let mut hidden: Vec<Range<usize>> = text
        .entities
        .iter()
        .filter(|e| matches!(e.kind, EntityKind::Contact(_) | EntityKind::Organisation(_)))
        .map(|entity| entity.range.clone())
        .chain(text.places.iter().map(|mention| mention.range.clone()))
        .collect();
    hidden.sort_by_key(|range| (range.start, range.end));
    hidden
}

/// Where each family of features begins.
struct Layout {
    /// Atoms with a place in the text.
    atoms: usize,
    /// Those and the whole-text facts.
    all: usize,
    subwords: usize,
}

impl Layout {
    fn of(maker: &FeatureMaker) -> Self {
        let all = maker.table().len();
        Self { atoms: all - Whole::ALL.len(), all, subwords: maker.subwords.len() }
    }

    fn clause_subwords(&self) -> usize {
        2 * self.atoms + triangle(self.all)
    }

    fn clause_end(&self) -> usize {
        self.clause_subwords() + self.subwords
    }

    fn post_pairs(&self) -> usize {
        self.all + 2 * self.atoms
    }

    fn local_pairs(&self) -> usize {
        self.post_pairs() + triangle(self.all)
    }

    fn post_subwords(&self) -> usize {
        self.local_pairs() + triangle(self.all)
    }

    fn post_end(&self) -> usize {
        self.post_subwords() + self.subwords
    }
}

/// Pairs `a < b` of `n` things.
fn triangle(n: usize) -> usize {
    n * (n - 1) / 2
}

fn index(at: usize) -> u32 {
    u32::try_from(at).expect("some hundred atoms make under a million features")
}

/// Keeps the first mention of each atom, by atom.
fn each_once(mentions: &mut Vec<AtomMention>) {
    mentions.sort_by_key(|mention| (mention.atom, mention.range.start, mention.range.end));
    mentions.dedup_by_key(|mention| mention.atom);
}

fn atoms(mentions: &[AtomMention], base: usize, value: f32, sink: &mut impl FnMut(Feature)) {
    for mention in mentions {
        let index = index(base + usize::from(mention.atom));
        sink(Feature { index, value, ranges: [mention.range.clone(), 0..0] });
    }
}

/// Added to the number of features of a family before the root is taken: without it the one
/// pair of a five-word post would speak as loudly as all hundred of a long one together.
const FEW: f32 = 10.0;

/// Every pair of `mentions` and `whole`, the vector of them about `length` long.
///
/// The division by the root of their number keeps a long text, which has many
/// pairs, from outweighing a short one.
fn pairs(
    mentions: &[AtomMention],
    whole: &[Atom],
    base: usize,
    all: usize,
    length: f32,
    sink: &mut impl FnMut(Feature),
) {
    let members: Vec<(Atom, Range<usize>)> = mentions
        .iter()
        .map(|mention| (mention.atom, mention.range.clone()))
        .chain(whole.iter().map(|atom| (*atom, 0..0)))
        .collect();
    if members.len() < 2 {
        return;
    }
    let value = length / (triangle(members.len()) as f32 + FEW).sqrt();
    for (at, (a, first)) in members.iter().enumerate() {
        for (b, second) in members.iter().skip(at + 1) {
            let (low, high) = (usize::from(*a.min(b)), usize::from(*a.max(b)));
            let index = index(base + low * (2 * all - low - 1) / 2 + high - low - 1);
            sink(Feature { index, value, ranges: [first.clone(), second.clone()] });
        }
    }
}

fn subwords(
    tokens: &[(u32, Range<usize>)],
    base: usize,
    length: f32,
    sink: &mut impl FnMut(Feature),
) {
    let value = length / (tokens.len() as f32 + FEW).sqrt();
    for (token, range) in tokens {
        let index = index(base) + token;
        sink(Feature { index, value, ranges: [range.clone(), 0..0] });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pair_has_its_own_place() {
        let mentions: Vec<AtomMention> =
            (0..5).map(|atom| AtomMention { atom, range: 0..1 }).collect();
        let mut indices = Vec::new();
        pairs(&mentions, &[5, 6], 100, 7, 1.0, &mut |feature| indices.push(feature.index));
        indices.sort_unstable();
        let expected: Vec<u32> = (100..100 + 21).collect();
        assert_eq!(indices, expected);
    }

    #[test]
    fn the_vector_of_pairs_grows_with_their_number_but_never_past_its_length() {
        let length_of = |count: u16| {
            let mentions: Vec<AtomMention> =
                (0..count).map(|atom| AtomMention { atom, range: 0..1 }).collect();
            let mut squares = 0.0;
            pairs(&mentions, &[], 0, 40, 1.0, &mut |f| squares += f.value * f.value);
            squares.sqrt()
        };
        assert!(length_of(2) < length_of(5) && length_of(5) < length_of(30));
        assert!(length_of(30) < 1.0, "{}", length_of(30));
    }
}
