//! `waspada campaigns`: many posts to the campaigns they belong to.
//!
//! ```text
//! index --Blocks--┐
//! files --Batches-┴-pool: view, hash--> Grouper, Ledger --groups--> second look --> output; index
//! ```

use std::{
    fmt::Display,
    fs::{self, File},
    io::{self, BufReader, Write as _},
    num::NonZeroUsize,
    ops::ControlFlow,
    path::{Path, PathBuf},
    process::ExitCode,
    thread,
    time::Instant,
};

use anyhow::Context as _;
use serde_json::Value;
use tempfile::NamedTempFile;

use super::{
    ModelArgs, pool,
    scan::{Output, check, input_format, read_rows},
};
use crate::{
    campaigns::{
        Block, Blocks, CampaignError, ContactKey, Grouper, Groups, Ledger, Row, Settings, Stamp,
        Time, Viewer,
    },
    classify::Classifier,
    io::{ByteCounter, InputFormat, ReadError, ReadPost, ReaderOptions, Source},
    model::{Bundle, sha256_hex},
    post::Post,
};

/// How many bad lines are named.
const MOST_BAD_LINES: u64 = 20;

/// Group posts that are near copies of one another or share a contact; one record a campaign
///
/// Reads what `scan` reads. The result does not depend on the order of the posts, on how they are
/// divided into files, or on whether they come at once or into an index bit by bit, as long as each
/// has an id of its own. A post that comes again with the same id and text counts once. Exit status:
/// 0 when all was read, 2 when a file could not be read to its end; the campaigns of what was read are
/// written all the same, and the index is left as it was.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Files to read; `-` is standard input
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Where the campaigns go, instead of standard output; put in place at the end
    #[arg(short, long, value_name = "OUT")]
    output: Option<PathBuf>,
    /// Keep what is known of the posts in FILE, and begin with what it holds
    #[arg(long, value_name = "FILE")]
    index: Option<PathBuf>,
    /// Field or column that holds the text
    #[arg(long, value_name = "NAME", default_value = "text")]
    text_column: String,
    /// Field or column that holds the id; where there is none, the number of the line, after the name
    /// of the file when there are several or an index
    #[arg(long, value_name = "NAME", default_value = "id")]
    id_column: String,
    /// Field or column that holds a date (`2026-03-01`, `2026-03-01T10:00:00Z`) or a whole number;
    /// without it campaigns have no first and last time
    #[arg(long, value_name = "NAME")]
    time_column: Option<String>,
    /// Form of the input; without it, the name of the file tells, or the first character
    #[arg(long, value_name = "FORMAT", value_parser = input_format())]
    input_format: Option<InputFormat>,
    /// Part of the runs of three words that near copies share, above 0 to 1; lower joins more
    #[arg(long, value_name = "PART", default_value_t = Settings::default().threshold, value_parser = part)]
    threshold: f64,
    /// A contact in more groups of unrelated texts than this is generic and joins nothing
    #[arg(long, value_name = "N", default_value_t = Settings::default().most_texts)]
    most_texts: u32,
    /// File whose bytes are the key that contacts are hashed with; without it, a key that is no secret
    #[arg(long, value_name = "FILE")]
    contact_key_file: Option<PathBuf>,
    /// Folder for the temporary file, of about 200 bytes a post; without it, the system's
    #[arg(long, value_name = "DIR")]
    temp_dir: Option<PathBuf>,
    /// How many threads read texts; without it, as many as there are cores. The result is the same
    #[arg(long, value_name = "N")]
    threads: Option<NonZeroUsize>,
    /// No summary
    #[arg(short, long)]
    quiet: bool,
    #[command(flatten)]
    model: ModelArgs,
}

fn part(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(part) if part > 0.0 && part <= 1.0 => Ok(part),
        _ => Err("write a number above 0 and up to 1, such as 0.2".to_owned()),
    }
}

