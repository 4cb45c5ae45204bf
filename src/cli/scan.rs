//! `waspada scan`: many posts to records, in the order of the input.
//!
//! ```text
//! files --Batches--> posts --pool: assess, shape--> records --Sink--> output, report
//! ```

use std::{
    fs::{self, File},
    io::{self, BufWriter, IsTerminal as _, Write},
    num::NonZeroUsize,
    ops::ControlFlow,
    path::{Path, PathBuf},
    process::{self, ExitCode},
    thread,
    time::Instant,
};

use anyhow::Context as _;
use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use serde::Serialize;
use serde_json::{Map, Value};

use super::{ModelArgs, pool, progress::Report};
use crate::{
    assessment::{Assessment, IndicatorFinding, State},
    classify::Classifier,
    io::{
        ByteCounter, Input, InputFormat, PostReader, ReadError, ReadPost, ReaderOptions, Source,
        SourceError,
    },
    policy::Level,
    post::Post,
};

/// How many posts go to a worker at once: enough that the channels cost nothing.
const BATCH_POSTS: usize = 256;

/// How many bytes of text a batch may have before it is sent, so that long posts do not fill the memory.
const BATCH_BYTES: usize = 1 << 20;

/// The columns of a CSV record; `input` follows with `--keep-input`.
const COLUMNS: [&str; 10] = [
    "id",
    "level",
    "rules",
    "score",
    "text_type",
    "indicators",
    "unclear",
    "protective",
    "notices",
    "reason",
];

/// Assess many posts; one record a post, in the order of the input
///
/// Reads JSON lines, CSV, TSV and plain text lines, also compressed with gzip or zstd. Exit status:
/// 0 when all was read, 1 when `--on-error stop` stopped, 2 when a file could not be read to its end.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Files to read; `-` is standard input
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Where the records go, instead of standard output; written beside it and put in place at the end
    #[arg(short, long, value_name = "OUT")]
    output: Option<PathBuf>,
    /// Form of the records; CSV has the main fields only
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
    /// Keep the other fields of the input, under `input`
    #[arg(long)]
    keep_input: bool,
    /// No progress bar and no summary
    #[arg(short, long)]
    quiet: bool,
    #[command(flatten)]
    model: ModelArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum OutputFormat {
    Jsonl,
    Csv,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum OnError {
    Skip,
    Stop,
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
        let classifier = Classifier::from_bundle(&self.model.bundle()?)?;
        self.scan(|post| classifier.assess(post)).map(ExitCode::from)
    }

    fn scan(&self, assess: impl Fn(&Post) -> Assessment + Sync) -> anyhow::Result<Ending> {
        let started = Instant::now();
        let sources: Vec<Source> = self.files.iter().map(Source::new).collect();
        let bytes = check(&sources, self.output.as_deref())?;
        let shape = self.shape();
        let counter = ByteCounter::default();
        let mut sink = Sink {
            sources: &sources,
            output: Output::create(self.output.as_deref())?,
            report: Report::new(bytes, self.has_bar()),
            counter: counter.clone(),
            on_error: self.on_error,
            is_stopped: false,
        };
        sink.output.write(&shape.header())?;
        let batches = Batches::new(&sources, self.reader_options(), counter);
        let work = |batch: Batch| batch.assess(&assess, &shape);
        pool::in_order(batches, self.threads(), work, |batch| sink.take(batch))?;
        let ending = sink.finish()?;
        sink.report.finish(started.elapsed(), self.quiet);
        Ok(ending)
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
    let output = output.and_then(|path| fs::canonicalize(path).ok());
    let mut bytes = Some(0);
    for source in sources {
        bytes = source.check()?.zip(bytes).map(|(one, sum)| one + sum);
        let path = source.path().and_then(|path| fs::canonicalize(path).ok());
        anyhow::ensure!(
            path.is_none() || path != output,
            "`{source}` is read and cannot be written too; choose another file for the output"
        );
    }
    Ok(bytes)
}

/// Posts of one input, in its order.
struct Batch {
    /// Index of the input.
    source: usize,
    rows: Vec<Result<ReadPost, ReadError>>,
    unopened: Option<SourceError>,
}

impl Batch {
    fn assess(self, assess: &impl Fn(&Post) -> Assessment, shape: &Shape) -> AssessedBatch {
        let row = |read: ReadPost| AssessedPost::new(&read, &assess(&read.post), shape);
        let rows = self.rows.into_iter().map(|read| read.map(row)).collect();
        AssessedBatch { source: self.source, rows, unopened: self.unopened }
    }
}

/// Reads one input after another, a batch at a time.
struct Batches<'a> {
    sources: std::iter::Enumerate<std::slice::Iter<'a, Source>>,
    options: ReaderOptions,
    counter: ByteCounter,
    open: Option<(usize, PostReader<Input>)>,
}

