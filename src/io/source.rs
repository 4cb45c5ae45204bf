//! Where posts come from: a file, or standard input.

use std::{
    fmt,
    fs::{self, File},
    io::{self, BufRead, BufReader, Cursor, Read, Seek as _, SeekFrom},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use walkdir::{DirEntry, WalkDir};

use super::{
    InputFormat, Position, PostReader, ReaderOptions, SourceError,
    compress::{BUFFER_BYTES, Unpacked, decompress, peek},
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

    /// The inputs that a user calls `paths`: of a folder, every file in it and below it that has the
    /// name of a format, in the order of their paths. Names that begin with a dot are passed over.
    ///
    /// # Errors
    ///
    /// When a folder cannot be read, or has no such file.
    pub fn expand(paths: &[PathBuf]) -> Result<Vec<Self>, SourceError> {
        let mut sources = Vec::new();
        for path in paths {
            match Self::new(path) {
                Self::File(path) if path.is_dir() => sources.extend(files_below(&path)?),
                source => sources.push(source),
            }
        }
        Ok(sources)
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
        Ok(self.unpack(counter)?.input)
    }

    fn unpack(&self, counter: &ByteCounter) -> Result<Unpacked, SourceError> {
        let input: Box<dyn Read + Send> = match self {
            Self::Stdin => Box::new(io::stdin()),
            Self::File(path) => {
                self.check()?;
                Box::new(File::open(path).map_err(|source| self.unopened(source))?)
            }
        };
        decompress(input, counter).map_err(|source| self.unopened(source))
    }

    fn unopened(&self, source: io::Error) -> SourceError {
        SourceError::Open { input: self.clone(), source }
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
        self.posts_from(options, counter, Position::default())
    }

    /// Opens it and reads the posts after `position`, which an earlier reader of the same bytes
    /// with the same options gave. A stored file of lines is entered there; what is compressed and
    /// tables are read again up to it.
    ///
    /// # Errors
    ///
    /// As [`Self::open`].
    pub fn posts_from(
        &self,
        options: &ReaderOptions,
        counter: &ByteCounter,
        position: Position,
    ) -> Result<PostReader<Input>, SourceError> {
        let Unpacked { input, is_stored_so } = self.unpack(counter)?;
        let named = self.path().and_then(InputFormat::from_path);
        let (format, input) = match options.format.or(named) {
            Some(format) => (format, input),
            None => guess(input).map_err(|source| self.unopened(source))?,
        };
        if let Self::File(path) = self
            && is_stored_so
            && format == InputFormat::Parquet
        {
            return Ok(PostReader::parquet(path, options, counter, position.items));
        }
        if let Self::File(path) = self
            && is_stored_so
            && format.is_by_line()
            && position != Position::default()
        {
            counter.add(position.offset);
            let input = enter(path, position.offset, counter);
            let input = input.map_err(|source| self.unopened(source))?;
            return Ok(PostReader::resumed(input, format, options.clone(), position));
        }
        let mut posts = PostReader::new(input, format, options.clone());
        while posts.reached().items < position.items && posts.next().is_some() {}
        Ok(posts)
    }
}

/// The bytes of a file from `offset` on.
fn enter(path: &Path, offset: u64, counter: &ByteCounter) -> io::Result<Input> {
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(offset))?;
    Ok(Box::new(BufReader::with_capacity(BUFFER_BYTES, counter.counting(file))))
}

/// The files of a folder and its folders that have the name of a format, in order.
fn files_below(folder: &Path) -> Result<Vec<Source>, SourceError> {
    let is_hidden = |entry: &DirEntry| entry.file_name().as_encoded_bytes().starts_with(b".");
    let walk = WalkDir::new(folder).follow_links(true).sort_by_file_name().into_iter();
    let mut files = Vec::new();
    for entry in walk.filter_entry(|entry| entry.depth() == 0 || !is_hidden(entry)) {
        let entry = entry.map_err(|error| unwalked(folder, error))?;
        if entry.file_type().is_file() && InputFormat::from_path(entry.path()).is_some() {
            files.push(Source::File(entry.into_path()));
        }
    }
    if files.is_empty() {
        return Err(SourceError::NoInputs { path: folder.to_owned() });
    }
    Ok(files)
}

