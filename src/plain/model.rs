//! A label model: the folder that holds it, and what it says of a text.
//!
//! ```text
//! manifest.json         format, kind "labels", SHA-256 and size of every file, settings, data hash
//! labels.json           the labels in order, and the threshold of each
//! weights.safetensors   features and idf of words and of pieces; weights (a row a head); intercepts
//! ```
//!
//! Written once, never changed; a folder that does not fit its manifest is refused.

use std::{collections::BTreeMap, fs, io, path::Path};

use safetensors::{Dtype, SafeTensors, tensor::TensorView};
use serde::{Deserialize, Serialize};

use super::{
    PlainError, PlainSettings, Prediction,
    bags::Bagger,
    decide,
    fit::Fitted,
    rows::{Columns, Family, single},
};
use crate::model::{FileEntry, ModelError, sha256_hex};

/// The format that this build writes, and the latest it reads.
const FORMAT: u32 = 1;

/// What tells these folders from bundles.
const KIND: &str = "labels";

const MANIFEST: &str = "manifest.json";
const LABELS: &str = "labels.json";
const WEIGHTS: &str = "weights.safetensors";

/// Names of the families in the file of weights.
const FAMILIES: [&str; 2] = ["words", "pieces"];

/// What the folder is, and how it was made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Manifest {
    format: u32,
    kind: String,
    files: BTreeMap<String, FileEntry>,
    /// How features are made.
    settings: PlainSettings,
    piece_weight: f64,
    training: serde_json::Value,
}

/// A label and the probability from which on it is given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Label {
    label: String,
    threshold: f64,
}

/// A classifier of texts by labels that somebody chose.
#[derive(Debug)]
pub struct LabelModel {
    labels: Vec<String>,
    thresholds: Vec<f64>,
    columns: Columns,
    /// By head, then by column.
    weights: Vec<Vec<f32>>,
    intercepts: Vec<f32>,
    bagger: Bagger,
    settings: PlainSettings,
    training: serde_json::Value,
}

impl LabelModel {
    pub(super) fn new(
        labels: Vec<String>,
        fitted: Fitted,
        settings: &PlainSettings,
        training: serde_json::Value,
    ) -> Result<Self, PlainError> {
        let columns = fitted.columns.len();
        let heads = fitted.weights.iter();
        let model = Self {
            labels,
            thresholds: fitted.thresholds,
            weights: heads
                .clone()
                .map(|head| head[..columns].iter().map(|w| single(*w)).collect())
                .collect(),
            intercepts: heads.map(|head| single(head[columns])).collect(),
            columns: fitted.columns,
            bagger: Bagger::new(settings),
            settings: settings.clone(),
            training,
        };
        model.check()?;
        Ok(model)
    }

    /// The labels, in the order of [`Prediction::probabilities`].
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    /// How it was made: settings, what was picked, texts, hash of the data.
    pub fn training(&self) -> &serde_json::Value {
        &self.training
    }

    /// What it says of `text`: any text, an empty one too. Linear in the length of the text.
    pub fn predict(&self, text: &str) -> Prediction {
        let bags = self.bagger.bags(text);
        let mut margins: Vec<f64> = self.intercepts.iter().map(|i| f64::from(*i)).collect();
        self.columns.row(&bags, |column, value| {
            for (margin, head) in margins.iter_mut().zip(&self.weights) {
                *margin += f64::from(head[column]) * f64::from(value);
            }
        });
        let probabilities = decide::probabilities(&margins);
        let label = decide::label(&probabilities, &self.thresholds);
        Prediction { label, probabilities }
    }

    /// Whether the parts fit together.
    fn check(&self) -> Result<(), ModelError> {
        let labels = self.labels.len();
        let heads = if labels == 2 { 1 } else { labels };
        let columns = self.columns.len();
        let families = &self.columns.families;
        let fits = labels >= 2
            && self.thresholds.len() == labels
            && self.intercepts.len() == heads
            && self.weights.len() == heads
            && self.weights.iter().all(|head| head.len() == columns)
            && families.iter().all(|f| f.features.is_sorted() && f.features.len() == f.idf.len());
        if !fits {
            return Err(unusable("labels, weights and features do not fit together"));
        }
        let numbers = self.weights.iter().flatten().chain(&self.intercepts);
        if !numbers.chain(families.iter().flat_map(|f| &f.idf)).all(|number| number.is_finite()) {
            return Err(unusable("a number is not finite"));
        }
        Ok(())
    }

