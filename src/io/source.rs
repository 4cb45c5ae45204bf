//! Where posts come from: a file, or standard input.

use std::{
    fmt,
    fs::{self, File},
    io::{self, BufRead, Cursor, Read},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use super::{
    InputFormat, PostReader, ReaderOptions, SourceError,
    compress::{decompress, peek},
};

/// An open input, decompressed.
pub type Input = Box<dyn BufRead + Send>;

/// How far the first character of an input may be: white space before it is rare, and short.
const MOST_SPACE: usize = 1 << 12;

/// One input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Standard input.
    Stdin,
    /// A file.
    File(PathBuf),
}

/// What messages call it.
impl fmt::Display for Source {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stdin => formatter.write_str("standard input"),
            Self::File(path) => write!(formatter, "{}", path.display()),
        }
    }
}

impl Source {
    /// The input that a user calls `path`; `-` is standard input.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        if path.as_os_str() == "-" { Self::Stdin } else { Self::File(path) }
    }

    /// The file, unless it is standard input.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::Stdin => None,
            Self::File(path) => Some(path),
        }
    }

    /// Makes sure that it can be opened, without reading from it. Gives the bytes it has, for a plain file.
    ///
    /// # Errors
    ///
    /// When there is no such file, it may not be read, or it is a folder.
    pub fn check(&self) -> Result<Option<u64>, SourceError> {
        let Self::File(path) = self else { return Ok(None) };
        let failed = |source| SourceError::Open { input: self.clone(), source };
        let metadata = fs::metadata(path).map_err(failed)?;
        if metadata.is_dir() {
            return Err(SourceError::Directory { path: path.clone() });
        }
        if !metadata.is_file() {
            // Opening a named pipe would take its writer away.
            return Ok(None);
        }
        File::open(path).map_err(failed)?;
        Ok(Some(metadata.len()))
    }

    /// Opens it and undoes its compression. `counter` counts the bytes as they are stored.
    ///
    /// # Errors
    ///
    /// As [`Self::check`], and when its first bytes cannot be read.
    pub fn open(&self, counter: &ByteCounter) -> Result<Input, SourceError> {
        let failed = |source| SourceError::Open { input: self.clone(), source };
        let input: Box<dyn Read + Send> = match self {
            Self::Stdin => Box::new(io::stdin()),
            Self::File(path) => {
                self.check()?;
                Box::new(File::open(path).map_err(failed)?)
            }
        };
        decompress(Counted { input, counter: counter.clone() }).map_err(failed)
    }

    /// Opens it and reads posts.
    ///
    /// # Errors
    ///
    /// As [`Self::open`].
    pub fn posts(
        &self,
        options: &ReaderOptions,
        counter: &ByteCounter,
    ) -> Result<PostReader<Input>, SourceError> {
        let input = self.open(counter)?;
        let named = self.path().and_then(InputFormat::from_path);
        let (format, input) = match options.format.or(named) {
            Some(format) => (format, input),
            None => {
                guess(input).map_err(|source| SourceError::Open { input: self.clone(), source })?
            }
        };
        Ok(PostReader::new(input, format, options.clone()))
    }
}

/// The format by the first character, and the input from its start.
fn guess(input: Input) -> io::Result<(InputFormat, Input)> {
    let has_character = |start: &[u8]| {
        let text = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
        start.len() >= MOST_SPACE || (start.len() >= 4 && !text.trim_ascii_start().is_empty())
    };
    let (start, rest) = peek(input, has_character)?;
    Ok((InputFormat::from_start(&start), Box::new(Cursor::new(start).chain(rest))))
}

/// How many bytes were read, for a progress bar on another thread.
#[derive(Clone, Debug, Default)]
pub struct ByteCounter(Arc<AtomicU64>);

impl ByteCounter {
    /// The bytes read so far.
    pub fn bytes(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

struct Counted<R> {
    input: R,
    counter: ByteCounter,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer)?;
        self.counter.0.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::{
        compress::tests::{gzip, numbers},
        testing::outcomes,
    };

    fn read(name: &str, bytes: &[u8]) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        let counter = ByteCounter::default();
        let posts = Source::new(path).posts(&ReaderOptions::default(), &counter).unwrap();
        let read = outcomes(posts);
        assert_eq!(counter.bytes(), bytes.len() as u64);
        read
    }

    #[test]
    fn the_name_tells_the_format_and_the_bytes_tell_the_compression() {
        assert_eq!(read("a.csv", b"text\nsatu\n"), ["2=satu"]);
        assert_eq!(read("a.csv", &gzip(b"text\nsatu\n")), ["2=satu"]);
        assert_eq!(read("a.jsonl.gz", br#"{"text":"satu"}"#), ["1=satu"]);
        assert_eq!(read("a.log", &gzip(b"\n {\"text\":\"satu\"}")), ["2=satu"]);
        assert_eq!(read("a", b"satu\ndua"), ["1=satu", "2=dua"]);
        assert_eq!(read("a", b""), [""; 0]);
        assert_eq!(read("a.jsonl", b""), [""; 0]);
        assert_eq!(read("a.csv", b""), [""; 0]);
    }

    #[test]
    fn a_file_cut_short_keeps_what_came_before() {
        let mut bytes = gzip(numbers().as_bytes());
        bytes.truncate(bytes.len() - 12);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        fs::write(&path, bytes).unwrap();
        let mut posts =
            Source::new(path).posts(&ReaderOptions::default(), &ByteCounter::default()).unwrap();
        let whole = posts.by_ref().take_while(Result::is_ok).count();
        assert!(whole > 90_000, "{whole}");
        assert!(posts.next().is_none(), "nothing follows the error");
    }

    #[test]
    fn a_folder_and_a_missing_file_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let error = Source::new(folder.path()).open(&ByteCounter::default()).err().unwrap();
        assert_eq!(
            error.to_string(),
            format!("`{}` is a folder; name the files in it", folder.path().display())
        );
        let path = folder.path().join("none.csv");
        let error = Source::new(&path).check().unwrap_err();
        assert_eq!(error.to_string(), format!("cannot open {}", path.display()));
    }
}
