//! The command line: one file a subcommand, and nothing but wiring in any of them.
//!
//! Standard output carries data, standard error carries words. The exit status is
//! 0 when the work was done, 1 when it was stopped or a check failed, and 2 when
//! it could not be done.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context as _;

use crate::model::Bundle;

mod campaigns;
mod evaluate;
mod generate;
mod label;
mod model;
mod pool;
mod progress;
mod report;
mod scan;
mod score;
mod serve;
mod train;
mod train_labels;
mod validate;

/// Reads recruitment posts in Indonesian, Malay and English, and says which carry signs of
/// recruitment into trafficking, and why.
#[derive(Debug, clap::Parser)]
#[command(version, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Score(score::Args),
    Serve(serve::Args),
    Scan(scan::Args),
    Campaigns(campaigns::Args),
    Train(train::Args),
    Label(label::Args),
    Evaluate(evaluate::Args),
    Validate(validate::Args),
    Model(model::Args),
    Completions(generate::CompletionsArgs),
    Man(generate::ManArgs),
}

impl Cli {
    /// Runs the subcommand that was asked for.
    ///
    /// # Errors
    ///
    /// Whatever stopped it, with the file and line where there is one.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        match self.command {
            Command::Score(args) => args.run(),
            Command::Serve(args) => args.run(),
            Command::Scan(args) => args.run(),
            Command::Campaigns(args) => args.run(),
            Command::Train(args) => args.run(),
            Command::Label(args) => args.run(),
            Command::Evaluate(args) => args.run(),
            Command::Validate(args) => args.run(),
            Command::Model(args) => args.run(),
            Command::Completions(args) => args.run(),
            Command::Man(args) => args.run(),
        }
    }
}

/// Which bundle a command uses.
#[derive(Debug, clap::Args)]
struct ModelArgs {
    /// Directory of a bundle; without it, the one compiled in
    #[arg(long = "model", value_name = "DIR")]
    dir: Option<PathBuf>,
}

impl ModelArgs {
    fn bundle(&self) -> anyhow::Result<Bundle> {
        match &self.dir {
            Some(dir) => Bundle::load(dir)
                .with_context(|| format!("cannot use the bundle in `{}`", dir.display())),
            None => Ok(Bundle::embedded()?),
        }
    }
}

/// What the file at `path` holds, as text.
fn read_text(path: &Path) -> anyhow::Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read `{}`", path.display()))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_arguments_do_not_contradict_each_other() {
        use clap::CommandFactory as _;
        super::Cli::command().debug_assert();
    }
}
