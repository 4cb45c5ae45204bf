//! A bundle: the directory that holds everything that decides an outcome.
//!
//! Written once, never changed; each file is named with its size and SHA-256 in
//! `manifest.json`, and a bundle that does not fit its manifest is refused.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use safetensors::SafeTensors;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Calibration, DenseHead, HeadNames, Model, ModelError, WideTable, WideTables};
use crate::features::FeatureSettings;

/// The bundle format that this build writes, and the latest it reads.
const FORMAT: u32 = 1;

/// The files of a bundle beside `manifest.json`, in the order that hashes are checked.
const FILES: [&str; 13] = [
    "MODEL_CARD.md",
    "advice.en.toml",
    "advice.id.toml",
    "advice.ms.toml",
    "calibration.json",
    "contacts.toml",
    "lexicon.toml",
    "pay.toml",
    "places.toml",
    "policy.toml",
    "taxonomy.toml",
    "tokenizer.json",
    "weights.safetensors",
];

const MANIFEST: &str = "manifest.json";

/// Size and hash of one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileEntry {
    /// Bytes.
    pub bytes: u64,
    /// SHA-256, hexadecimal.
    pub sha256: String,
}

/// What a bundle is, what is in it, and how it was made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Bundle format.
    pub format: u32,
    /// Name of the model.
    pub name: String,
    /// Version of the fit.
    pub version: String,
    /// Every file beside the manifest.
    pub files: BTreeMap<String, FileEntry>,
    /// How features are made.
    pub features: FeatureSettings,
    /// How the fit was made; what it needs to be made again.
    pub training: serde_json::Value,
    /// Headline figures on held-out synthetic posts.
    pub metrics: serde_json::Value,
}

/// Weights of the dense heads, as stored beside the wide tables.
#[derive(Debug, Serialize, Deserialize)]
struct DenseHeads(Vec<DenseHead>);

/// A bundle in memory, its hashes checked.
#[derive(Clone)]
pub struct Bundle {
    manifest: Manifest,
    sha256: String,
    files: BTreeMap<String, Vec<u8>>,
}

impl std::fmt::Debug for Bundle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Bundle").field("sha256", &self.sha256).finish_non_exhaustive()
    }
}

impl Bundle {
    /// Reads the bundle in directory `path`.
    ///
    /// # Errors
    ///
    /// When a file is missing, changed or unreadable, or the format is newer than this build.
    pub fn load(path: &Path) -> Result<Self, ModelError> {
        let read = |name: &str| {
            let file = path.join(name);
            fs::read(&file).map_err(|source| match source.kind() {
                io::ErrorKind::NotFound => ModelError::MissingFile { file: name.to_owned() },
                _ => ModelError::Io { path: file, source },
            })
        };
        Self::from_files(&read(MANIFEST)?, read)
    }

    /// The bundle that is compiled in.
    ///
    /// # Errors
    ///
    /// When this build was made from a damaged tree.
    pub fn embedded() -> Result<Self, ModelError> {
        let read = |name: &str| {
            EMBEDDED
                .iter()
                .find(|(known, _)| *known == name)
                .map(|(_, bytes)| bytes.to_vec())
                .ok_or_else(|| ModelError::MissingFile { file: name.to_owned() })
        };
        Self::from_files(&read(MANIFEST)?, read)
    }

    fn from_files(
        manifest: &[u8],
        read: impl Fn(&str) -> Result<Vec<u8>, ModelError>,
    ) -> Result<Self, ModelError> {
        let sha256 = sha256_hex(manifest);
        let manifest = parse_manifest(manifest)?;
        let mut files = BTreeMap::new();
        for name in FILES {
            let bytes = read(name)?;
            let missing = || ModelError::MissingFile { file: name.to_owned() };
            let entry = manifest.files.get(name).ok_or_else(missing)?;
            let found = sha256_hex(&bytes);
            if found != entry.sha256 {
                let (file, expected) = (name.to_owned(), entry.sha256.clone());
                return Err(ModelError::WrongHash { file, expected, found });
            }
            files.insert(name.to_owned(), bytes);
        }
        Ok(Self { manifest, sha256, files })
    }

    /// What it is and how it was made.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// SHA-256 of the manifest, and through it of every file.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// The bytes of a file.
    ///
    /// # Errors
    ///
    /// When the bundle has no such file.
    pub fn file(&self, name: &str) -> Result<&[u8], ModelError> {
        let file = self.files.get(name).map(Vec::as_slice);
        file.ok_or_else(|| ModelError::MissingFile { file: name.to_owned() })
    }

    /// A domain file as text.
    ///
    /// # Errors
    ///
    /// When there is none, or it is not UTF-8.
    pub fn text(&self, name: &str) -> Result<&str, ModelError> {
        std::str::from_utf8(self.file(name)?).map_err(|error| ModelError::Domain {
            file: name.to_owned(),
            reason: error.to_string(),
        })
    }

    /// The fitted numbers, for heads called `names`.
    ///
    /// # Errors
    ///
    /// When weights or calibration cannot be used.
    pub fn model(&self, names: HeadNames) -> Result<Model, ModelError> {
        let weights =
            |error: safetensors::SafeTensorError| ModelError::Weights { reason: error.to_string() };
        let file = SafeTensors::deserialize(self.file("weights.safetensors")?).map_err(weights)?;
        let table = |name| WideTable::from_tensors(&file, name);
        let wide =
            WideTables { clause: table("clause")?, post: table("post")?, form: table("form")? };
        let dense = file.tensor("dense").map_err(weights)?;
        let DenseHeads(dense) = json("weights.safetensors", dense.data())?;
        let calibration: Calibration = json("calibration.json", self.file("calibration.json")?)?;
        Model::try_new(names, wide, dense, &calibration)
    }
}

