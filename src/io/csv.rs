//! Tables: rows of fields under a row of names, split by commas, semicolons or tabs (RFC 4180).
//!
//! The rows are cut here and not by the `csv` crate, for one stray quote would
//! make it hold the rest of the file as one field. A quote that is never closed
//! costs its own line; the lines it had swallowed are read again as rows.

use std::{collections::VecDeque, io::BufRead};

use serde_json::{Map, Value};

use super::{
    ReadError, ReadPost, ReaderOptions,
    lines::{ByteLines, MAX_LINE_BYTES, split_line_break},
    read_post, utf8,
};

/// Reads posts from a table. Blank lines are passed over; an empty cell is an empty text.
#[derive(Debug)]
pub(super) struct CsvReader<R> {
    rows: RowReader<R>,
    delimiters: &'static [u8],
    options: ReaderOptions,
    header: Option<Header>,
}

/// The first row.
#[derive(Debug)]
struct Header {
    names: Vec<String>,
    text: usize,
    id: Option<usize>,
}

impl<R: BufRead> CsvReader<R> {
    /// Reads `input`, split by the first of `delimiters` that gives a text column.
    ///
    /// Where the comma is the decimal mark, as in Indonesia, spreadsheets write semicolons into a `.csv`.
    pub(super) fn new(input: R, delimiters: &'static [u8], options: ReaderOptions) -> Self {
        Self { rows: RowReader::new(input), delimiters, options, header: None }
    }

    /// Where the row that was given last begins, in bytes.
    pub(super) fn offset(&self) -> u64 {
        self.rows.row_offset
    }

    fn read_header(&mut self) -> Option<Result<Header, ReadError>> {
        let first = self.rows.peek_line()?;
        let Ok(first) = first else {
            return Some(Err(self.rows.next_line()?.expect_err("it was looked at")));
        };
        let has_text = |delimiter: &&u8| {
            let mut row = Row::new(**delimiter);
            row.push(&first.bytes);
            names(&row).contains(&self.options.text_column)
        };
        let found = self.delimiters.iter().find(has_text).or(self.delimiters.first());
        self.rows.row.delimiter = *found?;
        let line = self.rows.advance()?;
        Some(line.and_then(|line| Header::new(line, names(&self.rows.row), &self.options)))
    }

    fn read_row(&self, header: &Header, line: u64) -> Result<ReadPost, ReadError> {
        let row = &self.rows.row;
        let (found, expected) = (row.ends.len(), header.names.len());
        if found != expected {
            return Err(ReadError::FieldCount { line, found, expected });
        }
        let text = utf8(line, row.field(header.text))?.to_owned();
        let id = header.id.map(|id| utf8(line, row.field(id))).transpose()?;
        let id = id.filter(|id| !id.is_empty()).map(str::to_owned);
        let mut input = Map::new();
        for (place, name) in header.names.iter().enumerate() {
            if self.options.keep_input && place != header.text && Some(place) != header.id {
                input.insert(name.clone(), Value::from(utf8(line, row.field(place))?));
            }
        }
        read_post(line, id, text, input)
    }
}

impl<R: BufRead> Iterator for CsvReader<R> {
    type Item = Result<ReadPost, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.header.is_none() {
            match self.read_header()? {
                Ok(header) => self.header = Some(header),
                Err(error) => {
                    // Without names the rows mean nothing.
                    self.rows.has_ended = true;
                    return Some(Err(error));
                }
            }
        }
        let line = self.rows.advance()?;
        let header = self.header.as_ref()?;
        Some(line.and_then(|line| self.read_row(header, line)))
    }
}

impl Header {
    fn new(line: u64, names: Vec<String>, options: &ReaderOptions) -> Result<Self, ReadError> {
        let place = |column: &str| names.iter().position(|name| name == column);
        let Some(text) = place(&options.text_column) else {
            let column = options.text_column.clone();
            return Err(ReadError::MissingColumn { line, column, columns: names });
        };
        let id = place(&options.id_column);
        Ok(Self { names, text, id })
    }
}

fn names(row: &Row) -> Vec<String> {
    (0..row.ends.len())
        .map(|place| String::from_utf8_lossy(row.field(place)).trim().to_owned())
        .collect()
}

/// A line that is held, with its line break.
#[derive(Debug)]
struct HeldLine {
    number: u64,
    bytes: Vec<u8>,
}

