//! `waspada model`: what a bundle is, and whether it is whole.

use std::{
    io::{self, Write as _},
    process::ExitCode,
    time::{Duration, SystemTime},
};

use super::ModelArgs;
use crate::{classify::Classifier, text::PayTable};

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
                warn_of_stale_pay(&PayTable::from_toml(bundle.text("pay.toml")?)?)?;
            }
            Command::Show(model) => {
                let bundle = model.bundle()?;
                writeln!(out, "{}", serde_json::to_string_pretty(bundle.manifest())?)?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Names the pay references that have grown too old to compare with.
fn warn_of_stale_pay(pay: &PayTable) -> io::Result<()> {
    let (year, month) = today();
    let mut errors = io::stderr();
    for row in pay.stale_rows(year, month) {
        writeln!(
            errors,
            "pay.toml: {} ({}) is of {}, from {}: look for a newer figure",
            row.countries.join(", "),
            row.sectors.join(", "),
            row.year,
            row.source
        )?;
    }
    Ok(())
}

/// Year and month by the clock, to a day or two: enough for an age in months.
#[expect(
    clippy::disallowed_methods,
    reason = "the age of a file is asked for, and no post is scored"
)]
fn today() -> (u16, u8) {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or(Duration::ZERO);
    let months = since.as_secs() / (86_400 * 30_436_875 / 1_000_000);
    let year = u16::try_from(1970 + months / 12).unwrap_or(u16::MAX);
    (year, u8::try_from(months % 12 + 1).unwrap_or(1))
}