fn json<T: for<'a> Deserialize<'a>>(file: &str, bytes: &[u8]) -> Result<T, ModelError> {
    serde_json::from_slice(bytes)
        .map_err(|error| ModelError::Domain { file: file.to_owned(), reason: error.to_string() })
}

/// Reads the format first, so that a newer manifest is told apart from a broken one.
fn parse_manifest(bytes: &[u8]) -> Result<Manifest, ModelError> {
    #[derive(Deserialize)]
    struct Format {
        format: u32,
    }
    let malformed = |error: serde_json::Error| ModelError::Manifest { reason: error.to_string() };
    let Format { format } = serde_json::from_slice(bytes).map_err(malformed)?;
    if format > FORMAT {
        return Err(ModelError::FormatTooNew { found: format, supported: FORMAT });
    }
    serde_json::from_slice(bytes).map_err(malformed)
}

/// A bundle about to be written.
#[derive(Debug)]
pub struct WrittenBundle {
    /// Everything but the weights and the manifest, by file name.
    pub files: BTreeMap<String, Vec<u8>>,
    /// Weights of the features.
    pub wide: WideTables,
    /// The dense heads.
    pub dense: Vec<DenseHead>,
    /// Name of the model.
    pub name: String,
    /// Version of the fit.
    pub version: String,
    /// How features are made.
    pub features: FeatureSettings,
    /// How the fit was made.
    pub training: serde_json::Value,
    /// Headline figures.
    pub metrics: serde_json::Value,
}

impl WrittenBundle {
    /// The bundle as it would be read back: for judging it before it is written.
    ///
    /// # Errors
    ///
    /// When it cannot be put into files.
    pub fn bundle(&self) -> Result<Bundle, ModelError> {
        let files = self.all_files()?;
        let read = |name: &str| {
            let missing = || ModelError::MissingFile { file: name.to_owned() };
            files.get(name).cloned().ok_or_else(missing)
        };
        Bundle::from_files(&read(MANIFEST)?, read)
    }

    /// Writes the bundle as directory `path`, which must not exist.
    ///
    /// # Errors
    ///
    /// When it exists or cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), ModelError> {
        if path.exists() {
            return Err(ModelError::Exists { path: path.to_owned() });
        }
        write_all(path, &self.all_files()?)
    }

    /// Every file, the manifest too.
    fn all_files(&self) -> Result<BTreeMap<String, Vec<u8>>, ModelError> {
        let mut files = self.files.clone();
        files.insert("weights.safetensors".to_owned(), self.weights()?);
        let entry =
            |bytes: &Vec<u8>| FileEntry { bytes: bytes.len() as u64, sha256: sha256_hex(bytes) };
        let manifest = Manifest {
            format: FORMAT,
            name: self.name.clone(),
            version: self.version.clone(),
            files: files.iter().map(|(name, bytes)| (name.clone(), entry(bytes))).collect(),
            features: self.features.clone(),
            training: self.training.clone(),
            metrics: self.metrics.clone(),
        };
        let mut text = serde_json::to_vec_pretty(&manifest)
            .map_err(|error| ModelError::Manifest { reason: error.to_string() })?;
        text.push(b'\n');
        files.insert(MANIFEST.to_owned(), text);
        Ok(files)
    }

    fn weights(&self) -> Result<Vec<u8>, ModelError> {
        let WideTables { clause, post, form } = &self.wide;
        let mut tensors = clause.tensors("clause");
        tensors.extend(post.tensors("post"));
        tensors.extend(form.tensors("form"));
        let failed = |reason: String| ModelError::Weights { reason };
        let dense = serde_json::to_vec(&DenseHeads(self.dense.clone()))
            .map_err(|error| failed(error.to_string()))?;
        let length = dense.len();
        tensors.push(("dense".to_owned(), safetensors::Dtype::U8, vec![length], dense));
        let views = tensors
            .iter()
            .map(|(name, dtype, shape, bytes)| {
                safetensors::tensor::TensorView::new(*dtype, shape.clone(), bytes)
                    .map(|view| (name.as_str(), view))
            })
            .collect::<Result<Vec<_>, _>>()
            .map_err(|error| failed(error.to_string()))?;
        safetensors::serialize(views, None).map_err(|error| failed(error.to_string()))
    }
}

fn write_all(path: &Path, files: &BTreeMap<String, Vec<u8>>) -> Result<(), ModelError> {
    let failed = |path: PathBuf| move |source| ModelError::Io { path, source };
    fs::create_dir_all(path).map_err(failed(path.to_owned()))?;
    for (name, bytes) in files {
        let file = path.join(name);
        fs::write(&file, bytes).map_err(failed(file.clone()))?;
    }
    Ok(())
}

/// SHA-256 of `bytes`, hexadecimal and lower-case.
pub fn sha256_hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    Sha256::digest(bytes).iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("writing to a string does not fail");
        hex
    })
}

macro_rules! embedded {
    ($($name:literal),* $(,)?) => {
        &[$((
            $name,
            include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/models/waspada/0.1.0/", $name)),
        )),*]
    };
}

/// The default bundle.
static EMBEDDED: &[(&str, &[u8])] = embedded![
    "manifest.json",
    "MODEL_CARD.md",
    "advice.en.toml",
    "advice.id.toml",
    "advice.ms.toml",
    "calibration.json",
    "contacts.toml",
    "lexicon.toml",
    "pay.toml",
    "places.toml",
    "policy.toml",
    "taxonomy.toml",
    "tokenizer.json",
    "weights.safetensors",
];
