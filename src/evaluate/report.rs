//! The report: how records agree with labels, by figure, indicator, slice, level and text type.

use std::{
    collections::BTreeMap,
    fmt::{self, Display},
};

use serde::{Deserialize, Serialize};

use super::{
    bootstrap::{DRAWS, Figure, SLICE_DRAWS},
    calibration::CalibrationReport,
    figures::{FIGURES, Figures, Sample},
    metrics::{Counts, CurvePoint, Ranking, Share},
    ordinary::{self, OrdinaryRecords, OrdinaryReport},
    outcome::{Judgement, Mark, Outcome},
    robustness::RobustnessReport,
    slices::slices,
};
use crate::{
    assessment::ModelStamp,
    labels::LabeledPost,
    policy::{Level, Policy},
    taxonomy::Taxonomy,
};

/// Rows are what the label says, columns what the record says.
pub type Confusion = BTreeMap<String, BTreeMap<String, u64>>;

/// Points kept of a curve.
const CURVE_POINTS: usize = 60;

/// How records agree with labels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Which model made the records; `None` where they come from several, or from nowhere.
    pub model: Option<ModelStamp>,
    /// Posts compared.
    pub posts: u64,
    /// Groups of near-copies among them; intervals draw these.
    pub groups: u64,
    /// Figures of all posts, by the names of [`FIGURES`].
    pub figures: Figures,
    /// By indicator. Unclear in the label is neither right nor wrong, and left out.
    pub indicators: BTreeMap<String, IndicatorReport>,
    /// Rows are labelled text types.
    pub text_types: Confusion,
    /// Rows are labelled levels, columns are levels of the records.
    pub levels: Confusion,
    /// The same figures of parts of the posts.
    pub slices: Vec<SliceReport>,
    /// Precision against recall of the score, for posts labelled high or above.
    pub score_curve: Vec<CurvePoint>,
    /// Whether confidences mean what they say.
    pub calibration: CalibrationReport,
    /// Of the posts that nobody would look at, because they are low or have no level, how many are
    /// labelled high or above.
    pub missed: Missed,
    /// Posts labelled elevated or above that were not raised, by id.
    pub misses: Vec<String>,
    /// Posts raised whose labels are low or give no level, by id, highest score first.
    pub false_alarms: Vec<String>,
    /// Unlabelled posts that are presumed honest, a file each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ordinary: Vec<OrdinaryReport>,
    /// Disguises, identity swaps and other contacts, where they were tried.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub robustness: Option<RobustnessReport>,
}

/// How one indicator is found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IndicatorReport {
    /// Found, missed, raised for nothing.
    #[serde(flatten)]
    pub counts: Counts,
    /// hits / (hits + false alarms).
    pub precision: Option<f64>,
    /// hits / (hits + misses).
    pub recall: Option<f64>,
    /// Their harmonic mean, with its interval.
    pub f1: Figure,
    /// Mean precision over the ranks of the labelled ones.
    pub average_precision: Option<f64>,
    /// Confidence from which the model says present, where it was given.
    pub threshold: Option<f64>,
    /// Precision against recall over all thresholds.
    pub curve: Vec<CurvePoint>,
}

/// Figures of a part of the posts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SliceReport {
    /// By what the posts are parted.
    pub by: String,
    /// Which part.
    pub name: String,
    /// How many posts.
    pub posts: u64,
    /// The figures, by the names of [`FIGURES`].
    pub figures: Figures,
}

/// What a review that looks at raised posts only never sees.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Missed {
    /// Groups with a post labelled high or above, and of these how many have one that is not raised.
    pub of_high: Share,
    /// The highest miss rate that is still likely (95 %, one-sided, Clopper-Pearson).
    pub of_high_bound: Option<f64>,
    /// Groups with a post that is not raised, and of these how many have one labelled high or above.
    pub of_unseen: Share,
    /// The highest share of such groups that is still likely (95 %, one-sided).
    pub of_unseen_bound: Option<f64>,
}

/// What a report is made from, beside the posts and what was said of them.
#[derive(Debug)]
pub struct Context<'a> {
    /// What is looked for.
    pub taxonomy: &'a Taxonomy,
    /// What makes a level of labels.
    pub policy: &'a Policy,
    /// Confidence from which each indicator is present, in the order of the taxonomy; empty where
    /// it is not known.
    pub thresholds: &'a [f64],
    /// Share of posts at high or above where the model will be used.
    pub prevalence: f64,
}

