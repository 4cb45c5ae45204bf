//! The template: what the posts of a campaign have in common, and where they change.
//!
//! ```text
//! kerja ke kamboja gaji 15 juta [phone]  ┐
//! kerja ke poipet  gaji 20 juta [phone]  ┴► kerja ke {1} gaji {2} juta [phone]
//! ```
//!
//! Star alignment: each post is laid against the first (the medoid) by longest common subsequence of
//! words. What three in four share stays; each run between is a slot.

use std::collections::BTreeMap;

use super::view::contact_name;

/// Words that are aligned, of a longer post the first ones: the cost is their square.
const MOST_WORDS: usize = 400;

/// Examples of a slot.
const MOST_EXAMPLES: usize = 5;

/// The longest example, in characters.
const LONGEST_EXAMPLE: usize = 80;

/// Text with slots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Template {
    pub(super) text: String,
    /// For each slot what stood there, the most frequent first.
    pub(super) slots: Vec<Vec<String>>,
}

/// The template of views, the first of which is the most typical. A single one has no slots.
pub(super) fn template(views: &[&str]) -> Template {
    let posts: Vec<Vec<&str>> = views
        .iter()
        .map(|view| view.split(' ').filter(|word| !word.is_empty()).take(MOST_WORDS).collect())
        .collect();
    let Some((medoid, others)) = posts.split_first() else {
        return Template { text: String::new(), slots: Vec::new() };
    };
    let mut alignment = Alignment::new(medoid, others);
    let is_cut = views[0].split(' ').nth(MOST_WORDS).is_some();
    alignment.find_stable();
    alignment.write(is_cut)
}

struct Alignment<'a> {
    /// All posts, the medoid first.
    posts: Vec<&'a [&'a str]>,
    /// By post, by word of the medoid: the word of the post that is the same.
    matches: Vec<Vec<Option<usize>>>,
    /// Words of the medoid that stay, in order.
    stable: Vec<usize>,
}

impl<'a> Alignment<'a> {
    fn new(medoid: &'a [&'a str], others: &'a [Vec<&'a str>]) -> Self {
        let posts: Vec<&[&str]> =
            std::iter::once(medoid).chain(others.iter().map(Vec::as_slice)).collect();
        let matches = posts.iter().map(|post| common(medoid, post)).collect();
        Self { posts, matches, stable: Vec::new() }
    }

    /// Whether so many of the posts are most of them: three in four; of two and three posts, all.
    fn is_most(&self, posts: usize) -> bool {
        posts * 4 >= self.posts.len() * 3
    }

    fn find_stable(&mut self) {
        let shared = |at: usize| self.matches.iter().filter(|post| post[at].is_some()).count();
        self.stable = (0..self.posts[0].len()).filter(|at| self.is_most(shared(*at))).collect();
    }

    /// What each post has between two stable words (`None`: the edge of the text); nothing for posts that lack one of them.
    fn between(&self, before: Option<usize>, after: Option<usize>) -> Vec<&[&'a str]> {
        let mut found = Vec::new();
        for (post, matches) in self.posts.iter().zip(&self.matches) {
            let start = match before {
                Some(at) => matches[at].map(|word| word + 1),
                None => Some(0),
            };
            let end = after.map_or(Some(post.len()), |at| matches[at]);
            if let (Some(start), Some(end)) = (start, end) {
                found.push(&post[start..end]);
            }
        }
        found
    }

    fn write(&self, is_cut: bool) -> Template {
        let mut template = Template { text: String::new(), slots: Vec::new() };
        let edges = self.stable.iter().copied().map(Some);
        let befores = std::iter::once(None).chain(edges.clone());
        let afters = edges.chain(std::iter::once(None));
        for (before, after) in befores.zip(afters) {
            let between = self.between(before, after);
            let empty = between.iter().filter(|words| words.is_empty()).count();
            if !self.is_most(empty) && empty < between.len() {
                template.slots.push(examples(&between));
                push(&mut template.text, &format!("{{{}}}", template.slots.len()));
            }
            if let Some(at) = after {
                push(&mut template.text, &escaped(self.posts[0][at]));
            }
        }
        if is_cut {
            push(&mut template.text, "…");
        }
        template
    }
}

fn push(text: &mut String, word: &str) {
    if !text.is_empty() {
        text.push(' ');
    }
    text.push_str(word);
}

/// A word as a template shows it: braces twice, so that only slots have single ones.
fn escaped(word: &str) -> String {
    shown(word).replace('{', "{{").replace('}', "}}")
}