fn unwalked(folder: &Path, error: walkdir::Error) -> SourceError {
    let path = error.path().unwrap_or(folder).to_owned();
    SourceError::Open { input: Source::File(path), source: error.into() }
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

    /// `input`, counted as it is read.
    pub(super) fn counting<R: Read>(&self, input: R) -> Counted<R> {
        Counted { input, counter: self.clone() }
    }

    /// Counts bytes that need not be read.
    pub fn add(&self, bytes: u64) {
        self.0.fetch_add(bytes, Ordering::Relaxed);
    }
}

pub(super) struct Counted<R> {
    input: R,
    counter: ByteCounter,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer)?;
        self.counter.add(read as u64);
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
    fn reading_goes_on_at_any_place_as_if_it_had_never_stopped() {
        let folder = tempfile::tempdir().unwrap();
        let lines = "\u{feff}{\"text\":\"satu\"}\n\nno post\r\n{\"text\":\"tiga\"}\n{}\n{\"text\":\"lima\"}";
        let table = "id,text\n1,satu\n2,\"dua\n3,tiga\n4,\"em\npat\"\n\n5,lima\n";
        let files = [
            ("a.jsonl", lines.as_bytes().to_vec()),
            ("b.jsonl.gz", gzip(lines.as_bytes())),
            ("c", lines.as_bytes().to_vec()),
            ("d.txt", b"satu\n\ndua\ntiga".to_vec()),
            ("e.csv", table.as_bytes().to_vec()),
        ];
        for (name, bytes) in files {
            let path = folder.path().join(name);
            fs::write(&path, bytes).unwrap();
            let source = Source::new(path);
            let (options, counter) = (ReaderOptions::default(), ByteCounter::default());
            let whole = outcomes(source.posts(&options, &counter).unwrap());
            let mut posts = source.posts(&options, &counter).unwrap();
            for read in 0..=whole.len() {
                let rest = source.posts_from(&options, &counter, posts.reached()).unwrap();
                assert_eq!(outcomes(rest), whole[read..], "{name} after {read}");
                posts.next();
            }
        }
    }

    #[test]
    fn a_bad_line_knows_the_byte_it_begins_at() {
        let bad_offsets = |name: &str, bytes: &str| -> Vec<u64> {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join(name);
            fs::write(&path, bytes).unwrap();
            let source = Source::new(path);
            let mut posts =
                source.posts(&ReaderOptions::default(), &ByteCounter::default()).unwrap();
            let mut offsets = Vec::new();
            while let Some(item) = posts.next() {
                offsets.extend(posts.offset().filter(|_| item.is_err()));
            }
            offsets
        };
        let lines = "\u{feff}{\"text\":\"a\"}\n\nbad\r\n{\"text\":\"b\"}\nworse";
        let at = |part: &str| lines.find(part).unwrap() as u64;
        assert_eq!(bad_offsets("a.jsonl", lines), [at("bad"), at("worse")]);
        let table = "id,text\n1,a\n2,\"b\n3,c,d\n\n4,e\n5\n";
        let at = |part: &str| table.find(part).unwrap() as u64;
        assert_eq!(bad_offsets("a.csv", table), [at("2,"), at("3,"), at("5\n")]);
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
    fn a_folder_is_all_it_holds_that_has_the_name_of_a_format_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir_all(at("b/deep")).unwrap();
        fs::create_dir_all(at(".git")).unwrap();
        for name in ["z.txt", "b/deep/c.csv.gz", "b/a.jsonl", "notes.md", ".git/x.txt", ".a.txt"] {
            fs::write(at(name), "satu\n").unwrap();
        }
        let sources = Source::expand(&[at("z.txt"), folder.path().to_owned()]).unwrap();
        let expected = ["z.txt", "b/a.jsonl", "b/deep/c.csv.gz", "z.txt"];
        assert_eq!(sources, expected.map(|name| Source::File(at(name))));
        let error = Source::expand(&[at(".git/empty"), at("b/deep"), at(".git")]).map(|_| ());
        assert!(error.is_ok(), "a folder that is asked for may be hidden");
        fs::remove_file(at(".git/x.txt")).unwrap();
        let error = Source::expand(&[at(".git")]).unwrap_err();
        assert!(error.to_string().ends_with("name the files"), "{error}");
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