impl Args {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let started = Instant::now();
        let sources: Vec<Source> = self.files.iter().map(Source::new).collect();
        check(&sources, self.output.as_deref())?;
        self.check_index(&sources)?;
        let bundle = self.model.bundle()?;
        let classifier = Classifier::from_bundle(&bundle)?;
        let key = self.contact_key()?;
        let mut desk = Desk::new(&self, stamp(&bundle, &key)?)?;
        let viewer = Viewer::new(classifier.analyzer(), key);
        desk.take_index()?;
        for source in &sources {
            desk.take(source, &viewer)?;
        }
        desk.finish(started)
    }

    /// That the index is neither read as posts nor written over by the campaigns.
    fn check_index(&self, sources: &[Source]) -> anyhow::Result<()> {
        let Some(index) = &self.index else { return Ok(()) };
        check(sources, Some(index))?;
        anyhow::ensure!(
            self.output.as_deref().is_none_or(|output| resolved(output) != resolved(index)),
            "`{}` cannot be both index and output; choose another file for one",
            index.display()
        );
        anyhow::ensure!(
            !index.is_dir(),
            "the index `{}` is a folder; name a file",
            index.display()
        );
        Ok(())
    }

    fn contact_key(&self) -> anyhow::Result<ContactKey> {
        let Some(path) = &self.contact_key_file else { return Ok(ContactKey::default()) };
        let key = fs::read(path)
            .with_context(|| format!("cannot read the key of the contacts `{}`", path.display()))?;
        anyhow::ensure!(
            key.len() >= 16,
            "the key in `{}` has {} bytes; write 16 random ones or more",
            path.display(),
            key.len()
        );
        Ok(ContactKey::new(&key))
    }

    fn settings(&self) -> Settings {
        Settings { threshold: self.threshold, most_texts: self.most_texts }
    }

    fn reader_options(&self) -> ReaderOptions {
        ReaderOptions {
            text_column: self.text_column.clone(),
            id_column: self.id_column.clone(),
            format: self.input_format,
            keep_input: self.time_column.is_some(),
        }
    }

    fn threads(&self) -> NonZeroUsize {
        self.threads.or_else(|| thread::available_parallelism().ok()).unwrap_or(NonZeroUsize::MIN)
    }
}

/// `path` without detours, also where there is no such file yet.
fn resolved(path: &Path) -> PathBuf {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let beside =
        || Some(fs::canonicalize(folder.unwrap_or(Path::new("."))).ok()?.join(path.file_name()?));
    fs::canonicalize(path).ok().or_else(beside).unwrap_or_else(|| path.to_owned())
}

/// Everything that decides what is seen of a text: this build's normaliser, and the words and places it knows.
fn stamp(bundle: &Bundle, key: &ContactKey) -> anyhow::Result<Stamp> {
    let files = [bundle.file("lexicon.toml")?, bundle.file("places.toml")?].concat();
    let files: String = sha256_hex(&files).chars().take(16).collect();
    let model = format!("{} {} {files}", bundle.manifest().name, env!("CARGO_PKG_VERSION"));
    Ok(Stamp::new(model, key))
}

/// Where the run stands.
struct Desk<'a> {
    args: &'a Args,
    stamp: Stamp,
    grouper: Grouper,
    ledger: Ledger<File>,
    /// The next index, beside the one there is. Goes away when it is dropped.
    next_index: Option<NamedTempFile>,
    counts: Counts,
}

#[derive(Default)]
struct Counts {
    known: u64,
    posts: u64,
    too_short: u64,
    bad_lines: u64,
    bad_times: u64,
    unreadable: u64,
}

/// What a batch of lines gives, and what a block of an index gives.
struct Seen {
    block: Block,
    rows: Vec<Row>,
    too_short: u64,
    faults: Vec<Fault>,
}

enum Fault {
    Line(ReadError),
    Time { line: u64, found: String },
}

