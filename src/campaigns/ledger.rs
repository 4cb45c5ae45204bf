//! The ledger: what is kept of each post, on disk, in the order of arrival.
//!
//! ```text
//! magic, version, stamp, check | block | block | … | end mark: posts, check of all
//! block = lengths, posts, check, zstd of (length, sighting)*
//! ```
//!
//! Numbers are little-endian. Each part has an XXH3 of itself, and the end mark one over those of all
//! blocks, so that a lost block is noticed as well as a changed byte. These find accidents; against
//! a forger sign the file.

use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::{CampaignError, ContactKey, view::Sighting};

const MAGIC: [u8; 8] = *b"WSPDCAMP";

/// The layout that this build writes, and the only one it reads.
const VERSION: u32 = 1;

/// The most that a block may unpack to: a batch of posts has a fraction of it.
const MOST_BYTES: u32 = 1 << 28;

/// A stamp is a few dozen bytes.
const LONGEST_STAMP: u32 = 1 << 12;

/// Level of zstd: the fastest; higher ones save little on hashes and short texts.
const ZSTD_LEVEL: i32 = 1;

/// What a ledger was made with. Sightings made otherwise would not meet those in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    model: String,
    key_check: u64,
}

impl Stamp {
    /// A stamp for sightings made with the domain files of `model` (any name of one version) and `key`.
    pub fn new(model: impl Into<String>, key: &ContactKey) -> Self {
        Self { model: model.into(), key_check: key.check() }
    }

    /// That a ledger of stamp `found` can be gone on with.
    fn accept(&self, found: Self) -> Result<(), CampaignError> {
        if self.model != found.model {
            return Err(CampaignError::View { found: found.model, expected: self.model.clone() });
        }
        if self.key_check != found.key_check {
            return Err(CampaignError::Key);
        }
        Ok(())
    }
}

/// Some posts as they lie in a ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    raw_bytes: u32,
    posts: u32,
    packed: Vec<u8>,
    /// Where it begins, for messages; 0 for one that was made here.
    offset: u64,
}

impl Block {
    /// Packs sightings, in order.
    ///
    /// # Panics
    ///
    /// When they have more than 256 MiB.
    pub fn new(sightings: &[Sighting]) -> Self {
        let mut raw = Vec::new();
        for sighting in sightings {
            let start = raw.len();
            raw.extend([0; 4]);
            raw = postcard::to_extend(sighting, raw).expect("memory takes all");
            let bytes = length(raw.len() - start - 4);
            raw[start..start + 4].copy_from_slice(&bytes.to_le_bytes());
        }
        assert!(raw.len() <= MOST_BYTES as usize, "a block has fewer bytes");
        let packed = zstd::bulk::compress(&raw, ZSTD_LEVEL).expect("memory takes all");
        Self { raw_bytes: length(raw.len()), posts: length(sightings.len()), packed, offset: 0 }
    }

    /// The sightings, in order.
    ///
    /// # Errors
    ///
    /// When it is not what [`Block::new`] packs.
    pub fn sightings(&self) -> Result<Vec<Sighting>, CampaignError> {
        self.unpacked()?.records()?.into_iter().map(|record| self.sighting(record)).collect()
    }

    /// Unpacks it, sightings still as bytes.
    pub(super) fn unpacked(&self) -> Result<Unpacked, CampaignError> {
        let raw = zstd::bulk::decompress(&self.packed, self.raw_bytes as usize);
        let raw = raw.map_err(|_| self.damaged())?;
        Ok(Unpacked { raw, posts: self.posts as usize, offset: self.offset })
    }

    /// One sighting of [`Unpacked::records`].
    pub(super) fn sighting(&self, record: &[u8]) -> Result<Sighting, CampaignError> {
        postcard::from_bytes(record).map_err(|_| self.damaged())
    }

    fn damaged(&self) -> CampaignError {
        CampaignError::Damaged { offset: self.offset }
    }

    fn head(&self) -> [u8; 12] {
        let mut head = [0; 12];
        head[..4].copy_from_slice(&length(self.packed.len()).to_le_bytes());
        head[4..8].copy_from_slice(&self.raw_bytes.to_le_bytes());
        head[8..].copy_from_slice(&self.posts.to_le_bytes());
        head
    }

    /// Over head and body.
    fn check(&self) -> u64 {
        check(&self.packed, check(&self.head(), 0))
    }
}

/// The bytes of the sightings of a block.
pub(super) struct Unpacked {
    raw: Vec<u8>,
    posts: usize,
    offset: u64,
}

