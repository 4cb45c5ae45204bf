//! `--resume`: what a scan that is broken off leaves behind, and how it is gone on with.
//!
//! ```text
//! OUT.partial   the records so far          \  at each place both are on the disk,
//! OUT.progress  the last place, as JSON     /  the records first
//! ```
//!
//! A run that goes on cuts the records to the length that the last place names and reads the input
//! from that place. Nothing of a record depends on the records before it, so the bytes are those of
//! a run that was never broken off. That holds for the same input, settings, model and program,
//! and so the sidecar names them all and a run with others is refused.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs::{self, File},
    io::{self, Read as _, Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{
    batches::Place,
    output::{beside, real_target},
};
use crate::{cli::progress::Counts, io::Source};

/// The layout of the sidecar. Another one is refused: it lives no longer than a scan.
const VERSION: u32 = 1;

/// How much of the start and of the end of an input is compared. Its time is not: a copy of the
/// same bytes is the same input.
const COMPARED_BYTES: u64 = 1 << 16;

/// What makes the records: with other settings they would be others.
pub(super) type Settings = BTreeMap<String, String>;

/// One input as it was when the scan began.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct InputMark {
    path: PathBuf,
    bytes: u64,
    /// SHA-256 of its first and of its last 64 KiB.
    head: String,
    tail: String,
}

impl InputMark {
    /// `None` for what cannot be read twice, such as standard input.
    pub(super) fn of(source: &Source) -> io::Result<Option<Self>> {
        let Some(path) = source.path() else { return Ok(None) };
        if !fs::metadata(path)?.is_file() {
            return Ok(None);
        }
        let mut file = File::open(path)?;
        let bytes = file.metadata()?.len();
        let head = hash_next(&mut file)?;
        file.seek(SeekFrom::Start(bytes.saturating_sub(COMPARED_BYTES)))?;
        let tail = hash_next(&mut file)?;
        Ok(Some(Self { path: path.to_owned(), bytes, head, tail }))
    }
}

/// The SHA-256 of the next [`COMPARED_BYTES`] or of what there is.
fn hash_next(file: &mut File) -> io::Result<String> {
    let mut next = Vec::new();
    file.take(COMPARED_BYTES).read_to_end(&mut next)?;
    let mut hash = String::new();
    for byte in Sha256::digest(&next) {
        write!(hash, "{byte:02x}").expect("a string takes all");
    }
    Ok(hash)
}

/// What is the same at every place of one scan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Identity {
    pub(super) settings: Settings,
    /// SHA-256 of the manifest of the bundle.
    pub(super) model: String,
    pub(super) inputs: Vec<InputMark>,
}

/// How far a scan came.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Progress {
    pub(super) next: Place,
    pub(super) output_bytes: u64,
    pub(super) errors_bytes: u64,
    pub(super) counts: Counts,
}

#[derive(Serialize, Deserialize)]
struct Sidecar {
    version: u32,
    #[serde(flatten)]
    identity: Identity,
    #[serde(flatten)]
    progress: Progress,
}

/// Only the version, so that another one is known even where the rest is not.
#[derive(Deserialize)]
struct VersionOnly {
    version: u32,
}

/// Writes the sidecar of one scan.
pub(super) struct Keeper {
    path: PathBuf,
    identity: Identity,
    /// Rows between two places.
    every: u64,
    rows: u64,
    has_place: bool,
}

impl Keeper {
    pub(super) fn new(output: &Path, identity: Identity, every: u64) -> anyhow::Result<Self> {
        let path = beside(&real_target(output), "progress").context("it is no name of a file")?;
        Ok(Self { path, identity, every, rows: 0, has_place: false })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether there is a place to go on from.
    pub(super) fn has_place(&self) -> bool {
        self.has_place
    }

    /// Counts rows; says when the next place is due.
    pub(super) fn is_due(&mut self, rows: u64) -> bool {
        self.rows += rows;
        self.rows >= self.every
    }

    /// The place that an earlier run left, or `None` when there is none.
    pub(super) fn load(&mut self) -> anyhow::Result<Option<Progress>> {
        let name = self.path.display().to_string();
        let bytes = match fs::read(&self.path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error).with_context(|| format!("cannot read `{name}`")),
        };
        let remedy = format!("remove `{name}` to begin again");
        let VersionOnly { version } = serde_json::from_slice(&bytes)
            .with_context(|| format!("`{name}` is no place of a scan; {remedy}"))?;
        anyhow::ensure!(
            version == VERSION,
            "`{name}` has layout {version}, this build reads {VERSION}; {remedy}"
        );
        let Sidecar { identity, progress, .. } = serde_json::from_slice(&bytes)
            .with_context(|| format!("`{name}` is damaged; {remedy}"))?;
        if let Some(difference) = self.identity.difference(&identity) {
            anyhow::bail!("`{name}` is of another scan: {difference}; {remedy}");
        }
        self.has_place = true;
        Ok(Some(progress))
    }

    /// Puts `progress` in the place of the one before; a kill leaves the one or the other, whole.
    pub(super) fn save(&mut self, progress: Progress) -> anyhow::Result<()> {
        let sidecar = Sidecar { version: VERSION, identity: self.identity.clone(), progress };
        let bytes = serde_json::to_vec(&sidecar).context("a place has text keys")?;
        replace(&self.path, &bytes)
            .with_context(|| format!("cannot write `{}`", self.path.display()))?;
        (self.rows, self.has_place) = (0, true);
        Ok(())
    }

    /// Takes the place away: the scan is over, or begins again. Says whether there was one.
    pub(super) fn forget(&mut self) -> anyhow::Result<bool> {
        self.has_place = false;
        match fs::remove_file(&self.path) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => {
                Err(error).with_context(|| format!("cannot remove `{}`", self.path.display()))
            }
        }
    }
}

impl Identity {
    /// What `before` had otherwise, in the words of a user.
    fn difference(&self, before: &Self) -> Option<String> {
        let names = self.settings.keys().chain(before.settings.keys());
        for name in names {
            let (then, here) = (before.settings.get(name), self.settings.get(name));
            if then != here {
                let value = |value: Option<&String>| {
                    value.map_or_else(|| "nothing".to_owned(), |value| format!("`{value}`"))
                };
                return Some(format!("{name} was {} and is {}", value(then), value(here)));
            }
        }
        if self.model != before.model {
            return Some("the model was another one".to_owned());
        }
        if self.inputs.len() != before.inputs.len() {
            let (then, here) = (before.inputs.len(), self.inputs.len());
            return Some(format!("it read {then} inputs and this one reads {here}"));
        }
        let changed = self.inputs.iter().zip(&before.inputs).find(|(here, then)| here != then);
        changed.map(|(here, then)| {
            let (path, before) = (here.path.display(), then.path.display());
            if here.path == then.path {
                format!("`{path}` has changed since")
            } else {
                format!("it read `{before}`, not `{path}`")
            }
        })
    }
}

fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let new = beside(path, "new").expect("the path of a sidecar has a name");
    let mut file = File::create(&new)?;
    file.write_all(bytes)?;
    file.sync_data()?;
    fs::rename(&new, path)
}
