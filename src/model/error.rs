//! What can be wrong with a bundle, and what to do about it.

use std::{io, path::PathBuf};

/// Why a bundle could not be loaded or used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// A file could not be read or written.
    #[error("cannot access `{}`", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The manifest is not one.
    #[error("`manifest.json` is no manifest: {reason}; copy the bundle again")]
    Manifest {
        /// What the parser said.
        reason: String,
    },
    /// The bundle was written by a later release.
    #[error(
        "the bundle has format {found}, this build reads up to {supported}; \
         upgrade, or train a bundle with this build"
    )]
    FormatTooNew {
        /// The version in the manifest.
        found: u32,
        /// The latest that this build reads.
        supported: u32,
    },
    /// A file that the manifest names is not there.
    #[error("the bundle lacks `{file}`; copy it again")]
    MissingFile {
        /// Its name.
        file: String,
    },
    /// A file is not what was written.
    #[error(
        "`{file}` was changed or damaged: SHA-256 is {found}, the manifest says {expected}; \
         copy the bundle again, or train one"
    )]
    WrongHash {
        /// Its name.
        file: String,
        /// What the manifest says.
        expected: String,
        /// What it is.
        found: String,
    },
    /// The weights do not fit together.
    #[error("the weights cannot be used: {reason}; train the bundle again")]
    Weights {
        /// What does not fit.
        reason: String,
    },
    /// A head has no usable calibration.
    #[error("`calibration.json` has no usable entry for `{head}`; train the bundle again")]
    Calibration {
        /// The head.
        head: String,
    },
    /// A domain file is not what it should be.
    #[error(
        "`{file}` cannot be read: {reason}; correct the file, or take the one that came with the bundle"
    )]
    Domain {
        /// Its name.
        file: String,
        /// What its parser said.
        reason: String,
    },
    /// There is a bundle of that version already, and bundles are never changed.
    #[error("`{}` exists and a bundle is written once; choose another version or directory", path.display())]
    Exists {
        /// The directory.
        path: PathBuf,
    },
}
