//! Letters in disguise change nothing: the level and the indicators stay those of the plain post.

use std::{
    collections::BTreeSet,
    io::{self, Write as _},
};

use waspada::{
    assessment::{Assessment, State},
    evaluate::robustness::{DISGUISES, Disguise},
    labels::{LabeledPost, Split},
    policy::Level,
    post::Post,
};

use crate::{CLASSIFIER, training_posts};

/// How many posts are disguised.
const POSTS: usize = 200;

/// The disguises that must be seen through without loss.
fn promised() -> impl Iterator<Item = &'static Disguise> {
    DISGUISES.iter().filter(|disguise| disguise.is_promised)
}

/// What must not change.
fn outcome(text: &str) -> (Level, BTreeSet<String>) {
    let Assessment { level, indicators, protective, .. } = CLASSIFIER.assess(&Post::new("1", text));
    let risks = indicators.into_iter().map(|found| (found.id, found.state));
    let claims = protective.into_iter().map(|found| (found.id, found.state));
    let present = risks.chain(claims).filter(|(_, state)| *state == State::Present);
    (level, present.map(|(id, _)| id).collect())
}

/// Held-out posts, spread evenly over the files.
fn posts() -> Vec<LabeledPost> {
    let mut posts = training_posts();
    posts.retain(|post| post.split == Split::Test);
    let step = (posts.len() / POSTS).max(1);
    posts.into_iter().step_by(step).take(POSTS).collect()
}

#[test]
fn a_disguised_post_has_the_level_and_the_indicators_of_the_plain_one() {
    let posts = posts();
    assert_eq!(posts.len(), POSTS);
    let plain: Vec<_> = posts.iter().map(|post| outcome(&post.text)).collect();
    let raised = plain.iter().filter(|(_, present)| !present.is_empty()).count();
    assert!(raised > POSTS / 4, "{raised} posts with an indicator say too little");
    let mut failed = Vec::new();
    for disguise in promised() {
        let other: Vec<&str> = posts
            .iter()
            .zip(&plain)
            .filter(|(post, expected)| outcome(&disguise.text(&post.text, 1.0)) != **expected)
            .map(|(post, _)| post.id.as_str())
            .collect();
        let (name, same) = (disguise.name, POSTS - other.len());
        // A figure for the report, and not only a pass.
        writeln!(io::stderr(), "{name}: {same} of {POSTS} the same; not {other:?}").ok();
        if same * 100 < POSTS * 99 {
            failed.push(name);
        }
    }
    assert!(failed.is_empty(), "under 99 % are the same: {failed:?}");
}

#[test]
fn a_disguise_leaves_no_plain_word() {
    assert!(promised().count() >= 8);
    for disguise in promised().filter(|disguise| disguise.name != "keycaps") {
        let disguised = disguise.text("Gaji besar, WA kami di Kamboja", 1.0);
        let is_plain = ["Gaji", "besar", "Kamboja"].iter().any(|word| disguised.contains(word));
        assert!(!is_plain, "{}: {disguised}", disguise.name);
    }
}
