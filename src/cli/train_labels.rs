//! `waspada train --label`: anybody's labelled texts to a label model, or to figures over folds.

use std::{
    collections::BTreeSet,
    fmt::Write as _,
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context as _;

use crate::{
    io::{ReaderOptions, TagOptions, TaggedText, read_tagged},
    plain::{
        Figures, HeldOut, LabelledText, PlainError, PlainSettings, Spread, cross_validate, figures,
        train,
    },
};

/// Faults that are told one by one; a wrong column gives one for every line.
const MOST_FAULTS: usize = 20;

/// What `--label` brings with it.
#[derive(Debug, clap::Args)]
pub(super) struct LabelArgs {
    /// Learn the labels of this column from any CSV, TSV or JSON lines, without taxonomy and spans
    #[arg(long = "label", value_name = "COLUMN", help_heading = "Own labels")]
    column: Option<String>,
    /// Field or column that holds the text
    #[arg(
        long,
        value_name = "NAME",
        default_value = "text",
        requires = "column",
        help_heading = "Own labels"
    )]
    text_column: String,
    /// Field or column that holds the id; where there is none, the number of the line is the id
    #[arg(
        long,
        value_name = "NAME",
        default_value = "id",
        requires = "column",
        help_heading = "Own labels"
    )]
    id_column: String,
    /// The labels there may be; another one is an error
    #[arg(
        long,
        value_name = "A,B",
        value_delimiter = ',',
        requires = "column",
        help_heading = "Own labels"
    )]
    labels: Vec<String>,
    /// Pass over texts without a label
    #[arg(long, requires = "column", help_heading = "Own labels")]
    skip_unlabelled: bool,
    /// Cross-validate in this many folds; near copies of one text stay in one fold
    #[arg(long, value_name = "K", requires = "column", help_heading = "Own labels")]
    pub(super) folds: Option<usize>,
    /// Also write the figures of the folds as JSON
    #[arg(long, value_name = "FILE", requires = "folds", help_heading = "Own labels")]
    json: Option<PathBuf>,
    /// Also write fold, label and held-out probabilities of each text as CSV
    #[arg(long, value_name = "FILE", requires = "folds", help_heading = "Own labels")]
    fold_file: Option<PathBuf>,
}

impl LabelArgs {
    /// Whether texts with labels of one's own are learnt.
    pub(super) fn is_asked_for(&self) -> bool {
        self.column.is_some()
    }

    /// Reads and checks everything, then cross-validates and fits as asked.
    pub(super) fn run(
        &self,
        files: &[PathBuf],
        output: Option<&Path>,
        settings: &PlainSettings,
    ) -> anyhow::Result<ExitCode> {
        if let Some(path) = output {
            anyhow::ensure!(
                !path.exists(),
                "`{}` exists and a model is written once; choose another directory",
                path.display()
            );
        }
        let Some(tagged) = self.read(files)? else { return Ok(ExitCode::from(1)) };
        let texts: Vec<LabelledText> = tagged
            .iter()
            .map(|one| LabelledText { text: one.text.clone(), label: one.label.clone() })
            .collect();
        let placed = |error: PlainError| match error.text().map(|at| &tagged[at].place) {
            Some(place) => anyhow::anyhow!("{place}: {error}"),
            None => {
                anyhow::Error::new(error).context(format!("cannot learn from {}", names(files)))
            }
        };
        if let Some(count) = self.folds {
            let held_out = cross_validate(&texts, count, settings).map_err(placed)?;
            let figures = figures(&held_out);
            self.write_files(&tagged, &held_out, &figures)?;
            io::stdout().write_all(table(&figures).as_bytes())?;
        }
        if let Some(path) = output {
            let model = train(&texts, settings).map_err(placed)?;
            model.write(path)?;
            let labels = model.labels().join(", ");
            let count = texts.len();
            writeln!(io::stdout(), "{count} texts, labels {labels}, in `{}`", path.display())?;
        }
        Ok(ExitCode::SUCCESS)
    }

