//! Texts with a label in a column: any CSV, TSV or JSON lines that somebody labelled.

use std::{collections::BTreeSet, path::PathBuf};

use serde_json::{Map, Value};

use super::{ByteCounter, Place, ReadError, ReaderOptions, Source, SourceError};

/// A text, its label, and where they came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaggedText {
    /// The file and the line.
    pub place: Place,
    /// The id, or the number of the line.
    pub id: String,
    /// The text as received; has more than white space.
    pub text: String,
    /// The label as written, without white space at its ends; numbers and booleans as in JSON.
    pub label: String,
}

/// How labelled texts are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagOptions {
    /// Columns of text and id, and the format. The other fields are kept in any case.
    pub reader: ReaderOptions,
    /// Column of the label.
    pub label_column: String,
    /// The labels that there may be; any where it is empty.
    pub allowed: BTreeSet<String>,
    /// Whether a text without a label is passed over; else it is a fault.
    pub skip_unlabelled: bool,
}

/// What is wrong with labelled texts.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TaggedError {
    /// A line could not be read.
    #[error("{}: {fault}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What is wrong, with the line.
        fault: ReadError,
    },
    /// The line has no such column.
    #[error(
        "{place}: no column `{column}` for the label; name it with --label, there are: {columns}"
    )]
    MissingColumn {
        /// The line.
        place: Place,
        /// The column that was looked for.
        column: String,
        /// Those there are, beside text and id.
        columns: String,
    },
    /// The label is empty.
    #[error("{place}: the label is empty; write one, remove the line, or pass --skip-unlabelled")]
    Unlabelled {
        /// The line.
        place: Place,
    },
    /// The label is a list, an object or long text.
    #[error("{place}: the label is {found}; write a word or a number")]
    NoLabel {
        /// The line.
        place: Place,
        /// What it is.
        found: &'static str,
    },
    /// The label is none of those that were named.
    #[error("{place}: label `{label}` is none of --labels; correct it, or add it there")]
    UnknownLabel {
        /// The line.
        place: Place,
        /// The label.
        label: String,
    },
    /// There is nothing to learn from.
    #[error("{place}: the text is empty; write one, or remove the line")]
    EmptyText {
        /// The line.
        place: Place,
    },
}

/// Longest label, in bytes: what is longer is a text, and the wrong column.
const LONGEST_LABEL: usize = 64;

/// Reads the labelled texts of `paths`, in the order of paths and lines.
///
/// Gives beside them everything that is wrong, in the same order, and how many texts without a label
/// were passed over. A line with a fault is not among the texts.
///
/// # Errors
///
/// When a path cannot be opened.
pub fn read_tagged(
    paths: &[PathBuf],
    options: &TagOptions,
) -> Result<(Vec<TaggedText>, Vec<TaggedError>, usize), SourceError> {
    let reader = ReaderOptions { keep_input: true, ..options.reader.clone() };
    let (mut texts, mut faults, mut skipped) = (Vec::new(), Vec::new(), 0);
    for path in paths {
        for read in Source::new(path).posts(&reader, &ByteCounter::default())? {
            let read = match read {
                Ok(read) => read,
                Err(fault) => {
                    faults.push(TaggedError::Unreadable { path: path.clone(), fault });
                    continue;
                }
            };
            let place = Place { path: path.clone(), line: read.line };
            match label(&place, &read.input, options) {
                Ok(None) if options.skip_unlabelled => skipped += 1,
                Ok(None) => faults.push(TaggedError::Unlabelled { place }),
                Ok(Some(_)) if read.post.text.trim().is_empty() => {
                    faults.push(TaggedError::EmptyText { place });
                }
                Ok(Some(label)) => {
                    let (id, text) = (read.post.id.to_string(), read.post.text);
                    texts.push(TaggedText { place, id, text, label });
                }
                Err(fault) => faults.push(fault),
            }
        }
    }
    Ok((texts, faults, skipped))
}

/// The label; `None` where it is empty.
fn label(
    place: &Place,
    fields: &Map<String, Value>,
    options: &TagOptions,
) -> Result<Option<String>, TaggedError> {
    let no_label = |found| TaggedError::NoLabel { place: place.clone(), found };
    let label = match fields.get(&options.label_column) {
        None => {
            let column = options.label_column.clone();
            let columns = columns(fields);
            return Err(TaggedError::MissingColumn { place: place.clone(), column, columns });
        }
        Some(Value::Null) => return Ok(None),
        Some(Value::String(label)) => label.trim().to_owned(),
        Some(label @ (Value::Number(_) | Value::Bool(_))) => label.to_string(),
        Some(Value::Array(_)) => return Err(no_label("a list")),
        Some(Value::Object(_)) => return Err(no_label("an object")),
    };
    if label.is_empty() {
        return Ok(None);
    }
    if label.len() > LONGEST_LABEL {
        return Err(no_label("longer than any label"));
    }
    if !options.allowed.is_empty() && !options.allowed.contains(&label) {
        return Err(TaggedError::UnknownLabel { place: place.clone(), label });
    }
    Ok(Some(label))
}

/// The names of the first few fields.
fn columns(fields: &Map<String, Value>) -> String {
    const MOST: usize = 12;
    let names: Vec<String> = fields.keys().take(MOST).map(|name| format!("`{name}`")).collect();
    if names.is_empty() { "none beside text and id".to_owned() } else { names.join(", ") }
}
