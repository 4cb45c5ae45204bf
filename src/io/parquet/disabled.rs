//! A build without the feature `parquet`: the same names, and errors that say so.

use std::{convert::Infallible, io::Write, path::Path};

use super::{ParquetWriteError, RecordRow};
use crate::io::{ByteCounter, ReadError, ReadPost, ReaderOptions};

/// Reads nothing.
#[derive(Debug)]
pub(in crate::io) struct ParquetReader(Infallible);

impl ParquetReader {
    pub(in crate::io) fn open(
        _: &Path,
        _: &ReaderOptions,
        _: &ByteCounter,
        _: u64,
    ) -> Result<Self, ReadError> {
        Err(ReadError::NoParquet)
    }
}

impl Iterator for ParquetReader {
    type Item = Result<ReadPost, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.0 {}
    }
}

/// No columns.
#[derive(Debug)]
pub struct Columns(());

impl Columns {
    /// Nothing: there is no writer that takes it.
    pub fn of(_: &[RecordRow<'_>], _: bool) -> Self {
        Self(())
    }
}

/// Writes nothing.
#[derive(Debug)]
pub struct RecordWriter<W>(Infallible, W);

impl<W: Write + Send> RecordWriter<W> {
    /// Always fails.
    ///
    /// # Errors
    ///
    /// [`ParquetWriteError::NotInThisBuild`].
    pub fn new(_: W, _: bool) -> Result<Self, ParquetWriteError> {
        Err(ParquetWriteError::NotInThisBuild)
    }

    /// Never called.
    ///
    /// # Errors
    ///
    /// None.
    pub fn write(&mut self, _: &Columns) -> Result<(), ParquetWriteError> {
        match self.0 {}
    }

    /// Never called.
    ///
    /// # Errors
    ///
    /// None.
    pub fn finish(self) -> Result<W, ParquetWriteError> {
        match self.0 {}
    }
}
