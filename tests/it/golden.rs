//! Posts against the records that the released bundle gave for them: a change of any digit is seen.
//!
//! Scores are compared as they are written, with six decimals; spans, levels and rules to the letter.

use std::fs;

use waspada::post::Post;

use crate::{CLASSIFIER, golden_posts, tree};

const RECORDS: &str = "tests/golden/assessments.jsonl";

const REMEDY: &str = "a change of code must not change a record: find out why it did. After a new bundle, or a change \
    that was meant, write the file anew with `cargo test --test it -- --ignored renew_golden` and read its diff";

fn record(post: &Post) -> String {
    serde_json::to_string(&CLASSIFIER.assess(post)).expect("a record can be written")
}

#[test]
fn the_records_of_the_golden_posts_are_those_of_the_file() {
    let expected = fs::read_to_string(tree(RECORDS)).unwrap_or_default();
    let mut expected = expected.lines();
    for post in golden_posts() {
        let (found, expected) = (record(&post), expected.next().unwrap_or_default());
        assert!(
            found == expected,
            "`{}` in {RECORDS}:\n  the file has {expected}\n  and not     {found}\n{REMEDY}",
            post.id
        );
    }
    assert_eq!(expected.next(), None, "{RECORDS} has more records than there are posts; {REMEDY}");
}

#[test]
fn the_golden_posts_are_of_every_kind() {
    let posts = golden_posts();
    assert_eq!(posts.len(), 40);
    for kind in ["id", "ms", "en", "odd", "obfuscated", "other", "burmese", "empty", "emoji"] {
        let is_of_kind = |post: &&Post| post.id.as_str().starts_with(kind);
        assert!(posts.iter().any(|post| is_of_kind(&post)), "{kind}");
    }
}

#[test]
#[ignore = "writes the golden file"]
fn renew_golden() {
    let records: String = golden_posts().iter().map(|post| record(post) + "\n").collect();
    fs::write(tree(RECORDS), records).unwrap();
}
