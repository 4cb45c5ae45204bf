//! The margin, itemised: which words moved it, and by how much.
//!
//! The model is linear but for the maximum over clauses and the bound on what
//! the dense stage sees; which clause gave the maximum is known, and a bounded
//! input is scaled as a whole. So the account is exact: the intercept plus all
//! contributions is the margin, to the bit. No sampling, and no second model.

use crate::{
    features::{FeatureMaker, Prepared, View},
    model::{Margins, Model, WideTables},
    text::Span,
};

/// What one piece of evidence added to a margin.
#[derive(Clone, Debug, PartialEq)]
pub struct Contribution {
    /// Log-odds; negative speaks against the label.
    pub log_odds: f32,
    /// The column of the evidence it came through.
    pub column: u16,
    /// The words behind it, in the post as received; empty for a fact of the whole text.
    pub spans: Vec<Span>,
}

/// A margin and the whole account of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// The same number as [`Margins::margins`] has for the head.
    pub margin: f32,
    /// The margin of no evidence.
    pub intercept: f32,
    /// In the order of the sum.
    pub contributions: Vec<Contribution>,
}

/// Accounts for the margin of dense head number `head`.
pub fn explain(
    model: &Model,
    maker: &FeatureMaker,
    prepared: &Prepared<'_>,
    margins: &Margins,
    head: usize,
) -> Explanation {
    let dense = &model.dense[head];
    let contributions: Vec<Contribution> = dense
        .terms(&margins.evidence)
        .map(|(column, log_odds)| Contribution {
            log_odds,
            column,
            spans: column_words(model, maker, prepared, margins, usize::from(column))
                .iter()
                .map(|words| words.span)
                .collect(),
        })
        .collect();
    let margin = contributions.iter().fold(dense.intercept, |sum, c| sum + c.log_odds);
    Explanation { margin, intercept: dense.intercept, contributions }
}

/// Words and what they add to one wide margin.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Words {
    span: Span,
    log_odds: f32,
}

/// At most this many places are shown for one indicator.
const MOST_SPANS: usize = 3;

/// A place is shown when it adds at least this share of what the strongest adds.
const WORTH_SHOWING: f32 = 0.4;

/// The words that show indicator number `indicator`: never none for a text with a word in it.
///
/// The strongest words of the clause that gave the maximum; where no word of it
/// speaks for the indicator, those of the whole post; where none does, because
/// the sign is that something is missing, the clause itself.
pub fn evidence_spans(
    model: &Model,
    maker: &FeatureMaker,
    prepared: &Prepared<'_>,
    margins: &Margins,
    indicator: usize,
) -> Vec<Span> {
    let by_clause = column_words(model, maker, prepared, margins, indicator);
    let spans = strongest(by_clause);
    if !spans.is_empty() {
        return spans;
    }
    let indicators = model.names().indicators.len();
    let spans = strongest(column_words(model, maker, prepared, margins, indicators + indicator));
    if !spans.is_empty() {
        return spans;
    }
    let clause = margins.evidence.best_clause[indicator].unwrap_or(0);
    let range = prepared.text.clauses.get(clause).cloned();
    let range = range.unwrap_or(0..prepared.text.normalized.as_str().len());
    vec![prepared.text.normalized.original_span(range)]
}

/// The words behind a column of the evidence, with what each adds to its wide margin.
fn column_words(
    model: &Model,
    maker: &FeatureMaker,
    prepared: &Prepared<'_>,
    margins: &Margins,
    column: usize,
) -> Vec<Words> {
    let WideTables { clause: clauses, post, form } = &model.wide;
    let indicators = clauses.heads();
    let posts = indicators + post.heads();
    let (table, view, head) = if column < indicators {
        let Some(clause) = margins.evidence.best_clause[column] else { return Vec::new() };
        (clauses, View::Clause(clause), column)
    } else if column < posts {
        (post, View::Post, column - indicators)
    } else if column < posts + form.heads() {
        (form, View::Form, column - posts)
    } else {
        return Vec::new();
    };
    let mut words = Vec::new();
    maker.for_each(prepared, view, |feature| {
        let log_odds = table.log_odds(&feature, head);
        let places: Vec<_> = feature.ranges.iter().filter(|range| !range.is_empty()).collect();
        if log_odds != 0.0 {
            // A pair speaks through both its halves.
            let share = log_odds / places.len().max(1) as f32;
            words.extend(places.into_iter().map(|range| Words {
                span: prepared.text.normalized.original_span(range.clone()),
                log_odds: share,
            }));
        }
    });
    words
}

/// The places that add most, those that touch joined, in reading order.
fn strongest(mut words: Vec<Words>) -> Vec<Span> {
    words.sort_by_key(|words| words.span);
    let mut places: Vec<Words> = Vec::new();
    for next in words {
        match places.last_mut() {
            Some(last) if last.span.overlaps(next.span) => {
                last.span.end = last.span.end.max(next.span.end);
                last.log_odds += next.log_odds;
            }
            _ => places.push(next),
        }
    }
    places.retain(|place| place.log_odds > 0.0);
    places.sort_by(|a, b| b.log_odds.total_cmp(&a.log_odds).then(a.span.cmp(&b.span)));
    let least = places.first().map_or(0.0, |place| place.log_odds * WORTH_SHOWING);
    places.retain(|place| place.log_odds >= least);
    places.truncate(MOST_SPANS);
    let mut spans: Vec<Span> = places.into_iter().map(|place| place.span).collect();
    spans.sort_unstable();
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(start: u32, end: u32, log_odds: f32) -> Words {
        Words { span: Span { start, end }, log_odds }
    }

    #[test]
    fn the_strongest_places_are_shown_in_reading_order_and_weak_ones_are_not() {
        let found = strongest(vec![
            words(20, 30, 2.0),
            words(0, 5, 1.0),
            words(40, 45, 0.1),
            words(50, 55, -3.0),
        ]);
        assert_eq!(found, [Span { start: 0, end: 5 }, Span { start: 20, end: 30 }]);
    }

    #[test]
    fn words_that_overlap_are_one_place_and_add_up() {
        let found = strongest(vec![words(0, 6, 0.5), words(4, 9, 0.6), words(20, 24, 1.0)]);
        assert_eq!(found, [Span { start: 0, end: 9 }, Span { start: 20, end: 24 }]);
    }
}
