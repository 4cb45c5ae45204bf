//! Compression, recognised by the first bytes and never by the name.

use std::io::{self, BufRead, BufReader, Cursor, Read};

use flate2::bufread::MultiGzDecoder;

/// How much is asked of the operating system at a time.
const BUFFER_BYTES: usize = 1 << 17;

/// The bytes of `input` with gzip or zstd undone. Several members or frames in a row are one input.
///
/// # Errors
///
/// When the first bytes cannot be read. A later failure comes out of the reader
/// after everything before it; an end before the end is [`io::ErrorKind::UnexpectedEof`].
pub(super) fn decompress(input: impl Read + Send + 'static) -> io::Result<Box<dyn BufRead + Send>> {
    const LONGEST_MAGIC: usize = 4;
    let (start, input) = peek(input, |start| start.len() >= LONGEST_MAGIC)?;
    let is_gzip = start.starts_with(b"\x1f\x8b");
    let is_zstd = is_zstd(&start);
    let input = BufReader::with_capacity(BUFFER_BYTES, Cursor::new(start).chain(input));
    Ok(if is_gzip {
        Box::new(BufReader::with_capacity(BUFFER_BYTES, MultiGzDecoder::new(input)))
    } else if is_zstd {
        Box::new(BufReader::with_capacity(BUFFER_BYTES, zstd::Decoder::with_buffer(input)?))
    } else {
        Box::new(input)
    })
}

/// A frame of zstd, or a skippable one, which `pzstd` puts first (RFC 8878, section 3.1).
fn is_zstd(start: &[u8]) -> bool {
    matches!(start, [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..])
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

    fn read(bytes: Vec<u8>) -> (String, Option<io::ErrorKind>) {
        let mut read = Vec::new();
        let mut input = decompress(Cursor::new(bytes)).unwrap();
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
        let skippable = b"\x50\x2a\x4d\x18\x02\0\0\0ab".to_vec();
        assert_eq!(read([skippable, zstd(b"satu")].concat()), ("satu".to_owned(), None));
    }

    #[test]
    fn what_is_not_compressed_is_left_alone() {
        for text in ["", "a", "\x1f", "(\n", "satu\ndua\n"] {
            assert_eq!(read(text.into()), (text.to_owned(), None));
        }
    }

    #[test]
    fn an_input_cut_short_gives_what_came_before_and_says_so() {
        let text = numbers();
        for whole in [gzip(text.as_bytes()), zstd(text.as_bytes())] {
            let cut = whole[..whole.len() / 2].to_vec();
            let (read, error) = read(cut);
            assert_eq!(error, Some(io::ErrorKind::UnexpectedEof));
            assert!(!read.is_empty() && text.starts_with(&read));
        }
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
        decompress(Drip(Cursor::new(gzip(b"satu")))).unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text, "satu");
    }
}
