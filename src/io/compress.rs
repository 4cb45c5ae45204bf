//! Compression, recognised by the first bytes and never by the name.

use std::{
    fmt,
    io::{self, BufRead, BufReader, Cursor, Read},
};

use bzip2::bufread::MultiBzDecoder;
use flate2::bufread::MultiGzDecoder;
use lzma_rust2::XzReader;

use super::source::ByteCounter;

/// How much is asked of the operating system at a time.
pub(super) const BUFFER_BYTES: usize = 1 << 17;

/// How many times its size an input may unpack to.
///
/// Posts shrink to a third or a tenth, and a file of nothing but reposts to a fiftieth. What goes
/// beyond this is made to fill disks: a gigabyte of zeros is a megabyte of gzip, or 50 KB of bzip2.
pub(super) const MOST_RATIO: u64 = 500;

/// How much may come out before the ratio is looked at: what is this small fills no disk, and what
/// was read ahead counts as read.
pub(super) const FREE_BYTES: u64 = MOST_RATIO * BUFFER_BYTES as u64;

/// How much memory unpacking xz may take, in KiB: `xz -9` asks for 65 MiB, and the format could ask
/// for 4 GiB. Zstd has the like bound of its own, 128 MiB.
const MOST_XZ_KIB: u32 = 128 << 10;

/// How an input is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Packing {
    None,
    Gzip,
    Zstd,
    Bzip2,
    Xz,
}

impl Packing {
    /// The longest mark, of xz.
    const LONGEST_MAGIC: usize = 6;

    fn from_start(start: &[u8]) -> Self {
        match start {
            [0x1f, 0x8b, ..] => Self::Gzip,
            // A frame, or a skippable one, which `pzstd` puts first (RFC 8878, section 3.1).
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Self::Zstd,
            // With the first block's mark or that of an empty stream, for "BZh" may begin a text.
            [b'B', b'Z', b'h', b'1'..=b'9', b'1' | 0x17, b'A' | b'r', ..] => Self::Bzip2,
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Self::Xz,
            _ => Self::None,
        }
    }
}

/// An input from its first byte on, unpacked.
pub(super) struct Unpacked {
    pub(super) input: Box<dyn BufRead + Send>,
    /// Whether the bytes are those that are stored, so that a place in one is a place in the other.
    pub(super) is_stored_so: bool,
}

/// The bytes of `input` with gzip, zstd, bzip2 or xz undone. Several members, frames or streams in
/// a row are one input. `counter` counts the bytes of `input`.
///
/// # Errors
///
/// When the first bytes cannot be read. A later failure comes out of the reader after everything
/// before it: an end before the end is [`io::ErrorKind::UnexpectedEof`], and what unpacks to more
/// than [`MOST_RATIO`] times its size holds a [`TooDense`].
pub(super) fn decompress(
    input: impl Read + Send + 'static,
    counter: &ByteCounter,
) -> io::Result<Unpacked> {
    // A count of its own: the other one is of all inputs.
    let packed_bytes = ByteCounter::default();
    let input = packed_bytes.counting(counter.counting(input));
    let (start, input) = peek(input, |start| start.len() >= Packing::LONGEST_MAGIC)?;
    let packing = Packing::from_start(&start);
    let input = BufReader::with_capacity(BUFFER_BYTES, Cursor::new(start).chain(input));
    let guarded = |unpacked: Box<dyn Read + Send>| -> Box<dyn BufRead + Send> {
        let guard = RatioGuard { unpacked, packed_bytes, unpacked_bytes: 0 };
        Box::new(BufReader::with_capacity(BUFFER_BYTES, guard))
    };
    let input = match packing {
        Packing::None => Box::new(input),
        Packing::Gzip => guarded(Box::new(MultiGzDecoder::new(input))),
        Packing::Zstd => guarded(Box::new(zstd::Decoder::with_buffer(input)?)),
        Packing::Bzip2 => guarded(Box::new(MultiBzDecoder::new(input))),
        Packing::Xz => guarded(Box::new(XzReader::new_mem_limit(input, true, MOST_XZ_KIB))),
    };
    Ok(Unpacked { input, is_stored_so: packing == Packing::None })
}

/// A compressed input that unpacks to more than [`MOST_RATIO`] times its size.
#[derive(Debug)]
pub(super) struct TooDense;

impl fmt::Display for TooDense {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "more than {MOST_RATIO} bytes come out of each byte")
    }
}

impl std::error::Error for TooDense {}

/// Stops an input that grows without measure.
struct RatioGuard {
    unpacked: Box<dyn Read + Send>,
    packed_bytes: ByteCounter,
    unpacked_bytes: u64,
}

impl Read for RatioGuard {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = FREE_BYTES.max(self.packed_bytes.bytes().saturating_mul(MOST_RATIO));
        if self.unpacked_bytes > most {
            return Err(io::Error::new(io::ErrorKind::InvalidData, TooDense));
        }
        let read = self.unpacked.read(buffer)?;
        self.unpacked_bytes += read as u64;
        Ok(read)
    }
}

