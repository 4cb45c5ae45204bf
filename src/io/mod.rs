//! Io: from files of strangers to posts, and from labelled files to training posts.
//!
//! ```text
//! path or "-" --Source--> bytes --gzip, zstd, bzip2, xz--> lines --JSON, CSV, TSV, text--> Result<ReadPost, ReadError>
//! path --Parquet--> rows ---------------------------------------------------------------^
//! ```
//!
//! Bad input is data: a line that is no post is an item of its own, with its
//! line, column, cause and remedy, and the lines after it are read. Only an
//! input that fails ends before its end, and what was read before stays.
//!
//! Memory does not grow with the input: a line is held while it is read, up to
//! 16 MiB; a longer one is passed over without being held.

mod compress;
mod csv;
mod error;
mod jsonl;
pub mod labeled;
mod lines;
pub mod parquet;
mod source;
mod tagged;

use std::{fmt, io::BufRead, path::Path, str::FromStr};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use self::{
    csv::CsvReader,
    jsonl::JsonlReader,
    lines::{ByteLines, TextLines},
    parquet::ParquetReader,
};
pub use self::{
    error::{JsonKind, LabeledError, Place, ReadError, SourceError},
    source::{ByteCounter, Input, Source},
    tagged::{TagOptions, TaggedError, TaggedText, read_tagged},
};
use crate::post::{MAX_POST_BYTES, Post};

/// How posts are written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InputFormat {
    /// One JSON object a line.
    Jsonl,
    /// A table with a row of names; quotes, commas, semicolons or tabs as in RFC 4180.
    Csv,
    /// The same with tabs.
    Tsv,
    /// One text a line.
    Lines,
    /// Apache Parquet: a table of columns, in a file.
    Parquet,
}

impl InputFormat {
    /// All five.
    pub const ALL: [Self; 5] = [Self::Jsonl, Self::Csv, Self::Tsv, Self::Lines, Self::Parquet];

    /// The name in arguments, such as `jsonl`.
    pub fn id(self) -> &'static str {
        match self {
            Self::Jsonl => "jsonl",
            Self::Csv => "csv",
            Self::Tsv => "tsv",
            Self::Lines => "lines",
            Self::Parquet => "parquet",
        }
    }

    /// The format that the name of a file tells, with `.gz`, `.zst`, `.bz2` and `.xz` left out; capitals count as small letters.
    pub fn from_path(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_string_lossy().to_ascii_lowercase();
        let packed = [".gz", ".zst", ".bz2", ".xz"];
        let name = packed.iter().find_map(|end| name.strip_suffix(end)).unwrap_or(&name);
        match name.rsplit_once('.')?.1 {
            "jsonl" | "ndjson" | "json" => Some(Self::Jsonl),
            "csv" => Some(Self::Csv),
            "tsv" | "tab" => Some(Self::Tsv),
            "txt" => Some(Self::Lines),
            "parquet" => Some(Self::Parquet),
            _ => None,
        }
    }

    /// Whether every line is an item of its own, so that reading may begin at any line.
    fn is_by_line(self) -> bool {
        matches!(self, Self::Jsonl | Self::Lines)
    }

    /// The format of an input without a name: Parquet by its mark, JSON lines when its first
    /// character is `{`, else lines.
    pub fn from_start(start: &[u8]) -> Self {
        if start.starts_with(b"PAR1") {
            return Self::Parquet;
        }
        let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start).trim_ascii_start();
        if start.starts_with(b"{") { Self::Jsonl } else { Self::Lines }
    }
}

impl fmt::Display for InputFormat {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.id())
    }
}

/// A word that is no [`InputFormat`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown input format `{found}`; write `jsonl`, `csv`, `tsv`, `lines` or `parquet`")]
pub struct UnknownFormat {
    /// What was written.
    pub found: String,
}

impl FromStr for InputFormat {
    type Err = UnknownFormat;

    fn from_str(id: &str) -> Result<Self, Self::Err> {
        let format = Self::ALL.into_iter().find(|format| format.id() == id);
        format.ok_or_else(|| UnknownFormat { found: id.to_owned() })
    }
}

/// Where in a line or row the post stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReaderOptions {
    /// Field or column of the text.
    pub text_column: String,
    /// Field or column of the id. Where there is none, the number of the line is the id.
    pub id_column: String,
    /// The format; `None` goes by the name of the file, then by its first character.
    pub format: Option<InputFormat>,
    /// Whether [`ReadPost::input`] is filled.
    pub keep_input: bool,
}

impl Default for ReaderOptions {
    fn default() -> Self {
        Self {
            text_column: "text".to_owned(),
            id_column: "id".to_owned(),
            format: None,
            keep_input: false,
        }
    }
}