impl Unpacked {
    pub(super) fn records(&self) -> Result<Vec<&[u8]>, CampaignError> {
        let damaged = || CampaignError::Damaged { offset: self.offset };
        let mut rest = self.raw.as_slice();
        let mut records = Vec::with_capacity(self.posts.min(1 << 12));
        while let Some((bytes, after)) = rest.split_first_chunk::<4>() {
            let bytes = u32::from_le_bytes(*bytes) as usize;
            let (record, after) = after.split_at_checked(bytes).ok_or_else(damaged)?;
            records.push(record);
            rest = after;
        }
        let is_whole = rest.is_empty() && records.len() == self.posts;
        if is_whole { Ok(records) } else { Err(damaged()) }
    }
}

fn length(bytes: usize) -> u32 {
    u32::try_from(bytes).expect("a block has fewer bytes than 256 MiB")
}

fn check(bytes: &[u8], seed: u64) -> u64 {
    xxh3_64_with_seed(bytes, seed)
}

/// A ledger that is being written, and read again once it is whole.
#[derive(Debug)]
pub struct Ledger<F> {
    file: F,
    posts: u64,
    chain: u64,
    stamp: Stamp,
}

impl<F: Read + Write + Seek> Ledger<F> {
    /// Begins a ledger in an empty file.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub fn begin(mut file: F, stamp: Stamp) -> io::Result<Self> {
        let bytes = postcard::to_stdvec(&stamp).expect("memory takes all");
        let mut head = MAGIC.to_vec();
        head.extend(VERSION.to_le_bytes());
        head.extend(length(bytes.len()).to_le_bytes());
        head.extend(&bytes);
        head.extend(check(&head, 0).to_le_bytes());
        file.write_all(&head)?;
        Ok(Self { file, posts: 0, chain: 0, stamp })
    }

    /// Adds a block; an empty one is left out.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub fn append(&mut self, block: &Block) -> io::Result<()> {
        if block.posts == 0 {
            return Ok(());
        }
        self.posts += u64::from(block.posts);
        self.chain = check(&block.check().to_le_bytes(), self.chain);
        self.file.write_all(&block.head())?;
        self.file.write_all(&block.check().to_le_bytes())?;
        self.file.write_all(&block.packed)
    }

    /// Writes the end mark.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub fn finish(&mut self) -> io::Result<()> {
        let mut mark = vec![0; 12];
        mark.extend(self.posts.to_le_bytes());
        mark.extend(check(&mark, self.chain).to_le_bytes());
        self.file.write_all(&mark)?;
        self.file.flush()
    }

    /// Reads it from the start.
    ///
    /// # Errors
    ///
    /// When it cannot be read, or was not finished.
    pub fn blocks(&mut self) -> Result<Blocks<BufReader<&mut F>>, CampaignError> {
        self.file.seek(SeekFrom::Start(0))?;
        let stamp = self.stamp.clone();
        Blocks::open(BufReader::with_capacity(1 << 18, &mut self.file), &stamp)
    }

    /// The file.
    pub fn into_file(self) -> F {
        self.file
    }
}

/// The blocks of a ledger, in order; the end mark is checked after the last. Nothing follows an error.
#[derive(Debug)]
pub struct Blocks<R> {
    reader: R,
    offset: u64,
    posts: u64,
    chain: u64,
    is_done: bool,
}

impl<R: Read> Blocks<R> {
    /// Opens a ledger that was made with `stamp`.
    ///
    /// # Errors
    ///
    /// When it is no ledger, has another version or another stamp, or is damaged.
    pub fn open(reader: R, stamp: &Stamp) -> Result<Self, CampaignError> {
        let mut blocks = Self { reader, offset: 0, posts: 0, chain: 0, is_done: false };
        let mut head = blocks.next_bytes(8).map_err(|error| match error {
            CampaignError::CutShort { .. } => CampaignError::NoIndex,
            other => other,
        })?;
        if head != MAGIC {
            return Err(CampaignError::NoIndex);
        }
        let numbers = blocks.next_bytes(8)?;
        let version = u32_at(&numbers, 0);
        if version != VERSION {
            return Err(CampaignError::Version { found: version, expected: VERSION });
        }
        let stamp_bytes = u32_at(&numbers, 4);
        if stamp_bytes > LONGEST_STAMP {
            return Err(CampaignError::Damaged { offset: 12 });
        }
        head.extend(numbers);
        let found = blocks.next_bytes(stamp_bytes as usize)?;
        head.extend(&found);
        if u64_at(&blocks.next_bytes(8)?, 0) != check(&head, 0) {
            return Err(CampaignError::Damaged { offset: 0 });
        }
        let found =
            postcard::from_bytes(&found).map_err(|_| CampaignError::Damaged { offset: 16 })?;
        stamp.accept(found)?;
        Ok(blocks)
    }

