//! What can be wrong with input, where, and what to do about it.

use std::{fmt, io, path::PathBuf};

use super::{
    compress::{MOST_RATIO, TooDense},
    lines::MAX_LINE_BYTES,
    source::Source,
};
use crate::{
    labels::LabelFault,
    post::{MAX_POST_BYTES, PostId},
};

/// What stands in a JSON line where something else was looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonKind {
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean,
    /// A number.
    Number,
    /// A string.
    String,
    /// An array.
    Array,
    /// An object.
    Object,
}

impl fmt::Display for JsonKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Null => "null",
            Self::Boolean => "true or false",
            Self::Number => "a number",
            Self::String => "a string",
            Self::Array => "an array",
            Self::Object => "an object",
        })
    }
}

/// Why a post could not be read.
///
/// Lines count from 1, as do the rows of Parquet; columns are bytes in the line and count from 1. The
/// message does not name the file, which the reader does not know, and never
/// quotes the text of a post.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// The input failed. Nothing after it can be read.
    #[error("line {line}: the input cannot be read any further; the lines before were read")]
    Io {
        /// Where it failed.
        line: u64,
        /// What the operating system or the decompressor said.
        source: io::Error,
    },
    /// The compressed input ends before its end. Nothing after it can be read.
    #[error(
        "line {line}: the compressed input is cut short here; \
         the lines before were read, copy the file again for the rest"
    )]
    CutShort {
        /// The line that is not whole.
        line: u64,
        /// What the decompressor said.
        source: io::Error,
    },
    /// The compressed input grows without measure. Nothing after it is read.
    #[error(
        "line {line}: the compressed input unpacks to more than {MOST_RATIO} times its size; \
         the lines before were read, unpack it first if it is in order"
    )]
    TooDense {
        /// The line that is not read.
        line: u64,
    },
    /// The input is UTF-16. Nothing of it can be read.
    #[error("line 1: the input is UTF-16; save it as UTF-8")]
    Utf16,
    /// The first row of a table has no column for the text. Nothing of it can be read.
    #[error(
        "line {line}: no column `{column}` in the first row; \
         name the text column, there are: {}",
        list(columns)
    )]
    MissingColumn {
        /// The first row.
        line: u64,
        /// The column that was looked for.
        column: String,
        /// Those there are.
        columns: Vec<String>,
    },
    /// The file is no whole Parquet. Nothing of it can be read.
    #[error(
        "the file is no Parquet, or is cut short or damaged at its end: {reason}; \
         copy it again, nothing of it was read"
    )]
    NotParquet {
        /// What the reader said.
        reason: String,
    },
    /// The Parquet file is damaged. Nothing after it can be read.
    #[error(
        "row {line}: the Parquet file is damaged here: {reason}; \
         the rows before were read, copy the file again for the rest"
    )]
    DamagedParquet {
        /// The first row that cannot be read.
        line: u64,
        /// What the reader said.
        reason: String,
    },
    /// Parquet from a pipe, or packed once more. Its index stands at its end.
    #[error("Parquet cannot be read from a pipe or packed; store it in a file as it is")]
    ParquetStream,
    /// The build reads no Parquet.
    #[error(
        "this build reads no Parquet; build it with the feature `parquet`, or convert the file"
    )]
    NoParquet,
    /// The Parquet file has no column for the text. Nothing of it can be read.
    #[error("no column `{column}`; name the text column, there are: {}", list(columns))]
    NoColumn {
        /// The column that was looked for.
        column: String,
        /// Those there are.
        columns: Vec<String>,
    },
    /// A column of the Parquet file is of another type. Nothing of it can be read.
    #[error(
        "column `{column}` is {found} and not {wanted}; name another column, there are: {}",
        list(columns)
    )]
    ColumnType {
        /// The column.
        column: String,
        /// Its type.
        found: String,
        /// What it should be.
        wanted: &'static str,
        /// The columns there are.
        columns: Vec<String>,
    },
    /// This line is not UTF-8.
    #[error(
        "line {line}, column {column}: not UTF-8; \
         convert the file, for instance with `iconv -f WINDOWS-1252 -t UTF-8`"
    )]
    NotUtf8 {
        /// The line, or the first line of the row.
        line: u64,
        /// The first byte that does not fit.
        column: usize,
    },
    /// This line is not JSON.
    #[error("line {line}, column {column}: not JSON: {reason}; write one object a line")]
    NotJson {
        /// The line.
        line: u64,
        /// Where the parser stopped.
        column: usize,
        /// What the parser said.
        reason: String,
    },
    /// This line has one half of a surrogate pair, which is no character.
    #[error(
        "line {line}, column {column}: a \\u escape is half a character; \
         write both halves or the character itself"
    )]
    UnpairedSurrogate {
        /// The line.
        line: u64,
        /// Where the parser stopped.
        column: usize,
    },
    /// This line is JSON, but no object.
    #[error("line {line}: {found} and not an object; write one object a line")]
    NotAnObject {
        /// The line.
        line: u64,
        /// What it is.
        found: JsonKind,
    },
    /// The object has no field for the text.
    #[error("line {line}: no field `{field}`; add it, or name the field that holds the text")]
    MissingField {
        /// The line.
        line: u64,
        /// The field that was looked for.
        field: String,
    },
    /// A field holds something that is no text.
    #[error("line {line}: field `{field}` is {found}; it must be a string")]
    WrongType {
        /// The line.
        line: u64,
        /// The field.
        field: String,
        /// What it holds.
        found: JsonKind,
    },
    /// The line is longer than any line with a post. It was passed over without being held.
    #[error(
        "line {line}: longer than {} MiB; break the input into one post a line",
        MAX_LINE_BYTES >> 20
    )]
    LineTooLong {
        /// The line.
        line: u64,
    },
    /// The text is longer than any advert.
    #[error(
        "line {line}: the text has {bytes} bytes and may have {MAX_POST_BYTES}; \
         break it into single posts"
    )]
    TextTooLong {
        /// The line, or the first line of the row.
        line: u64,
        /// How long it is.
        bytes: usize,
    },
    /// A row has more or fewer fields than the first row.
    #[error(
        "line {line}: {found} fields where the first row has {expected}; \
         put fields that hold the separator or a line break in quotes"
    )]
    FieldCount {
        /// The first line of the row.
        line: u64,
        /// How many it has.
        found: usize,
        /// How many it should have.
        expected: usize,
    },
    /// A quoted field is not closed where it should be.
    #[error("line {line}: a quoted field is never closed; close it, or double the quote inside it")]
    UnclosedQuote {
        /// The line with the opening quote.
        line: u64,
    },
}

