//! Whether any of some words stands in a text: what a pattern needs is asked before the pattern is.

use aho_corasick::{AhoCorasick, MatchKind};

/// Some words, ready to be looked for.
#[derive(Debug)]
pub(super) struct Words(AhoCorasick);

impl Words {
    pub(super) fn new(words: &[&str]) -> Self {
        let finder = AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(words);
        Self(finder.expect("a few words fit an automaton"))
    }

    /// Whether one of them is a part of `text`.
    pub(super) fn any_in(&self, text: &str) -> bool {
        self.0.is_match(text)
    }
}
