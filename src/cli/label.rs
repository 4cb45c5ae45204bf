//! `waspada label`: many texts to the labels of a model that was made with `train --label`.

use std::{
    io::{self, Write as _},
    num::NonZeroUsize,
    ops::ControlFlow,
    path::PathBuf,
    process::ExitCode,
    thread,
};

use anyhow::Context as _;

use super::{
    pool,
    scan::{Output, check, input_format, read_rows},
};
use crate::{
    io::{ByteCounter, InputFormat, ReadError, ReadPost, ReaderOptions, Source},
    plain::LabelModel,
};

/// Give texts the labels of a model made with `train --label`; one record a text, in order
///
/// Reads JSON lines, CSV, TSV and plain text lines, also compressed with gzip or zstd. A line that
/// is no text is named on standard error, and the others are labelled. The labels are those of whoever
/// labelled the training texts; they are no levels and no findings.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Files to read; `-` is standard input
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Folder of the model
    #[arg(long, value_name = "DIR")]
    model: PathBuf,
    /// Where the records go, instead of standard output; put in place at the end
    #[arg(short, long, value_name = "OUT")]
    output: Option<PathBuf>,
    /// Field or column that holds the text
    #[arg(long, value_name = "NAME", default_value = "text")]
    text_column: String,
    /// Field or column that holds the id; where there is none, the number of the line is the id
    #[arg(long, value_name = "NAME", default_value = "id")]
    id_column: String,
    /// Form of the input; without it, the name of the file tells, or the first character
    #[arg(long, value_name = "FORMAT", value_parser = input_format())]
    input_format: Option<InputFormat>,
    /// How many threads work; without it, as many as there are cores. The records are the same
    #[arg(long, value_name = "N")]
    threads: Option<NonZeroUsize>,
}

impl Args {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let model = LabelModel::load(&self.model)
            .with_context(|| format!("cannot use the model in `{}`", self.model.display()))?;
        let sources: Vec<Source> = self.files.iter().map(Source::new).collect();
        check(&sources, self.output.as_deref())?;
        let mut output = Output::create(self.output.as_deref())?;
        let (mut texts, mut bad, mut is_cut) = (0u64, 0u64, false);
        for source in &sources {
            let mut posts = source.posts(&self.reader_options(), &ByteCounter::default())?;
            let batches = std::iter::from_fn(move || {
                let rows = read_rows(&mut posts);
                (!rows.is_empty()).then_some(rows)
            });
            let work = |rows: Vec<Result<ReadPost, ReadError>>| -> Vec<Result<Vec<u8>, ReadError>> {
                rows.into_iter().map(|row| row.map(|read| record(&model, &read))).collect()
            };
            pool::in_order(batches, self.threads(), work, |records| {
                for record in records {
                    match record {
                        Ok(record) => {
                            texts += 1;
                            output.write(&record)?;
                        }
                        Err(error) => {
                            bad += 1;
                            is_cut |= !error.is_recoverable();
                            writeln!(io::stderr(), "{source}: {error}")?;
                        }
                    }
                }
                anyhow::Ok(ControlFlow::Continue(()))
            })?;
        }
        output.flush()?;
        output.put_in_place()?;
        if bad > 0 {
            writeln!(io::stderr(), "labelled: {texts}, not read: {bad}")?;
        }
        Ok(if is_cut { ExitCode::from(2) } else { ExitCode::SUCCESS })
    }

    fn reader_options(&self) -> ReaderOptions {
        ReaderOptions {
            text_column: self.text_column.clone(),
            id_column: self.id_column.clone(),
            format: self.input_format,
            keep_input: false,
        }
    }

    fn threads(&self) -> NonZeroUsize {
        self.threads.or_else(|| thread::available_parallelism().ok()).unwrap_or(NonZeroUsize::MIN)
    }
}

/// One line: id, label, and the probabilities by label with six decimals.
fn record(model: &LabelModel, read: &ReadPost) -> Vec<u8> {
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let prediction = model.predict(&read.post.text);
    let probabilities = model.labels().iter().zip(&prediction.probabilities);
    let probabilities: Vec<String> =
        probabilities.map(|(label, p)| format!("{}:{p:.6}", quoted(label))).collect();
    let id = quoted(read.post.id.as_str());
    let label = quoted(&model.labels()[prediction.label]);
    let probabilities = probabilities.join(",");
    format!("{{\"id\":{id},\"label\":{label},\"probabilities\":{{{probabilities}}}}}\n")
        .into_bytes()
}