/// A post and where it came from.
#[derive(Clone, Debug, PartialEq)]
pub struct ReadPost {
    /// The line, or the first line of the row, from 1.
    pub line: u64,
    /// Whether the input gave the id. If not, it is the number of the line.
    pub has_id: bool,
    /// The post.
    pub post: Post,
    /// The other fields, when [`ReaderOptions::keep_input`] asks for them; else empty.
    pub input: Map<String, Value>,
}

/// Reads posts of one format, in order.
///
/// # Examples
///
/// ```
/// use waspada::io::{InputFormat, PostReader, ReaderOptions};
///
/// let input = "id,text\n7,\"Dicari pelayan, gaji UMR\"\n8\n";
/// let options = ReaderOptions::default();
/// let mut posts = PostReader::new(input.as_bytes(), InputFormat::Csv, options);
/// assert_eq!(posts.next().unwrap()?.post.text, "Dicari pelayan, gaji UMR");
/// assert_eq!(posts.next().unwrap().unwrap_err().line(), 3);
/// assert!(posts.next().is_none());
/// # Ok::<(), waspada::io::ReadError>(())
/// ```
#[derive(Debug)]
pub struct PostReader<R> {
    reader: Reader<R>,
    /// How many posts and bad lines were given.
    items: u64,
}

#[derive(Debug)]
enum Reader<R> {
    Jsonl(JsonlReader<R>),
    Csv(CsvReader<R>),
    Lines(TextLines<R>),
    Parquet(Box<ParquetReader>),
    /// Gives why it cannot be read, and nothing more.
    Fault(Option<ReadError>),
}

/// How far an input was read. The start is the default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// How many posts and bad lines were given.
    pub items: u64,
    /// How many lines were read. 0 for tables and Parquet, which are read again up to the place.
    pub lines: u64,
    /// Where the next line begins, in bytes of the unpacked input. 0 for tables and Parquet.
    pub offset: u64,
}

impl<R: BufRead> PostReader<R> {
    /// Reads `input` as `format`, whatever `options` say of the format. `input` is not compressed.
    /// Parquet, whose index stands at its end, is read from files only: here it gives an error.
    pub fn new(input: R, format: InputFormat, options: ReaderOptions) -> Self {
        Self::resumed(input, format, options, Position::default())
    }

    /// Reads `input` as [`Self::new`] does, where it is the rest of an input, from line number `first` on.
    pub(crate) fn from_line(
        input: R,
        format: InputFormat,
        options: ReaderOptions,
        first: u64,
    ) -> Self {
        let before = Position { lines: first - 1, ..Position::default() };
        Self::resumed(input, format, options, before)
    }

    /// Goes on at `position` of an input that has one post a line; `input` begins there.
    fn resumed(input: R, format: InputFormat, options: ReaderOptions, position: Position) -> Self {
        let lines = |input| ByteLines::resumed(input, position.lines, position.offset);
        let reader = match format {
            InputFormat::Jsonl => Reader::Jsonl(JsonlReader::new(lines(input), options)),
            InputFormat::Csv => Reader::Csv(CsvReader::new(input, b",;\t", options)),
            InputFormat::Tsv => Reader::Csv(CsvReader::new(input, b"\t", options)),
            InputFormat::Lines => Reader::Lines(TextLines::new(lines(input))),
            InputFormat::Parquet => Reader::Fault(Some(ReadError::ParquetStream)),
        };
        Self { reader, items: position.items }
    }

    /// Reads the Parquet file at `path` after its first `rows`.
    fn parquet(path: &Path, options: &ReaderOptions, counter: &ByteCounter, rows: u64) -> Self {
        let reader = match ParquetReader::open(path, options, counter, rows) {
            Ok(reader) => Reader::Parquet(Box::new(reader)),
            Err(fault) => Reader::Fault(Some(fault)),
        };
        Self { reader, items: rows }
    }

    /// Where the line or row that was given last begins, in bytes of the unpacked input. A row of
    /// Parquet is in as many places as there are columns.
    pub fn offset(&self) -> Option<u64> {
        match &self.reader {
            Reader::Jsonl(reader) => Some(reader.lines().offset()),
            Reader::Csv(reader) => Some(reader.offset()),
            Reader::Lines(reader) => Some(reader.lines().offset()),
            Reader::Parquet(_) | Reader::Fault(_) => None,
        }
    }

    /// How far it has read: what [`Source::posts_from`] goes on from.
    pub fn reached(&self) -> Position {
        let (lines, offset) = match &self.reader {
            Reader::Jsonl(reader) => reader.lines().position(),
            Reader::Lines(reader) => reader.lines().position(),
            Reader::Csv(_) | Reader::Parquet(_) | Reader::Fault(_) => (0, 0),
        };
        Position { items: self.items, lines, offset }
    }
}