    /// Writes it as folder `path`, which must not exist.
    ///
    /// # Errors
    ///
    /// When it exists or cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), PlainError> {
        if path.exists() {
            return Err(ModelError::Exists { path: path.to_owned() }.into());
        }
        let mut files = BTreeMap::from([
            (LABELS.to_owned(), pretty(&self.labels_file())?),
            (WEIGHTS.to_owned(), self.weights_file()?),
        ]);
        let entry =
            |bytes: &Vec<u8>| FileEntry { bytes: bytes.len() as u64, sha256: sha256_hex(bytes) };
        let manifest = Manifest {
            format: FORMAT,
            kind: KIND.to_owned(),
            files: files.iter().map(|(name, bytes)| (name.clone(), entry(bytes))).collect(),
            settings: self.settings.clone(),
            piece_weight: self.columns.piece_weight,
            training: self.training.clone(),
        };
        files.insert(MANIFEST.to_owned(), pretty(&manifest)?);
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| ModelError::Io { path, source }
        };
        fs::create_dir_all(path).map_err(failed(path))?;
        for (name, bytes) in files {
            let file = path.join(name);
            fs::write(&file, bytes).map_err(failed(&file))?;
        }
        Ok(())
    }

    /// Reads the folder `path`.
    ///
    /// # Errors
    ///
    /// When a file is missing, changed or unreadable, the format is newer than this build, or the
    /// folder holds a bundle.
    pub fn load(path: &Path) -> Result<Self, PlainError> {
        let manifest = manifest(&read(path, MANIFEST)?)?;
        let labels: Vec<Label> = json(LABELS, &checked(path, &manifest, LABELS)?)?;
        let weights = checked(path, &manifest, WEIGHTS)?;
        let file =
            SafeTensors::deserialize(&weights).map_err(|error| unusable(&error.to_string()))?;
        let family = |name: &str| -> Result<Family, ModelError> {
            Ok(Family {
                features: numbers(
                    &file,
                    &format!("{name}.features"),
                    Dtype::U32,
                    u32::from_le_bytes,
                )?,
                idf: numbers(&file, &format!("{name}.idf"), Dtype::F32, f32::from_le_bytes)?,
            })
        };
        let families = [family(FAMILIES[0])?, family(FAMILIES[1])?];
        let columns = Columns { families, piece_weight: manifest.piece_weight };
        let weights = numbers(&file, "weights", Dtype::F32, f32::from_le_bytes)?;
        // At least 1, or `chunks` would panic; then the parts do not fit together, which is told.
        let row = columns.len().max(1);
        let model = Self {
            labels: labels.iter().map(|label| label.label.clone()).collect(),
            thresholds: labels.iter().map(|label| label.threshold).collect(),
            weights: weights.chunks(row).map(<[f32]>::to_vec).collect(),
            intercepts: numbers(&file, "intercepts", Dtype::F32, f32::from_le_bytes)?,
            columns,
            bagger: Bagger::new(&manifest.settings),
            settings: manifest.settings,
            training: manifest.training,
        };
        model.check()?;
        Ok(model)
    }

    fn labels_file(&self) -> Vec<Label> {
        let labels = self.labels.iter().cloned().zip(self.thresholds.iter().copied());
        labels.map(|(label, threshold)| Label { label, threshold }).collect()
    }

    fn weights_file(&self) -> Result<Vec<u8>, ModelError> {
        let mut tensors: Vec<(String, Dtype, Vec<usize>, Vec<u8>)> = Vec::new();
        let floats = |values: &[f32]| values.iter().flat_map(|v| v.to_le_bytes()).collect();
        for (name, family) in FAMILIES.iter().zip(&self.columns.families) {
            let shape = vec![family.features.len()];
            let features = family.features.iter().flat_map(|f| f.to_le_bytes()).collect();
            tensors.push((format!("{name}.features"), Dtype::U32, shape.clone(), features));
            tensors.push((format!("{name}.idf"), Dtype::F32, shape, floats(&family.idf)));
        }
        let shape = vec![self.weights.len(), self.columns.len()];
        tensors.push(("weights".to_owned(), Dtype::F32, shape, floats(&self.weights.concat())));
        let shape = vec![self.intercepts.len()];
        tensors.push(("intercepts".to_owned(), Dtype::F32, shape, floats(&self.intercepts)));
        let failed = |error: safetensors::SafeTensorError| unusable(&error.to_string());
        let views = tensors
            .iter()
            .map(|(name, dtype, shape, bytes)| {
                TensorView::new(*dtype, shape.clone(), bytes).map(|view| (name.as_str(), view))
            })
            .collect::<Result<Vec<_>, _>>()
            .map_err(failed)?;
        safetensors::serialize(views, None).map_err(failed)
    }
}

