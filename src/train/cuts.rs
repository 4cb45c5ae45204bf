//! Cuts: fragments of long honest posts, so that short does not come to mean bad.

use super::{TrainSettings, folds::draw};
use crate::labels::{LabelState, LabeledPost, Split};

/// Marks a post that was cut from another. Cuts train; they never calibrate or judge.
pub(super) const CUT_TAG: &str = "cut";

/// A post of fewer words is not cut.
const LONG: usize = 50;

/// Shortest and longest fragment, in words: what a preview or a search result shows.
const FRAGMENT: (usize, usize) = (12, 40);

/// `posts` that are for training, and fragments of the long honest ones among them.
pub(super) fn with_cuts(posts: &[LabeledPost], settings: &TrainSettings) -> Vec<LabeledPost> {
    let train: Vec<LabeledPost> =
        posts.iter().filter(|post| post.split == Split::Train).cloned().collect();
    let cuts: Vec<LabeledPost> = train
        .iter()
        .filter(|post| is_honest(post))
        .flat_map(|post| (0..settings.cuts).filter_map(|number| cut(post, number, settings)))
        .collect();
    train.into_iter().chain(cuts).collect()
}

/// Whether no risk indicator is present. Protective ones are cut with their evidence.
fn is_honest(post: &LabeledPost) -> bool {
    post.tags.iter().any(|tag| tag == "honest")
        && post.indicators.values().all(|label| label.state != LabelState::Present)
        || post.tags.iter().any(|tag| tag == "honest") && only_protective(post)
}

fn only_protective(post: &LabeledPost) -> bool {
    post.indicators.iter().filter(|(_, label)| label.state == LabelState::Present).all(|(id, _)| {
        ["licensed", "named", "no_fee", "official", "proper"].iter().any(|p| id.starts_with(p))
    })
}

fn cut(post: &LabeledPost, number: usize, settings: &TrainSettings) -> Option<LabeledPost> {
    let words: Vec<(usize, &str)> = word_starts(&post.text);
    if words.len() < LONG {
        return None;
    }
    let draw = |what: &str, below: usize| {
        let drawn = draw(settings.seed, &format!("{}/{number}/{what}", post.id));
        usize::try_from(drawn % below as u64).unwrap_or(0)
    };
    let length = FRAGMENT.0 + draw("length", FRAGMENT.1 - FRAGMENT.0 + 1);
    let first = draw("first", words.len() - length + 1);
    let (last, word) = words[first + length - 1];
    let text = post.text.get(words[first].0..last + word.len())?.to_owned();
    let indicators = post
        .indicators
        .iter()
        .filter(|(_, label)| {
            !label.evidence.is_empty() && label.evidence.iter().all(|quote| text.contains(quote))
        })
        .map(|(id, label)| (id.clone(), label.clone()))
        .collect();
    let id = format!("{}/cut{number}", post.id);
    let tags = vec!["honest".to_owned(), CUT_TAG.to_owned()];
    Some(LabeledPost { id, text, indicators, tags, ..post.clone() })
}

fn word_starts(text: &str) -> Vec<(usize, &str)> {
    text.split_whitespace()
        .map(|word| (word.as_ptr() as usize - text.as_ptr() as usize, word))
        .collect()
}
