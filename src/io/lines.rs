//! Lines of bounded length, and the format that has one post a line.

use std::io::{self, BufRead};

use super::{ReadError, ReadPost, read_post, utf8};

/// The longest line that is held, in bytes.
///
/// A text of [`MAX_POST_BYTES`](crate::post::MAX_POST_BYTES) with every character escaped
/// (`\u0041`) takes six times its size, and other fields stand beside it. Without a bound a file
/// without line breaks would be read into memory whole.
pub(super) const MAX_LINE_BYTES: usize = 16 << 20;

/// What the buffer keeps from line to line: one long line must not cost its size for ever.
const KEPT_CAPACITY: usize = 1 << 16;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Lines as bytes, numbered from 1, one held at a time.
///
/// Bytes, not `read_line`: one line of bad UTF-8 must not end the file. A byte
/// order mark at the start is left out.
#[derive(Debug)]
pub(super) struct ByteLines<R> {
    input: R,
    number: u64,
    /// Where the line begins, and where it ends, in bytes of the input.
    offset: u64,
    end: u64,
    buffer: Vec<u8>,
    has_ended: bool,
}

enum Filled {
    Whole,
    TooLong,
    Nothing,
}

impl<R: BufRead> ByteLines<R> {
    pub(super) fn new(input: R) -> Self {
        Self::resumed(input, 0, 0)
    }

    /// The lines of an input of which `number` lines with `end` bytes were read before.
    pub(super) fn resumed(input: R, number: u64, end: u64) -> Self {
        Self { input, number, offset: end, end, buffer: Vec::new(), has_ended: false }
    }

    /// Where the line begins that [`Self::advance`] went to, in bytes of the input.
    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    /// How many lines were read, and where the last one ends.
    pub(super) fn position(&self) -> (u64, u64) {
        (self.number, self.end)
    }

    /// Goes to the next line and gives its number; [`Self::bytes`] holds it.
    pub(super) fn advance(&mut self) -> Option<Result<u64, ReadError>> {
        if self.has_ended {
            return None;
        }
        self.number += 1;
        let line = match self.fill() {
            Ok(Filled::Whole) => self.without_byte_order_mark(),
            Ok(Filled::TooLong) => Err(ReadError::LineTooLong { line: self.number }),
            Ok(Filled::Nothing) => {
                self.has_ended = true;
                return None;
            }
            Err(source) => Err(ReadError::from_io(self.number, source)),
        };
        self.has_ended = line.as_ref().is_err_and(|error| !error.is_recoverable());
        Some(line)
    }

    /// Goes to the next line that is not blank.
    pub(super) fn advance_to_text(&mut self) -> Option<Result<u64, ReadError>> {
        loop {
            let line = self.advance()?;
            if line.is_err() || !self.bytes().trim_ascii().is_empty() {
                return Some(line);
            }
        }
    }

    /// The line [`Self::advance`] went to, with its line break.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.buffer
    }

    fn fill(&mut self) -> io::Result<Filled> {
        self.buffer.clear();
        self.buffer.shrink_to(KEPT_CAPACITY);
        self.offset = self.end;
        let mut length = 0;
        loop {
            let chunk = match self.input.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                chunk => chunk?,
            };
            let line_break = memchr::memchr(b'\n', chunk);
            let taken = line_break.map_or(chunk.len(), |at| at + 1);
            let is_last = line_break.is_some() || taken == 0;
            length += taken;
            if length <= MAX_LINE_BYTES {
                self.buffer.extend_from_slice(&chunk[..taken]);
            } else {
                self.buffer = Vec::new();
            }
            self.input.consume(taken);
            self.end += taken as u64;
            if is_last {
                return Ok(match length {
                    0 => Filled::Nothing,
                    1..=MAX_LINE_BYTES => Filled::Whole,
                    _ => Filled::TooLong,
                });
            }
        }
    }

    fn without_byte_order_mark(&mut self) -> Result<u64, ReadError> {
        if self.number == 1 {
            if self.buffer.starts_with(b"\xff\xfe") || self.buffer.starts_with(b"\xfe\xff") {
                return Err(ReadError::Utf16);
            }
            if self.buffer.starts_with(BYTE_ORDER_MARK) {
                self.buffer.drain(..BYTE_ORDER_MARK.len());
            }
        }
        Ok(self.number)
    }
}

