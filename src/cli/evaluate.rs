//! `waspada evaluate`: a bundle and labelled posts to figures.

use std::{
    fs,
    io::{self, Write as _},
    path::PathBuf,
    process::ExitCode,
};

use anyhow::Context as _;

use super::{ModelArgs, validate::load_valid};
use crate::{
    assessment::Assessment,
    classify::Classifier,
    evaluate::evaluate,
    labels::{LabeledPost, Split},
};

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

/// Compare a bundle with labelled posts: indicators, text types, levels
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Labelled posts: JSONL files, or folders of them
    #[arg(required = true)]
    posts: Vec<PathBuf>,
    /// Which posts are judged
    #[arg(long, value_enum, default_value_t = Part::Test)]
    split: Part,
    /// Also write the report as JSON
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    #[command(flatten)]
    model: ModelArgs,
}

impl Args {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let classifier = Classifier::from_bundle(&self.model.bundle()?)?;
        let Some(mut posts) = load_valid(&self.posts, classifier.taxonomy())? else {
            return Ok(ExitCode::from(1));
        };
        posts.retain(|post| match self.split {
            Part::Test => post.split == Split::Test,
            Part::Train => post.split == Split::Train,
            Part::All => true,
        });
        let assess = |post: &LabeledPost| classifier.assess(&post.post());
        let assessments: Vec<Assessment> = posts.iter().map(assess).collect();
        let report = evaluate(&posts, &assessments, classifier.taxonomy(), classifier.policy());
        if let Some(path) = &self.json {
            let text = serde_json::to_string_pretty(&report)? + "\n";
            fs::write(path, text).with_context(|| format!("cannot write `{}`", path.display()))?;
        }
        write!(io::stdout(), "{report}")?;
        Ok(ExitCode::SUCCESS)
    }
}
