//! The report: how assessments agree with labels, by indicator, text type and level.

use std::{
    collections::BTreeMap,
    fmt::{self, Display},
};

use serde::{Deserialize, Serialize};

use super::metrics::{Counts, auroc, ratio};
use crate::{
    assessment::{Assessment, State},
    labels::LabeledPost,
    policy::{Findings, Level, Policy},
    taxonomy::{Taxonomy, TextType},
};

/// Rows are labelled levels, columns are levels of the assessments.
pub type LevelConfusion = BTreeMap<String, BTreeMap<String, u64>>;

/// How assessments agree with labels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Posts compared.
    pub posts: u64,
    /// By indicator: present in the label against present in the assessment. Unclear is neither
    /// here nor there and is left out, as long as the labeller said so.
    pub indicators: BTreeMap<String, Counts>,
    /// Mean of the F1 of indicators that are labelled at least once.
    pub macro_f1: Option<f64>,
    /// F1 of all indicators together.
    pub micro_f1: Option<f64>,
    /// Present indicators both found and labelled whose words overlap the evidence.
    pub evidence_overlap: Option<f64>,
    /// By labelled text type, how often each was said.
    pub text_types: BTreeMap<String, BTreeMap<String, u64>>,
    /// Share of posts with the right text type.
    pub text_type_accuracy: Option<f64>,
    /// Pleas for help found, and other texts taken for one.
    pub distress: Counts,
    /// Posts that are no plea for help.
    pub no_plea: u64,
    /// Labelled levels against assessed ones.
    pub levels: LevelConfusion,
    /// Of posts whose labels give elevated or above, the share assessed so.
    pub found_elevated: Option<f64>,
    /// Of posts whose labels give high or above, the share assessed so.
    pub found_high: Option<f64>,
    /// Of posts whose labels give low or no level, the share raised to elevated or above.
    pub raised: Option<f64>,
    /// Ranking of posts labelled high or critical above all others, by score.
    pub score_auroc: Option<f64>,
}

/// Compares `assessments` with the labels of `posts`, pair by pair.
///
/// The labelled level is what `policy` gives for the labels.
pub fn evaluate(
    posts: &[LabeledPost],
    assessments: &[Assessment],
    taxonomy: &Taxonomy,
    policy: &Policy,
) -> Report {
    let mut tally = Tally::default();
    for (post, assessment) in posts.iter().zip(assessments) {
        tally.add(post, assessment, taxonomy, policy);
    }
    tally.report()
}

#[derive(Default)]
struct Tally {
    posts: u64,
    indicators: BTreeMap<String, Counts>,
    overlap: (u64, u64),
    text_types: BTreeMap<String, BTreeMap<String, u64>>,
    distress: Counts,
    levels: LevelConfusion,
    elevated: (u64, u64),
    high: (u64, u64),
    raised: (u64, u64),
    scores: Vec<(f64, bool)>,
}

impl Tally {
    fn add(
        &mut self,
        post: &LabeledPost,
        assessment: &Assessment,
        taxonomy: &Taxonomy,
        policy: &Policy,
    ) {
        self.posts += 1;
        let said = self.text_types.entry(post.text_type.id().to_owned()).or_default();
        *said.entry(assessment.text_type.clone()).or_default() += 1;
        let is_plea = post.text_type == TextType::HelpRequest;
        self.distress.add(is_plea, assessment.level == Level::Distress);
        if taxonomy.text_type(post.text_type).scored {
            self.add_indicators(post, assessment, taxonomy);
        }
        self.add_level(labelled_level(post, taxonomy, policy), assessment);
    }

    fn add_indicators(&mut self, post: &LabeledPost, assessment: &Assessment, taxonomy: &Taxonomy) {
        let text = CodePointText(&post.text);
        for indicator in taxonomy.indicators() {
            let id = indicator.id.as_str();
            if post.state(id) == Some(crate::labels::LabelState::Unclear) {
                continue;
            }
            let spans = found_spans(assessment, id);
            self.indicators.entry(id.to_owned()).or_default().add(post.has(id), spans.is_some());
            if let (true, Some(spans)) = (post.has(id), spans) {
                let evidence = post.evidence_spans(id);
                let hit = spans.iter().any(|(start, end)| {
                    evidence.iter().any(|e| {
                        let (from, to) = text.points(e.start as usize, e.end as usize);
                        *start < to && from < *end
                    })
                });
                self.overlap.0 += u64::from(hit);
                self.overlap.1 += 1;
            }
        }
    }

    fn add_level(&mut self, labelled: Level, assessment: &Assessment) {
        let row = self.levels.entry(labelled.id().to_owned()).or_default();
        *row.entry(assessment.level.id().to_owned()).or_default() += 1;
        let reaches = |level: Level, at_least: Level| level.rung() >= at_least.rung();
        let count = |tally: &mut (u64, u64), hit: bool| {
            tally.0 += u64::from(hit);
            tally.1 += 1;
        };
        if reaches(labelled, Level::Elevated) {
            count(&mut self.elevated, reaches(assessment.level, Level::Elevated));
        } else {
            count(&mut self.raised, reaches(assessment.level, Level::Elevated));
        }
        if reaches(labelled, Level::High) {
            count(&mut self.high, reaches(assessment.level, Level::High));
        }
        self.scores.push((assessment.score, reaches(labelled, Level::High)));
    }

