//! Finds which sets of patterns match where.
//!
//! A pattern begins at the edge of a word, and nearly all of them say which word it is. Those go through a sieve
//! (`sieve`), and what passes is followed by itself (`single`). The few that any word may begin are joined in one
//! automaton, which is walked from each start of a word; its states are made when text first needs them and are kept in
//! a pool, one a thread, up to a bound. What is thrown away is made again, with the same result.

use std::{collections::BTreeMap, ops::Range};

use regex_automata::{
    Anchored, MatchKind, PatternID,
    hybrid::{
        LazyStateID,
        dfa::{Cache, DFA},
    },
    nfa::thompson::{Compiler, Config as NfaConfig},
    util::{pool::Pool, start},
};
use regex_syntax::{
    ParserBuilder,
    hir::{Hir, HirKind},
};

use super::{
    anchors::{self, Needs},
    sieve::Sieve,
};
use crate::text::chars;

/// Bytes of states that one thread may keep; more and it starts afresh.
const CACHE_BYTES: usize = 1 << 24;

/// No phrase is longer. Some patterns allow any run of words between two others, and without a
/// bound a text made to keep them alive would be walked to its end from each of its words.
const LONGEST_PHRASE: usize = 200;

type StatesPool = Pool<Cache, Box<dyn Fn() -> Cache + Send + Sync>>;

/// Patterns with one meaning, and patterns whose ranges are not meant.
#[derive(Debug, Default)]
pub(super) struct PatternSet {
    pub(super) patterns: Vec<Hir>,
    pub(super) excepts: Vec<Hir>,
}

/// Some [`PatternSet`]s made ready.
#[derive(Debug)]
pub(super) struct Walker {
    sieve: Sieve,
    /// What each pattern of the sieve stands for: the set, and whether it is one of its excepts.
    roles: Vec<(u16, bool)>,
    others: Automaton,
    states: StatesPool,
}

/// Patterns that any word may begin, compiled together.
#[derive(Debug)]
struct Automaton {
    dfa: DFA,
    /// What each pattern of the automaton stands for: the set, and whether it is its excepts.
    roles: Vec<(u16, bool)>,
}

/// A range that belongs to a set.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Candidate {
    set: u16,
    start: usize,
    end: usize,
}

/// What one text holds, before the choice.
#[derive(Clone, Debug, Default)]
struct Found {
    wanted: Vec<Candidate>,
    excepted: Vec<Candidate>,
}

/// Reads one pattern: bytes of lower-case text, no look-around.
pub(super) fn parse(pattern: &str) -> Result<Hir, String> {
    let mut parser = ParserBuilder::new().unicode(false).utf8(true).nest_limit(64).build();
    let hir = parser.parse(pattern).map_err(|error| error.to_string())?;
    if hir.properties().look_set().is_empty() {
        return Ok(hir);
    }
    Err("anchors and \\b are not needed: a match always begins and ends at the edge of a word"
        .into())
}

impl Walker {
    pub(super) fn new(sets: Vec<PatternSet>) -> Result<Self, String> {
        Self::sieved(sets, |pattern| anchors::needs(pattern, LONGEST_PHRASE))
    }

    /// All patterns in one automaton: slow, and what the sieve is tested against.
    #[cfg(test)]
    pub(super) fn plain(sets: Vec<PatternSet>) -> Result<Self, String> {
        Self::sieved(sets, |_| None)
    }

    fn sieved(
        sets: Vec<PatternSet>,
        needs: impl Fn(&Hir) -> Option<Needs>,
    ) -> Result<Self, String> {
        let (mut roles, mut sieved, mut others) = (Vec::new(), Vec::new(), Vec::new());
        for (set, PatternSet { patterns, excepts }) in (0..=u16::MAX).zip(sets) {
            for (alternatives, is_except) in [(patterns, false), (excepts, true)] {
                let mut rest = Vec::new();
                for pattern in alternatives.into_iter().flat_map(alternatives_of) {
                    let Some(needs) = needs(&pattern) else {
                        rest.push(pattern);
                        continue;
                    };
                    sieved.push((pattern, needs));
                    roles.push((set, is_except));
                }
                others.extend((!rest.is_empty()).then_some((set, is_except, rest)));
            }
        }
        let others = Automaton::new(others)?;
        let dfa = others.dfa.clone();
        let states = move || dfa.create_cache();
        let states = Pool::new(Box::new(states) as Box<dyn Fn() -> Cache + Send + Sync>);
        Ok(Self { sieve: Sieve::new(sieved, LONGEST_PHRASE), roles, others, states })
    }

    /// All `(set, range)` in `text`, sorted by start and then by set.
    ///
    /// Within one set ranges are leftmost, then longest, and do not overlap.
    pub(super) fn find(&self, text: &str) -> Vec<(u16, Range<usize>)> {
        let mut found = Found::default();
        let (starts, words) = starts(text);
        let mut states = self.states.get();
        for start in starts {
            self.others.walk(&mut states, text, start, &mut found);
        }
        self.sieve.find(text, &words, |pattern, range| {
            let (set, is_except) = self.roles[pattern as usize];
            found.push(set, is_except, range);
        });
        choose(found)
    }
}

impl Found {
    fn push(&mut self, set: u16, is_except: bool, range: Range<usize>) {
        let into = if is_except { &mut self.excepted } else { &mut self.wanted };
        into.push(Candidate { set, start: range.start, end: range.end });
    }
}

/// An automaton is cleared when it grows too large, as often as need be.
const NEVER_GIVES_UP: &str = "the automaton may be cleared without end";

