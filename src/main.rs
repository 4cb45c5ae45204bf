//! The command line. Everything it does is in [`waspada::cli`].

use std::{
    io::{self, Write},
    process::ExitCode,
};

use clap::Parser;
use waspada::cli::Cli;

fn main() -> ExitCode {
    match Cli::parse().run() {
        Ok(code) => code,
        // `waspada scan posts.jsonl | head` closes the pipe. That is no failure.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            // With standard error gone too there is nobody left to tell.
            writeln!(io::stderr(), "waspada: {error:#}").ok();
            ExitCode::from(2)
        }
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
}
