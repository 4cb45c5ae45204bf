//! Identity words carry no weight: the same post for the other sex, of another people, of another
//! faith, in another ordinary city, gets the same score.

use std::cell::RefCell;

use regex::{Regex, RegexBuilder};
use serde::{Deserialize, Serialize};

use super::Subject;
use crate::labels::LabeledPost;

/// Words of one list can stand for each other in a sentence.
#[derive(Debug)]
pub struct SwapSet {
    /// What is exchanged.
    pub name: &'static str,
    /// Lists of words, lower case.
    pub lists: &'static [&'static [&'static str]],
}

/// What is exchanged. Places are of one kind and of one island, and none has a risk of its own in
/// specification section 8: a far place, another currency or a cited risk may move a score.
pub const SWAP_SETS: [SwapSet; 5] = [
    SwapSet {
        name: "sex",
        lists: &[
            &["pria", "wanita"],
            &["laki-laki", "perempuan"],
            &["laki", "perempuan"],
            &["lelaki", "wanita"],
            &["cowok", "cewek"],
            &["cowo", "cewe"],
            &["bapak-bapak", "ibu-ibu"],
            &["male", "female"],
            &["males", "females"],
            &["men", "women"],
            &["man", "woman"],
            &["gentlemen", "ladies"],
        ],
    },
    SwapSet {
        name: "people",
        lists: &[
            &["orang jawa", "orang batak", "orang bugis", "orang sunda", "orang minang"],
            &["orang flores", "orang lombok", "orang sumba"],
            &["indonesian", "filipino", "nepali", "bangladeshi", "indian", "vietnamese"],
            &["indonesians", "filipinos", "nepalis", "bangladeshis", "indians"],
        ],
    },
    SwapSet {
        name: "religion",
        lists: &[
            &["muslim", "kristen", "katolik", "hindu", "buddha"],
            &["muslimah", "kristiani"],
            &["islam", "kristen"],
            &["christian", "hindu", "buddhist"],
        ],
    },
    SwapSet {
        name: "home city",
        lists: &[
            &["bandung", "yogyakarta", "sidoarjo", "bogor"],
            &["pekanbaru", "jambi"],
            &["kuala lumpur", "shah alam", "petaling jaya", "ipoh"],
        ],
    },
    SwapSet {
        name: "ordinary country",
        lists: &[
            &["jepang", "korea selatan", "jerman"],
            &["japan", "south korea", "germany"],
            &["jepun", "korea", "jerman"],
        ],
    },
];

/// More than this is a fault.
const TOLERANCE: f64 = 0.02;

/// What came of one set.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SwapReport {
    /// What was exchanged.
    pub set: String,
    /// Texts that were tried: posts with such a word, once for each word in its place.
    pub texts: u64,
    /// By how much the score moved on average, up or down.
    pub mean_change: f64,
    /// By how much at most.
    pub largest_change: f64,
    /// How many moved by more than 0.02.
    pub beyond: u64,
    /// How many changed their level.
    pub level_changes: u64,
    /// Ids of the posts that moved furthest, furthest first, ten at most.
    pub furthest: Vec<String>,
}

pub(super) fn run(subject: &dyn Subject, posts: &[LabeledPost]) -> Vec<SwapReport> {
    SWAP_SETS.iter().map(|set| report(subject, posts, set)).collect()
}

fn report(subject: &dyn Subject, posts: &[LabeledPost], set: &SwapSet) -> SwapReport {
    let lists: Vec<_> = set.lists.iter().map(|words| (pattern(words), *words)).collect();
    let mut report = SwapReport { set: set.name.to_owned(), ..SwapReport::default() };
    let mut moved: Vec<(f64, String)> = Vec::new();
    for post in posts {
        let mut plain = None;
        for other in lists.iter().flat_map(|(pattern, words)| variants(&post.text, pattern, words))
        {
            let plain = plain.get_or_insert_with(|| subject.assess(&post.text));
            let found = subject.assess(&other);
            let change = (found.score - plain.score).abs();
            report.texts += 1;
            report.beyond += u64::from(change > TOLERANCE);
            report.level_changes += u64::from(found.level != plain.level);
            moved.push((change, post.id.clone()));
        }
    }
    moved.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    report.largest_change = moved.first().map_or(0.0, |(change, _)| *change);
    report.mean_change =
        moved.iter().map(|(change, _)| change).sum::<f64>() / (moved.len().max(1)) as f64;
    for (change, id) in moved {
        if change > 0.0 && report.furthest.len() < 10 && !report.furthest.contains(&id) {
            report.furthest.push(id);
        }
    }
    report
}

/// Whole words of the list, in any case, longest first.
fn pattern(words: &[&str]) -> Regex {
    let mut sorted: Vec<String> = words.iter().map(|word| regex::escape(word)).collect();
    sorted.sort_by_key(|word| std::cmp::Reverse(word.len()));
    let whole = format!(r"\b(?:{})\b", sorted.join("|"));
    RegexBuilder::new(&whole).case_insensitive(true).build().expect("escaped words are a pattern")
}

/// The text with every word of the list moved on by one, by two, and so on round the list.
fn variants(text: &str, pattern: &Regex, words: &[&str]) -> Vec<String> {
    if !pattern.is_match(text) {
        return Vec::new();
    }
    let moved_by = |steps: usize| {
        let steps = RefCell::new(steps);
        pattern
            .replace_all(text, |found: &regex::Captures<'_>| {
                let word = found.get(0).map_or("", |word| word.as_str());
                let at = words.iter().position(|known| *known == word.to_lowercase());
                let other = words[(at.unwrap_or(0) + *steps.borrow()) % words.len()];
                in_case_of(word, other)
            })
            .into_owned()
    };
    (1..words.len()).map(moved_by).collect()
}

/// `other`, written as `word` is: capitals, a capital at the beginning of each part, or neither.
fn in_case_of(word: &str, other: &str) -> String {
    let mut letters = word.chars().filter(|c| c.is_alphabetic());
    let first = letters.next().is_some_and(char::is_uppercase);
    let second = letters.next().is_some_and(char::is_uppercase);
    if first && second {
        return other.to_uppercase();
    }
    let mut starts = first;
    let raise = |c: char| {
        let raised = if starts { c.to_uppercase().next().unwrap_or(c) } else { c };
        starts = first && !c.is_alphabetic();
        raised
    };
    other.chars().map(raise).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_move_round_their_list_and_keep_their_case() {
        let words = ["pria", "wanita"];
        let found = variants("Dicari PRIA/Wanita, pria saja", &pattern(&words), &words);
        assert_eq!(found, ["Dicari WANITA/Pria, wanita saja"]);
        let cities = ["kuala lumpur", "ipoh"];
        let found = variants("di Ipoh, ipohan", &pattern(&cities), &cities);
        assert_eq!(found, ["di Kuala Lumpur, ipohan"]);
        assert!(variants("tidak ada", &pattern(&words), &words).is_empty());
    }

    #[test]
    fn no_list_has_a_word_twice_or_one_word_alone() {
        for list in SWAP_SETS.iter().flat_map(|set| set.lists) {
            let unique: std::collections::BTreeSet<_> = list.iter().collect();
            assert!(unique.len() == list.len() && list.len() > 1, "{list:?}");
        }
    }
}