impl ReadError {
    /// Sorts a failure of the input at `line` by what can be done about it.
    pub(super) fn from_io(line: u64, source: io::Error) -> Self {
        if source.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<TooDense>) {
            return Self::TooDense { line };
        }
        match source.kind() {
            io::ErrorKind::UnexpectedEof => Self::CutShort { line, source },
            _ => Self::Io { line, source },
        }
    }

    /// Whether the reader can go on to the next line.
    pub fn is_recoverable(&self) -> bool {
        !matches!(
            self,
            Self::Io { .. }
                | Self::CutShort { .. }
                | Self::TooDense { .. }
                | Self::Utf16
                | Self::MissingColumn { .. }
                | Self::NotParquet { .. }
                | Self::DamagedParquet { .. }
                | Self::ParquetStream
                | Self::NoParquet
                | Self::NoColumn { .. }
                | Self::ColumnType { .. }
        )
    }

    /// What to do about it, as the message says it.
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Io { .. } => "the lines before were read",
            Self::CutShort { .. } | Self::DamagedParquet { .. } => {
                "copy the file again for the rest"
            }
            Self::TooDense { .. } => "unpack it first if it is in order",
            Self::Utf16 => "save it as UTF-8",
            Self::MissingColumn { .. } | Self::NoColumn { .. } => "name the text column",
            Self::NotParquet { .. } => "copy it again",
            Self::ParquetStream => "store it in a file as it is",
            Self::NoParquet => "build it with the feature `parquet`, or convert the file",
            Self::ColumnType { .. } => "name another column",
            Self::NotUtf8 { .. } => {
                "convert the file, for instance with `iconv -f WINDOWS-1252 -t UTF-8`"
            }
            Self::NotJson { .. } | Self::NotAnObject { .. } => "write one object a line",
            Self::UnpairedSurrogate { .. } => "write both halves or the character itself",
            Self::MissingField { .. } => "add it, or name the field that holds the text",
            Self::WrongType { .. } => "it must be a string",
            Self::LineTooLong { .. } => "break the input into one post a line",
            Self::TextTooLong { .. } => "break it into single posts",
            Self::FieldCount { .. } => {
                "put fields that hold the separator or a line break in quotes"
            }
            Self::UnclosedQuote { .. } => "close it, or double the quote inside it",
        }
    }

    /// The line, from 1.
    pub fn line(&self) -> u64 {
        match self {
            Self::Utf16
            | Self::NotParquet { .. }
            | Self::ParquetStream
            | Self::NoParquet
            | Self::NoColumn { .. }
            | Self::ColumnType { .. } => 1,
            Self::Io { line, .. }
            | Self::CutShort { line, .. }
            | Self::TooDense { line }
            | Self::MissingColumn { line, .. }
            | Self::DamagedParquet { line, .. }
            | Self::NotUtf8 { line, .. }
            | Self::NotJson { line, .. }
            | Self::UnpairedSurrogate { line, .. }
            | Self::NotAnObject { line, .. }
            | Self::MissingField { line, .. }
            | Self::WrongType { line, .. }
            | Self::LineTooLong { line }
            | Self::TextTooLong { line, .. }
            | Self::FieldCount { line, .. }
            | Self::UnclosedQuote { line } => *line,
        }
    }

    /// The kind of fault in a few words, the same for every line: what a summary counts by.
    pub fn cause(&self) -> &'static str {
        match self {
            Self::Io { .. } => "cannot be read",
            Self::CutShort { .. } => "cut short",
            Self::TooDense { .. } => "grows without measure",
            Self::Utf16 => "UTF-16",
            Self::MissingColumn { .. } | Self::NoColumn { .. } => "no text column",
            Self::NotParquet { .. } | Self::DamagedParquet { .. } => "damaged Parquet",
            Self::ParquetStream | Self::NoParquet => "Parquet that cannot be read here",
            Self::ColumnType { .. } => "column of another type",
            Self::NotUtf8 { .. } => "not UTF-8",
            Self::NotJson { .. } => "not JSON",
            Self::UnpairedSurrogate { .. } => "unpaired surrogate",
            Self::NotAnObject { .. } => "not an object",
            Self::MissingField { .. } => "no text",
            Self::WrongType { .. } => "not a string",
            Self::LineTooLong { .. } => "line too long",
            Self::TextTooLong { .. } => "text too long",
            Self::FieldCount { .. } => "wrong number of fields",
            Self::UnclosedQuote { .. } => "quote not closed",
        }
    }
}

