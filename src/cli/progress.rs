//! What a scan says on standard error: a bar, each bad line, and the counts at the end.

use std::{
    collections::{BTreeMap, HashSet},
    fmt::{Display, Write as _},
    hash::{DefaultHasher, Hash as _, Hasher as _},
    io::{self, Write as _},
    time::Duration,
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::{Deserialize, Serialize};

use super::scan::AssessedPost;
use crate::{
    io::{ReadError, Source, SourceError},
    policy::Level,
};

/// How many bad lines are named. A file of another format has millions, and twenty show what is wrong.
const MOST_BAD_LINES: u64 = 20;

/// How many ids are remembered: 2 Mi hashes take about 40 MB, which does not grow.
const MOST_IDS: usize = 1 << 21;

/// The levels as a reader wants them: the worst first.
const LEVELS: [Level; 7] = [
    Level::Distress,
    Level::Critical,
    Level::High,
    Level::Elevated,
    Level::Low,
    Level::NotScored,
    Level::InsufficientText,
];

/// Counts what a scan reads, and tells it.
#[derive(Debug)]
pub(super) struct Report {
    bar: ProgressBar,
    /// Whether the bar has not moved: what an earlier run did says nothing of the speed of this one.
    is_at_start: bool,
    counts: Counts,
}

impl Report {
    /// A report with a bar over `bytes`, or without a length where that is not known. The bar is
    /// drawn on a terminal only, and only when `has_bar`.
    pub(super) fn new(bytes: Option<u64>, has_bar: bool) -> Self {
        const STYLE: &str = "{bar:30} {bytes}/{total_bytes}, {msg}, {eta} left";
        const STYLE_WITHOUT_LENGTH: &str = "{spinner} {bytes}, {msg}";
        let target =
            if has_bar { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let style = if bytes.is_some() { STYLE } else { STYLE_WITHOUT_LENGTH };
        let style = ProgressStyle::with_template(style).expect("both templates are well formed");
        let bar = ProgressBar::with_draw_target(bytes, target).with_style(style);
        Self { bar, is_at_start: true, counts: Counts::default() }
    }

    /// Goes on with the counts of a run that was broken off.
    pub(super) fn resume(&mut self, counts: Counts) {
        self.counts = counts;
        self.counts.ids.is_partial = true;
    }

    /// What was counted.
    pub(super) fn counts(&self) -> &Counts {
        &self.counts
    }

    /// Counts a post of `input` that was assessed.
    pub(super) fn post(&mut self, input: &Source, post: &AssessedPost) {
        self.counts.add_post(post.level, &post.notices);
        self.counts.records += u64::from(post.is_written);
        if let Some(id) = &post.id {
            self.counts.ids.add(id, || format!("{input}: line {}", post.line));
        }
    }

    /// Counts a post that is not in the sample.
    pub(super) fn passed_over(&mut self) {
        self.counts.not_sampled += 1;
    }

    /// Counts a line of `input` that is no post, and names it.
    pub(super) fn bad_line(&mut self, input: &Source, error: ReadError) {
        *self.counts.bad_lines.entry(error.cause().to_owned()).or_default() += 1;
        self.counts.unreadable += u64::from(!error.is_recoverable());
        let is_named = self.counts.bad_line_count() <= MOST_BAD_LINES || !error.is_recoverable();
        if is_named {
            self.say(format_args!("{input}: {:#}", anyhow::Error::new(error)));
        }
    }

    /// Names an input that could not be opened.
    pub(super) fn unopened(&mut self, error: SourceError) {
        self.counts.unreadable += 1;
        self.say(format_args!("{:#}", anyhow::Error::new(error)));
    }

    /// Whether an input could not be read to its end.
    pub(super) fn has_unreadable(&self) -> bool {
        self.counts.unreadable > 0
    }

    /// Moves the bar to `bytes`.
    pub(super) fn advance(&mut self, bytes: u64) {
        self.bar.set_position(bytes);
        if std::mem::take(&mut self.is_at_start) {
            self.bar.reset_eta();
        }
        self.bar.set_message(format!("{} posts", self.counts.posts));
    }

    /// Takes the bar away, and says what was not said.
    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
        let unnamed = self.counts.bad_line_count().saturating_sub(MOST_BAD_LINES);
        if unnamed > 0 {
            self.say(format_args!("{unnamed} more bad lines are not named"));
        }
    }

    /// Says something without disturbing the bar.
    pub(super) fn say(&self, words: impl Display) {
        // With standard error gone there is nobody left to tell.
        self.bar.suspend(|| writeln!(io::stderr(), "{words}").ok());
    }
}

/// What a scan counts. The same for the same input, whatever the machine.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Counts {
    posts: u64,
    records: u64,
    not_sampled: u64,
    levels: BTreeMap<Level, u64>,
    notices: BTreeMap<String, u64>,
    bad_lines: BTreeMap<String, u64>,
    /// Inputs that were not read to their end.
    unreadable: u64,
    ids: SeenIds,
}