    fn next_bytes(&mut self, bytes: usize) -> Result<Vec<u8>, CampaignError> {
        let mut taken = Vec::new();
        // No more memory than there is file, whatever a damaged length says.
        let read = self.reader.by_ref().take(bytes as u64).read_to_end(&mut taken)?;
        self.offset += read as u64;
        if read < bytes { Err(CampaignError::CutShort { offset: self.offset }) } else { Ok(taken) }
    }

    /// The next block, or `None` at a right end mark.
    fn next_block(&mut self) -> Result<Option<Block>, CampaignError> {
        let offset = self.offset;
        let damaged = || CampaignError::Damaged { offset };
        let head = self.next_bytes(12)?;
        let number = u64_at(&self.next_bytes(8)?, 0);
        let [packed_bytes, raw_bytes, posts] = [0, 4, 8].map(|at| u32_at(&head, at));
        if packed_bytes == 0 {
            let mut mark = head;
            mark.extend(number.to_le_bytes());
            let is_right = u64_at(&self.next_bytes(8)?, 0) == check(&mark, self.chain);
            let is_last = self.reader.read(&mut [0])? == 0;
            return if is_right && is_last && number == self.posts {
                Ok(None)
            } else {
                Err(damaged())
            };
        }
        if raw_bytes > MOST_BYTES || packed_bytes > MOST_BYTES {
            return Err(damaged());
        }
        let packed = self.next_bytes(packed_bytes as usize)?;
        let block = Block { raw_bytes, posts, packed, offset };
        if block.check() != number {
            return Err(damaged());
        }
        self.posts += u64::from(posts);
        self.chain = check(&number.to_le_bytes(), self.chain);
        Ok(Some(block))
    }
}

impl<R: Read> Iterator for Blocks<R> {
    type Item = Result<Block, CampaignError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_done {
            return None;
        }
        let next = self.next_block().transpose();
        self.is_done = !matches!(next, Some(Ok(_)));
        next
    }
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes"))
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(bytes[at..at + 8].try_into().expect("eight bytes"))
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;
    use crate::campaigns::view::Time;

    fn sighting(id: usize) -> Sighting {
        Sighting {
            id: id.to_string(),
            time: id.is_multiple_of(2).then_some(Time::Integer(7)),
            view: format!("dicari kasir nomor {id}"),
            places: vec!["Batam".to_owned()],
            contacts: Vec::new(),
        }
    }

    fn stamp() -> Stamp {
        Stamp::new("m-1", &ContactKey::default())
    }

    /// Three blocks of three posts.
    fn ledger() -> Ledger<Cursor<Vec<u8>>> {
        let mut ledger = Ledger::begin(Cursor::new(Vec::new()), stamp()).unwrap();
        let posts: Vec<Sighting> = (0..9).map(sighting).collect();
        posts.chunks(3).for_each(|posts| ledger.append(&Block::new(posts)).unwrap());
        ledger.append(&Block::new(&[])).unwrap();
        ledger.finish().unwrap();
        ledger
    }

    fn read(bytes: &[u8], stamp: &Stamp) -> Result<Vec<Sighting>, CampaignError> {
        let mut all = Vec::new();
        for block in Blocks::open(bytes, stamp)? {
            all.extend(block?.sightings()?);
        }
        Ok(all)
    }

    #[test]
    fn what_was_written_is_read_as_often_as_one_likes() {
        let mut ledger = ledger();
        for _ in 0..2 {
            let blocks: Vec<Block> = ledger.blocks().unwrap().map(Result::unwrap).collect();
            assert_eq!(blocks.len(), 3);
        }
        let all = read(ledger.into_file().get_ref(), &stamp()).unwrap();
        assert_eq!(all, (0..9).map(sighting).collect::<Vec<_>>());
    }

    #[test]
    fn any_changed_byte_and_any_cut_is_an_error() {
        let bytes = ledger().into_file().into_inner();
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 0x10;
            assert!(read(&changed, &stamp()).is_err(), "byte {at}");
            assert!(read(&bytes[..at], &stamp()).is_err(), "cut at {at}");
        }
        assert!(read(&[&bytes[..], b"x"].concat(), &stamp()).is_err());
    }

    #[test]
    fn another_version_model_or_key_is_named() {
        let mut bytes = ledger().into_file().into_inner();
        let message = |bytes: &[u8], stamp: &Stamp| read(bytes, stamp).unwrap_err().to_string();
        let other = Stamp::new("m-2", &ContactKey::default());
        assert!(
            message(&bytes, &other)
                .starts_with("the index was made with the model `m-1`, this run uses `m-2`")
        );
        let other = Stamp::new("m-1", &ContactKey::new(b"k"));
        assert!(message(&bytes, &other).contains("--contact-key-file"));
        bytes[8] = 9;
        assert!(
            message(&bytes, &stamp())
                .starts_with("the index has format 9, this build reads format 1")
        );
        assert!(message(b"{}", &stamp()).starts_with("this is no index"));
    }
}