/// Gathers the lines of a row.
#[derive(Debug)]
struct RowReader<R> {
    lines: ByteLines<R>,
    /// Lines that will be read again, before those of `lines`, each with the byte it begins at.
    again: VecDeque<(u64, Result<HeldLine, ReadError>)>,
    row: Row,
    /// Where the row, or the line that is none, begins.
    row_offset: u64,
    /// Where the line that [`Self::next_line`] gave begins.
    line_offset: u64,
    /// Bytes read for the first time, and bytes given back. The second may not outrun the
    /// first by more than a line, or a file of quotes would cost the square of its size.
    bytes_read: usize,
    bytes_again: usize,
    has_ended: bool,
}

impl<R: BufRead> RowReader<R> {
    fn new(input: R) -> Self {
        let (lines, again, row) = (ByteLines::new(input), VecDeque::new(), Row::new(b','));
        let (bytes_read, bytes_again, has_ended) = (0, 0, false);
        let (row_offset, line_offset) = (0, 0);
        Self { lines, again, row, row_offset, line_offset, bytes_read, bytes_again, has_ended }
    }

    /// Goes to the next row and gives the number of its first line; `self.row` holds it.
    fn advance(&mut self) -> Option<Result<u64, ReadError>> {
        let first = loop {
            let line = self.next_line()?;
            self.row_offset = self.line_offset;
            match line {
                Ok(line) if is_blank(&line.bytes) => {}
                Ok(line) => break line,
                Err(error) => return Some(Err(error)),
            }
        };
        let line = first.number;
        self.row.clear();
        self.row.push(&first.bytes);
        let mut more = Vec::new();
        while self.row.is_open() {
            match self.next_line() {
                Some(Err(error)) if !error.is_recoverable() => {
                    self.row_offset = self.line_offset;
                    return Some(Err(error));
                }
                Some(Ok(next)) if self.row.bytes.len() + next.bytes.len() <= MAX_LINE_BYTES => {
                    self.row.push(&next.bytes);
                    more.push((self.line_offset, Ok(next)));
                }
                next => {
                    more.extend(next.map(|next| (self.line_offset, next)));
                    return Some(Err(self.give_up(line, more)));
                }
            }
        }
        // A quote closed in the middle of a word on a later line: it was that line's own opening quote.
        if self.row.is_odd && !more.is_empty() {
            return Some(Err(self.give_up(line, more)));
        }
        Some(Ok(line))
    }

    /// Leaves the row that began at `line`, and reads `more`, which came after it, as rows.
    fn give_up(&mut self, line: u64, more: Vec<(u64, Result<HeldLine, ReadError>)>) -> ReadError {
        let held = more.iter().filter_map(|(_, line)| line.as_ref().ok());
        let bytes: usize = held.map(|line| line.bytes.len()).sum();
        let is_affordable = self.bytes_again + bytes <= self.bytes_read + MAX_LINE_BYTES;
        if is_affordable {
            self.bytes_again += bytes;
        }
        for next in more.into_iter().rev().filter(|next| is_affordable || next.1.is_err()) {
            self.again.push_front(next);
        }
        ReadError::UnclosedQuote { line }
    }

    /// The next line that is not blank, which stays the next.
    fn peek_line(&mut self) -> Option<&Result<HeldLine, ReadError>> {
        loop {
            let line = self.next_line()?;
            if line.as_ref().map_or(true, |line| !is_blank(&line.bytes)) {
                self.again.push_front((self.line_offset, line));
                return self.again.front().map(|(_, line)| line);
            }
        }
    }

    fn next_line(&mut self) -> Option<Result<HeldLine, ReadError>> {
        if self.has_ended {
            return None;
        }
        if let Some((offset, line)) = self.again.pop_front() {
            self.line_offset = offset;
            return Some(line);
        }
        let number = self.lines.advance()?;
        self.line_offset = self.lines.offset();
        Some(number.map(|number| {
            let bytes = self.lines.bytes().to_vec();
            self.bytes_read += bytes.len();
            HeldLine { number, bytes }
        }))
    }
}

/// Nothing but spaces. A line of tabs is a row of empty cells.
fn is_blank(line: &[u8]) -> bool {
    line.iter().all(|byte| matches!(byte, b' ' | b'\r' | b'\n'))
}