fn unusable(reason: &str) -> ModelError {
    ModelError::Weights { reason: reason.to_owned() }
}

fn pretty<T: Serialize>(value: &T) -> Result<Vec<u8>, ModelError> {
    let mut bytes = serde_json::to_vec_pretty(value)
        .map_err(|error| ModelError::Manifest { reason: error.to_string() })?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn json<T: for<'a> Deserialize<'a>>(file: &str, bytes: &[u8]) -> Result<T, ModelError> {
    serde_json::from_slice(bytes)
        .map_err(|error| ModelError::Domain { file: file.to_owned(), reason: error.to_string() })
}

fn read(path: &Path, name: &str) -> Result<Vec<u8>, ModelError> {
    let file = path.join(name);
    fs::read(&file).map_err(|source| match source.kind() {
        io::ErrorKind::NotFound => ModelError::MissingFile { file: name.to_owned() },
        _ => ModelError::Io { path: file, source },
    })
}

/// A file, once its hash is that of the manifest.
fn checked(path: &Path, manifest: &Manifest, name: &str) -> Result<Vec<u8>, ModelError> {
    let bytes = read(path, name)?;
    let missing = || ModelError::MissingFile { file: name.to_owned() };
    let expected = manifest.files.get(name).ok_or_else(missing)?.sha256.clone();
    let found = sha256_hex(&bytes);
    if found == expected {
        Ok(bytes)
    } else {
        Err(ModelError::WrongHash { file: name.to_owned(), expected, found })
    }
}

/// Reads kind and format first, so that a bundle or a newer manifest is told apart from a broken one.
fn manifest(bytes: &[u8]) -> Result<Manifest, PlainError> {
    #[derive(Deserialize)]
    struct Head {
        format: u32,
        #[serde(default)]
        kind: Option<String>,
    }
    let malformed = |error: serde_json::Error| ModelError::Manifest { reason: error.to_string() };
    let head: Head = serde_json::from_slice(bytes).map_err(malformed)?;
    match head.kind {
        Some(kind) if kind == KIND => {}
        kind => return Err(PlainError::Kind { found: kind.unwrap_or("bundle".to_owned()) }),
    }
    if head.format > FORMAT {
        let (found, supported) = (head.format, FORMAT);
        return Err(ModelError::FormatTooNew { found, supported }.into());
    }
    Ok(serde_json::from_slice(bytes).map_err(malformed)?)
}

fn numbers<T>(
    file: &SafeTensors<'_>,
    name: &str,
    dtype: Dtype,
    from_bytes: impl Fn([u8; 4]) -> T,
) -> Result<Vec<T>, ModelError> {
    let tensor = file.tensor(name).map_err(|error| unusable(&error.to_string()))?;
    if tensor.dtype() != dtype {
        return Err(unusable(&format!("`{name}` has another type")));
    }
    let (numbers, _) = tensor.data().as_chunks::<4>();
    Ok(numbers.iter().map(|bytes| from_bytes(*bytes)).collect())
}
