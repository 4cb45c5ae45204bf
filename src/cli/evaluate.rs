//! `waspada evaluate`: a bundle, or anyone's records, and labelled posts to a report.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context as _;

use super::{ModelArgs, read_text, validate::load_valid};
use crate::{
    assessment::Assessment,
    classify::Classifier,
    evaluate::{
        Context, Gate, Judgement, OrdinaryRecords, Report, by_post, evaluate, page, positives,
        robustness::{Subject, try_all},
    },
    io::{ByteCounter, ReaderOptions, Source},
    labels::{LabeledPost, Split},
    post::Post,
    text::{Span, entities::EntityKind},
    train::in_parallel,
};

/// The share of posts at high or above that is assumed where nothing is stated: one in fifty.
const PREVALENCE: f64 = 0.02;

/// Which posts are judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    /// Posts that the fit has not seen
    Test,
    /// Posts that the fit has seen
    Train,
    /// All of them
    All,
}

/// Compare a bundle, or anyone's records, with labelled posts
///
/// Exit status: 0 when the report was made and the gate kept, 1 when a bound of the gate is broken
/// or labelled posts are not valid, 2 when a file cannot be read.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Labelled posts: JSONL files, or folders of them
    #[arg(required = true)]
    posts: Vec<PathBuf>,
    /// Which posts are judged
    #[arg(long, value_enum, default_value_t = Part::Test)]
    split: Part,
    /// Judge these records (JSONL, one of each post) instead of a bundle
    #[arg(long, value_name = "FILE", conflicts_with_all = ["dir", "ordinary", "robustness"])]
    predictions: Option<PathBuf>,
    /// Also count false alarms on unlabelled posts that are presumed honest; may be given again
    #[arg(long, value_name = "FILE")]
    ordinary: Vec<PathBuf>,
    /// Also try disguises, identity swaps and other contacts: some 60 assessments a post
    #[arg(long)]
    robustness: bool,
    /// Share of posts at high or above where the model will be used
    #[arg(long, value_name = "SHARE", default_value_t = PREVALENCE, value_parser = share)]
    prevalence: f64,
    /// Fail when a figure breaks a bound of this file: a gate in TOML, or the JSON of an earlier report
    #[arg(long, value_name = "FILE")]
    gate: Option<PathBuf>,
    /// Also write the report as JSON
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Also write the report as one HTML page with plots
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Also write label beside record, a JSON line a post: what was missed, what was raised for nothing
    #[arg(long, value_name = "FILE")]
    by_post: Option<PathBuf>,
    #[command(flatten)]
    model: ModelArgs,
}

/// A share that is neither none nor all.
fn share(text: &str) -> Result<f64, String> {
    let share: f64 = text.parse().map_err(|_| "write a number such as 0.02".to_owned())?;
    if share > 0.0 && share < 1.0 { Ok(share) } else { Err("must lie between 0 and 1".to_owned()) }
}

impl Args {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let gate = self.gate.as_deref().map(read_gate).transpose()?;
        let classifier = Classifier::from_bundle(&self.model.bundle()?)?;
        let Some(mut posts) = load_valid(&self.posts, classifier.taxonomy())? else {
            return Ok(ExitCode::from(1));
        };
        posts.retain(|post| match self.split {
            Part::Test => post.split == Split::Test,
            Part::Train => post.split == Split::Train,
            Part::All => true,
        });
        anyhow::ensure!(!posts.is_empty(), "no post of this split; try `--split all`");
        let report = self.report(&classifier, &posts)?;
        self.write(&report)?;
        let broken = gate.map_or_else(Vec::new, |gate| gate.broken(&report));
        let mut errors = io::stderr();
        for sentence in &broken {
            writeln!(errors, "gate: {sentence}")?;
        }
        Ok(ExitCode::from(u8::from(!broken.is_empty())))
    }

    fn report(&self, classifier: &Classifier, posts: &[LabeledPost]) -> anyhow::Result<Report> {
        let thresholds = if self.predictions.is_some() { vec![] } else { classifier.thresholds() };
        let mut context = context(classifier, &thresholds);
        context.prevalence = self.prevalence;
        let judgements = match &self.predictions {
            Some(path) => read_predictions(path, posts)?,
            None => judge(classifier, posts),
        };
        let ordinary: Vec<OrdinaryRecords> = self
            .ordinary
            .iter()
            .map(|path| ordinary_records(classifier, path))
            .collect::<Result<_, _>>()?;
        if let Some(path) = &self.by_post {
            let lines = by_post(posts, &judgements, &context)
                .iter()
                .map(|post| serde_json::to_string(post).map(|line| line + "\n"))
                .collect::<Result<String, _>>()?;
            save(path, &lines)?;
        }
        let mut report = evaluate(posts, &judgements, &ordinary, &context);
        if self.robustness {
            report.robustness = Some(try_all(classifier, posts, &positives(posts, &context)));
        }
        Ok(report)
    }

    fn write(&self, report: &Report) -> anyhow::Result<()> {
        if let Some(path) = &self.json {
            save(path, &(serde_json::to_string_pretty(report)? + "\n"))?;
        }
        if let Some(path) = &self.html {
            let judged = self.predictions.as_ref().map_or("the model", |_| "the records given");
            save(path, &page(report, &format!("Waspada: how far {judged} agree with labels"))?)?;
        }
        write!(io::stdout(), "{report}")?;
        Ok(())
    }
}

