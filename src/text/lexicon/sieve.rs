//! Patterns that are asked only where all the words stand that they need.
//!
//! A text is read from its last word to its first. For each list of words it is known how near the next of them is,
//! so that a pattern whose first word stands here costs a comparison or two, and only the few that pass are followed
//! through the text. What a first word leads to, in all patterns that it can begin, depends on it alone and is kept.

use std::{collections::BTreeMap, ops::Range, sync::Arc};

use regex_automata::util::{pool::Pool, primitives::StateID};
use regex_syntax::hir::Hir;

use super::{
    anchors::{Beginning, Needs},
    single::{Single, Steps},
    walk::is_edge,
};
use crate::text::FastMap;

/// First words that one thread keeps; more and it starts afresh.
const KEPT_HEADS: usize = 1 << 16;

/// Longer first words are not kept.
const LONGEST_HEAD: usize = 64;

/// A list of words has not been seen in the rest of the text.
const NOWHERE: u32 = u32::MAX;

type ScratchPool = Pool<Scratch, Box<dyn Fn() -> Scratch + Send + Sync>>;

/// Patterns by the words that they need.
#[derive(Debug)]
pub(super) struct Sieve {
    patterns: Vec<Pattern>,
    anchors: Vec<Near>,
    lists: usize,
    whole: FastMap<Vec<u8>, Roles>,
    beginnings: FastMap<Vec<u8>, Roles>,
    longest_beginning: usize,
    longest_match: usize,
    scratch: ScratchPool,
}

#[derive(Debug)]
struct Pattern {
    single: Single,
    /// What must come after its first word, in [`Sieve::anchors`].
    anchors: Range<u32>,
}

/// A word of the list comes at most so many words later.
#[derive(Debug)]
struct Near {
    list: u32,
    within: u32,
}

/// What a word is good for.
#[derive(Clone, Debug, Default)]
struct Roles {
    /// Patterns that begin with it.
    patterns: Vec<u32>,
    /// Lists that hold it.
    lists: Vec<u32>,
}

/// What a word leads to, with the character after it.
#[derive(Debug, Default)]
struct Head {
    /// Patterns that match up to here, and the lengths of the matches.
    ends: Vec<(u32, usize)>,
    /// Patterns that may match further on.
    alive: Vec<Alive>,
    /// Lists that hold the word.
    lists: Vec<u32>,
}

#[derive(Debug)]
struct Alive {
    pattern: u32,
    /// Where in the pattern the head leads to.
    places: Box<[StateID]>,
}

/// What one thread keeps.
#[derive(Debug, Default)]
struct Scratch {
    heads: FastMap<Box<[u8]>, Arc<Head>>,
    /// By list: the last place at which one of its words was seen.
    next: Vec<u32>,
    steps: Steps,
}

impl Sieve {
    /// `patterns` are numbered in this order. No match is longer than `longest_match` bytes.
    pub(super) fn new(patterns: Vec<(Hir, Needs)>, longest_match: usize) -> Self {
        let mut sieve = Self {
            patterns: Vec::with_capacity(patterns.len()),
            anchors: Vec::new(),
            lists: 0,
            whole: FastMap::default(),
            beginnings: FastMap::default(),
            longest_beginning: 0,
            longest_match,
            scratch: Pool::new(Box::new(Scratch::default) as Box<_>),
        };
        let mut lists = BTreeMap::new();
        for (pattern, needs) in patterns {
            sieve.add(pattern, needs, &mut lists);
        }
        sieve.lists = lists.len();
        for (words, list) in lists {
            for word in &words {
                sieve.roles(word).lists.push(list);
            }
        }
        sieve
    }

    fn add(&mut self, pattern: Hir, needs: Needs, lists: &mut BTreeMap<Vec<Beginning>, u32>) {
        let first = count(self.anchors.len());
        for anchor in needs.later {
            let new = count(lists.len());
            let list = *lists.entry(anchor.words).or_insert(new);
            self.anchors.push(Near { list, within: count(anchor.within) });
        }
        let number = count(self.patterns.len());
        let anchors = first..count(self.anchors.len());
        self.patterns.push(Pattern { single: Single::new(pattern), anchors });
        for word in &needs.first {
            self.roles(word).patterns.push(number);
        }
    }