/// Compares `judgements` with the labels of `posts`, pair by pair, and adds what `ordinary` posts
/// got.
///
/// The labelled level is what the policy gives for the labels. About a second for 1,000 posts.
pub fn evaluate(
    posts: &[LabeledPost],
    judgements: &[Judgement],
    ordinary: &[OrdinaryRecords],
    context: &Context<'_>,
) -> Report {
    let taxonomy = context.taxonomy;
    let outcomes: Vec<Outcome<'_>> = posts
        .iter()
        .zip(judgements)
        .map(|(post, judgement)| Outcome::new(post, judgement, taxonomy, context.policy))
        .collect();
    let sample = Sample::new(outcomes.iter().collect(), taxonomy);
    let is_high = |outcome: &&Outcome<'_>| outcome.should_reach(Level::High);
    let high_scores: Vec<f64> =
        outcomes.iter().filter(is_high).map(|outcome| outcome.assessment.score).collect();
    Report {
        model: model(&outcomes),
        posts: outcomes.len() as u64,
        groups: distinct(outcomes.iter().map(|outcome| outcome.post.group.as_str())),
        figures: sample.figures(DRAWS),
        indicators: indicators(&outcomes, &sample, context),
        text_types: confusion(&outcomes, |outcome| {
            (outcome.post.text_type.id().to_owned(), outcome.assessment.text_type.clone())
        }),
        levels: confusion(&outcomes, |outcome| {
            (outcome.labelled.id().to_owned(), outcome.assessment.level.id().to_owned())
        }),
        slices: slices(&outcomes)
            .into_iter()
            .map(|((by, name), part)| SliceReport {
                by: by.to_owned(),
                name,
                posts: part.len() as u64,
                figures: Sample::new(part, taxonomy).figures(SLICE_DRAWS),
            })
            .collect(),
        score_curve: sample.score_curve(CURVE_POINTS),
        calibration: CalibrationReport::new(&outcomes, context),
        missed: missed(&outcomes),
        misses: misses(&outcomes),
        false_alarms: false_alarms(&outcomes),
        ordinary: ordinary.iter().map(|file| ordinary::judge(file, &high_scores)).collect(),
        robustness: None,
    }
}

/// One post's label beside its record, for reading what went wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PostReport<'a> {
    /// Id of the post.
    pub id: &'a str,
    /// What the rules make of its labels.
    pub labelled_level: Level,
    /// The level of the record.
    pub level: Level,
    /// The labelled text type.
    pub labelled_text_type: &'a str,
    /// That of the record.
    pub text_type: &'a str,
    /// Indicators labelled and not found.
    pub missed: Vec<&'a str>,
    /// Indicators found and not labelled.
    pub false_alarms: Vec<&'a str>,
}

/// Label beside record, post by post, in the order of `posts`.
pub fn by_post<'a>(
    posts: &'a [LabeledPost],
    judgements: &'a [Judgement],
    context: &Context<'a>,
) -> Vec<PostReport<'a>> {
    let pairs = posts.iter().zip(judgements);
    pairs
        .map(|(post, judgement)| {
            let outcome = Outcome::new(post, judgement, context.taxonomy, context.policy);
            let ids = |is_wanted: fn(&Mark) -> bool| {
                let marks = outcome.marks.iter().filter(|mark| is_wanted(mark));
                marks
                    .map(|mark| context.taxonomy.indicators()[mark.indicator].id.as_str())
                    .collect()
            };
            PostReport {
                id: &post.id,
                labelled_level: outcome.labelled,
                level: judgement.assessment.level,
                labelled_text_type: post.text_type.id(),
                text_type: &judgement.assessment.text_type,
                missed: ids(|mark| mark.labelled && !mark.found),
                false_alarms: ids(|mark| mark.found && !mark.labelled),
            }
        })
        .collect()
}

/// The posts whose labels give elevated or above: those a disguise is tried on.
pub fn positives<'a>(posts: &'a [LabeledPost], context: &Context<'_>) -> Vec<&'a LabeledPost> {
    let level =
        |post: &LabeledPost| context.policy.evaluate(&post.findings(context.taxonomy)).level;
    posts.iter().filter(|post| level(post).rung() >= Level::Elevated.rung()).collect()
}

fn model(outcomes: &[Outcome<'_>]) -> Option<ModelStamp> {
    let first = &outcomes.first()?.assessment.model;
    let is_one = outcomes.iter().all(|outcome| outcome.assessment.model == *first);
    is_one.then(|| first.clone())
}

fn distinct<'a>(names: impl Iterator<Item = &'a str>) -> u64 {
    names.collect::<std::collections::BTreeSet<_>>().len() as u64
}