/// A pattern that is a choice is as many patterns.
fn alternatives_of(pattern: Hir) -> Vec<Hir> {
    match pattern.into_kind() {
        HirKind::Alternation(parts) => parts,
        HirKind::Empty => vec![Hir::empty()],
        HirKind::Literal(literal) => vec![Hir::literal(literal.0)],
        HirKind::Class(class) => vec![Hir::class(class)],
        HirKind::Look(look) => vec![Hir::look(look)],
        HirKind::Repetition(repetition) => vec![Hir::repetition(repetition)],
        HirKind::Capture(capture) => vec![Hir::capture(capture)],
        HirKind::Concat(parts) => vec![Hir::concat(parts)],
    }
}

impl Automaton {
    fn new(alternatives: Vec<(u16, bool, Vec<Hir>)>) -> Result<Self, String> {
        let (mut hirs, mut roles) = (Vec::new(), Vec::new());
        for (set, is_except, patterns) in alternatives {
            hirs.push(Hir::alternation(patterns));
            roles.push((set, is_except));
        }
        let nfa = Compiler::new()
            .configure(NfaConfig::new().utf8(true).shrink(false))
            .build_many_from_hir(&hirs)
            .map_err(|error| error.to_string())?;
        let config = DFA::config()
            .match_kind(MatchKind::All)
            .cache_capacity(CACHE_BYTES)
            .skip_cache_capacity_check(true);
        let dfa = DFA::builder()
            .configure(config)
            .build_from_nfa(nfa)
            .map_err(|error| error.to_string())?;
        Ok(Self { dfa, roles })
    }

    /// Records the matches that begin at `start`.
    fn walk(&self, cache: &mut Cache, text: &str, start: usize, found: &mut Found) {
        let config = start::Config::new().anchored(Anchored::Yes);
        let mut state = self.dfa.start_state(cache, &config).expect(NEVER_GIVES_UP);
        let end = text.len().min(start + LONGEST_PHRASE);
        let bytes = text.as_bytes().get(start..end).unwrap_or_default();
        for (offset, byte) in bytes.iter().enumerate() {
            state = self.dfa.next_state(cache, state, *byte).expect(NEVER_GIVES_UP);
            if !state.is_tagged() {
                continue;
            }
            if state.is_dead() || state.is_quit() {
                return;
            }
            if state.is_match() {
                self.record(cache, state, text, start..start + offset, found);
            }
        }
        if end < text.len() {
            return;
        }
        let state = self.dfa.next_eoi_state(cache, state).expect(NEVER_GIVES_UP);
        if state.is_match() {
            self.record(cache, state, text, start..end, found);
        }
    }

    fn record(
        &self,
        cache: &Cache,
        state: LazyStateID,
        text: &str,
        range: Range<usize>,
        found: &mut Found,
    ) {
        let Range { start, end } = range;
        if start == end || !is_edge(text, end) {
            return;
        }
        for place in 0..self.dfa.match_len(cache, state) {
            let pattern: PatternID = self.dfa.match_pattern(cache, state, place);
            let (set, is_except) = self.roles[pattern.as_usize()];
            found.push(set, is_except, start..end);
        }
    }
}

/// Where a match may begin, at the edge of a word and at every mark; and the words.
fn starts(text: &str) -> (Vec<usize>, Vec<Range<usize>>) {
    let (mut starts, mut words) = (Vec::with_capacity(text.len() / 4), Vec::new());
    let mut word_start = None;
    for (place, character) in text.char_indices() {
        if is_word(character) {
            if word_start.is_none() {
                word_start = Some(place);
                starts.push(place);
            }
            continue;
        }
        words.extend(word_start.take().map(|start| start..place));
        if !character.is_whitespace() {
            starts.push(place);
        }
    }
    words.extend(word_start.map(|start| start..text.len()));
    (starts, words)
}

/// Whether a match that ends at `end` does not cut a word.
pub(super) fn is_edge(text: &str, end: usize) -> bool {
    let (before, after) = text.split_at_checked(end).unwrap_or((text, ""));
    let ends_in_word = before.chars().next_back().is_some_and(is_word);
    !(ends_in_word && after.chars().next().is_some_and(is_word))
}

fn is_word(character: char) -> bool {
    chars::is_alphanumeric(character) || character == '_'
}

/// Drops what an except covers, then keeps the leftmost and longest of each set.
fn choose(found: Found) -> Vec<(u16, Range<usize>)> {
    let Found { mut wanted, mut excepted } = found;
    excepted.sort_unstable();
    let covers = |outer: &Candidate, inner: &Candidate| {
        outer.set == inner.set && outer.start <= inner.start && inner.end <= outer.end
    };
    wanted.retain(|candidate| {
        // Sorted by set and start: those that can reach the candidate stand together.
        let from = candidate.start.saturating_sub(LONGEST_PHRASE);
        let first = excepted.partition_point(|e| (e.set, e.start) < (candidate.set, from));
        let near = excepted.get(first..).unwrap_or_default().iter();
        let mut near = near.take_while(|e| e.set == candidate.set && e.start <= candidate.start);
        !near.any(|except| covers(except, candidate))
    });
    wanted.sort_unstable_by_key(|candidate| {
        (candidate.start, candidate.set, usize::MAX - candidate.end)
    });
    let mut ends = BTreeMap::new();
    wanted.retain(|candidate| {
        let free_from = ends.entry(candidate.set).or_insert(0);
        let is_free = candidate.start >= *free_from;
        if is_free {
            *free_from = candidate.end;
        }
        is_free
    });
    wanted.into_iter().map(|candidate| (candidate.set, candidate.start..candidate.end)).collect()
}