/// Cuts `line` before its line break, `\n` or `\r\n`; the break is empty on a last line without one.
pub(super) fn split_line_break(line: &[u8]) -> (&[u8], &[u8]) {
    let text =
        line.strip_suffix(b"\n").map_or(line, |text| text.strip_suffix(b"\r").unwrap_or(text));
    line.split_at(text.len())
}

/// Reads each line as the text of a post, with the number of the line as its id.
#[derive(Debug)]
pub(super) struct TextLines<R> {
    lines: ByteLines<R>,
}

impl<R: BufRead> TextLines<R> {
    pub(super) fn new(lines: ByteLines<R>) -> Self {
        Self { lines }
    }

    pub(super) fn lines(&self) -> &ByteLines<R> {
        &self.lines
    }
}

impl<R: BufRead> Iterator for TextLines<R> {
    type Item = Result<ReadPost, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        let line = self.lines.advance_to_text()?;
        Some(line.and_then(|line| {
            let (text, _) = split_line_break(self.lines.bytes());
            read_post(line, None, utf8(line, text)?.to_owned(), serde_json::Map::new())
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::testing::{FailingInput, outcomes};

    fn read(input: &[u8]) -> Vec<String> {
        outcomes(TextLines::new(ByteLines::new(input)))
    }

    #[test]
    fn each_line_with_words_is_a_post() {
        assert_eq!(read(b"satu\n\n \t\r\ndua\r\ntiga"), ["1=satu", "4=dua", "5=tiga"]);
        assert_eq!(read(b""), [""; 0]);
        assert_eq!(read(b"\n\n"), [""; 0]);
    }

    #[test]
    fn a_byte_order_mark_is_no_part_of_the_first_text() {
        assert_eq!(read(b"\xef\xbb\xbfsatu\n\xef\xbb\xbfdua"), ["1=satu", "2=\u{feff}dua"]);
        assert_eq!(read(b"\xff\xfes\0"), ["line 1: the input is UTF-16; save it as UTF-8"]);
    }

    #[test]
    fn nul_is_a_character_and_bad_utf8_costs_one_line() {
        let read = read(b"a\0b\nk\xe9rja\ndua\n");
        assert_eq!((read[0].as_str(), read[2].as_str()), ("1=a\0b", "3=dua"));
        assert!(read[1].starts_with("line 2, column 2: not UTF-8"), "{}", read[1]);
    }

    #[test]
    fn a_line_over_the_bound_is_named_and_passed_over() {
        let mut input = b"satu\n".to_vec();
        input.resize(input.len() + MAX_LINE_BYTES, b'x');
        input.extend_from_slice(b"\ntiga\n");
        let mut lines = ByteLines::new(&input[..]);
        assert!(lines.advance().unwrap().is_ok());
        assert!(matches!(lines.advance(), Some(Err(ReadError::LineTooLong { line: 2 }))));
        assert_eq!((lines.bytes().len(), lines.buffer.capacity()), (0, 0));
        assert_eq!(lines.advance().unwrap().unwrap(), 3);
        assert_eq!(lines.bytes(), b"tiga\n");
        assert!(lines.advance().is_none());
    }

    #[test]
    fn when_the_input_fails_the_lines_before_stay_and_nothing_follows() {
        let read = outcomes(TextLines::new(ByteLines::new(FailingInput::new(b"satu\ndua\nti"))));
        assert_eq!(read.len(), 3, "{read:?}");
        assert!(read[2].starts_with("line 3: the input cannot be read any further"), "{}", read[2]);
    }
}