impl<'a> Desk<'a> {
    fn new(args: &'a Args, stamp: Stamp) -> anyhow::Result<Self> {
        let (file, next_index) = ledger_file(args)?;
        let ledger =
            Ledger::begin(file, stamp.clone()).context("cannot write the temporary file")?;
        let grouper = Grouper::new(args.settings());
        Ok(Self { args, stamp, grouper, ledger, next_index, counts: Counts::default() })
    }

    /// Takes over what the index holds.
    fn take_index(&mut self) -> anyhow::Result<()> {
        let Some(path) = self.args.index.as_deref().filter(|path| path.exists()) else {
            return Ok(());
        };
        let named = || format!("cannot use the index `{}`", path.display());
        let file = File::open(path).with_context(named)?;
        let blocks = Blocks::open(BufReader::with_capacity(1 << 18, file), &self.stamp)
            .with_context(named)?;
        let work = |block: Result<Block, CampaignError>| -> Result<Seen, CampaignError> {
            let block = block?;
            let rows = block.sightings()?.iter().map(Row::new).collect();
            Ok(Seen { block, rows, too_short: 0, faults: Vec::new() })
        };
        pool::in_order(blocks, self.args.threads(), work, |seen| {
            let seen = seen.with_context(named)?;
            self.counts.known += seen.rows.len() as u64;
            self.add(&seen)?;
            anyhow::Ok(ControlFlow::Continue(()))
        })
    }

    /// Takes the posts of an input.
    fn take(&mut self, source: &Source, viewer: &Viewer<'_>) -> anyhow::Result<()> {
        let mut posts = match source.posts(&self.args.reader_options(), &ByteCounter::default()) {
            Ok(posts) => posts,
            Err(error) => {
                self.counts.unreadable += 1;
                say(format_args!("{:#}", anyhow::Error::new(error)));
                return Ok(());
            }
        };
        let batches = std::iter::from_fn(move || {
            let rows = read_rows(&mut posts);
            (!rows.is_empty()).then_some(rows)
        });
        let place = (self.args.files.len() > 1 || self.args.index.is_some()).then_some(source);
        let time_column = self.args.time_column.as_deref();
        let work = |rows| see(rows, viewer, place, time_column);
        pool::in_order(batches, self.args.threads(), work, |seen: Seen| {
            self.add(&seen)?;
            self.counts.posts += seen.rows.len() as u64 + seen.too_short;
            self.counts.too_short += seen.too_short;
            for fault in seen.faults {
                self.counts.fault(source, fault);
            }
            anyhow::Ok(ControlFlow::Continue(()))
        })
    }

    fn add(&mut self, seen: &Seen) -> anyhow::Result<()> {
        seen.rows.iter().for_each(|row| self.grouper.add(row));
        self.ledger
            .append(&seen.block)
            .context("cannot write the temporary file; name a folder with room by --temp-dir")
    }

    fn finish(mut self, started: Instant) -> anyhow::Result<ExitCode> {
        self.ledger.finish().context("cannot write the temporary file")?;
        let groups = self.grouper.groups();
        let mut output = Output::create(self.args.output.as_deref())?;
        groups.tell(&mut self.ledger, |campaign| -> anyhow::Result<()> {
            let mut line = serde_json::to_vec(&campaign)
                .expect("a campaign has text keys and no failing part");
            line.push(b'\n');
            output.write(&line)
        })?;
        output.flush()?;
        output.put_in_place()?;
        if self.counts.unreadable == 0
            && let (Some(next), Some(path)) = (self.next_index.take(), &self.args.index)
        {
            let placed = next.as_file().sync_all().and_then(|()| Ok(next.persist(path)?));
            placed
                .with_context(|| format!("cannot put the index `{}` in place", path.display()))?;
        }
        self.counts.tell(&groups, self.args, started);
        Ok(if self.counts.unreadable > 0 { ExitCode::from(2) } else { ExitCode::SUCCESS })
    }
}