impl<R: BufRead> Iterator for PostReader<R> {
    type Item = Result<ReadPost, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        let item = match &mut self.reader {
            Reader::Jsonl(reader) => reader.next(),
            Reader::Csv(reader) => reader.next(),
            Reader::Lines(reader) => reader.next(),
            Reader::Parquet(reader) => reader.next(),
            Reader::Fault(fault) => fault.take().map(Err),
        };
        self.items += u64::from(item.is_some());
        item
    }
}

/// A post of what a reader found, unless its text is too long.
fn read_post(
    line: u64,
    id: Option<String>,
    text: String,
    input: Map<String, Value>,
) -> Result<ReadPost, ReadError> {
    if text.len() > MAX_POST_BYTES {
        return Err(ReadError::TextTooLong { line, bytes: text.len() });
    }
    let has_id = id.is_some();
    let post = Post::new(id.unwrap_or_else(|| line.to_string()), text);
    Ok(ReadPost { line, has_id, post, input })
}

/// `bytes` as text, or where they stop being text.
fn utf8(line: u64, bytes: &[u8]) -> Result<&str, ReadError> {
    let not_utf8 =
        |error: std::str::Utf8Error| ReadError::NotUtf8 { line, column: error.valid_up_to() + 1 };
    std::str::from_utf8(bytes).map_err(not_utf8)
}

/// What the tests of the readers share.
#[cfg(test)]
mod testing {
    use std::io::{self, BufReader, Read};

    use super::{ReadError, ReadPost};

    /// Each item on one line: `id=text`, or the message.
    pub(super) fn outcomes(read: impl Iterator<Item = Result<ReadPost, ReadError>>) -> Vec<String> {
        read.map(|item| match item {
            Ok(read) => format!("{}={}", read.post.id, read.post.text),
            Err(error) => error.to_string(),
        })
        .collect()
    }

    /// An input that breaks after its last byte.
    pub(super) struct FailingInput(&'static [u8]);

    impl FailingInput {
        pub(super) fn new(bytes: &'static [u8]) -> BufReader<Self> {
            BufReader::new(Self(bytes))
        }
    }

    impl Read for FailingInput {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            match self.0.read(buffer)? {
                0 => Err(io::Error::other("the disk is gone")),
                read => Ok(read),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_name_tells_the_format_under_any_compression() {
        let cases = [
            ("posts.jsonl", Some(InputFormat::Jsonl)),
            ("a/b.NDJSON.gz", Some(InputFormat::Jsonl)),
            ("posts.json.zst", Some(InputFormat::Jsonl)),
            ("posts.csv", Some(InputFormat::Csv)),
            ("posts.2024.tsv.gz", Some(InputFormat::Tsv)),
            ("posts.txt", Some(InputFormat::Lines)),
            ("posts.gz", None),
            ("posts", None),
            (".gz", None),
            ("..", None),
        ];
        for (name, format) in cases {
            assert_eq!(InputFormat::from_path(Path::new(name)), format, "{name}");
        }
    }

    #[test]
    fn the_first_character_tells_the_format_of_an_input_without_name() {
        assert_eq!(InputFormat::from_start(b"\xef\xbb\xbf\r\n {"), InputFormat::Jsonl);
        assert_eq!(InputFormat::from_start(b"[LOKER] {"), InputFormat::Lines);
        assert_eq!(InputFormat::from_start(b""), InputFormat::Lines);
        assert_eq!(InputFormat::from_start(b"PAR1\x15"), InputFormat::Parquet);
    }

    #[test]
    fn a_format_has_one_name() {
        for format in InputFormat::ALL {
            assert_eq!(format.id().parse(), Ok(format));
        }
        let error = "excel".parse::<InputFormat>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "unknown input format `excel`; write `jsonl`, `csv`, `tsv`, `lines` or `parquet`"
        );
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_to_their_end_in_any_format(
            bytes in prop_oneof![
                prop::collection::vec(any::<u8>(), 0..200),
                "([a\",;{}:\\\\\t\r\n]|text|id|\"text\"){0,80}".prop_map(String::into_bytes),
            ],
        ) {
            for format in InputFormat::ALL {
                let options = ReaderOptions { keep_input: true, ..ReaderOptions::default() };
                let read = PostReader::new(&bytes[..], format, options);
                let lines: Vec<u64> = read
                    .take(1000)
                    .map(|item| item.map_or_else(|error| error.line(), |read| read.line))
                    .collect();
                // No line gives two items.
                prop_assert!(lines.is_sorted_by(|one, next| one < next), "{:?}", lines);
            }
        }
    }
}