    fn report(self) -> Report {
        let labelled: Vec<f64> = self
            .indicators
            .values()
            .filter(|counts| counts.hits + counts.misses > 0)
            .map(|counts| counts.f1().unwrap_or(0.0))
            .collect();
        let mut all = Counts::default();
        self.indicators.values().for_each(|counts| all.merge(*counts));
        let right = self.text_types.iter().filter_map(|(label, said)| said.get(label)).sum();
        Report {
            posts: self.posts,
            macro_f1: (!labelled.is_empty())
                .then(|| labelled.iter().sum::<f64>() / labelled.len() as f64),
            micro_f1: all.f1(),
            evidence_overlap: ratio(self.overlap.0, self.overlap.1),
            text_type_accuracy: ratio(right, self.posts),
            no_plea: self.posts - self.distress.hits - self.distress.misses,
            distress: self.distress,
            found_elevated: ratio(self.elevated.0, self.elevated.1),
            found_high: ratio(self.high.0, self.high.1),
            raised: ratio(self.raised.0, self.raised.1),
            score_auroc: auroc(&self.scores),
            indicators: self.indicators,
            text_types: self.text_types,
            levels: self.levels,
        }
    }
}

/// The places of indicator `id` in code points; `None` when it is not present.
fn found_spans(assessment: &Assessment, id: &str) -> Option<Vec<(u32, u32)>> {
    let risk = assessment.indicators.iter().map(|found| (&found.id, found.state, &found.spans));
    let protective =
        assessment.protective.iter().map(|found| (&found.id, found.state, &found.spans));
    risk.chain(protective)
        .find(|(found, state, _)| *found == id && *state == State::Present)
        .map(|(_, _, spans)| spans.iter().map(|quote| (quote.start, quote.end)).collect())
}

struct CodePointText<'a>(&'a str);

impl CodePointText<'_> {
    fn points(&self, start: usize, end: usize) -> (u32, u32) {
        let count = |to: usize| {
            let chars = self.0.get(..to).map_or(0, |text| text.chars().count());
            u32::try_from(chars).unwrap_or(u32::MAX)
        };
        (count(start), count(end))
    }
}

/// The level that the rules give for the labels of a post.
pub(super) fn labelled_level(post: &LabeledPost, taxonomy: &Taxonomy, policy: &Policy) -> Level {
    let present = post
        .indicators
        .iter()
        .filter(|(id, _)| post.has(id))
        .filter_map(|(id, label)| Some((taxonomy.index(id)?, label.kind.clone())))
        .collect();
    let is_word = |word: &&str| word.chars().any(char::is_alphabetic);
    let findings = Findings {
        text_type: post.text_type,
        offer_quoted: post.offer_quoted,
        languages: post.lang.clone(),
        words: post.text.split_whitespace().filter(is_word).count(),
        abroad: false,
        present,
    };
    policy.evaluate(&findings).level
}

impl Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "posts                 {}", self.posts)?;
        writeln!(f, "indicator macro-F1    {}", shown(self.macro_f1))?;
        writeln!(f, "indicator micro-F1    {}", shown(self.micro_f1))?;
        writeln!(f, "evidence overlap      {}", shown(self.evidence_overlap))?;
        writeln!(f, "text type accuracy    {}", shown(self.text_type_accuracy))?;
        writeln!(f, "distress found        {}", shown(self.distress.recall()))?;
        let false_distress = ratio(self.distress.false_alarms, self.no_plea);
        writeln!(f, "false distress        {}", shown(false_distress))?;
        writeln!(f, "elevated+ found       {}", shown(self.found_elevated))?;
        writeln!(f, "high+ found           {}", shown(self.found_high))?;
        writeln!(f, "low raised            {}", shown(self.raised))?;
        writeln!(f, "score AUROC           {}", shown(self.score_auroc))?;
        writeln!(
            f,
            "\n{:34}{:>9}{:>8}{:>7}{:>7}{:>7}{:>7}",
            "indicator", "precision", "recall", "F1", "hits", "false", "missed"
        )?;
        for (id, counts) in &self.indicators {
            writeln!(
                f,
                "{id:34}{:>9}{:>8}{:>7}{:>7}{:>7}{:>7}",
                shown(counts.precision()),
                shown(counts.recall()),
                shown(counts.f1()),
                counts.hits,
                counts.false_alarms,
                counts.misses
            )?;
        }
        table(f, "text type (rows: label)", &self.text_types)?;
        table(f, "level (rows: label)", &self.levels)
    }
}

fn shown(value: Option<f64>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| format!("{value:.3}"))
}

fn table(
    f: &mut fmt::Formatter<'_>,
    title: &str,
    rows: &BTreeMap<String, BTreeMap<String, u64>>,
) -> fmt::Result {
    let columns: std::collections::BTreeSet<&String> =
        rows.values().flat_map(BTreeMap::keys).collect();
    write!(f, "\n{title:26}")?;
    for column in &columns {
        write!(f, "{column:>12.11}")?;
    }
    writeln!(f)?;
    for (label, said) in rows {
        write!(f, "{label:26}")?;
        for column in &columns {
            write!(f, "{:>12}", said.get(*column).copied().unwrap_or(0))?;
        }
        writeln!(f)?;
    }
    Ok(())
}
