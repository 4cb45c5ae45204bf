//! `waspada completions` and `waspada man`: what a package of the binary ships beside it.

use std::{
    io::{self, Write as _},
    process::ExitCode,
};

use clap::CommandFactory as _;

/// Print shell completions
#[derive(Debug, clap::Args)]
pub(super) struct CompletionsArgs {
    /// The shell to complete in
    shell: clap_complete::Shell,
}

impl CompletionsArgs {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut super::Cli::command(), "waspada", &mut script);
        io::stdout().write_all(&script)?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Print the manual page, or that of one subcommand
#[derive(Debug, clap::Args)]
pub(super) struct ManArgs {
    /// A subcommand, such as `scan`; without it, the page of the whole
    subcommand: Option<String>,
}

impl ManArgs {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let mut command = super::Cli::command();
        if let Some(name) = &self.subcommand {
            let found = command.find_subcommand(name).cloned();
            command = found.ok_or_else(|| {
                anyhow::anyhow!("there is no subcommand `{name}`; `waspada help` lists them")
            })?;
            command = command.display_name(format!("waspada-{name}"));
        }
        let mut page = Vec::new();
        clap_mangen::Man::new(command).render(&mut page)?;
        io::stdout().write_all(&page)?;
        Ok(ExitCode::SUCCESS)
    }
}