impl Counts {
    fn add_post(&mut self, level: Level, notices: &[String]) {
        self.posts += 1;
        *self.levels.entry(level).or_default() += 1;
        for notice in notices {
            match self.notices.get_mut(notice) {
                Some(count) => *count += 1,
                None => drop(self.notices.insert(notice.clone(), 1)),
            }
        }
    }

    fn bad_line_count(&self) -> u64 {
        self.bad_lines.values().sum()
    }

    /// The counts for programs, on one line: every level, so that each key is always there.
    pub(super) fn json(&self) -> String {
        let levels = LEVELS.iter().map(|level| (level, self.levels.get(level).unwrap_or(&0)));
        serde_json::json!({
            "schema": 1,
            "posts": self.posts,
            "records": self.records,
            "not_sampled": self.not_sampled,
            "levels": levels.collect::<BTreeMap<_, _>>(),
            "notices": self.notices,
            "bad_lines": self.bad_line_count(),
            "causes": self.bad_lines,
            "unreadable_inputs": self.unreadable,
            "repeated_ids": self.ids.repeated,
            "repeated_ids_are_all": !self.ids.is_partial && !self.ids.is_full(),
        })
        .to_string()
    }

    /// Up to seven lines for people, without a line break at the end. With the time it took, also
    /// how fast that was.
    pub(super) fn summary(&self, elapsed: Option<Duration>) -> String {
        let levels = LEVELS.iter().filter_map(|level| Some((level, *self.levels.get(level)?)));
        let mut summary = format!("{} posts", self.posts);
        if let Some(elapsed) = elapsed {
            let rate = self.posts as f64 / elapsed.as_secs_f64().max(1e-9);
            write!(summary, ", {rate:.0} a second").expect("a string takes all");
        }
        let mut add = |title: &str, counts: String| {
            if !counts.is_empty() {
                write!(summary, "\n{title}: {counts}").expect("a string takes all");
            }
        };
        add("levels", list(levels));
        add("notices", list(&self.notices));
        add("not in the sample", some(self.not_sampled));
        add("below the level that was asked for", some(self.posts - self.records));
        add("bad lines", list(&self.bad_lines));
        add("repeated ids", self.ids.summary());
        summary
    }
}

/// A count, or nothing for none.
fn some(count: u64) -> String {
    if count == 0 { String::new() } else { count.to_string() }
}

/// Names with their counts, such as `high 3, low 12`.
fn list<N: Display, C: Display>(counts: impl IntoIterator<Item = (N, C)>) -> String {
    let items = counts.into_iter().map(|(name, count)| format!("{name} {count}"));
    items.collect::<Vec<_>>().join(", ")
}

