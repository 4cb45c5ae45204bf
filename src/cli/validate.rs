//! `waspada validate`: whether labelled posts are what a fit can learn from.

use std::{
    collections::BTreeMap,
    io::{self, Write as _},
    path::PathBuf,
    process::ExitCode,
};

use super::ModelArgs;
use crate::{io::labeled, labels::LabeledPost, taxonomy::Taxonomy};

/// Check labelled posts against the taxonomy and count them
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Labelled posts: JSONL files, or folders of them
    #[arg(required = true)]
    posts: Vec<PathBuf>,
    #[command(flatten)]
    model: ModelArgs,
}

impl Args {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let bundle = self.model.bundle()?;
        let taxonomy = Taxonomy::from_toml(bundle.text("taxonomy.toml")?)?;
        let Some(posts) = load_valid(&self.posts, &taxonomy)? else {
            return Ok(ExitCode::from(1));
        };
        io::stdout().write_all(counts(&posts).as_bytes())?;
        Ok(ExitCode::SUCCESS)
    }
}

/// The posts of `paths`; `None` when some are not valid, after saying on standard error which.
pub(super) fn load_valid(
    paths: &[PathBuf],
    taxonomy: &Taxonomy,
) -> anyhow::Result<Option<Vec<LabeledPost>>> {
    let (posts, faults) = labeled::read_paths(paths, taxonomy)?;
    let mut errors = io::stderr();
    for fault in &faults {
        writeln!(errors, "{fault}")?;
    }
    if faults.is_empty() {
        return Ok(Some(posts));
    }
    writeln!(errors, "to correct: {}, in {} posts", faults.len(), posts.len())?;
    Ok(None)
}

/// How many posts there are by language, text type, split, state of each indicator, and tag.
fn counts(posts: &[LabeledPost]) -> String {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for post in posts {
        let mut add = |key: String| *counts.entry(key).or_default() += 1;
        add("posts".to_owned());
        add(format!("language {}", post.lang.first().map_or("", String::as_str)));
        add(format!("text type {}", post.text_type.id()));
        add(format!("split {:?}", post.split).to_lowercase());
        post.tags.iter().for_each(|tag| add(format!("tag {tag}")));
        for (id, label) in &post.indicators {
            add(format!("indicator {id} {:?}", label.state).to_lowercase());
        }
    }
    let lines: Vec<String> =
        counts.iter().map(|(key, count)| format!("{count:>6}  {key}")).collect();
    lines.join("\n") + "\n"
}