impl<'a> Batches<'a> {
    fn new(sources: &'a [Source], options: ReaderOptions, counter: ByteCounter) -> Self {
        Self { sources: sources.iter().enumerate(), options, counter, open: None }
    }
}

impl Iterator for Batches<'_> {
    type Item = Batch;

    fn next(&mut self) -> Option<Batch> {
        loop {
            if let Some((source, posts)) = &mut self.open {
                let rows = read_rows(posts);
                if !rows.is_empty() {
                    return Some(Batch { source: *source, rows, unopened: None });
                }
            }
            let (source, input) = self.sources.next()?;
            match input.posts(&self.options, &self.counter) {
                Ok(posts) => self.open = Some((source, posts)),
                Err(error) => {
                    self.open = None;
                    return Some(Batch { source, rows: Vec::new(), unopened: Some(error) });
                }
            }
        }
    }
}

/// The next rows; none at the end of the input.
pub(super) fn read_rows(posts: &mut PostReader<Input>) -> Vec<Result<ReadPost, ReadError>> {
    let (mut rows, mut bytes) = (Vec::new(), 0);
    while rows.len() < BATCH_POSTS && bytes < BATCH_BYTES {
        let Some(row) = posts.next() else { break };
        bytes += row.as_ref().map_or(0, |read| read.post.text.len());
        rows.push(row);
    }
    rows
}

struct AssessedBatch {
    source: usize,
    rows: Vec<Result<AssessedPost, ReadError>>,
    unopened: Option<SourceError>,
}

/// What is left of a post once it is assessed.
struct AssessedPost {
    line: u64,
    id: Option<String>,
    level: Level,
    notices: Vec<String>,
    /// As it is written; empty when it is left out.
    record: Vec<u8>,
}

impl AssessedPost {
    fn new(read: &ReadPost, assessment: &Assessment, shape: &Shape) -> Self {
        Self {
            line: read.line,
            id: read.has_id.then(|| assessment.id.clone()),
            level: assessment.level,
            notices: assessment.notices.clone(),
            record: shape.record(assessment, &read.input),
        }
    }
}

/// How records are written, and which.
struct Shape {
    format: OutputFormat,
    /// The lowest rung that is written.
    least: Option<u8>,
    keep_input: bool,
}

/// A record with the other fields of the input.
#[derive(Serialize)]
struct WithInput<'a> {
    #[serde(flatten)]
    assessment: &'a Assessment,
    input: &'a Map<String, Value>,
}

impl Shape {
    /// What comes before the first record.
    fn header(&self) -> Vec<u8> {
        let input = self.keep_input.then_some("input");
        match self.format {
            OutputFormat::Jsonl => Vec::new(),
            OutputFormat::Csv => csv_line(COLUMNS.into_iter().chain(input)),
        }
    }

    fn record(&self, assessment: &Assessment, input: &Map<String, Value>) -> Vec<u8> {
        if !self.passes(assessment.level) {
            return Vec::new();
        }
        match self.format {
            OutputFormat::Jsonl if self.keep_input => json_line(&WithInput { assessment, input }),
            OutputFormat::Jsonl => json_line(assessment),
            OutputFormat::Csv => {
                let input = self.keep_input.then(|| Value::Object(input.clone()).to_string());
                csv_line(columns(assessment).into_iter().chain(input))
            }
        }
    }

    fn passes(&self, level: Level) -> bool {
        let Some(least) = self.least else { return true };
        level == Level::Distress || level.rung().is_some_and(|rung| rung >= least)
    }
}

fn json_line(record: &impl Serialize) -> Vec<u8> {
    let mut line = serde_json::to_vec(record).expect("a record has text keys and no failing part");
    line.push(b'\n');
    line
}

fn csv_line(fields: impl Iterator<Item = impl AsRef<[u8]>>) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().buffer_capacity(1 << 9).from_writer(Vec::new());
    writer.write_record(fields).expect("memory takes all");
    writer.into_inner().expect("memory takes all")
}