/// Ids that were there before.
///
/// Two posts with one id are both assessed, but whoever joins on the id should
/// know. Ids are kept as 64-bit hashes with a fixed key: among the two million
/// that are kept, two different ones are taken for one with a chance of one in
/// ten million. Later ids are compared with those that are kept and not added.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct SeenIds {
    /// Not in the sidecar of a scan, which would grow by megabytes.
    #[serde(skip)]
    hashes: HashSet<u64>,
    /// Whether ids were read before that are not among the hashes.
    #[serde(skip)]
    is_partial: bool,
    repeated: u64,
    first: Option<String>,
}

impl SeenIds {
    fn add(&mut self, id: &str, place: impl FnOnce() -> String) {
        let mut hasher = DefaultHasher::new();
        id.hash(&mut hasher);
        let hash = hasher.finish();
        if self.hashes.contains(&hash) {
            self.repeated += 1;
            self.first.get_or_insert_with(|| format!("`{}` at {}", id.escape_debug(), place()));
        } else if !self.is_full() {
            self.hashes.insert(hash);
        }
    }

    fn is_full(&self) -> bool {
        self.hashes.len() >= MOST_IDS
    }

    /// Empty when no id was there twice.
    fn summary(&self) -> String {
        let Some(first) = &self.first else { return String::new() };
        let bound = if self.is_full() {
            format!("; compared with the first {MOST_IDS} ids only")
        } else if self.is_partial {
            "; at least, for ids of the part before `--resume` are not compared".to_owned()
        } else {
            String::new()
        };
        format!("{}, the first {first}{bound}", self.repeated)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_counts_levels_notices_bad_lines_and_repeated_ids() {
        let mut report = Report::new(None, false);
        let input = Source::new("a.jsonl");
        let mut post = |line, id: Option<&str>, level, notices: &[&str]| {
            let notices = notices.iter().map(ToString::to_string).collect();
            let id = id.map(str::to_owned);
            report.post(&input, &AssessedPost { line, id, level, notices, is_written: line > 1 });
        };
        post(1, Some("p"), Level::Low, &["possible_job_scam"]);
        post(2, Some("q"), Level::Critical, &[]);
        post(3, Some("p"), Level::Low, &["possible_job_scam"]);
        post(4, None, Level::Distress, &[]);
        post(5, None, Level::Distress, &[]);
        report.passed_over();
        report.bad_line(&input, ReadError::UnclosedQuote { line: 6 });
        let expected = "5 posts, 10 a second\n\
            levels: distress 2, critical 1, low 2\n\
            notices: possible_job_scam 2\n\
            not in the sample: 1\n\
            below the level that was asked for: 1\n\
            bad lines: quote not closed 1\n\
            repeated ids: 1, the first `p` at a.jsonl: line 3";
        assert_eq!(report.counts.summary(Some(Duration::from_millis(500))), expected);
        assert!(report.counts.summary(None).starts_with("5 posts\nlevels"));
        let json = "{\"bad_lines\":1,\"causes\":{\"quote not closed\":1},\
            \"levels\":{\"critical\":1,\"distress\":2,\"elevated\":0,\"high\":0,\
            \"insufficient_text\":0,\"low\":2,\"not_scored\":0},\
            \"not_sampled\":1,\"notices\":{\"possible_job_scam\":2},\"posts\":5,\"records\":4,\
            \"repeated_ids\":1,\"repeated_ids_are_all\":true,\"schema\":1,\"unreadable_inputs\":0}";
        assert_eq!(report.counts.json(), json);
        assert!(!report.has_unreadable());
    }

    #[test]
    fn a_scan_of_nothing_has_a_summary() {
        let report = Report::new(Some(0), false);
        assert_eq!(report.counts.summary(Some(Duration::ZERO)), "0 posts, 0 a second");
    }

    #[test]
    fn an_input_that_broke_off_is_not_forgotten() {
        let mut report = Report::new(None, false);
        report.bad_line(&Source::Stdin, ReadError::Utf16);
        assert!(report.has_unreadable());
    }

    #[test]
    fn every_level_is_told_of() {
        assert!(Level::ALL.iter().all(|level| LEVELS.contains(level)));
    }
}
