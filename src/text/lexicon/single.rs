//! One pattern, followed through a text without an automaton.
//!
//! Patterns behind the sieve are asked seldom and each at other words, so that states made for one text would not serve
//! the next. The places in the pattern that the text so far can have led to are kept as a list and moved on
//! byte by byte (Thompson 1968), which needs no memory but the list.

use std::sync::OnceLock;

use regex_automata::{
    nfa::thompson::{Compiler, Config, NFA, State},
    util::primitives::StateID,
};
use regex_syntax::hir::Hir;

/// A pattern that is compiled when it is first asked.
#[derive(Debug)]
pub(super) struct Single {
    pattern: Hir,
    nfa: OnceLock<NFA>,
}

/// Lists that searches of one thread share.
#[derive(Debug, Default)]
pub(super) struct Steps {
    now: Vec<StateID>,
    next: Vec<StateID>,
    /// By state: the last step that put it on a list.
    seen: Vec<u32>,
    step: u32,
    open: Vec<StateID>,
}

impl Single {
    pub(super) fn new(pattern: Hir) -> Self {
        Self { pattern, nfa: OnceLock::new() }
    }

    /// Where in the pattern `bytes` lead from its beginning; empty if they lead nowhere.
    ///
    /// Calls `found` with the length of each match that begins where `bytes` begin, shortest first.
    pub(super) fn begin(
        &self,
        bytes: &[u8],
        steps: &mut Steps,
        found: impl FnMut(usize),
    ) -> Box<[StateID]> {
        let nfa = self.nfa();
        steps.make_room(nfa);
        steps.next.clear();
        steps.new_step();
        steps.follow(nfa, nfa.start_anchored());
        steps.run(nfa, bytes, found);
        steps.next.as_slice().into()
    }

    /// Goes on over `bytes` from what [`Single::begin`] gave, and calls `found` with the lengths of matches, counted from
    /// where `bytes` begin.
    pub(super) fn go_on(
        &self,
        places: &[StateID],
        bytes: &[u8],
        steps: &mut Steps,
        found: impl FnMut(usize),
    ) {
        let nfa = self.nfa();
        steps.make_room(nfa);
        steps.next.clear();
        steps.next.extend_from_slice(places);
        steps.run(nfa, bytes, found);
    }

    fn nfa(&self) -> &NFA {
        self.nfa.get_or_init(|| {
            Compiler::new()
                .configure(Config::new().utf8(true).shrink(false))
                .build_from_hir(&self.pattern)
                .expect("patterns are short, and were read without look-around")
        })
    }
}

impl Steps {
    fn make_room(&mut self, nfa: &NFA) {
        if self.seen.len() < nfa.states().len() {
            self.seen.resize(nfa.states().len(), 0);
        }
    }

    /// Moves the list `next` over `bytes`, until it is empty.
    fn run(&mut self, nfa: &NFA, bytes: &[u8], mut found: impl FnMut(usize)) {
        for (offset, byte) in bytes.iter().enumerate() {
            if self.next.is_empty() {
                return;
            }
            std::mem::swap(&mut self.now, &mut self.next);
            if self.advance(nfa, *byte) {
                found(offset + 1);
            }
        }
    }

    fn new_step(&mut self) {
        self.step = self.step.wrapping_add(1);
        if self.step == 0 {
            self.seen.fill(0);
            self.step = 1;
        }
    }

    /// Moves from the list `now` over `byte` to the list `next`; whether a match ends there.
    fn advance(&mut self, nfa: &NFA, byte: u8) -> bool {
        self.new_step();
        let mut is_match = false;
        let now = std::mem::take(&mut self.now);
        self.next.clear();
        for state in &now {
            let next = match nfa.state(*state) {
                State::ByteRange { trans } => trans.matches_byte(byte).then_some(trans.next),
                State::Sparse(transitions) => transitions.matches_byte(byte),
                State::Dense(transitions) => transitions.matches_byte(byte),
                _ => None,
            };
            if let Some(next) = next {
                is_match |= self.follow(nfa, next);
            }
        }
        self.now = now;
        is_match
    }

    /// Puts all that `state` leads to without a byte on the list `next`; whether a match is among it.
    fn follow(&mut self, nfa: &NFA, state: StateID) -> bool {
        let mut is_match = false;
        self.open.push(state);
        while let Some(state) = self.open.pop() {
            if std::mem::replace(&mut self.seen[state], self.step) == self.step {
                continue;
            }
            match nfa.state(state) {
                State::ByteRange { .. } | State::Sparse(_) | State::Dense(_) => {
                    self.next.push(state);
                }
                State::Look { next, .. } | State::Capture { next, .. } => self.open.push(*next),
                State::Union { alternates } => self.open.extend(alternates.iter()),
                State::BinaryUnion { alt1, alt2 } => self.open.extend([*alt1, *alt2]),
                State::Fail => {}
                State::Match { .. } => is_match = true,
            }
        }
        is_match
    }
}