/// A word with its contacts named.
fn shown(word: &str) -> String {
    let mut shown = String::with_capacity(word.len());
    for c in word.chars() {
        match contact_name(c) {
            Some(name) => shown.push_str(name),
            None => shown.push(c),
        }
    }
    shown
}

fn examples(between: &[&[&str]]) -> Vec<String> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for words in between.iter().filter(|words| !words.is_empty()) {
        let text: String = shown(&words.join(" ")).chars().take(LONGEST_EXAMPLE).collect();
        *counts.entry(text).or_default() += 1;
    }
    let mut examples: Vec<(String, usize)> = counts.into_iter().collect();
    // Stable: equal counts stay in the order of the alphabet.
    examples.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    examples.into_iter().take(MOST_EXAMPLES).map(|(text, _)| text).collect()
}

/// For each word of `one` the word of `other` that a longest common subsequence puts beside it.
fn common(one: &[&str], other: &[&str]) -> Vec<Option<usize>> {
    let (one, other): (Vec<&str>, Vec<&str>) =
        (one.iter().map(|word| key(word)).collect(), other.iter().map(|word| key(word)).collect());
    let width = other.len() + 1;
    // lengths[i * width + j]: of the longest common subsequence of one[i..] and other[j..].
    let mut lengths = vec![0u16; (one.len() + 1) * width];
    for i in (0..one.len()).rev() {
        for j in (0..other.len()).rev() {
            lengths[i * width + j] = if one[i] == other[j] {
                lengths[(i + 1) * width + j + 1] + 1
            } else {
                lengths[(i + 1) * width + j].max(lengths[i * width + j + 1])
            };
        }
    }
    let mut matches = vec![None; one.len()];
    let (mut i, mut j) = (0, 0);
    while i < one.len() && j < other.len() {
        if one[i] == other[j] {
            matches[i] = Some(j);
            (i, j) = (i + 1, j + 1);
        } else if lengths[(i + 1) * width + j] >= lengths[i * width + j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    matches
}

/// A word without the marks around it; a mark alone is itself.
fn key(word: &str) -> &str {
    let bare = word.trim_matches(|c: char| !c.is_alphanumeric() && contact_name(c).is_none());
    if bare.is_empty() { word } else { bare }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown_template(views: &[&str]) -> String {
        let template = template(views);
        let slots = template.slots.iter().map(|slot| slot.join("|"));
        std::iter::once(template.text).chain(slots).collect::<Vec<_>>().join(" / ")
    }

    #[test]
    fn what_changes_is_a_slot_with_its_examples() {
        let views = [
            "kerja ke kamboja, gaji 15 juta \u{e000}",
            "kerja ke poipet gaji 20 juta \u{e000}",
            "info kerja ke poipet gaji 20 juta \u{e000} fast",
            "kerja ke myawaddy gaji 30 juta \u{e000} fast",
        ];
        assert_eq!(
            shown_template(&views),
            "kerja ke {1} gaji {2} juta [phone] {3} / poipet|kamboja,|myawaddy / 20|15|30 / fast"
        );
        assert_eq!(shown_template(&views[..1]), "kerja ke kamboja, gaji 15 juta [phone]");
        assert_eq!(shown_template(&[]), "");
    }

    #[test]
    fn braces_of_the_text_are_no_slots() {
        assert_eq!(shown_template(&["cari {1} orang", "cari {1} orang"]), "cari {{1}} orang");
    }

    #[test]
    fn a_long_post_is_cut_and_says_so() {
        let long = "kata ".repeat(MOST_WORDS + 1);
        assert!(template(&[&long, &long]).text.ends_with(" kata …"));
    }

    #[test]
    fn posts_that_share_nothing_are_one_slot() {
        assert_eq!(shown_template(&["a b", "c d"]), "{1} / a b|c d");
    }

    proptest! {
        #[test]
        fn a_template_has_its_slots_in_order_and_the_same_posts_have_none(
            views in prop::collection::vec("[abc]( [abc]){0,8}", 1..6),
        ) {
            let refs: Vec<&str> = views.iter().map(String::as_str).collect();
            let Template { text, slots } = template(&refs);
            let found: Vec<String> =
                text.split(' ').filter(|word| word.starts_with('{')).map(str::to_owned).collect();
            let expected: Vec<String> = (1..=slots.len()).map(|slot| format!("{{{slot}}}")).collect();
            prop_assert_eq!(found, expected);
            prop_assert!(slots.iter().all(|examples| !examples.is_empty()));
            let same = vec![refs[0]; refs.len()];
            prop_assert_eq!(template(&same), Template { text: views[0].clone(), slots: Vec::new() });
        }
    }
}
