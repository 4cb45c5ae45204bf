//! Slices: the same figures of parts of the posts, because a mean hides who pays for it.

use std::collections::BTreeMap;

use super::outcome::Outcome;

/// A slice of fewer posts says nothing and is left out.
pub(super) const FEWEST_POSTS: usize = 20;

/// How the writer said the text is told.
const REGISTERS: [&str; 11] = [
    "chat", "spoken", "reported", "social", "board", "shop", "village", "hr", "oneliner", "long",
    "fragment",
];

/// Which posts belong to which slice: by what they are parted, and the name of the part.
pub(super) fn slices<'a>(
    outcomes: &'a [Outcome<'a>],
) -> BTreeMap<(&'static str, String), Vec<&'a Outcome<'a>>> {
    let mut slices: BTreeMap<_, Vec<&Outcome<'_>>> = BTreeMap::new();
    for outcome in outcomes {
        let post = outcome.post;
        let mut put = |by: &'static str, name: &str| {
            slices.entry((by, name.to_owned())).or_default().push(outcome);
        };
        put("language", post.lang.first().map_or("none", String::as_str));
        if post.lang.len() > 1 {
            put("language", "mixed");
        }
        put("length", length(&post.text));
        put("text type", post.text_type.id());
        for tag in &post.tags {
            if let Some(trade) = tag.strip_prefix("trade:") {
                put("trade", trade);
            } else if REGISTERS.contains(&tag.as_str()) {
                put("register", tag);
            } else if tag == "honest" || tag == "lookalike" || tag == "negated" {
                put("kind", tag);
            }
        }
        put("spelling", if outcome.has_tag("obfuscated") { "obfuscated" } else { "plain" });
        put("label source", post.author.split(',').next().unwrap_or_default());
    }
    slices.retain(|_, posts| posts.len() >= FEWEST_POSTS);
    slices
}

/// Words as between spaces: long adverts and one-liners fail in different ways.
fn length(text: &str) -> &'static str {
    match text.split_whitespace().count() {
        0..=12 => "1 to 12 words",
        13..=40 => "13 to 40 words",
        41..=120 => "41 to 120 words",
        _ => "over 120 words",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bounds_of_length_are_where_they_are_said_to_be() {
        let words = |n: usize| length(&"kata ".repeat(n));
        assert_eq!((words(12), words(13)), ("1 to 12 words", "13 to 40 words"));
        assert_eq!((words(120), words(121)), ("41 to 120 words", "over 120 words"));
    }
}
