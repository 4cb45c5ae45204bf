//! `waspada train`: labelled posts and domain files to a bundle; with `--label`, any texts to a label model.

use std::{
    fs,
    io::{self, Write as _},
    path::PathBuf,
    process::ExitCode,
};

use anyhow::Context as _;
use serde::de::DeserializeOwned;
use serde_json::json;

use super::{
    evaluate::{context, judge},
    train_labels::LabelArgs,
    validate::load_valid,
};
use crate::{
    classify::Classifier,
    evaluate::{FIGURES, evaluate},
    labels::{LabeledPost, Split},
    taxonomy::Taxonomy,
    train::{DomainFiles, TrainSettings, train},
};

/// Fit a bundle to labelled posts; the same data and settings give the same bytes
///
/// With `--label COLUMN` it learns the labels of that column from any labelled texts instead, in any
/// language; `waspada label` uses what it writes, and `--folds 5` says how well it does.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Labelled posts: JSONL files, or folders of them; with --label, files of any labelled texts
    #[arg(required = true)]
    posts: Vec<PathBuf>,
    /// Where the bundle is written; must not exist
    #[arg(short, long, value_name = "DIR", required_unless_present = "folds")]
    output: Option<PathBuf>,
    /// Folder of the domain files: taxonomy, policy, lexicon, places, pay, advice, contacts, card
    #[arg(long, value_name = "DIR", default_value = "models/domain")]
    domain: PathBuf,
    /// Settings as JSON; what it leaves out has the default
    #[arg(long, value_name = "FILE")]
    settings: Option<PathBuf>,
    #[command(flatten)]
    label: LabelArgs,
}

impl Args {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        if self.label.is_asked_for() {
            return self.label.run(&self.posts, self.output.as_deref(), &self.settings()?);
        }
        let output =
            self.output.as_deref().context("name the folder of the bundle with --output")?;
        let settings: TrainSettings = self.settings()?;
        let files = DomainFiles::load(&self.domain)?;
        let taxonomy = Taxonomy::from_toml(files.text("taxonomy.toml")?)?;
        let Some(posts) = load_valid(&self.posts, &taxonomy)? else {
            return Ok(ExitCode::from(1));
        };
        anyhow::ensure!(
            !output.exists(),
            "`{}` exists and a bundle is written once; choose another directory",
            output.display()
        );
        let mut fitted = train(&posts, &files, &settings)?;
        fitted.metrics = headline(&Classifier::from_bundle(&fitted.bundle()?)?, &posts);
        fitted.write(output)?;
        writeln!(
            io::stdout(),
            "{} {} in `{}`\n{:#}",
            fitted.name,
            fitted.version,
            output.display(),
            fitted.metrics
        )?;
        Ok(ExitCode::SUCCESS)
    }

    fn settings<T: Default + DeserializeOwned>(&self) -> anyhow::Result<T> {
        let Some(path) = &self.settings else { return Ok(T::default()) };
        let text = fs::read_to_string(path)
            .with_context(|| format!("cannot read settings `{}`", path.display()))?;
        serde_json::from_str(&text)
            .with_context(|| format!("`{}` holds no settings of a fit", path.display()))
    }
}

/// Headline figures on the posts that the fit has not seen, with their number.
fn headline(classifier: &Classifier, posts: &[LabeledPost]) -> serde_json::Value {
    let held_out: Vec<LabeledPost> =
        posts.iter().filter(|post| post.split == Split::Test).cloned().collect();
    let judgements = judge(classifier, &held_out);
    let thresholds = classifier.thresholds();
    let report = evaluate(&held_out, &judgements, &[], &context(classifier, &thresholds));
    let figures = FIGURES.iter().map(|info| {
        let value = report.value(info.name).map(six_decimals);
        (info.name.to_owned(), json!(value))
    });
    let posts = [("posts".to_owned(), json!(report.posts))];
    posts.into_iter().chain(figures).collect::<serde_json::Map<_, _>>().into()
}

/// As many decimals as records have; more would not survive every reader of JSON.
fn six_decimals(value: f64) -> f64 {
    (value * 1e6).round() / 1e6
}
