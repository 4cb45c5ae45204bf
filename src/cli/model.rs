//! `waspada model`: what a bundle is, and whether it is whole.

use std::{
    io::{self, Write as _},
    process::ExitCode,
};

use super::ModelArgs;
use crate::classify::Classifier;

/// Look at a bundle
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Check every file against the manifest, and that the bundle can score
    Verify(ModelArgs),
    /// Print the manifest
    Show(ModelArgs),
}

impl Args {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let mut out = io::stdout();
        match self.command {
            Command::Verify(model) => {
                let bundle = model.bundle()?;
                Classifier::from_bundle(&bundle)?;
                let manifest = bundle.manifest();
                for (name, entry) in &manifest.files {
                    writeln!(out, "{}  {name}  {} bytes", entry.sha256, entry.bytes)?;
                }
                writeln!(out, "{} {}: whole", manifest.name, manifest.version)?;
            }
            Command::Show(model) => {
                let bundle = model.bundle()?;
                writeln!(out, "{}", serde_json::to_string_pretty(bundle.manifest())?)?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}