/// The values of [`COLUMNS`].
fn columns(assessment: &Assessment) -> [String; 10] {
    let indicators = |state: State| {
        let found = assessment.indicators.iter().filter(move |found| found.state == state);
        found.map(id_and_kind).collect::<Vec<_>>().join(" ")
    };
    let protective = assessment.protective.iter().filter(|found| found.state == State::Present);
    [
        assessment.id.clone(),
        assessment.level.to_string(),
        assessment.rules.join(" "),
        format!("{:.6}", assessment.score),
        assessment.text_type.clone(),
        indicators(State::Present),
        indicators(State::Unclear),
        protective.map(|found| found.id.as_str()).collect::<Vec<_>>().join(" "),
        assessment.notices.join(" "),
        assessment.reason.clone().unwrap_or_default(),
    ]
}

fn id_and_kind(found: &IndicatorFinding) -> String {
    found.kind.as_ref().map_or_else(|| found.id.clone(), |kind| format!("{}:{kind}", found.id))
}

/// Where batches end, in the order of the input.
struct Sink<'a> {
    sources: &'a [Source],
    output: Output,
    report: Report,
    counter: ByteCounter,
    on_error: OnError,
    is_stopped: bool,
}

impl Sink<'_> {
    fn take(&mut self, batch: AssessedBatch) -> anyhow::Result<ControlFlow<()>> {
        let source = &self.sources[batch.source];
        for row in batch.rows {
            match row {
                Ok(post) => {
                    self.output.write(&post.record)?;
                    self.report.post(
                        source,
                        post.line,
                        post.id.as_deref(),
                        post.level,
                        &post.notices,
                    );
                }
                Err(error) => {
                    self.report.bad_line(source, error);
                    if self.stops() {
                        return Ok(ControlFlow::Break(()));
                    }
                }
            }
        }
        if let Some(error) = batch.unopened {
            self.report.unopened(error);
            if self.stops() {
                return Ok(ControlFlow::Break(()));
            }
        }
        self.output.flush()?;
        self.report.advance(self.counter.bytes());
        Ok(ControlFlow::Continue(()))
    }

    fn stops(&mut self) -> bool {
        self.is_stopped = self.on_error == OnError::Stop;
        self.is_stopped
    }

    /// Puts the output in place, unless the scan was stopped.
    fn finish(&mut self) -> anyhow::Result<Ending> {
        self.output.flush()?;
        if !self.is_stopped {
            self.output.put_in_place()?;
        }
        Ok(if self.report.has_unreadable() {
            Ending::Unreadable
        } else if self.is_stopped {
            Ending::Stopped
        } else {
            Ending::Done
        })
    }
}

/// Standard output, or a file that is put in place when it is whole.
pub(super) struct Output {
    writer: BufWriter<Box<dyn Write>>,
    /// What messages call it.
    name: String,
    partial: Option<Partial>,
}

/// A file beside the one that was asked for. Removed when it is dropped before it was put in place.
struct Partial {
    file: File,
    path: PathBuf,
    target: PathBuf,
}

impl Drop for Partial {
    fn drop(&mut self) {
        // Once in place it is no longer there. An error while leaving has no one to go to.
        fs::remove_file(&self.path).ok();
    }
}

impl Output {
    pub(super) fn create(path: Option<&Path>) -> anyhow::Result<Self> {
        let Some(path) = path else {
            let writer = BufWriter::new(Box::new(io::stdout()) as Box<dyn Write>);
            return Ok(Self { writer, name: "standard output".to_owned(), partial: None });
        };
        let name = format!("`{}`", path.display());
        Self::create_file(path, &name).with_context(|| format!("cannot write {name}"))
    }

