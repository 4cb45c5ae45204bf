//! The post as it came, cut where marks begin and end.

/// Words of the post that show something, by the label of what they show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::service) struct Mark {
    /// First code point.
    pub(in crate::service) start: usize,
    /// One past the last.
    pub(in crate::service) end: usize,
    /// What stands beside the words and names the reason below, such as `3` or `A`.
    pub(in crate::service) label: String,
    /// Whether it speaks for the post.
    pub(in crate::service) protective: bool,
}

/// A run of the post that is covered by the same marks throughout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::service) struct Segment {
    pub(in crate::service) text: String,
    /// The first mark that covers it: where its words lead.
    pub(in crate::service) leads_to: Option<String>,
    /// Whether every mark that covers it speaks for the post.
    pub(in crate::service) protective: bool,
    /// The labels of the marks that end with it.
    pub(in crate::service) ends: Vec<String>,
}

/// Cuts the first `most` code points of `text`; each is in exactly one segment, in order.
///
/// Control characters, which could turn the direction of a whole page or end a string, are shown as `�`.
pub(in crate::service) fn segments(text: &str, marks: &[Mark], most: usize) -> Vec<Segment> {
    let shown: Vec<char> = text.chars().take(most).map(visible).collect();
    let mut cuts: Vec<usize> = marks.iter().flat_map(|mark| [mark.start, mark.end]).collect();
    cuts.extend([0, shown.len()]);
    cuts.retain(|cut| *cut <= shown.len());
    cuts.sort_unstable();
    cuts.dedup();
    cuts.windows(2).map(|pair| segment(&shown, marks, pair[0], pair[1])).collect()
}

fn segment(shown: &[char], marks: &[Mark], start: usize, end: usize) -> Segment {
    let covering = || marks.iter().filter(|mark| mark.start <= start && end <= mark.end);
    // A mark that goes on behind the cut of a long text ends with what is shown of it.
    let last = |mark: &&Mark| mark.end == end || end == shown.len();
    Segment {
        text: shown[start..end].iter().collect(),
        leads_to: covering().next().map(|mark| mark.label.clone()),
        protective: covering().all(|mark| mark.protective),
        ends: covering().filter(last).map(|mark| mark.label.clone()).collect(),
    }
}

/// Bidirectional controls and other characters without a shape are made visible.
pub(in crate::service) fn visible(c: char) -> char {
    let turns = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if (c.is_control() && !matches!(c, '\n' | '\t')) || turns { '\u{fffd}' } else { c }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn mark(start: usize, end: usize, label: &str) -> Mark {
        Mark { start, end, label: label.to_owned(), protective: label == "A" }
    }

    #[test]
    fn words_lead_to_the_first_reason_and_name_all_that_end_there() {
        let found =
            segments("gaji 15 juta tanpa paspor", &[mark(0, 12, "1"), mark(5, 25, "2")], 99);
        let texts: Vec<&str> = found.iter().map(|s| s.text.as_str()).collect();
        assert_eq!(texts, ["gaji ", "15 juta", " tanpa paspor"]);
        assert_eq!(found[1].ends, ["1"]);
        assert_eq!(found[2].leads_to.as_deref(), Some("2"));
    }

    #[test]
    fn a_mark_that_the_cut_goes_through_still_names_its_reason() {
        let found = segments("abcdef", &[mark(2, 6, "1")], 4);
        assert_eq!(found.last().unwrap().ends, ["1"]);
    }

    #[test]
    fn characters_that_turn_a_page_around_are_shown_and_not_obeyed() {
        assert_eq!(segments("a\u{202e}b\0\n", &[], 9)[0].text, "a\u{fffd}b\u{fffd}\n");
        assert!(segments("", &[], 9).is_empty());
    }

    proptest! {
        #[test]
        fn nothing_of_the_text_is_lost_or_said_twice(
            text in "\\PC{0,40}",
            spans in prop::collection::vec((0usize..50, 0usize..50), 0..6),
        ) {
            let marks: Vec<Mark> =
                spans.iter().map(|(a, b)| mark(*a.min(b), *a.max(b), "1")).collect();
            let joined: String = segments(&text, &marks, 99).into_iter().map(|s| s.text).collect();
            prop_assert_eq!(joined, text.chars().map(visible).collect::<String>());
        }
    }
}
