//! Records to nested columns, and columns to row groups.

use std::{fmt, io::Write};

use arrow_array::RecordBatch;
use arrow_json::ReaderBuilder;
use parquet::{
    arrow::ArrowWriter,
    basic::{Compression, ZstdLevel},
    file::properties::WriterProperties,
};

use super::{ParquetWriteError, RecordRow, schema::schema};

/// Rows of a group. Some twenty megabytes wait for their group to be full, and a reader can still
/// pass over most of a large file.
const GROUP_ROWS: usize = 1 << 16;

/// Records as columns, ready to be written.
#[derive(Debug)]
pub struct Columns(Option<RecordBatch>);

impl Columns {
    /// The columns of `records`, in their order. `keeps_input` says whether there is a column for
    /// the other fields of the input; then every record must have them.
    pub fn of(records: &[RecordRow<'_>], keeps_input: bool) -> Self {
        let mut decoder = ReaderBuilder::new(schema(keeps_input))
            .build_decoder()
            .expect("the schema has no type that the decoder lacks");
        decoder.serialize(records).expect("a record has text keys and no failing part");
        Self(
            decoder
                .flush()
                .expect("the schema has the fields of a record; a test holds them together"),
        )
    }
}

/// Writes records as Parquet, packed with zstd.
pub struct RecordWriter<W: Write + Send>(ArrowWriter<W>);

impl<W: Write + Send> fmt::Debug for RecordWriter<W> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("RecordWriter").finish_non_exhaustive()
    }
}

impl<W: Write + Send> RecordWriter<W> {
    /// Begins a file. Without records it has its columns and no rows.
    ///
    /// # Errors
    ///
    /// When `output` fails.
    pub fn new(output: W, keeps_input: bool) -> Result<Self, ParquetWriteError> {
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_max_row_group_row_count(Some(GROUP_ROWS))
            .build();
        let writer = ArrowWriter::try_new(output, schema(keeps_input), Some(properties));
        writer.map(Self).map_err(failed)
    }

    /// Adds rows. A full group goes to the output.
    ///
    /// # Errors
    ///
    /// When the output fails.
    pub fn write(&mut self, columns: &Columns) -> Result<(), ParquetWriteError> {
        columns.0.as_ref().map_or(Ok(()), |batch| self.0.write(batch)).map_err(failed)
    }

    /// Writes the last group and the index at the end, without which the file is nothing.
    ///
    /// # Errors
    ///
    /// When the output fails.
    pub fn finish(self) -> Result<W, ParquetWriteError> {
        self.0.into_inner().map_err(failed)
    }
}

fn failed(error: parquet::errors::ParquetError) -> ParquetWriteError {
    ParquetWriteError::Write { source: Box::new(error) }
}
