//! Where records go: standard output, or a file that is put in place when it is whole.

use std::{
    fs::{self, File, TryLockError},
    io::{self, BufWriter, Seek as _, SeekFrom, Write},
    path::{Path, PathBuf},
};

use anyhow::Context as _;

/// Standard output, or a file that is put in place when it is whole.
pub(in crate::cli) struct Output {
    writer: BufWriter<Box<dyn Write + Send>>,
    /// What messages call it.
    name: String,
    partial: Option<Partial>,
    /// How many bytes were written, those of an earlier run among them.
    bytes: u64,
}

/// `OUT.partial`, beside the file that was asked for and locked while it is written. Removed when it
/// is dropped before it was put in place, unless it can be gone on with.
struct Partial {
    file: File,
    path: PathBuf,
    target: PathBuf,
    is_kept: bool,
}

impl Drop for Partial {
    fn drop(&mut self) {
        if !self.is_kept {
            // Once in place it is no longer there. An error while leaving has no one to go to.
            fs::remove_file(&self.path).ok();
        }
    }
}

impl Output {
    /// An empty output. The file itself is left as it is until [`Self::put_in_place`].
    pub(in crate::cli) fn create(path: Option<&Path>) -> anyhow::Result<Self> {
        Self::resume(path, 0)
    }

    /// The output of a run that was broken off, cut to its first `bytes`.
    pub(super) fn resume(path: Option<&Path>, bytes: u64) -> anyhow::Result<Self> {
        let Some(path) = path else {
            let writer = BufWriter::new(Box::new(io::stdout()) as Box<dyn Write + Send>);
            return Ok(Self {
                writer,
                name: "standard output".to_owned(),
                partial: None,
                bytes: 0,
            });
        };
        let name = format!("`{}`", path.display());
        Self::open_file(path, &name, bytes).with_context(|| format!("cannot write {name}"))
    }

    fn open_file(path: &Path, name: &str, bytes: u64) -> anyhow::Result<Self> {
        let target = real_target(path);
        anyhow::ensure!(!target.is_dir(), "it is a folder; name a file");
        let is_device = target.exists() && !target.is_file();
        let (file, partial) = if is_device {
            (File::create(&target)?, None)
        } else {
            let path = beside(&target, "partial").context("it is no name of a file")?;
            let file = open_partial(&path, bytes)?;
            (file.try_clone()?, Some(Partial { file, path, target, is_kept: false }))
        };
        let writer = BufWriter::new(Box::new(file) as Box<dyn Write + Send>);
        Ok(Self { writer, name: name.to_owned(), partial, bytes })
    }

    pub(in crate::cli) fn write(&mut self, bytes: &[u8]) -> anyhow::Result<()> {
        self.bytes += bytes.len() as u64;
        self.writer.write_all(bytes).with_context(|| format!("cannot write {}", self.name))
    }

    pub(in crate::cli) fn flush(&mut self) -> anyhow::Result<()> {
        self.writer.flush().with_context(|| format!("cannot write {}", self.name))
    }

    /// Makes sure that all is on the disk, and gives how many bytes that are.
    pub(super) fn sync(&mut self) -> anyhow::Result<u64> {
        self.flush()?;
        if let Some(partial) = &self.partial {
            let synced = partial.file.sync_data();
            synced.with_context(|| format!("cannot write {}", self.name))?;
        }
        Ok(self.bytes)
    }

    /// Whether what was written stays when the run ends before its end.
    pub(super) fn keep(&mut self, is_kept: bool) {
        if let Some(partial) = &mut self.partial {
            partial.is_kept = is_kept;
        }
    }

    /// Gives a whole file its name; what bore it before is gone only then.
    pub(in crate::cli) fn put_in_place(&mut self) -> anyhow::Result<()> {
        let Some(partial) = self.partial.take() else { return Ok(()) };
        let synced = partial.file.sync_all();
        let placed = synced.and_then(|()| fs::rename(&partial.path, &partial.target));
        placed.with_context(|| format!("cannot put {} in place", self.name))
    }
}

/// For writers of other crates; the counterpart of [`Output::write`], whose errors name the file.
impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.writer.write(bytes)?;
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

/// Through a symbolic link, or the link itself would be replaced.
pub(super) fn real_target(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

/// `target` with one more ending.
pub(super) fn beside(target: &Path, ending: &str) -> Option<PathBuf> {
    let mut name = target.file_name()?.to_owned();
    name.push(".");
    name.push(ending);
    Some(target.with_file_name(name))
}

/// Opens `path` for this run alone, cut to `bytes`.
fn open_partial(path: &Path, bytes: u64) -> anyhow::Result<File> {
    let mut file =
        File::options().read(true).write(true).create(true).truncate(false).open(path)?;
    if let Err(TryLockError::WouldBlock) = file.try_lock() {
        anyhow::bail!("another run writes it; wait for its end, or choose another file");
    }
    let found = file.metadata()?.len();
    anyhow::ensure!(
        found >= bytes,
        "`{}` has {found} bytes and should have {bytes}; begin again without `--resume`",
        path.display()
    );
    file.set_len(bytes)?;
    file.seek(SeekFrom::Start(bytes))?;
    Ok(file)
}