    fn create_file(path: &Path, name: &str) -> anyhow::Result<Self> {
        // Through a symbolic link, or the link itself would be replaced.
        let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        anyhow::ensure!(!target.is_dir(), "it is a folder; name a file");
        let is_device = target.exists() && !target.is_file();
        let (file, partial) = if is_device {
            (File::create(&target)?, None)
        } else {
            let path = partial_path(&target).context("it is no name of a file")?;
            let file = File::create(&path)?;
            (file.try_clone()?, Some(Partial { file, path, target }))
        };
        let writer = BufWriter::new(Box::new(file) as Box<dyn Write>);
        Ok(Self { writer, name: name.to_owned(), partial })
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> anyhow::Result<()> {
        self.writer.write_all(bytes).with_context(|| format!("cannot write {}", self.name))
    }

    pub(super) fn flush(&mut self) -> anyhow::Result<()> {
        self.writer.flush().with_context(|| format!("cannot write {}", self.name))
    }

    /// Gives a whole file its name; what bore it before is gone only then.
    pub(super) fn put_in_place(&mut self) -> anyhow::Result<()> {
        let Some(partial) = self.partial.take() else { return Ok(()) };
        let synced = partial.file.sync_all();
        let placed = synced.and_then(|()| fs::rename(&partial.path, &partial.target));
        placed.with_context(|| format!("cannot put {} in place", self.name))
    }
}

fn partial_path(target: &Path) -> Option<PathBuf> {
    let name = target.file_name()?.to_string_lossy();
    Some(target.with_file_name(format!(".{name}.{}.partial", process::id())))
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::assessment::{ModelStamp, Quote};

    #[derive(clap::Parser)]
    struct Line {
        #[command(flatten)]
        args: Args,
    }

    /// A record that says nothing but the level, which stands first in the text.
    fn assess(post: &Post) -> Assessment {
        let (level, words) = post.text.split_once(' ').unwrap_or((&post.text, ""));
        let finding = IndicatorFinding {
            id: "travel_to_risk_place".to_owned(),
            kind: Some("SCAM_HUB".to_owned()),
            group: "A".to_owned(),
            dimension: "P".to_owned(),
            strength: "strong".to_owned(),
            state: State::Present,
            confidence: 0.9,
            spans: vec![Quote { start: 0, end: 1, text: words.to_owned() }],
        };
        let unclear = IndicatorFinding { state: State::Unclear, kind: None, ..finding.clone() };
        Assessment {
            schema: 1,
            id: post.id.as_str().to_owned(),
            level: Level::from_id(level).unwrap_or(Level::Low),
            rules: vec!["K1".to_owned(), "K2".to_owned()],
            reason: None,
            score: 0.25,
            text_type: "recruitment_ad".to_owned(),
            text_type_confidence: 1.0,
            languages: Vec::new(),
            indicators: vec![finding, unclear],
            protective: Vec::new(),
            places: Vec::new(),
            pay: None,
            contacts: Vec::new(),
            notices: Vec::new(),
            obfuscated_tokens: 0,
            model: ModelStamp {
                name: String::new(),
                version: String::new(),
                sha256: String::new(),
            },
        }
    }

    /// A folder with an input `posts.jsonl` and perhaps an output `out`.
    struct Desk(tempfile::TempDir);

    impl Desk {
        fn new(input: impl AsRef<[u8]>) -> Self {
            let desk = Self(tempfile::tempdir().unwrap());
            fs::write(desk.path("posts.jsonl"), input).unwrap();
            desk
        }

        fn path(&self, name: &str) -> PathBuf {
            self.0.path().join(name)
        }

        /// Scans the input with `options`.
        fn scan(&self, options: &str) -> anyhow::Result<Ending> {
            let line = ["scan", "--quiet"]
                .into_iter()
                .chain(options.split_whitespace())
                .map(PathBuf::from);
            let files = ["-o".into(), self.path("out"), self.path("posts.jsonl")];
            let line = Line::try_parse_from(line.chain(files).map(PathBuf::into_os_string))?;
            line.args.scan(assess)
        }

        fn output(&self) -> String {
            fs::read_to_string(self.path("out")).unwrap()
        }

        /// The ids of the records.
        fn ids(&self) -> Vec<String> {
            let record = |line| serde_json::from_str::<Assessment>(line).unwrap().id;
            self.output().lines().map(record).collect()
        }

        fn file_count(&self) -> usize {
            fs::read_dir(self.0.path()).unwrap().count()
        }
    }

    fn posts(texts: &[&str]) -> String {
        let line = |text| serde_json::json!({ "text": text }).to_string() + "\n";
        texts.iter().map(line).collect()
    }

    #[test]
    fn the_bytes_do_not_depend_on_the_number_of_threads() {
        let text = |number: usize| format!("low {}", "kerja ".repeat(number * 7919 % 300));
        let input: String = (0..2000).map(|number| posts(&[&text(number)])).collect();
        let output = |threads: usize| {
            let desk = Desk::new(&input);
            assert_eq!(desk.scan(&format!("--threads {threads}")).unwrap(), Ending::Done);
            desk.output()
        };
        let one = output(1);
        assert_eq!(one.lines().count(), 2000);
        assert!(one == output(2) && one == output(5));
    }

    #[test]
    fn a_bad_line_is_passed_over_or_stops_and_a_stopped_scan_leaves_the_output_alone() {
        let desk = Desk::new(posts(&["low"]) + "not json\n" + &posts(&["low"]));
        assert_eq!(desk.scan("").unwrap(), Ending::Done);
        assert_eq!(desk.ids(), ["1", "3"]);
        fs::write(desk.path("out"), "before").unwrap();
        assert_eq!(desk.scan("--on-error stop").unwrap(), Ending::Stopped);
        assert_eq!((desk.output().as_str(), desk.file_count()), ("before", 2));
    }

    #[test]
    fn what_came_before_the_end_of_a_broken_file_is_kept() {
        let texts: Vec<String> =
            (0..5000u64).map(|number| format!("low {}", number.pow(3) % 99_991)).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(posts(&texts).as_bytes()).unwrap();
        let mut whole = encoder.finish().unwrap();
        whole.truncate(whole.len() * 9 / 10);
        let desk = Desk::new(whole);
        assert_eq!(desk.scan("").unwrap(), Ending::Unreadable);
        assert!(desk.ids().len() > 3000, "{}", desk.ids().len());
    }

    #[test]
    fn distress_passes_every_level() {
        let desk =
            Desk::new(posts(&["low", "elevated", "high", "critical", "distress", "not_scored"]));
        for (options, ids) in [
            ("--min-level critical", vec!["4", "5"]),
            ("--min-level elevated", vec!["2", "3", "4", "5"]),
            ("--min-level low", vec!["1", "2", "3", "4", "5"]),
            ("", vec!["1", "2", "3", "4", "5", "6"]),
        ] {
            desk.scan(options).unwrap();
            assert_eq!(desk.ids(), ids, "{options}");
        }
        assert!(desk.scan("--min-level distress").is_err());
    }

    #[test]
    fn csv_has_one_row_a_post_with_the_main_fields() {
        let desk = Desk::new("{\"id\":\"a,b\",\"text\":\"high\",\"from\":1}\n");
        desk.scan("--format csv --keep-input").unwrap();
        let expected = "id,level,rules,score,text_type,indicators,unclear,protective,notices,reason,input\n\
            \"a,b\",high,K1 K2,0.250000,recruitment_ad,travel_to_risk_place:SCAM_HUB,travel_to_risk_place,,,,\
            \"{\"\"from\"\":1}\"\n";
        assert_eq!(desk.output(), expected);
    }

    #[test]
    fn other_fields_stay_under_input_when_asked_for() {
        let desk = Desk::new("{\"id\":7,\"text\":\"high\",\"from\":{\"page\":1}}\n");
        desk.scan("--keep-input").unwrap();
        let record: Value = serde_json::from_str(&desk.output()).unwrap();
        assert_eq!(record["input"], serde_json::json!({"from": {"page": 1}}));
        assert_eq!((&record["id"], &record["level"]), (&"7".into(), &"high".into()));
        desk.scan("").unwrap();
        assert!(!desk.output().contains("input"));
    }

    #[test]
    fn an_input_is_never_written_over_and_a_missing_one_is_named_before_any_work() {
        let desk = Desk::new(posts(&["low"]));
        let posts = desk.path("posts.jsonl").display().to_string();
        let error = Line::parse_from(["scan", &posts, "-o", &posts]).args.scan(assess).unwrap_err();
        assert!(error.to_string().contains("is read and cannot be written too"), "{error}");
        let missing = desk.path("missing").display().to_string();
        let error = Line::parse_from(["scan", &posts, &missing]).args.scan(assess).unwrap_err();
        assert_eq!(error.to_string(), format!("cannot open {missing}"));
        let folder = desk.0.path().display().to_string();
        let error =
            Line::parse_from(["scan", &posts, "-o", &folder]).args.scan(assess).unwrap_err();
        assert_eq!(
            format!("{error:#}"),
            format!("cannot write `{folder}`: it is a folder; name a file")
        );
        assert_eq!(desk.file_count(), 1);
    }
}
