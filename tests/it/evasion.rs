//! Letters in disguise change nothing: the level and the indicators stay those of the plain post.

use std::{
    collections::BTreeSet,
    io::{self, Write as _},
};

use waspada::{
    assessment::{Assessment, State},
    labels::{LabeledPost, Split},
    policy::Level,
    post::Post,
};

use crate::{CLASSIFIER, training_posts};

/// How many posts are disguised.
const POSTS: usize = 200;

/// A way to disguise a text.
type Disguise = fn(&str) -> String;

const DISGUISES: [(&str, Disguise); 4] = [
    ("look-alike", look_alike),
    ("zero-width", zero_width),
    ("full-width", full_width),
    ("bold", bold),
];

/// Every second letter that has a twin in the Cyrillic or Greek alphabet becomes that twin, by turns.
fn look_alike(text: &str) -> String {
    const CYRILLIC: [(char, char); 18] = [
        ('a', 'а'),
        ('c', 'с'),
        ('e', 'е'),
        ('i', 'і'),
        ('j', 'ј'),
        ('o', 'о'),
        ('p', 'р'),
        ('s', 'ѕ'),
        ('x', 'х'),
        ('y', 'у'),
        ('A', 'А'),
        ('B', 'В'),
        ('E', 'Е'),
        ('K', 'К'),
        ('M', 'М'),
        ('O', 'О'),
        ('P', 'Р'),
        ('T', 'Т'),
    ];
    const GREEK: [(char, char); 14] = [
        ('a', 'α'),
        ('i', 'ι'),
        ('k', 'κ'),
        ('o', 'ο'),
        ('p', 'ρ'),
        ('v', 'ν'),
        ('A', 'Α'),
        ('B', 'Β'),
        ('E', 'Ε'),
        ('I', 'Ι'),
        ('K', 'Κ'),
        ('M', 'Μ'),
        ('N', 'Ν'),
        ('T', 'Τ'),
    ];
    let twin = |table: &[(char, char)], c: char| {
        table.iter().find(|(latin, _)| *latin == c).map(|(_, twin)| *twin)
    };
    let mut seen = 0;
    let disguise = |c: char| {
        let (cyrillic, greek) = (twin(&CYRILLIC, c), twin(&GREEK, c));
        if cyrillic.or(greek).is_none() {
            return c;
        }
        seen += 1;
        match seen % 4 {
            1 => cyrillic.or(greek).unwrap_or(c),
            3 => greek.or(cyrillic).unwrap_or(c),
            _ => c,
        }
    };
    text.chars().map(disguise).collect()
}

/// Something that cannot be seen after every second letter inside a word.
fn zero_width(text: &str) -> String {
    const UNSEEN: [char; 4] = ['\u{200b}', '\u{200c}', '\u{2060}', '\u{feff}'];
    let letters: Vec<char> = text.chars().collect();
    let mut out = String::new();
    for (at, c) in letters.iter().enumerate() {
        out.push(*c);
        let next = letters.get(at + 1).copied().unwrap_or(' ');
        if c.is_ascii_alphabetic() && next.is_ascii_alphabetic() && at % 2 == 0 {
            out.push(UNSEEN[at / 2 % UNSEEN.len()]);
        }
    }
    out
}

/// Letters, digits and signs as wide as a Chinese character.
fn full_width(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_graphic() { moved(c, '!', '！') } else { c }).collect()
}

/// Letters and digits of the mathematical bold alphabet.
fn bold(text: &str) -> String {
    let disguise = |c: char| match c {
        'a'..='z' => moved(c, 'a', '𝐚'),
        'A'..='Z' => moved(c, 'A', '𝐀'),
        '0'..='9' => moved(c, '0', '𝟎'),
        other => other,
    };
    text.chars().map(disguise).collect()
}

/// The character that is as far from `to` as `c` is from `from`.
fn moved(c: char, from: char, to: char) -> char {
    char::from_u32(u32::from(c) - u32::from(from) + u32::from(to)).unwrap_or(c)
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
    for (name, disguise) in DISGUISES {
        let other: Vec<&str> = posts
            .iter()
            .zip(&plain)
            .filter(|(post, expected)| outcome(&disguise(&post.text)) != **expected)
            .map(|(post, _)| post.id.as_str())
            .collect();
        let same = POSTS - other.len();
        // A figure for the report, and not only a pass.
        writeln!(io::stderr(), "{name}: {same} of {POSTS} the same; not {other:?}").ok();
        if same * 100 < POSTS * 99 {
            failed.push(name);
        }
    }
    assert!(failed.is_empty(), "under 99 % are the same: {failed:?}");
}

#[test]
fn a_disguise_changes_the_text_and_leaves_no_plain_word() {
    let text = "Gaji 15 juta, WA kami di Kamboja";
    for (name, disguise) in DISGUISES {
        let disguised = disguise(text);
        assert!(
            !disguised.contains("Kamboja") && !disguised.contains("juta"),
            "{name}: {disguised}"
        );
    }
    assert_eq!(bold("aZ9"), "𝐚𝐙𝟗");
    assert_eq!(full_width("a Z,9"), "ａ Ｚ，９");
}