fn confusion(
    outcomes: &[Outcome<'_>],
    cell: impl Fn(&Outcome<'_>) -> (String, String),
) -> Confusion {
    let mut table = Confusion::new();
    for outcome in outcomes {
        let (row, column) = cell(outcome);
        *table.entry(row).or_default().entry(column).or_default() += 1;
    }
    table
}

fn indicators(
    outcomes: &[Outcome<'_>],
    sample: &Sample<'_>,
    context: &Context<'_>,
) -> BTreeMap<String, IndicatorReport> {
    let f1 = sample.indicator_f1(SLICE_DRAWS);
    let counts = sample.counts(&vec![1; outcomes.len()]);
    let known = context.taxonomy.indicators().iter().zip(counts).zip(f1).enumerate();
    known
        .map(|(at, ((indicator, counts), f1))| {
            let marks = outcomes.iter().flat_map(|outcome| &outcome.marks);
            let of_this = marks.filter(|mark| mark.indicator == at);
            let ranking = Ranking::new(of_this.map(|mark| (mark.confidence, mark.labelled)));
            let report = IndicatorReport {
                counts,
                precision: counts.precision(),
                recall: counts.recall(),
                f1,
                average_precision: ranking.average_precision(|_| 1),
                threshold: context.thresholds.get(at).copied(),
                curve: ranking.curve(CURVE_POINTS),
            };
            (indicator.id.clone(), report)
        })
        .collect()
}

/// By group, because near-copies are missed together and would make a bound too good.
fn missed(outcomes: &[Outcome<'_>]) -> Missed {
    let mut groups: BTreeMap<&str, (bool, bool, bool)> = BTreeMap::new();
    for outcome in outcomes {
        let entry = groups.entry(&outcome.post.group).or_default();
        let is_high = outcome.should_reach(Level::High);
        // A plea is always looked at.
        let is_unseen =
            !outcome.reaches(Level::Elevated) && outcome.assessment.level != Level::Distress;
        entry.0 |= is_high;
        entry.1 |= is_unseen;
        entry.2 |= is_high && is_unseen;
    }
    let (mut of_high, mut of_unseen) = (Share::default(), Share::default());
    for (is_high, is_unseen, is_missed) in groups.into_values() {
        of_high.add(is_missed, u32::from(is_high));
        of_unseen.add(is_missed, u32::from(is_unseen));
    }
    let (of_high_bound, of_unseen_bound) = (of_high.upper_bound(), of_unseen.upper_bound());
    Missed { of_high, of_high_bound, of_unseen, of_unseen_bound }
}

fn misses(outcomes: &[Outcome<'_>]) -> Vec<String> {
    let is_missed = |outcome: &&Outcome<'_>| {
        outcome.should_reach(Level::Elevated) && !outcome.reaches(Level::Elevated)
    };
    outcomes.iter().filter(is_missed).map(|outcome| outcome.post.id.clone()).collect()
}

fn false_alarms(outcomes: &[Outcome<'_>]) -> Vec<String> {
    let is_false = |outcome: &&Outcome<'_>| {
        outcome.reaches(Level::Elevated) && !outcome.should_reach(Level::Elevated)
    };
    let mut raised: Vec<_> = outcomes.iter().filter(is_false).collect();
    raised.sort_by(|a, b| b.assessment.score.total_cmp(&a.assessment.score));
    raised.into_iter().map(|outcome| outcome.post.id.clone()).collect()
}

impl Report {
    /// The value of a figure of all posts; `None` where it does not exist.
    pub fn value(&self, name: &str) -> Option<f64> {
        self.figures.get(name).and_then(|figure| figure.value)
    }
}

impl Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} posts in {} groups\n", self.posts, self.groups)?;
        for info in FIGURES {
            let figure = self.figures.get(info.name).copied().unwrap_or_default();
            writeln!(f, "{:55}{}", info.title, interval(figure))?;
        }
        let bound = shown(self.missed.of_high_bound);
        let Share { part, whole } = self.missed.of_high;
        writeln!(f, "{:55}{part} of {whole}, at most {bound}", "groups labelled high, missed")?;
        for file in &self.ordinary {
            writeln!(f, "\n{}: {} ordinary posts", file.name, file.posts)?;
            writeln!(f, "{:55}{}", "raised to elevated or above", interval(file.raised))?;
            writeln!(f, "{:55}{}", "raised to high or above", interval(file.high))?;
            writeln!(f, "{:55}{}", "taken for a plea", interval(file.distress))?;
            writeln!(f, "{:55}{}", "labelled high against these (AUROC)", shown(file.auroc))?;
            for (budget, recall) in &file.recall_at_budget {
                let title = format!("found when {:.2} % are looked at", budget * 100.0);
                writeln!(f, "{title:55}{}", shown(*recall))?;
            }
        }
        writeln!(
            f,
            "\n{:34}{:>9}{:>8}{:>22}{:>7}{:>7}{:>7}",
            "indicator", "precision", "recall", "F1", "hits", "false", "missed"
        )?;
        for (id, IndicatorReport { counts, precision, recall, f1, .. }) in &self.indicators {
            writeln!(
                f,
                "{id:34}{:>9}{:>8}{:>22}{:>7}{:>7}{:>7}",
                shown(*precision),
                shown(*recall),
                interval(*f1),
                counts.hits,
                counts.false_alarms,
                counts.misses
            )?;
        }
        table(f, "text type (rows: label)", &self.text_types)?;
        table(f, "level (rows: label)", &self.levels)?;
        self.robustness.as_ref().map_or(Ok(()), |robustness| write!(f, "{robustness}"))
    }
}

/// Three decimals, or a dash.
pub(super) fn shown(value: Option<f64>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| format!("{value:.3}"))
}

/// A figure with its interval behind it.
pub(super) fn interval(figure: Figure) -> String {
    let bounds = figure.low.zip(figure.high);
    let bounds = bounds.map_or_else(String::new, |(low, high)| format!(" ({low:.3}-{high:.3})"));
    shown(figure.value) + &bounds
}

fn table(f: &mut fmt::Formatter<'_>, title: &str, rows: &Confusion) -> fmt::Result {
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