fn save(path: &Path, text: &str) -> anyhow::Result<()> {
    fs::write(path, text).with_context(|| format!("cannot write `{}`", path.display()))
}

/// What a report needs to know of a classifier.
pub(super) fn context<'a>(classifier: &'a Classifier, thresholds: &'a [f64]) -> Context<'a> {
    Context {
        taxonomy: classifier.taxonomy(),
        policy: classifier.policy(),
        thresholds,
        prevalence: PREVALENCE,
    }
}

/// What `classifier` says of each post, on all cores.
pub(super) fn judge(classifier: &Classifier, posts: &[LabeledPost]) -> Vec<Judgement> {
    let indicators = classifier.taxonomy().indicators().len();
    in_parallel(posts, |post| {
        let (assessment, margins) = classifier.assess_with_margins(&post.post());
        Judgement { assessment, confidences: Some(margins.probabilities[..indicators].to_vec()) }
    })
}

fn ordinary_records(classifier: &Classifier, path: &Path) -> anyhow::Result<OrdinaryRecords> {
    let reader = Source::new(path).posts(&ReaderOptions::default(), &ByteCounter::default())?;
    let posts: Vec<Post> = reader.map(|read| Ok(read?.post)).collect::<anyhow::Result<_>>()?;
    anyhow::ensure!(!posts.is_empty(), "`{}` holds no post", path.display());
    let assessments = in_parallel(&posts, |post| classifier.assess(post));
    let records = posts.into_iter().map(|post| post.text).zip(assessments).collect();
    let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    Ok(OrdinaryRecords { name, records })
}

/// The record of each post in the order of the posts.
fn read_predictions(path: &Path, posts: &[LabeledPost]) -> anyhow::Result<Vec<Judgement>> {
    let text = read_text(path)?;
    let mut records: BTreeMap<String, Assessment> = BTreeMap::new();
    for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let place = || format!("{}: line {}", path.display(), at + 1);
        let record: Assessment = serde_json::from_str(line)
            .with_context(|| format!("{}: not a record; write what `scan` writes", place()))?;
        let id = record.id.clone();
        let is_new = records.insert(id.clone(), record).is_none();
        anyhow::ensure!(is_new, "{}: a second record of `{id}`; keep one", place());
    }
    let find = |post: &LabeledPost| {
        let found = records.remove(&post.id);
        let assessment = found.with_context(|| {
            format!("{}: no record of post `{}`; add one, of any level", path.display(), post.id)
        })?;
        Ok(Judgement { assessment, confidences: None })
    };
    posts.iter().map(find).collect()
}

fn read_gate(path: &Path) -> anyhow::Result<Gate> {
    let text = read_text(path)?;
    if path.extension().is_some_and(|end| end == "json") {
        let earlier: Report = serde_json::from_str(&text)
            .with_context(|| format!("`{}` is no report of `evaluate`", path.display()))?;
        return Ok(Gate::from_report(&earlier));
    }
    Gate::from_toml(&text).with_context(|| format!("cannot use `{}`", path.display()))
}

impl Subject for Classifier {
    fn assess(&self, text: &str) -> Assessment {
        Self::assess(self, &Post::new("", text))
    }

    fn margin_bits(&self, text: &str) -> Vec<u32> {
        self.margins(text).margins.into_iter().map(f32::to_bits).collect()
    }

    fn contacts(&self, text: &str) -> Vec<Span> {
        let text = self.analyzer().analyze(text);
        let contacts =
            text.entities.iter().filter(|found| matches!(found.kind, EntityKind::Contact(_)));
        contacts.map(|found| text.normalized.original_span(found.range.clone())).collect()
    }
}