/// The names of `columns`. Few and short: without a header row they are text of a post.
fn list(columns: &[String]) -> String {
    const MOST: usize = 12;
    const LONGEST: usize = 24;
    let short =
        |name: &String| name.chars().take(LONGEST).collect::<String>().escape_debug().to_string();
    let mut names: Vec<_> =
        columns.iter().take(MOST).map(|name| format!("`{}`", short(name))).collect();
    if columns.len() > MOST {
        names.push(format!("{} more", columns.len() - MOST));
    }
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

/// Why a file could not be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// The operating system refused, or the start of the file could not be read.
    #[error("cannot open {input}")]
    Open {
        /// What was to be read.
        input: Source,
        /// What the operating system said.
        source: io::Error,
    },
    /// A folder was given where a file is read.
    #[error("`{}` is a folder; name the files in it", path.display())]
    Directory {
        /// The folder.
        path: PathBuf,
    },
    /// A folder holds nothing that has the name of a format.
    #[error(
        "`{}` holds no file to read, such as posts.jsonl, .csv, .tsv, .txt or .parquet; \
         for files with other names, name the files",
        path.display()
    )]
    NoInputs {
        /// The folder.
        path: PathBuf,
    },
    /// A folder that should hold training posts holds none.
    #[error("`{}` holds no .jsonl file; put the training posts there", path.display())]
    NoFiles {
        /// The folder.
        path: PathBuf,
    },
}