/// The file of the ledger: the next index, or one without a name that goes away with the run.
fn ledger_file(args: &Args) -> anyhow::Result<(File, Option<NamedTempFile>)> {
    if let Some(index) = &args.index {
        let folder = index.parent().filter(|folder| !folder.as_os_str().is_empty());
        let named = NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))
            .with_context(|| format!("cannot write beside the index `{}`", index.display()))?;
        return Ok((named.as_file().try_clone()?, Some(named)));
    }
    let file = match &args.temp_dir {
        Some(folder) => tempfile::tempfile_in(folder),
        None => tempfile::tempfile(),
    };
    Ok((file.context("cannot make a temporary file; name a folder with room by --temp-dir")?, None))
}

fn see(
    rows: Vec<Result<ReadPost, ReadError>>,
    viewer: &Viewer<'_>,
    place: Option<&Source>,
    time_column: Option<&str>,
) -> Seen {
    let (mut sightings, mut too_short, mut faults) = (Vec::new(), 0, Vec::new());
    for row in rows {
        let read = match row {
            Ok(read) => read,
            Err(error) => {
                faults.push(Fault::Line(error));
                continue;
            }
        };
        let time = time_column.and_then(|column| read.input.get(column)).and_then(|found| {
            let time = time(found);
            if time.is_none() && !found.is_null() && found != "" {
                faults.push(Fault::Time { line: read.line, found: found.to_string() });
            }
            time
        });
        let post = match place {
            Some(source) if !read.has_id => {
                Post::new(format!("{source}:{}", read.line), read.post.text)
            }
            _ => read.post,
        };
        match viewer.sight(&post, time) {
            Some(sighting) => sightings.push(sighting),
            None => too_short += 1,
        }
    }
    Seen {
        block: Block::new(&sightings),
        rows: sightings.iter().map(Row::new).collect(),
        too_short,
        faults,
    }
}

fn time(found: &Value) -> Option<Time> {
    match found {
        Value::Number(number) => number.as_i64().map(Time::Integer),
        Value::String(text) => Time::from_text(text),
        _ => None,
    }
}

impl Counts {
    fn fault(&mut self, source: &Source, fault: Fault) {
        let count = match &fault {
            Fault::Line(_) => &mut self.bad_lines,
            Fault::Time { .. } => &mut self.bad_times,
        };
        *count += 1;
        let is_named = *count <= MOST_BAD_LINES;
        match fault {
            Fault::Line(error) => {
                self.unreadable += u64::from(!error.is_recoverable());
                if is_named || !error.is_recoverable() {
                    say(format_args!("{source}: {:#}", anyhow::Error::new(error)));
                }
            }
            Fault::Time { line, found } if is_named => {
                let found: String = found.chars().take(40).collect();
                say(format_args!(
                    "{source}: line {line}: {found} is no time; write `2026-03-01`, `2026-03-01T10:00:00Z` or a whole number"
                ));
            }
            Fault::Time { .. } => {}
        }
    }

    fn tell(&self, groups: &Groups, args: &Args, started: Instant) {
        if self.bad_lines > MOST_BAD_LINES {
            say(format_args!("{} more bad lines are not named", self.bad_lines - MOST_BAD_LINES));
        }
        if args.quiet {
            return;
        }
        let rate = self.posts as f64 / started.elapsed().as_secs_f64().max(1e-9);
        say(format_args!("{} posts, {rate:.0} a second", self.posts));
        say(format_args!("campaigns: {} with {} posts", groups.len(), groups.members()));
        let further = [
            ("known from the index", self.known),
            ("too short and without a contact", self.too_short),
            ("generic contacts", groups.generic_contacts() as u64),
            ("bad lines", self.bad_lines),
            ("bad times", self.bad_times),
        ];
        for (name, count) in further.into_iter().filter(|(_, count)| *count > 0) {
            say(format_args!("{name}: {count}"));
        }
    }
}

fn say(words: impl Display) {
    // With standard error gone there is nobody left to tell.
    writeln!(io::stderr(), "{words}").ok();
}
