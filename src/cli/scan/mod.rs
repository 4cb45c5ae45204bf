//! `waspada scan`: many posts to records, in the order of the input.
//!
//! ```text
//! inputs --Batches--> posts --pool: Work--> records --Sink--> output, report, faults, place
//! ```

use std::{
    fs,
    io::{self, IsTerminal as _},
    num::{NonZeroU64, NonZeroUsize},
    path::{Path, PathBuf},
    process::ExitCode,
    thread,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use clap::{
    ValueEnum as _,
    builder::{PossibleValuesParser, TypedValueParser as _},
};

use self::{
    batches::Batches,
    checkpoint::{Identity, InputMark, Keeper, Progress, Settings},
    faults::Faults,
    records::RecordOutput,
    repeats::Repeats,
    sample::Sample,
    shape::Shape,
    sink::Sink,
    work::Work,
};
pub(super) use self::{batches::read_rows, output::Output, sink::AssessedPost};
use super::{
    ModelArgs, pool,
    progress::{Counts, Report},
};
use crate::{
    assessment::Assessment,
    classify::Classifier,
    io::{InputFormat, ReaderOptions, Source},
    policy::Level,
    post::Post,
};

mod batches;
mod checkpoint;
mod faults;
mod output;
mod records;
mod repeats;
mod sample;
mod shape;
mod sink;
mod work;

#[cfg(test)]
mod tests;

/// Some seconds of work: what a kill may cost, while the disk is waited for a few times a minute.
const CHECKPOINT_POSTS: NonZeroU64 = NonZeroU64::new(20_000).expect("it is not zero");

/// Assess many posts; one record a post, in the order of the input
///
/// Reads JSON lines, CSV, TSV, plain text lines and Parquet, the first four also compressed with gzip, zstd, bzip2 or xz. A
/// scan into a file that is broken off can be gone on with: `--resume`. Exit status: 0 when all was
/// read, 1 when `--on-error stop` stopped, 2 when a file could not be read to its end.
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(super) struct Args {
    /// Files to read, and folders, of which all files with a known ending are read; `-` is standard input
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Where the records go, instead of standard output; written beside it and put in place at the end
    #[arg(short, long, value_name = "OUT")]
    output: Option<PathBuf>,
    /// Form of the records; CSV has the main fields only, Parquet has all as nested columns
    #[arg(long, value_enum, default_value_t = OutputFormat::Jsonl)]
    format: OutputFormat,
    /// Field or column that holds the text
    #[arg(long, value_name = "NAME", default_value = "text")]
    text_column: String,
    /// Field or column that holds the id; where there is none, the number of the line is the id
    #[arg(long, value_name = "NAME", default_value = "id")]
    id_column: String,
    /// Form of the input; without it, the name of the file tells, or the first character
    #[arg(long, value_name = "FORMAT", value_parser = input_format())]
    input_format: Option<InputFormat>,
    /// Leave out records below this level; posts in distress always pass
    #[arg(long, value_name = "LEVEL", value_parser = rung())]
    min_level: Option<Level>,
    /// How many threads assess posts; without it, as many as there are cores
    #[arg(long, value_name = "N")]
    threads: Option<NonZeroUsize>,
    /// What a line that is no post does; `stop` leaves OUT as it was
    #[arg(long, value_enum, default_value_t = OnError::Skip)]
    on_error: OnError,
    /// Write a JSON line for each bad line: file, line, byte offset, cause, message, remedy
    #[arg(long, value_name = "FILE")]
    errors: Option<PathBuf>,
    /// Go on with a scan into the same OUT that was broken off; the bytes are those of an unbroken one
    #[arg(long, requires = "output")]
    resume: bool,
    /// Posts between two places that `--resume` can go on from
    #[arg(long, value_name = "POSTS", default_value_t = CHECKPOINT_POSTS)]
    checkpoint_every: NonZeroU64,
    /// Assess one post in N, chosen by its id and text: the same ones in any run and any order
    #[arg(long, value_name = "N")]
    sample: Option<NonZeroU64>,
    /// Assess every text, even one that was there before; the records are the same
    #[arg(long)]
    no_cache: bool,
    /// Keep the other fields of the input, under `input`
    #[arg(long)]
    keep_input: bool,
    /// Form of the counts at the end
    #[arg(long, value_enum, default_value_t = SummaryFormat::Text)]
    summary: SummaryFormat,
    /// Where the counts at the end go, instead of standard error
    #[arg(long, value_name = "FILE")]
    summary_file: Option<PathBuf>,
    /// No progress bar, and no summary on standard error
    #[arg(short, long)]
    quiet: bool,
    #[command(flatten)]
    model: ModelArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum OutputFormat {
    Jsonl,
    Csv,
    Parquet,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum OnError {
    Skip,
    Stop,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum SummaryFormat {
    Text,
    Json,
}

impl SummaryFormat {
    fn of(self, counts: &Counts, elapsed: Option<Duration>) -> String {
        match self {
            Self::Text => counts.summary(elapsed),
            Self::Json => counts.json(),
        }
    }
}

pub(super) fn input_format() -> impl clap::builder::TypedValueParser<Value = InputFormat> {
    PossibleValuesParser::new(InputFormat::ALL.map(InputFormat::id)).try_map(|id| id.parse())
}

fn rung() -> impl clap::builder::TypedValueParser<Value = Level> {
    let rungs = Level::ALL.into_iter().filter(|level| level.rung().is_some());
    PossibleValuesParser::new(rungs.map(Level::id))
        .map(|id| Level::from_id(&id).expect("it is one of the possible values"))
}

/// How a scan ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ending {
    Done,
    Stopped,
    Unreadable,
}

impl From<Ending> for ExitCode {
    fn from(ending: Ending) -> Self {
        match ending {
            Ending::Done => Self::SUCCESS,
            Ending::Stopped => Self::from(1),
            Ending::Unreadable => Self::from(2),
        }
    }
}

impl Args {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let bundle = self.model.bundle()?;
        let classifier = Classifier::from_bundle(&bundle)?;
        self.scan(bundle.sha256(), |post| classifier.assess(post)).map(ExitCode::from)
    }

    fn scan(
        &self,
        model: &str,
        assess: impl Fn(&Post) -> Assessment + Sync,
    ) -> anyhow::Result<Ending> {
        let started = Instant::now();
        let sources = Source::expand(&self.files)?;
        let bytes = check(&sources, self.output.as_deref())?;
        self.check_reports(&sources)?;
        let mut keeper = self.keeper(&sources, model)?;
        let before = self.place_before(keeper.as_mut())?;
        let start = before.as_ref().map(|progress| progress.next).unwrap_or_default();
        let shape = self.shape();
        let mut sink = self.sink(&sources, keeper, before, Report::new(bytes, self.has_bar()))?;
        let work = Work {
            assess,
            shape: &shape,
            repeats: (!self.no_cache).then(Repeats::new),
            sample: self.sample.map(Sample),
            stops: self.on_error == OnError::Stop,
        };
        let batches = Batches::new(&sources, self.reader_options(), start);
        let scanned = pool::in_order(
            batches,
            self.threads(),
            |batch| work.on(batch),
            |batch| sink.take(batch),
        );
        scanned.and_then(|()| sink.finish()).map_err(|error| sink.with_advice(error))?;
        self.tell(&sink.report, started.elapsed())?;
        Ok(sink.ending())
    }

    /// Opens all that is written, where the run `before` left it.
    fn sink<'a>(
        &self,
        sources: &'a [Source],
        keeper: Option<Keeper>,
        before: Option<Progress>,
        report: Report,
    ) -> anyhow::Result<Sink<'a>> {
        let is_resumed = before.is_some();
        let before = before.unwrap_or_default();
        let faults = self.errors.as_deref();
        let faults = faults.map(|path| Faults::open(path, before.errors_bytes)).transpose()?;
        let output = Output::resume(self.output.as_deref(), before.output_bytes)?;
        let output = if is_resumed {
            RecordOutput::resume(output)
        } else {
            RecordOutput::begin(output, &self.shape())?
        };
        let mut sink = Sink {
            sources,
            output,
            faults,
            report,
            on_error: self.on_error,
            keeper,
            is_stopped: false,
        };
        if is_resumed {
            sink.output.keep(true);
            sink.report.resume(before.counts);
        }
        Ok(sink)
    }

    /// Who keeps the place of this scan; nobody where it cannot be gone on with.
    fn keeper(&self, sources: &[Source], model: &str) -> anyhow::Result<Option<Keeper>> {
        let unfit = |why: &str| {
            anyhow::ensure!(!self.resume, "`--resume` cannot go on here: {why}");
            Ok(None)
        };
        let Some(output) = self.output.as_deref() else { return Ok(None) };
        if output.exists() && !output.is_file() {
            return unfit("the output is no file; choose one");
        }
        if self.format == OutputFormat::Parquet {
            return unfit("a Parquet file is whole or nothing; choose `jsonl` or `csv`");
        }
        let mut inputs = Vec::new();
        for source in sources {
            let mark = InputMark::of(source).with_context(|| format!("cannot read {source}"))?;
            match mark {
                Some(mark) => inputs.push(mark),
                None => {
                    return unfit("an input is no file and cannot be read again; store it first");
                }
            }
        }
        let identity = Identity { settings: self.settings(), model: model.to_owned(), inputs };
        Keeper::new(output, identity, self.checkpoint_every.get()).map(Some)
    }

    /// The place that an earlier run left, when this one shall go on from it; else it is taken away.
    fn place_before(&self, keeper: Option<&mut Keeper>) -> anyhow::Result<Option<Progress>> {
        let Some(keeper) = keeper else { return Ok(None) };
        let path = keeper.path().display().to_string();
        let report = Report::new(None, false);
        if self.resume {
            let place = keeper.load()?;
            if place.is_none() && !self.quiet {
                report.say(format_args!("`{path}` is not there: the scan begins at the start"));
            }
            return Ok(place);
        }
        if keeper.forget()? && !self.quiet {
            report.say(format_args!(
                "a scan that was broken off is begun again; `--resume` would have gone on with it"
            ));
        }
        Ok(None)
    }

    /// All that makes the records and the faults.
    fn settings(&self) -> Settings {
        let format = self.format.to_possible_value().expect("no format is hidden");
        let flag = |is_set: bool| if is_set { "on" } else { "off" }.to_owned();
        let or_none = |value: Option<String>| value.unwrap_or_else(|| "none".to_owned());
        let settings = [
            ("--format", format.get_name().to_owned()),
            ("--text-column", self.text_column.clone()),
            ("--id-column", self.id_column.clone()),
            ("--input-format", or_none(self.input_format.map(|format| format.to_string()))),
            ("--min-level", or_none(self.min_level.map(|level| level.to_string()))),
            ("--on-error", flag(self.on_error == OnError::Stop)),
            ("--errors", or_none(self.errors.as_ref().map(|path| path.display().to_string()))),
            ("--sample", or_none(self.sample.map(|sample| sample.to_string()))),
            ("--keep-input", flag(self.keep_input)),
            ("the version of waspada", env!("CARGO_PKG_VERSION").to_owned()),
        ];
        settings.map(|(name, value)| (name.to_owned(), value)).into()
    }

    /// Tells the counts, where they were asked for.
    fn tell(&self, report: &Report, elapsed: Duration) -> anyhow::Result<()> {
        report.finish();
        if let Some(path) = &self.summary_file {
            let summary = self.summary.of(report.counts(), None) + "\n";
            fs::write(path, summary)
                .with_context(|| format!("cannot write `{}`", path.display()))?;
        } else if !self.quiet {
            report.say(self.summary.of(report.counts(), Some(elapsed)));
        }
        Ok(())
    }

    /// Makes sure that no report is written over an input or over another output.
    fn check_reports(&self, sources: &[Source]) -> anyhow::Result<()> {
        let written = [&self.output, &self.errors, &self.summary_file];
        let written: Vec<&Path> = written.into_iter().flatten().map(PathBuf::as_path).collect();
        for (at, path) in written.iter().enumerate() {
            refuse_input(sources, path)?;
            anyhow::ensure!(
                !written[..at].contains(path) || is_device(path),
                "`{}` is given for two outputs; choose another file for one",
                path.display()
            );
        }
        Ok(())
    }

    fn shape(&self) -> Shape {
        let least = self.min_level.and_then(Level::rung);
        Shape { format: self.format, least, keep_input: self.keep_input }
    }

    fn reader_options(&self) -> ReaderOptions {
        ReaderOptions {
            text_column: self.text_column.clone(),
            id_column: self.id_column.clone(),
            format: self.input_format,
            keep_input: self.keep_input,
        }
    }

    /// A bar and records on one screen would write over each other.
    fn has_bar(&self) -> bool {
        !self.quiet && (self.output.is_some() || !io::stdout().is_terminal())
    }

    fn threads(&self) -> NonZeroUsize {
        self.threads.or_else(|| thread::available_parallelism().ok()).unwrap_or(NonZeroUsize::MIN)
    }
}

/// Makes sure before any work that every input is there, and that none is the output. Gives their
/// bytes, where they are known.
pub(super) fn check(sources: &[Source], output: Option<&Path>) -> anyhow::Result<Option<u64>> {
    let mut bytes = Some(0);
    for source in sources {
        bytes = source.check()?.zip(bytes).map(|(one, sum)| one + sum);
    }
    output.map_or(Ok(()), |path| refuse_input(sources, path))?;
    Ok(bytes)
}

/// Makes sure that `output` is none of the inputs.
fn refuse_input(sources: &[Source], output: &Path) -> anyhow::Result<()> {
    let Ok(output) = fs::canonicalize(output) else { return Ok(()) };
    let is_it = |source: &&Source| {
        source.path().and_then(|path| fs::canonicalize(path).ok()).as_ref() == Some(&output)
    };
    if let Some(source) = sources.iter().find(is_it) {
        anyhow::bail!(
            "`{source}` is read and cannot be written too; choose another file for the output"
        );
    }
    Ok(())
}

fn is_device(path: &Path) -> bool {
    path.exists() && !path.is_file()
}
