//! Finds which sets of patterns match where: lazy automata over all sets, walked from each start of a word.
//!
//! A pattern begins at the edge of a word, so that only those places need a look, and at most of them every automaton
//! is dead after the first word. What a first word leads to depends on it alone, so that it is kept: a start costs one
//! look-up, and only automata that are still alive go on. Their states are made when text first needs them. All that
//! is kept stands in a pool, one a thread, and has a bound: what is thrown away is found again, with the same result.

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
    hir::{Class, ClassUnicodeRange, Hir, HirKind},
};

use crate::text::{FastMap, chars};

/// Bytes of states that one automaton of one thread may keep; more and it starts afresh.
const CACHE_BYTES: usize = 1 << 26;

/// First words that one thread keeps; more and it starts afresh.
const KEPT_HEADS: usize = 1 << 16;

/// Longer first words are not kept.
const LONGEST_HEAD: usize = 64;

/// No phrase is longer. Some patterns allow any run of words between two others, and without a
/// bound a text made to keep them alive would be walked to its end from each of its words.
const LONGEST_PHRASE: usize = 200;

type ScratchPool = Pool<Scratch, Box<dyn Fn() -> Scratch + Send + Sync>>;

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
    scratch: ScratchPool,
}

/// What one thread keeps.
#[derive(Debug, Default)]
struct Scratch {
    /// States, by automaton.
    caches: Vec<Cache>,
    heads: FastMap<Box<[u8]>, Head>,
    /// How often caches had been cleared when the heads were found: they hold states.
    clears: usize,
}

/// What a first word, or a mark, leads to, with the character after the word.
#[derive(Clone, Debug, Default)]
struct Head {
    /// The automata that are alive after it, and their states.
    alive: Vec<(usize, LazyStateID)>,
    /// Matches that end inside of it, by their place in the head.
    found: Found,
}

/// Where a match may begin, and the end of what is looked up as a whole; `None` at the end of the text.
type Start = (usize, Option<usize>);

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
        let automata: Vec<Automaton> =
            kinds.into_values().map(Automaton::new).collect::<Result<_, _>>()?;
        let scratch =
            Pool::new(Box::new(Scratch::default) as Box<dyn Fn() -> Scratch + Send + Sync>);
        Ok(Self { automata, scratch })
    }

    /// All `(set, range)` in `text`, sorted by start and then by set.
    ///
    /// Within one set ranges are leftmost, then longest, and do not overlap.
    pub(super) fn find(&self, text: &str) -> Vec<(u16, Range<usize>)> {
        let mut found = Found::default();
        let mut scratch = self.scratch.get();
        if scratch.caches.is_empty() {
            scratch
                .caches
                .extend(self.automata.iter().map(|automaton| automaton.dfa.create_cache()));
        }
        for (start, head_end) in starts(text) {
            match head_end.filter(|end| end - start <= LONGEST_HEAD) {
                Some(head_end) => self.walk(&mut scratch, text, start..head_end, &mut found),
                None => self.walk_plainly(&mut scratch, text, start, &mut found),
            }
        }
        choose(found)
    }

    /// The same as [`Walker::find`], and nothing is looked up.
    #[cfg(test)]
    pub(super) fn find_plainly(&self, text: &str) -> Vec<(u16, Range<usize>)> {
        let mut found = Found::default();
        let mut scratch = Scratch::default();
        scratch.caches.extend(self.automata.iter().map(|automaton| automaton.dfa.create_cache()));
        for (start, _) in starts(text) {
            self.walk_plainly(&mut scratch, text, start, &mut found);
        }
        choose(found)
    }

    fn walk_plainly(&self, scratch: &mut Scratch, text: &str, start: usize, found: &mut Found) {
        for (automaton, cache) in self.automata.iter().zip(&mut scratch.caches) {
            let state = automaton.start(cache);
            automaton.walk(cache, state, text, start..start, found);
        }
    }

    /// Walks on from what `text[head]` leads to.
    fn walk(&self, scratch: &mut Scratch, text: &str, head: Range<usize>, found: &mut Found) {
        let Scratch { caches, heads, clears } = scratch;
        let clears_now = caches.iter().map(Cache::clear_count).sum();
        if *clears != clears_now || heads.len() >= KEPT_HEADS {
            heads.clear();
            *clears = clears_now;
        }
        let bytes = text.as_bytes().get(head.clone()).unwrap_or_default();
        if !heads.contains_key(bytes) {
            heads.insert(bytes.into(), self.head(caches, text, head.clone()));
        }
        let Some(kept) = heads.get(bytes) else { return };
        found.extend(&kept.found, head.start);
        for (number, state) in &kept.alive {
            self.automata[*number].walk(&mut caches[*number], *state, text, head.clone(), found);
        }
    }

    /// What `text[head]` leads to. Of the text around it nothing is asked.
    fn head(&self, caches: &mut [Cache], text: &str, head: Range<usize>) -> Head {
        let mut kept = Head::default();
        let mut found = Found::default();
        for (number, (automaton, cache)) in self.automata.iter().zip(caches).enumerate() {
            let state = automaton.start(cache);
            let state = automaton.follow(cache, state, text, head.start, head.clone(), &mut found);
            kept.alive.extend(state.map(|state| (number, state)));
        }
        for candidate in found.wanted.iter_mut().chain(&mut found.excepted) {
            candidate.start -= head.start;
            candidate.end -= head.start;
        }
        kept.alive.shrink_to_fit();
        kept.found = found;
        kept
    }
}