/// Reads from `input` until `is_enough` or the end, and gives what was read and the rest.
///
/// A pipe may bring one byte at a time, so one read is not enough.
pub(super) fn peek<R: Read>(
    mut input: R,
    is_enough: impl Fn(&[u8]) -> bool,
) -> io::Result<(Vec<u8>, R)> {
    let mut start = Vec::new();
    let mut chunk = [0; 64];
    while !is_enough(&start) {
        match input.read(&mut chunk) {
            Ok(0) => break,
            Ok(read) => start.extend_from_slice(&chunk[..read]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok((start, input))
}

#[cfg(test)]
pub(super) mod tests {
    use std::io::Write;

    use super::*;

    pub(in crate::io) fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    /// Lines that do not compress well, so that a cut leaves some of them.
    pub(in crate::io) fn numbers() -> String {
        let numbers = (0..100_000u64).map(|number| (number.pow(2) * 7919 % 999_983).to_string());
        numbers.collect::<Vec<_>>().join("\n")
    }

    fn zstd(bytes: &[u8]) -> Vec<u8> {
        zstd::encode_all(bytes, 0).unwrap()
    }

    fn bzip2(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    /// What `xz` makes of `satu\n`.
    const XZ: &[u8] = b"\xfd\x37\x7a\x58\x5a\x00\x00\x04\xe6\xd6\xb4\x46\x02\x00\x21\x01\x0c\x00\x00\x00\x8f\x98\x41\x9c\x01\x00\x04\x73\x61\x74\x75\x0a\
        \x00\x00\x00\x00\x8e\x65\x16\x0b\x1b\x82\xad\x7e\x00\x01\x1d\x05\xb8\x2d\x80\xaf\x1f\xb6\xf3\x7d\x01\x00\x00\x00\x00\x04\x59\x5a";

    fn read(bytes: Vec<u8>) -> (String, Option<io::ErrorKind>) {
        let mut read = Vec::new();
        let mut input = decompress(Cursor::new(bytes), &ByteCounter::default()).unwrap().input;
        let error = input.read_to_end(&mut read).err().map(|error| error.kind());
        (String::from_utf8(read).unwrap(), error)
    }

    #[test]
    fn members_and_frames_in_a_row_are_one_input() {
        assert_eq!(
            read([gzip(b"satu\n"), gzip(b""), gzip(b"dua")].concat()),
            ("satu\ndua".to_owned(), None)
        );
        assert_eq!(read([zstd(b"satu\n"), zstd(b"dua")].concat()), ("satu\ndua".to_owned(), None));
        assert_eq!(
            read([bzip2(b"satu\n"), bzip2(b""), bzip2(b"dua")].concat()),
            ("satu\ndua".to_owned(), None)
        );
        assert_eq!(read([XZ, XZ].concat()), ("satu\nsatu\n".to_owned(), None));
        let skippable = b"\x50\x2a\x4d\x18\x02\0\0\0ab".to_vec();
        assert_eq!(read([skippable, zstd(b"satu")].concat()), ("satu".to_owned(), None));
    }

    #[test]
    fn what_is_not_compressed_is_left_alone() {
        for text in ["", "a", "\x1f", "(\n", "satu\ndua\n", "BZh9 dicari", "BZ"] {
            assert_eq!(read(text.into()), (text.to_owned(), None));
        }
    }

    #[test]
    fn an_input_cut_short_gives_what_came_before_and_says_so() {
        let text = numbers();
        for whole in [gzip(text.as_bytes()), zstd(text.as_bytes()), bzip2(text.as_bytes())] {
            let cut = whole[..whole.len() / 2].to_vec();
            let (read, error) = read(cut);
            assert_eq!(error, Some(io::ErrorKind::UnexpectedEof));
            assert!(!read.is_empty() && text.starts_with(&read));
        }
    }

    #[test]
    fn what_unpacks_without_measure_is_stopped_and_what_came_before_is_read() {
        let zeros = vec![0u8; usize::try_from(FREE_BYTES).unwrap() + (8 << 20)];
        for bomb in [gzip(&zeros), zstd(&zeros), bzip2(&zeros)] {
            let (read, error) = read(bomb);
            assert_eq!(error, Some(io::ErrorKind::InvalidData));
            assert!(read.len() as u64 >= FREE_BYTES && read.len() < zeros.len());
        }
        assert_eq!(read(gzip(&zeros[..1 << 20])).1, None, "a small one fills no disk");
    }

    #[test]
    fn a_pipe_may_bring_one_byte_at_a_time() {
        struct Drip(Cursor<Vec<u8>>);
        impl Read for Drip {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                let most = buffer.len().min(1);
                self.0.read(&mut buffer[..most])
            }
        }
        let mut text = String::new();
        let drip = Drip(Cursor::new(gzip(b"satu")));
        let mut unpacked = decompress(drip, &ByteCounter::default()).unwrap();
        unpacked.input.read_to_string(&mut text).unwrap();
        assert_eq!(text, "satu");
    }
}
