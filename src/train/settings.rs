//! What a fit can be told. Everything in here is written into the manifest.

use std::{collections::BTreeMap, fs, path::Path};

use serde::{Deserialize, Serialize};

use super::TrainError;
use crate::{
    features::FeatureSettings,
    model::ModelError,
    taxonomy::{Indicator, Strength},
};

/// Settings of a fit. The defaults are those of the released model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TrainSettings {
    /// Name of the model.
    pub name: String,
    /// Version of the fit.
    pub version: String,
    /// Seed of everything that is drawn: folds and cuts.
    pub seed: u64,
    /// Parts for held-out margins; groups are never split.
    pub folds: usize,
    /// Subwords of the tokenizer.
    pub vocabulary: usize,
    /// Posts that a feature must occur in to get a row.
    pub least_posts: usize,
    /// L2 penalty of the clause heads, on the summed loss.
    pub clause_penalty: f64,
    /// L2 penalty of the post heads, on the summed loss.
    pub post_penalty: f64,
    /// L2 penalty of the form heads, on the summed loss.
    pub form_penalty: f64,
    /// L2 penalty of the dense heads.
    pub dense_penalty: f64,
    /// Weight of a clause without evidence in a post that has the indicator elsewhere.
    pub silent_clause: f64,
    /// Weight of a clause or post that denies the indicator.
    pub denial: f64,
    /// Fragments cut from each long honest post.
    pub cuts: usize,
    /// Precision that thresholds of strong indicators aim at.
    pub strong_precision: f64,
    /// Precision that the other thresholds aim at.
    pub precision: f64,
    /// No indicator is present below this probability, whatever precision was reached there: the
    /// posts of a corpus have more indicators than those of the world.
    pub least_threshold: f64,
    /// How strongly the families of features speak.
    pub features: FeatureSettings,
}

impl Default for TrainSettings {
    fn default() -> Self {
        Self {
            name: "waspada".to_owned(),
            version: "0.1.0".to_owned(),
            seed: 20_261_124,
            folds: 5,
            vocabulary: 4000,
            least_posts: 3,
            clause_penalty: 0.3,
            post_penalty: 5.0,
            form_penalty: 5.0,
            dense_penalty: 10.0,
            silent_clause: 0.3,
            denial: 2.0,
            cuts: 1,
            strong_precision: 0.85,
            precision: 0.7,
            least_threshold: 0.3,
            features: FeatureSettings::default(),
        }
    }
}

impl TrainSettings {
    /// The precision that a head's threshold aims at; `None` is not an indicator.
    ///
    /// Lower than the 0.9 and 0.8 of the specification (5.2), which are meant for real posts: in the
    /// corpus every second post is built to be mistaken. `models/EXPERIMENTS.md` has both.
    pub fn precision_for(&self, indicator: Option<&Indicator>) -> f64 {
        match indicator.map(|indicator| indicator.strength) {
            Some(Strength::Strong) => self.strong_precision,
            _ => self.precision,
        }
    }
}

/// The domain files of a bundle, as bytes: taken over as they are.
#[derive(Clone, Debug)]
pub struct DomainFiles(BTreeMap<String, String>);

/// The files that a fit takes over from a domain folder.
const DOMAIN_FILES: [&str; 10] = [
    "MODEL_CARD.md",
    "advice.en.toml",
    "advice.id.toml",
    "advice.ms.toml",
    "contacts.toml",
    "lexicon.toml",
    "pay.toml",
    "places.toml",
    "policy.toml",
    "taxonomy.toml",
];

impl DomainFiles {
    /// Reads the domain files in folder `path`; an older bundle will do.
    ///
    /// # Errors
    ///
    /// When one is missing or unreadable.
    pub fn load(path: &Path) -> Result<Self, TrainError> {
        DOMAIN_FILES
            .iter()
            .map(|name| {
                let file = path.join(name);
                let text = fs::read_to_string(&file)
                    .map_err(|source| TrainError::Domain { path: file, source })?;
                Ok(((*name).to_owned(), text))
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// One file as text.
    ///
    /// # Errors
    ///
    /// When there is no such file.
    pub fn text(&self, name: &str) -> Result<&str, ModelError> {
        let found = self.0.get(name).map(String::as_str);
        found.ok_or_else(|| ModelError::MissingFile { file: name.to_owned() })
    }

    /// All files, by name.
    pub fn bytes(&self) -> BTreeMap<String, Vec<u8>> {
        self.0.iter().map(|(name, text)| (name.clone(), text.clone().into_bytes())).collect()
    }
}