/// The fields of one row, unquoted.
#[derive(Debug)]
struct Row {
    delimiter: u8,
    bytes: Vec<u8>,
    ends: Vec<usize>,
    state: State,
    /// Whether a closing quote was followed by more of the field.
    is_odd: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// At the start of a field, where a quote opens.
    Start,
    /// In a field without quotes, where a quote is a character like any other.
    Plain,
    /// Behind an opening quote.
    Quoted,
    /// Behind a quote in a quoted field: it closes, unless another follows.
    Closing,
}

impl Row {
    fn new(delimiter: u8) -> Self {
        Self { delimiter, bytes: Vec::new(), ends: Vec::new(), state: State::Start, is_odd: false }
    }

    fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
        self.state = State::Start;
        self.is_odd = false;
    }

    /// Whether a quote is open, so that the next line belongs to the row.
    fn is_open(&self) -> bool {
        self.state == State::Quoted
    }

    fn field(&self, place: usize) -> &[u8] {
        let start = if place == 0 { 0 } else { self.ends[place - 1] };
        &self.bytes[start..self.ends[place]]
    }

    /// Adds one line of the row.
    fn push(&mut self, line: &[u8]) {
        let (text, line_break) = split_line_break(line);
        for &byte in text {
            self.step(byte);
        }
        if self.is_open() {
            self.bytes.extend_from_slice(line_break);
        } else {
            self.ends.push(self.bytes.len());
        }
    }

    fn step(&mut self, byte: u8) {
        self.state = match (self.state, byte) {
            (State::Start, b'"') => State::Quoted,
            (State::Quoted, b'"') => State::Closing,
            (State::Start | State::Plain | State::Closing, _) if byte == self.delimiter => {
                self.ends.push(self.bytes.len());
                State::Start
            }
            (state, _) => {
                self.bytes.push(byte);
                match state {
                    State::Closing if byte != b'"' => {
                        self.is_odd = true;
                        State::Plain
                    }
                    State::Closing | State::Quoted => State::Quoted,
                    State::Start | State::Plain => State::Plain,
                }
            }
        };
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::io::testing::{FailingInput, outcomes};

    fn read(input: impl AsRef<[u8]>) -> Vec<String> {
        outcomes(CsvReader::new(input.as_ref(), b",;\t", ReaderOptions::default()))
    }

    #[test]
    fn a_row_is_a_post_whatever_its_quotes_and_breaks() {
        let input =
            "\u{feff}id, text,source\r\n7,\"a \"\"b\"\",\r\nc\",x\r\n\r\n,say \"d\",\r\n9,\"\",y";
        assert_eq!(read(input), ["7=a \"b\",\r\nc", "5=say \"d\"", "9="]);
        assert_eq!(read("text\n\"a\0b\"\n"), ["2=a\0b"]);
    }

    #[test]
    fn the_first_row_tells_the_separator() {
        assert_eq!(read("id;text\n1;Gaji 1,5 juta\n"), ["1=Gaji 1,5 juta"]);
        assert_eq!(read("id\ttext\n1\ta;b\n\t\n"), ["1=a;b", "3="]);
        assert_eq!(
            read("\n\ntext\na,b\n"),
            [
                "line 4: 2 fields where the first row has 1; put fields that hold the separator or a line break in quotes"
            ]
        );
    }

    #[test]
    fn nothing_but_names_is_no_posts() {
        assert_eq!(read(""), [""; 0]);
        assert_eq!(read("\n \n"), [""; 0]);
        assert_eq!(read("id,text"), [""; 0]);
    }

    #[test]
    fn without_a_text_column_those_there_are_are_listed() {
        let message = "line 1: no column `text` in the first row; name the text column, there are: `id`, `isi`";
        assert_eq!(read("id,isi\n1,a\n2,b\n"), [message]);
        let options = ReaderOptions { text_column: "isi".to_owned(), ..ReaderOptions::default() };
        assert_eq!(outcomes(CsvReader::new(&b"id,isi\n1,a\n"[..], b",", options)), ["1=a"]);
    }

    #[test]
    fn a_bad_row_is_named_by_its_first_line_and_costs_only_itself() {
        let read = read(b"id,text\n1,a\n2,b,c\n3,\"x\ny\",z\n4,k\xe9rja\n5,e\n".as_slice());
        assert_eq!((read[0].as_str(), read[4].as_str(), read.len()), ("1=a", "5=e", 5));
        assert!(read[1].starts_with("line 3: 3 fields where the first row has 2"), "{}", read[1]);
        assert!(read[2].starts_with("line 4: 3 fields where the first row has 2"), "{}", read[2]);
        assert!(read[3].starts_with("line 6, column 2: not UTF-8"), "{}", read[3]);
    }

    #[test]
    fn a_quote_that_is_never_closed_costs_one_line() {
        let message =
            "line 3: a quoted field is never closed; close it, or double the quote inside it";
        assert_eq!(read("id,text\n1,a\n2,\"b\n3,c\n4,d"), ["1=a", message, "3=c", "4=d"]);
        let closed_by_another = "id,text\n1,a\n2,\"b\n3,c\n4,\"d, e\"\n5,f\n";
        assert_eq!(read(closed_by_another), ["1=a", message, "3=c", "4=d, e", "5=f"]);
    }

    #[test]
    fn a_quote_open_for_longer_than_any_post_gives_its_lines_back() {
        let mut input = "text\n\"a\n".to_owned();
        let row = "x".repeat(1 << 16);
        for _ in 0..300 {
            input.push_str(&row);
            input.push('\n');
        }
        let read = read(input);
        assert_eq!(read.len(), 301);
        assert!(read[0].starts_with("line 2: a quoted field is never closed"));
        assert!(read[300].starts_with("302=x"));
    }

    #[test]
    fn a_file_of_quotes_takes_no_more_than_twice_its_bytes() {
        let input = format!("text\n\"a\n{}x\"y\n", "b\",\"d\n".repeat(60_000));
        let mut reader = CsvReader::new(input.as_bytes(), b",", ReaderOptions::default());
        assert!(reader.by_ref().count() > 0);
        assert!(reader.rows.bytes_again <= reader.rows.bytes_read + MAX_LINE_BYTES);
    }

    #[test]
    fn a_row_that_breaks_off_with_the_input_is_no_post() {
        let input = FailingInput::new(b"text\na\n\"b\nc\nd\ne");
        let read = outcomes(CsvReader::new(input, b",", ReaderOptions::default()));
        assert_eq!(read.len(), 2, "{read:?}");
        assert!(read[1].starts_with("line 6: the input cannot be read any further"), "{}", read[1]);
    }

    #[test]
    fn other_columns_are_kept_when_asked_for() {
        let options = ReaderOptions { keep_input: true, ..ReaderOptions::default() };
        let mut posts = CsvReader::new(&b"id,source,text\n1,fb,a\n"[..], b",", options);
        let input = posts.next().unwrap().unwrap().input;
        assert_eq!(Value::Object(input), serde_json::json!({"source": "fb"}));
    }

    proptest! {
        #[test]
        fn what_the_csv_crate_writes_is_read_back(
            texts in prop::collection::vec("[a\",;\n\r\t é]{0,12}", 1..8),
        ) {
            let mut writer = ::csv::Writer::from_writer(Vec::new());
            writer.write_record(["text", "x"]).unwrap();
            for text in &texts {
                writer.write_record([text.as_str(), "x"]).unwrap();
            }
            let table = writer.into_inner().unwrap();
            let read = CsvReader::new(&table[..], b",", ReaderOptions::default());
            let read: Vec<String> = read.map(|read| read.unwrap().post.text).collect();
            prop_assert_eq!(read, texts);
        }

        #[test]
        fn a_row_splits_as_the_csv_crate_splits_it(line in "[a\", ;]{1,24}") {
            let mut row = Row::new(b',');
            row.push(line.as_bytes());
            prop_assume!(!row.is_open());
            let mut oracle = ::csv::ReaderBuilder::new()
                .has_headers(false)
                .flexible(true)
                .from_reader(line.as_bytes());
            let expected = oracle.byte_records().next().unwrap().unwrap();
            let fields: Vec<&[u8]> = (0..row.ends.len()).map(|place| row.field(place)).collect();
            prop_assert_eq!(fields, expected.iter().collect::<Vec<_>>());
        }

        #[test]
        fn one_stray_quote_loses_no_other_row(
            before in 0..4usize, after in 0..4usize, quoted in 0..4usize,
        ) {
            let mut input = "id,text\n".to_owned();
            input.push_str(&"1,a\n".repeat(before));
            input.push_str("2,\"stray\n");
            input.push_str(&"1,a\n".repeat(after));
            input.push_str(&"1,\"a\"\n".repeat(quoted));
            let good = read(&input).iter().filter(|read| *read == "1=a").count();
            prop_assert_eq!(good, before + after + quoted);
        }
    }
}