impl Found {
    /// Adds `others`, which are counted from `start`.
    fn extend(&mut self, others: &Self, start: usize) {
        let moved = |candidate: &Candidate| Candidate {
            set: candidate.set,
            start: start + candidate.start,
            end: start + candidate.end,
        };
        self.wanted.extend(others.wanted.iter().map(moved));
        self.excepted.extend(others.excepted.iter().map(moved));
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

/// An automaton is cleared when it grows too large, as often as need be.
const NEVER_GIVES_UP: &str = "the automaton may be cleared without end";

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

    fn start(&self, cache: &mut Cache) -> LazyStateID {
        let config = start::Config::new().anchored(Anchored::Yes);
        self.dfa.start_state(cache, &config).expect(NEVER_GIVES_UP)
    }

    /// Follows the automaton from `state`, which `text[head]` led to, until it is dead.
    fn walk(
        &self,
        cache: &mut Cache,
        state: LazyStateID,
        text: &str,
        head: Range<usize>,
        found: &mut Found,
    ) {
        let end = text.len().min(head.start + LONGEST_PHRASE);
        let rest = head.end..end;
        let Some(state) = self.follow(cache, state, text, head.start, rest, found) else { return };
        if end < text.len() {
            return;
        }
        let state = self.dfa.next_eoi_state(cache, state).expect(NEVER_GIVES_UP);
        if state.is_match() {
            self.record(cache, state, text, head.start..text.len(), found);
        }
    }

    /// The state after `text[bytes]`, unless it is dead. Records matches from `start` on.
    fn follow(
        &self,
        cache: &mut Cache,
        mut state: LazyStateID,
        text: &str,
        start: usize,
        bytes: Range<usize>,
        found: &mut Found,
    ) -> Option<LazyStateID> {
        let from = bytes.start;
        let bytes = text.as_bytes().get(bytes).unwrap_or_default();
        for (offset, byte) in bytes.iter().enumerate() {
            state = self.dfa.next_state(cache, state, *byte).expect(NEVER_GIVES_UP);
            if !state.is_tagged() {
                continue;
            }
            if state.is_dead() || state.is_quit() {
                return None;
            }
            if state.is_match() {
                self.record(cache, state, text, start..from + offset, found);
            }
        }
        Some(state)
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
fn starts(text: &str) -> Vec<Start> {
    let mut starts = Vec::with_capacity(text.len() / 4);
    let mut word_start = None;
    for (place, character) in text.char_indices() {
        if is_word(character) {
            word_start = word_start.or(Some(place));
            continue;
        }
        let end = place + character.len_utf8();
        starts.extend(word_start.take().map(|start| (start, Some(end))));
        if !character.is_whitespace() {
            starts.push((place, Some(end)));
        }
    }
    starts.extend(word_start.map(|start| (start, None)));
    starts
}

/// Whether a match that ends at `end` does not cut a word.
fn is_edge(text: &str, end: usize) -> bool {
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