    fn roles(&mut self, word: &Beginning) -> &mut Roles {
        if word.is_whole {
            return self.whole.entry(word.bytes.clone()).or_default();
        }
        self.longest_beginning = self.longest_beginning.max(word.bytes.len());
        self.beginnings.entry(word.bytes.clone()).or_default()
    }

    /// Calls `found` with the number and the range of each match that does not end inside of a word.
    ///
    /// `words` are all words of `text`, in order. The last word comes first.
    pub(super) fn find(
        &self,
        text: &str,
        words: &[Range<usize>],
        mut found: impl FnMut(u32, Range<usize>),
    ) {
        let mut scratch = self.scratch.get();
        let Scratch { heads, next, steps } = &mut *scratch;
        if heads.len() >= KEPT_HEADS {
            heads.clear();
        }
        next.clear();
        next.resize(self.lists, NOWHERE);
        for (place, word) in words.iter().enumerate().rev() {
            let place = count(place);
            let bytes = head_at(text, word);
            let head = if let Some(head) = heads.get(bytes) {
                Arc::clone(head)
            } else {
                let head = Arc::new(self.head(bytes, word.len(), steps));
                if bytes.len() <= LONGEST_HEAD {
                    heads.insert(bytes.into(), Arc::clone(&head));
                }
                head
            };
            for (pattern, length) in &head.ends {
                found(*pattern, word.start..word.start + length);
            }
            for alive in &head.alive {
                if self.may_match(alive.pattern, place, next) {
                    let from = word.start + bytes.len();
                    self.follow(alive, text, word.start, from, steps, &mut found);
                }
            }
            for list in &head.lists {
                next[*list as usize] = place;
            }
        }
    }

    /// Whether all words that the pattern needs after the one at `place` are near enough.
    fn may_match(&self, pattern: u32, place: u32, next: &[u32]) -> bool {
        let anchors = &self.patterns[pattern as usize].anchors;
        let anchors = &self.anchors[anchors.start as usize..anchors.end as usize];
        anchors.iter().all(|near| next[near.list as usize].wrapping_sub(place) <= near.within)
    }

    /// Goes on with a pattern that began at `start`, over the text from `from`.
    fn follow(
        &self,
        alive: &Alive,
        text: &str,
        start: usize,
        from: usize,
        steps: &mut Steps,
        found: &mut impl FnMut(u32, Range<usize>),
    ) {
        let end = text.len().min(start + self.longest_match);
        let bytes = text.as_bytes().get(from..end).unwrap_or_default();
        let single = &self.patterns[alive.pattern as usize].single;
        single.go_on(&alive.places, bytes, steps, |length| {
            if is_edge(text, from + length) {
                found(alive.pattern, start..from + length);
            }
        });
    }

    /// What a word of `length` bytes leads to, with the character after it.
    fn head(&self, bytes: &[u8], length: usize, steps: &mut Steps) -> Head {
        let roles = self.roles_of(&bytes[..length]);
        let mut head = Head { lists: roles.lists, ..Head::default() };
        let bytes = &bytes[..bytes.len().min(self.longest_match)];
        for pattern in roles.patterns {
            let single = &self.patterns[pattern as usize].single;
            let places = single.begin(bytes, steps, |end| {
                if end >= length {
                    head.ends.push((pattern, end));
                }
            });
            if !places.is_empty() {
                head.alive.push(Alive { pattern, places });
            }
        }
        head
    }

    fn roles_of(&self, word: &[u8]) -> Roles {
        let mut all = self.whole.get(word).cloned().unwrap_or_default();
        for length in 1..=word.len().min(self.longest_beginning) {
            let Some(roles) = self.beginnings.get(&word[..length]) else { continue };
            all.patterns.extend(&roles.patterns);
            all.lists.extend(&roles.lists);
        }
        all.patterns.sort_unstable();
        all.patterns.dedup();
        all.lists.sort_unstable();
        all.lists.dedup();
        all
    }
}

/// A word with the character after it.
fn head_at<'t>(text: &'t str, word: &Range<usize>) -> &'t [u8] {
    let after = text.get(word.end..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    text.as_bytes().get(word.start..word.end + after).unwrap_or_default()
}

fn count(number: usize) -> u32 {
    u32::try_from(number).expect("a lexicon has fewer than four thousand million parts")
}
