//! One post's label beside one record of it: what every later count is made from.

use crate::{
    assessment::{Assessment, State},
    labels::{LabelState, LabeledPost},
    policy::{Level, Policy},
    taxonomy::{Taxonomy, TextType},
};

/// What a classifier says of one post.
#[derive(Clone, Debug)]
pub struct Judgement {
    /// The record.
    pub assessment: Assessment,
    /// The confidence of every indicator in the order of the taxonomy, for curves below the
    /// threshold. Records of a stranger do not have it: then what is not in the record is 0.
    pub confidences: Option<Vec<f64>>,
}

/// One indicator of one post, where the label takes a side.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    pub(super) indicator: usize,
    pub(super) labelled: bool,
    pub(super) found: bool,
    pub(super) confidence: f64,
    /// Of those labelled and found, whether their words overlap.
    pub(super) overlaps: bool,
}

/// A label and a record of the same post, compared.
#[derive(Debug)]
pub(super) struct Outcome<'a> {
    pub(super) post: &'a LabeledPost,
    pub(super) assessment: &'a Assessment,
    /// Empty for a text type whose indicators nobody marks.
    pub(super) marks: Vec<Mark>,
    /// What the rules make of the labels.
    pub(super) labelled: Level,
    /// Whether texts of the labelled type get a level at all.
    pub(super) is_scored: bool,
}

impl<'a> Outcome<'a> {
    pub(super) fn new(
        post: &'a LabeledPost,
        judgement: &'a Judgement,
        taxonomy: &Taxonomy,
        policy: &Policy,
    ) -> Self {
        let assessment = &judgement.assessment;
        let is_scored = taxonomy.text_type(post.text_type).scored;
        let confidences = judgement.confidences.as_deref();
        let marks = if is_scored { marks(post, assessment, confidences, taxonomy) } else { vec![] };
        let labelled = policy.evaluate(&post.findings(taxonomy)).level;
        Self { post, assessment, marks, labelled, is_scored }
    }

    /// The score, and whether it should be high: what a ranking and a reliability diagram need.
    pub(super) fn scored(&self) -> (f64, bool) {
        (self.assessment.score, self.should_reach(Level::High))
    }

    /// Whether the labels put the post at `level` or above.
    pub(super) fn should_reach(&self, level: Level) -> bool {
        self.labelled.rung() >= level.rung()
    }

    /// Whether the record puts the post at `level` or above.
    pub(super) fn reaches(&self, level: Level) -> bool {
        self.assessment.level.rung() >= level.rung()
    }

    pub(super) fn is_plea(&self) -> bool {
        self.post.text_type == TextType::HelpRequest
    }

    pub(super) fn has_tag(&self, tag: &str) -> bool {
        self.post.tags.iter().any(|found| found == tag)
    }

    pub(super) fn has_right_type(&self) -> bool {
        self.assessment.text_type == self.post.text_type.id()
    }
}

/// What is unclear to the labeller is neither right nor wrong and is left out.
fn marks(
    post: &LabeledPost,
    assessment: &Assessment,
    confidences: Option<&[f64]>,
    taxonomy: &Taxonomy,
) -> Vec<Mark> {
    let points = CodePoints(&post.text);
    let judged = taxonomy.indicators().iter().enumerate();
    judged
        .filter(|(_, indicator)| post.state(&indicator.id) != Some(LabelState::Unclear))
        .map(|(at, indicator)| {
            let id = indicator.id.as_str();
            let finding = finding(assessment, id);
            let found = finding.as_ref().is_some_and(|finding| finding.state == State::Present);
            let recorded = finding.as_ref().map_or(0.0, |finding| finding.confidence);
            let spans = finding.map_or_else(Vec::new, |finding| finding.spans);
            let evidence = post.evidence_spans(id);
            let overlaps = spans.iter().any(|(start, end)| {
                evidence.iter().any(|span| {
                    let (from, to) = points.of(span.start as usize, span.end as usize);
                    *start < to && from < *end
                })
            });
            let confidence = confidences.and_then(|all| all.get(at)).copied().unwrap_or(recorded);
            Mark { indicator: at, labelled: post.has(id), found, confidence, overlaps }
        })
        .collect()
}

/// An indicator of a record, risk or protective.
struct Finding {
    state: State,
    confidence: f64,
    /// In code points.
    spans: Vec<(u32, u32)>,
}

fn finding(assessment: &Assessment, id: &str) -> Option<Finding> {
    let risk = assessment
        .indicators
        .iter()
        .map(|found| (&found.id, found.state, found.confidence, &found.spans));
    let protective = assessment
        .protective
        .iter()
        .map(|found| (&found.id, found.state, found.confidence, &found.spans));
    let (_, state, confidence, spans) = risk.chain(protective).find(|(found, ..)| *found == id)?;
    let spans = spans.iter().map(|quote| (quote.start, quote.end)).collect();
    Some(Finding { state, confidence, spans })
}

/// Bytes of a text to code points, which is how records count.
struct CodePoints<'a>(&'a str);

impl CodePoints<'_> {
    fn of(&self, start: usize, end: usize) -> (u32, u32) {
        let count = |to: usize| {
            let chars = self.0.get(..to).map_or(0, |text| text.chars().count());
            u32::try_from(chars).unwrap_or(u32::MAX)
        };
        (count(start), count(end))
    }
}
