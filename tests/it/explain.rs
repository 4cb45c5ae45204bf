//! The account of a margin is whole, and what is shown as evidence stands in the post.

use proptest::prelude::*;
use waspada::{assessment::State, explain::Explanation};

use crate::{CLASSIFIER, golden_posts};

/// How many dense heads there are: indicators, text types, the score.
fn heads() -> usize {
    CLASSIFIER.margins("").margins.len()
}

/// Checks the account of `head` for `text` against the margin that the record was decided by.
fn check(text: &str, head: usize) {
    let margin = CLASSIFIER.margins(text).margins[head];
    let Explanation { margin: told, intercept, contributions } = CLASSIFIER.explain(text, head);
    let sum = contributions.iter().fold(intercept, |sum, part| sum + part.log_odds);
    assert_eq!(sum.to_bits(), margin.to_bits(), "head {head} of {text:?}: {sum} is not {margin}");
    assert_eq!(told.to_bits(), margin.to_bits(), "head {head} of {text:?}");
    for span in contributions.iter().flat_map(|part| &part.spans) {
        assert!(span.slice(text).is_some_and(|words| !words.is_empty()), "{span:?} of {text:?}");
    }
}

#[test]
fn the_parts_add_up_to_the_margin_for_every_head_of_golden_posts() {
    for post in golden_posts().iter().step_by(4) {
        (0..heads()).for_each(|head| check(&post.text, head));
    }
}

/// Pieces of posts, so that some features speak.
const PIECES: [&str; 16] = [
    "gaji 15 juta",
    "Kamboja",
    "paspor ditahan",
    "tanpa pengalaman",
    "no fee",
    "visa turis",
    "usia 16 tahun",
    "WA 081234567890",
    "potong gaji",
    "PT Maju Jaya",
    "tolong saya",
    "🇰🇭",
    "ｇａｊｉ",
    "к а м б о д ж а",
    ".",
    "\n",
];

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 64,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn the_parts_add_up_to_the_margin_for_any_text(
        pieces in prop::collection::vec(
            prop_oneof![prop::sample::select(PIECES.as_slice()).prop_map(String::from), ".{0,12}"],
            0..10,
        ),
        heads in prop::collection::vec(0..heads(), 4),
    ) {
        let text = pieces.join(" ");
        for head in heads {
            check(&text, head);
        }
    }

    #[test]
    fn any_text_has_a_record_whose_quotes_stand_in_it(text in "\\PC{0,60}|(.|\\s){0,60}") {
        check_quotes(&text);
    }
}

/// Checks that every quotation is what stands at its code points, and that nothing present is without one.
fn check_quotes(text: &str) {
    let record = CLASSIFIER.assess(&waspada::post::Post::new("1", text));
    let points: Vec<char> = text.chars().collect();
    let slice = |start: u32, end: u32| -> Option<String> {
        Some(points.get(start as usize..end as usize)?.iter().collect())
    };
    let risks = record.indicators.iter().map(|found| (&found.id, found.state, &found.spans));
    let claims = record.protective.iter().map(|found| (&found.id, found.state, &found.spans));
    for (id, state, spans) in risks.chain(claims) {
        assert!(state != State::Present || !spans.is_empty(), "{id} of {text:?} has no words");
        for span in spans {
            assert!(!span.text.is_empty(), "{id} of {text:?} quotes nothing");
            let words = slice(span.start, span.end).expect("it ends in the text");
            assert!(
                is_quotation(&span.text, &words),
                "{id} of {text:?}: {} is not {words}",
                span.text
            );
        }
    }
    for place in &record.places {
        assert!(slice(place.span.start, place.span.end).is_some_and(|words| !words.is_empty()));
    }
}

/// Whether `quote` is `words`, letter by letter, but for those of contacts, which are hidden.
fn is_quotation(quote: &str, words: &str) -> bool {
    let is_same = |(shown, c): (char, char)| shown == c || (shown == '•' && c.is_alphanumeric());
    quote.chars().count() == words.chars().count() && quote.chars().zip(words.chars()).all(is_same)
}

#[test]
fn a_quotation_hides_nothing_but_a_contact() {
    let text = "Dicari admin chat di Kamboja, paspor kami pegang, WA 081234567890 segera";
    let record = CLASSIFIER.assess(&waspada::post::Post::new("1", text));
    let hidden = |quote: &str| quote.chars().filter(|c| *c == '•').count();
    for quote in record.indicators.iter().flat_map(|found| &found.spans) {
        let is_of_contact = quote.text.contains("WA ") || quote.text.starts_with('•');
        assert!(hidden(&quote.text) == 0 || is_of_contact, "{}", quote.text);
        assert!(!quote.text.contains("0812"), "{}", quote.text);
    }
}

#[test]
fn every_present_indicator_of_a_golden_post_is_shown_in_the_words_as_received() {
    let posts = golden_posts();
    for post in &posts {
        check_quotes(&post.text);
    }
    let present =
        |post| CLASSIFIER.assess(post).indicators.iter().any(|i| i.state == State::Present);
    assert!(posts.iter().any(present), "no indicator was found in any golden post");
}

#[test]
fn code_points_are_counted_and_not_bytes() {
    let text = "🇰🇭🔥 Dicari admin di Kamboja";
    let record = CLASSIFIER.assess(&waspada::post::Post::new("1", text));
    let place =
        record.places.iter().find(|place| place.span.start > 3).expect("Kamboja is a place");
    assert_eq!((place.span.start, place.span.end), (20, 27));
}
