//! Parquet: posts from one column of a table, and records to nested columns.
//!
//! ```text
//! file --row groups--> batches of rows --> Result<ReadPost, ReadError>
//! records --Columns, on any thread--> RecordWriter --row groups--> file
//! ```
//!
//! Row groups are streamed both ways: memory holds a batch of rows, or one group that is being
//! written, packed. The crates behind it are there with the feature `parquet` only; without it the
//! same names say so in errors.

#[cfg(not(feature = "parquet"))]
mod disabled;
#[cfg(feature = "parquet")]
mod read;
#[cfg(feature = "parquet")]
mod schema;
#[cfg(feature = "parquet")]
mod write;

use serde::Serialize;

#[cfg(not(feature = "parquet"))]
pub(super) use self::disabled::ParquetReader;
#[cfg(not(feature = "parquet"))]
pub use self::disabled::{Columns, RecordWriter};
#[cfg(feature = "parquet")]
pub(super) use self::read::ParquetReader;
#[cfg(feature = "parquet")]
pub use self::write::{Columns, RecordWriter};
use crate::assessment::Assessment;

/// A row of the output: a record, and perhaps the other fields of the input.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct RecordRow<'a> {
    /// The record.
    #[serde(flatten)]
    pub assessment: &'a Assessment,
    /// The other fields, as JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input: Option<&'a str>,
}

/// Why records could not be written as Parquet.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ParquetWriteError {
    /// The build has no Parquet.
    #[error("this build writes no Parquet; build it with the feature `parquet`, or choose `jsonl`")]
    NotInThisBuild,
    /// The output failed.
    #[error("cannot write Parquet")]
    Write {
        /// What the writer or the operating system said.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}
