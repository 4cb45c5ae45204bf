//! `waspada serve`: the API and the pages.

use std::{net::SocketAddr, process::ExitCode, sync::Arc};

use anyhow::Context as _;
use tokio::signal::unix::{SignalKind, signal};

use super::ModelArgs;
use crate::service::{Server, Settings, State};

/// Serve the pages for volunteers and the API for programs
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Where the pages and the API are served
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    bind: SocketAddr,
    #[command(flatten)]
    model: ModelArgs,
}

impl Args {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let settings = Settings { bind: self.bind, ..Settings::default() };
        let state = Arc::new(State::new(&self.model.bundle()?, &settings)?);
        let runtime = tokio::runtime::Runtime::new().context("cannot start the threads")?;
        runtime.block_on(serve(&settings, state))
    }
}

async fn serve(settings: &Settings, state: Arc<State>) -> anyhow::Result<ExitCode> {
    let server = Server::bind(settings.bind, state)
        .await
        .with_context(|| format!("cannot listen at {}; is it in use?", settings.bind))?;
    say(&format!("listening on http://{}", server.address()?));
    let mut terminated = signal(SignalKind::terminate()).context("cannot wait for signals")?;
    let stop = async move {
        tokio::select! {
            _ = terminated.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
    };
    Ok(if server.run(stop).await { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// With standard error gone there is nobody to tell.
fn say(line: &str) {
    use std::io::Write as _;
    writeln!(std::io::stderr(), "{line}").ok();
}
