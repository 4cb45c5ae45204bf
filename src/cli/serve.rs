//! `waspada serve`: the API and the pages.

use std::{
    io::{self, Write as _},
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use anyhow::Context as _;
use tokio::signal::unix::{SignalKind, signal};
use tracing::level_filters::LevelFilter;

use super::{ModelArgs, read_text};
use crate::{
    service::{
        Choices, Server, Settings, State,
        settings::{Admin, LogLevel},
    },
    telemetry,
};

/// Serve the pages for volunteers and the API for programs
///
/// Each setting is taken from its flag, else from its environment variable, else from the file, else its default holds. A
/// line of JSON for each request goes to standard error; it names posts by id, and clients not at all.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// TOML file of settings, by the names that `--print-settings` prints
    #[arg(long, env = "WASPADA_CONFIG", value_name = "FILE", hide_env_values = true)]
    config: Option<PathBuf>,
    #[command(flatten)]
    choices: Choices,
    /// Print the settings that hold, as a TOML file, and end
    #[arg(long, conflicts_with = "check")]
    print_settings: bool,
    /// Check settings and model, take the ports for a moment, and end: 0 when the service would start
    #[arg(long)]
    check: bool,
}

impl Args {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let settings = settings(self.config.as_deref(), self.choices)?;
        if self.print_settings {
            io::stdout().write_all(settings.to_toml().as_bytes())?;
            return Ok(ExitCode::SUCCESS);
        }
        telemetry::start(level(settings.log));
        let bundle = ModelArgs { dir: settings.model.clone() }.bundle()?;
        let mut state = State::new(&bundle, &settings)?;
        if let Some(path) = &settings.rounds {
            let text = read_text(path)?;
            let name = path.display();
            state = state.with_rounds(&text).with_context(|| format!("cannot use `{name}`"))?;
        }
        let state = Arc::new(state);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .context("cannot start the threads")?;
        let ended = runtime.block_on(serve(&settings, state, self.check))?;
        // Whoever is still being worked for has had its time.
        runtime.shutdown_background();
        Ok(ended)
    }
}

/// What was decided on the command line, in the environment and in the file at `path`.
fn settings(path: Option<&Path>, choices: Choices) -> anyhow::Result<Settings> {
    let file = match path {
        None => Choices::default(),
        Some(path) => {
            let text = read_text(path)?;
            Choices::from_toml(&text).with_context(|| format!("cannot use `{}`", path.display()))?
        }
    };
    Ok(choices.or(file).settle()?)
}

async fn serve(settings: &Settings, state: Arc<State>, is_check: bool) -> anyhow::Result<ExitCode> {
    let server = Server::bind(settings, state).await?;
    let (public, admin) = server.addresses()?;
    if is_check {
        writeln!(io::stdout(), "settings and model are in order, and {public} is free")?;
        return Ok(ExitCode::SUCCESS);
    }
    warn_of_open_metrics(settings.admin_bind);
    let admin = admin.map(tracing::field::display);
    tracing::info!(bind = %public, admin_bind = admin, scorings = settings.scorings, "listening");
    let mut terminated = signal(SignalKind::terminate()).context("cannot wait for signals")?;
    let stop = async move {
        tokio::select! {
            _ = terminated.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
    };
    if server.run(stop).await {
        tracing::info!("stopped; every request was answered");
        return Ok(ExitCode::SUCCESS);
    }
    tracing::warn!("stopped; some clients took too long, and were cut off");
    Ok(ExitCode::from(1))
}

fn warn_of_open_metrics(admin: Admin) {
    if let Admin::At(address) = admin
        && !address.ip().is_loopback()
    {
        tracing::warn!(%address, "metrics can be read from other machines; make sure that only yours reach them");
    }
}

fn level(log: LogLevel) -> LevelFilter {
    match log {
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
    }
}
