//! Finds which sets of patterns match where: lazy automata over all sets, walked from each start of a word.
//!
//! A pattern begins at the edge of a word, so that only those places need a look, and at most of them the automaton
//! is dead after a few letters. The automaton's states are made when text first needs them, and are kept in a pool,
//! one cache a thread.

use std::{collections::BTreeMap, ops::Range, sync::Arc};

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
    hir::{Class, ClassUnicodeRange, Hir, HirKind},
};

/// Bytes of automaton states one thread may keep; more and it starts afresh.
const CACHE_BYTES: usize = 1 << 26;

/// No phrase is longer. Some patterns allow any run of words between two others, and without a
/// bound a text made to keep them alive would be walked to its end from each of its words.
const LONGEST_PHRASE: usize = 200;

type CachePool = Pool<Cache, Box<dyn Fn() -> Cache + Send + Sync>>;

/// Patterns with one meaning, and patterns whose ranges are not meant.
#[derive(Debug, Default)]
pub(super) struct PatternSet {
    pub(super) patterns: Vec<Hir>,
    pub(super) excepts: Vec<Hir>,
}

/// Some [`PatternSet`]s compiled together, in the automata of each [`Kind`].
#[derive(Debug)]
pub(super) struct Walker {
    automata: Vec<Automaton>,
}

/// How a pattern may begin and go on. Kinds are walked apart: a pattern that any word can begin is alive at every
/// start, and joined with the others it would multiply their states.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// Letters that are written out, and no run of any length.
    Finite,
    /// Letters first, then somewhere words of any length.
    Gap,
    /// Any word may begin it.
    Leading,
}

/// The patterns of one kind, compiled together.
#[derive(Debug)]
struct Automaton {
    dfa: Arc<DFA>,
    caches: CachePool,
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
#[derive(Debug, Default)]
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
        let mut kinds: BTreeMap<Kind, Vec<(u16, bool, Vec<Hir>)>> = BTreeMap::new();
        for (set, PatternSet { patterns, excepts }) in (0..=u16::MAX).zip(sets) {
            for (alternatives, is_except) in [(patterns, false), (excepts, true)] {
                let mut parts: BTreeMap<Kind, Vec<Hir>> = BTreeMap::new();
                for pattern in alternatives {
                    parts.entry(kind(&pattern)).or_default().push(pattern);
                }
                for (kind, patterns) in parts {
                    kinds.entry(kind).or_default().push((set, is_except, patterns));
                }
            }
        }
        let automata = kinds.into_values().map(Automaton::new).collect::<Result<_, _>>()?;
        Ok(Self { automata })
    }

    /// All `(set, range)` in `text`, sorted by start and then by set.
    ///
    /// Within one set ranges are leftmost, then longest, and do not overlap.
    pub(super) fn find(&self, text: &str) -> Vec<(u16, Range<usize>)> {
        let mut found = Found::default();
        let starts: Vec<usize> = starts(text).collect();
        for automaton in &self.automata {
            let mut cache = automaton.caches.get();
            for start in &starts {
                automaton.walk(&mut cache, text, *start, &mut found);
            }
        }
        choose(found)
    }
}

/// Which kind a pattern is of, by its first byte and by its longest match.
fn kind(pattern: &Hir) -> Kind {
    if first_bytes(pattern) > MOST_FIRST_BYTES {
        Kind::Leading
    } else if pattern.properties().maximum_len().is_some() {
        Kind::Finite
    } else {
        Kind::Gap
    }
}

/// Ten digits and a few letters: more, and it is any word.
const MOST_FIRST_BYTES: usize = 30;

/// With how many different bytes a match may begin, at most.
fn first_bytes(pattern: &Hir) -> usize {
    match pattern.kind() {
        HirKind::Empty | HirKind::Look(_) => 0,
        HirKind::Literal(_) => 1,
        HirKind::Class(Class::Bytes(class)) => {
            class.iter().map(|range| usize::from(range.end() - range.start()) + 1).sum()
        }
        HirKind::Class(Class::Unicode(class)) => class.iter().map(ClassUnicodeRange::len).sum(),
        HirKind::Repetition(repetition) => first_bytes(&repetition.sub),
        HirKind::Capture(capture) => first_bytes(&capture.sub),
        HirKind::Alternation(parts) => parts.iter().map(first_bytes).max().unwrap_or(0),
        HirKind::Concat(parts) => {
            let mut most = 0;
            for part in parts {
                most = most.max(first_bytes(part));
                if part.properties().minimum_len() != Some(0) {
                    break;
                }
            }
            most
        }
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
        let dfa = Arc::new(dfa);
        let for_pool = Arc::clone(&dfa);
        let caches = Pool::new(
            Box::new(move || for_pool.create_cache()) as Box<dyn Fn() -> Cache + Send + Sync>
        );
        Ok(Self { dfa, caches, roles })
    }

    /// Follows the automaton from `start` until it is dead.
    fn walk(&self, cache: &mut Cache, text: &str, start: usize, found: &mut Found) {
        let config = start::Config::new().anchored(Anchored::Yes);
        let mut state =
            self.dfa.start_state(cache, &config).expect("the automaton may be cleared without end");
        let end = text.len().min(start + LONGEST_PHRASE);
        let bytes = text.as_bytes().get(start..end).unwrap_or_default();
        for (offset, byte) in bytes.iter().enumerate() {
            state = self
                .dfa
                .next_state(cache, state, *byte)
                .expect("the automaton may be cleared without end");
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
        state = self
            .dfa
            .next_eoi_state(cache, state)
            .expect("the automaton may be cleared without end");
        if state.is_match() {
            self.record(cache, state, text, start..text.len(), found);
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
            let into = if is_except { &mut found.excepted } else { &mut found.wanted };
            into.push(Candidate { set, start, end });
        }
    }
}

/// Where a match may begin: at the edge of a word, and at every mark.
fn starts(text: &str) -> impl Iterator<Item = usize> + '_ {
    let mut after_word = false;
    text.char_indices().filter_map(move |(place, character)| {
        let in_word = is_word(character);
        let is_start = if in_word { !after_word } else { !character.is_whitespace() };
        after_word = in_word;
        is_start.then_some(place)
    })
}

/// Whether a match that ends at `end` does not cut a word.
fn is_edge(text: &str, end: usize) -> bool {
    let (before, after) = text.split_at_checked(end).unwrap_or((text, ""));
    let ends_in_word = before.chars().next_back().is_some_and(is_word);
    !(ends_in_word && after.chars().next().is_some_and(is_word))
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
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