    /// The labelled texts; `None` when some are at fault, after saying on standard error which.
    fn read(&self, files: &[PathBuf]) -> anyhow::Result<Option<Vec<TaggedText>>> {
        let options = TagOptions {
            reader: ReaderOptions {
                text_column: self.text_column.clone(),
                id_column: self.id_column.clone(),
                ..ReaderOptions::default()
            },
            label_column: self.column.clone().unwrap_or_default(),
            allowed: self.labels.iter().map(|label| label.trim().to_owned()).collect(),
            skip_unlabelled: self.skip_unlabelled,
        };
        for column in [&self.text_column, &self.id_column] {
            anyhow::ensure!(
                *column != options.label_column,
                "--label names column `{column}`, which is that of the text or of the id; name another"
            );
        }
        let (texts, faults, skipped) = read_tagged(files, &options)?;
        let mut errors = io::stderr();
        for fault in faults.iter().take(MOST_FAULTS) {
            writeln!(errors, "{fault}")?;
        }
        if !faults.is_empty() {
            let rest = faults.len().saturating_sub(MOST_FAULTS);
            if rest > 0 {
                writeln!(errors, "and {rest} more")?;
            }
            let read = texts.len();
            writeln!(errors, "to correct: {}; without a fault: {read} texts", faults.len())?;
            return Ok(None);
        }
        if skipped > 0 {
            writeln!(errors, "passed over without a label: {skipped}")?;
        }
        Ok(Some(texts))
    }

    fn write_files(
        &self,
        tagged: &[TaggedText],
        held_out: &HeldOut,
        figures: &Figures,
    ) -> anyhow::Result<()> {
        let write = |path: &Path, bytes: &[u8]| {
            fs::write(path, bytes).with_context(|| format!("cannot write `{}`", path.display()))
        };
        if let Some(path) = &self.json {
            write(path, (serde_json::to_string_pretty(figures)? + "\n").as_bytes())?;
        }
        if let Some(path) = &self.fold_file {
            write(path, &fold_file(tagged, held_out)?)?;
        }
        Ok(())
    }
}

/// One row a text: where it stands, its fold, label, the label given, a probability a label.
fn fold_file(tagged: &[TaggedText], held_out: &HeldOut) -> anyhow::Result<Vec<u8>> {
    let mut rows = csv::Writer::from_writer(Vec::new());
    let first = ["file", "line", "id", "fold", "label", "predicted"].map(str::to_owned);
    let names = held_out.names.iter().map(|name| format!("p:{name}"));
    rows.write_record(first.into_iter().chain(names))?;
    for (at, text) in tagged.iter().enumerate() {
        let prediction = &held_out.predictions[at];
        let first = [
            text.place.path.display().to_string(),
            text.place.line.to_string(),
            text.id.clone(),
            held_out.folds[at].to_string(),
            text.label.clone(),
            held_out.names[prediction.label].clone(),
        ];
        let probabilities = prediction.probabilities.iter().map(|p| format!("{p:.6}"));
        rows.write_record(first.into_iter().chain(probabilities))?;
    }
    Ok(rows.into_inner().map_err(csv::IntoInnerError::into_error)?)
}

/// The figures for people: a line a label, mean over folds and its deviation.
fn table(figures: &Figures) -> String {
    let cell = |spread: &Spread| match (spread.mean, spread.deviation) {
        (Some(mean), Some(deviation)) => format!("{mean:.4} ± {deviation:.4}"),
        _ => "-".to_owned(),
    };
    let mut text = String::new();
    let mut line = |label: &str, texts: usize, figures: [String; 3]| {
        let [pr, roc, f1] = figures;
        writeln!(text, "{label:<24} {texts:>6}  {pr:>15}  {roc:>15}  {f1:>15}").ok();
    };
    let heads = ["PR-AUC", "ROC AUC", "F1"].map(str::to_owned);
    line("label", figures.texts, heads);
    for class in &figures.labels {
        let cells = [&class.pr_auc, &class.roc_auc, &class.f1].map(cell);
        line(&class.label, class.texts, cells);
    }
    let cells = [cell(&figures.macro_pr_auc), "-".to_owned(), cell(&figures.macro_f1)];
    line("mean of labels", figures.texts, cells);
    text
}

/// The files in a few words.
fn names(files: &[PathBuf]) -> String {
    let names: BTreeSet<String> =
        files.iter().map(|file| format!("`{}`", file.display())).collect();
    names.into_iter().collect::<Vec<_>>().join(", ")
}