/// A line of a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file.
    pub path: PathBuf,
    /// The line, from 1.
    pub line: u64,
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: line {}", self.path.display(), self.line)
    }
}

/// What is wrong with training posts.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LabeledError {
    /// A line could not be read.
    #[error("{}: {fault}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What is wrong, with the line.
        fault: ReadError,
    },
    /// A line is no labelled post.
    #[error("{place}, column {column}: not a labelled post: {reason}")]
    Malformed {
        /// The line.
        place: Place,
        /// The byte in the line where the parser stopped, from 1.
        column: usize,
        /// What the parser said.
        reason: String,
    },
    /// A label does not fit the taxonomy or the text.
    #[error("{place}: {fault}")]
    Label {
        /// The line.
        place: Place,
        /// What is wrong.
        fault: LabelFault,
    },
    /// Two posts have one id.
    #[error("{place}: id `{id}` is taken by {first}; give one of them another id")]
    DuplicateId {
        /// The later line.
        place: Place,
        /// The id.
        id: PostId,
        /// The earlier line.
        first: Place,
    },
    /// A group is in train and in test, which would let near-copies of training posts be judged.
    #[error("{place}: group `{group}` is in the other split at {first}; keep a group in one split")]
    SplitGroup {
        /// The first line that departs.
        place: Place,
        /// The group.
        group: String,
        /// The line that decided the split.
        first: Place,
    },
    /// Two groups hold near-copies, which would be drawn and split as if they were independent.
    #[error(
        "{place}: `{id}` is a near-copy of `{other}` at {first}, in another group; give both one group, or remove one"
    )]
    NearCopy {
        /// The later line.
        place: Place,
        /// The later post.
        id: PostId,
        /// The earlier post.
        other: PostId,
        /// The earlier line.
        first: Place,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_says_where_and_what_to_do() {
        let columns = vec!["nomor".to_owned(), "isi".to_owned()];
        let cases = [
            (
                ReadError::MissingColumn { line: 1, column: "text".to_owned(), columns },
                "line 1: no column `text` in the first row; name the text column, there are: `nomor`, `isi`",
            ),
            (
                ReadError::LineTooLong { line: 4 },
                "line 4: longer than 16 MiB; break the input into one post a line",
            ),
            (
                ReadError::WrongType { line: 2, field: "text".to_owned(), found: JsonKind::Null },
                "line 2: field `text` is null; it must be a string",
            ),
            (
                ReadError::UnpairedSurrogate { line: 9, column: 14 },
                "line 9, column 14: a \\u escape is half a character; write both halves or the character itself",
            ),
        ];
        for (error, message) in cases {
            assert_eq!(error.to_string(), message);
            assert!(message.contains(error.remedy()), "{message}");
        }
    }

    #[test]
    fn a_table_without_a_header_row_is_not_printed_whole() {
        let columns = vec!["lowongan kerja ".repeat(100); 30];
        let error = ReadError::MissingColumn { line: 1, column: "text".to_owned(), columns };
        let message = error.to_string();
        assert!(message.len() < 500 && message.ends_with("18 more"), "{message}");
    }
}
