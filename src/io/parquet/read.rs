//! Posts from the columns of a Parquet file, a batch of rows at a time.

use std::{fmt, fs::File, path::Path};

use arrow_array::{
    Array as _, ArrayRef, LargeBinaryArray, LargeStringArray, RecordBatch, cast::AsArray as _,
};
use arrow_cast::cast;
use arrow_schema::{ArrowError, DataType, SchemaRef};
use parquet::{
    arrow::{
        ProjectionMask,
        arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder},
    },
    errors::ParquetError,
    file::metadata::{ParquetMetaData, RowGroupMetaData},
};
use serde_json::{Map, Value};

use crate::io::{
    ByteCounter, JsonKind, ReadError, ReadPost, ReaderOptions,
    compress::{FREE_BYTES, MOST_RATIO},
    read_post, utf8,
};

/// Rows that are unpacked at once: a batch of the longest posts stays within some hundred megabytes.
const BATCH_ROWS: usize = 256;

/// Reads posts from Parquet; the number of a row stands for the line.
pub(in crate::io) struct ParquetReader {
    batches: ParquetRecordBatchReader,
    options: ReaderOptions,
    counter: ByteCounter,
    /// Bytes of the file for each row: what the counter is moved by.
    bytes_per_row: f64,
    current: Option<Rows>,
    /// The row that was given last, from 1.
    row: u64,
    has_ended: bool,
}

impl fmt::Debug for ParquetReader {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("ParquetReader").field("row", &self.row).finish_non_exhaustive()
    }
}

/// A batch of rows that was unpacked, and how many of them were given.
struct Rows {
    texts: Texts,
    ids: Option<LargeStringArray>,
    /// The other fields of each row; empty when nobody asks for them.
    inputs: Vec<Map<String, Value>>,
    count: usize,
    given: usize,
}

/// Some writers, such as older ones of Spark, store texts without saying that they are text.
enum Texts {
    Text(LargeStringArray),
    Bytes(LargeBinaryArray),
}

impl ParquetReader {
    /// Opens the file at `path` and passes over its first `rows`.
    pub(in crate::io) fn open(
        path: &Path,
        options: &ReaderOptions,
        counter: &ByteCounter,
        rows: u64,
    ) -> Result<Self, ReadError> {
        let file = File::open(path).map_err(|source| ReadError::from_io(1, source))?;
        let bytes = file.metadata().map_or(0, |metadata| metadata.len());
        let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(damaged_at_end)?;
        let columns = columns_read(builder.schema(), options)?;
        refuse_bomb(builder.metadata(), bytes)?;
        let row_count = builder.metadata().file_metadata().num_rows().max(1);
        let bytes_per_row = bytes as f64 / row_count as f64;
        let mask = ProjectionMask::roots(builder.parquet_schema(), columns);
        let skipped = usize::try_from(rows).unwrap_or(usize::MAX);
        let builder = builder.with_projection(mask).with_batch_size(BATCH_ROWS);
        let batches =
            builder.with_offset(skipped).build().map_err(|error| damaged(rows, &error))?;
        count(counter, rows, bytes_per_row);
        let (options, counter) = (options.clone(), counter.clone());
        let (current, has_ended) = (None, false);
        Ok(Self { batches, options, counter, bytes_per_row, current, row: rows, has_ended })
    }

    /// The next batch that has rows.
    fn unpack(&mut self) -> Option<Result<Rows, ReadError>> {
        loop {
            let batch = match self.batches.next()? {
                Ok(batch) if batch.num_rows() == 0 => continue,
                Ok(batch) => batch,
                Err(error) => return Some(Err(damaged(self.row, &error))),
            };
            count(&self.counter, batch.num_rows() as u64, self.bytes_per_row);
            return Some(
                Rows::new(&batch, &self.options).map_err(|error| damaged(self.row, &error)),
            );
        }
    }
}

impl Iterator for ParquetReader {
    type Item = Result<ReadPost, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.has_ended {
            return None;
        }
        if self.current.as_ref().is_none_or(|rows| rows.given == rows.count) {
            match self.unpack() {
                Some(Ok(rows)) => self.current = Some(rows),
                fault => {
                    self.has_ended = true;
                    return fault.map(|fault| Err(fault.err().expect("rows were taken above")));
                }
            }
        }
        self.row += 1;
        self.current.as_mut().map(|rows| rows.next_post(self.row, &self.options))
    }
}

impl Rows {
    fn new(batch: &RecordBatch, options: &ReaderOptions) -> Result<Self, ArrowError> {
        let column = |name: &str| batch.column_by_name(name);
        let texts =
            column(&options.text_column).expect("it was looked for when the file was opened");
        let ids = column(&options.id_column).map(|ids| cast(ids, &DataType::LargeUtf8));
        let inputs = if options.keep_input { other_fields(batch, options)? } else { Vec::new() };
        Ok(Self {
            texts: Texts::new(texts)?,
            ids: ids.transpose()?.map(|ids| ids.as_string().clone()),
            inputs,
            count: batch.num_rows(),
            given: 0,
        })
    }

    fn next_post(&mut self, row: u64, options: &ReaderOptions) -> Result<ReadPost, ReadError> {
        let at = self.given;
        self.given += 1;
        let ids = self.ids.as_ref().filter(|ids| ids.is_valid(at));
        let id = ids.map(|ids| ids.value(at).to_owned());
        let input = self.inputs.get_mut(at).map(std::mem::take).unwrap_or_default();
        let Some(text) = self.texts.get(at) else {
            let field = options.text_column.clone();
            return Err(ReadError::WrongType { line: row, field, found: JsonKind::Null });
        };
        read_post(row, id, utf8(row, text)?.to_owned(), input)
    }
}

impl Texts {
    fn new(column: &ArrayRef) -> Result<Self, ArrowError> {
        Ok(match column.data_type() {
            DataType::Binary | DataType::LargeBinary | DataType::BinaryView => {
                Self::Bytes(cast(column, &DataType::LargeBinary)?.as_binary().clone())
            }
            _ => Self::Text(cast(column, &DataType::LargeUtf8)?.as_string().clone()),
        })
    }

    /// The bytes of a text, or nothing for null.
    fn get(&self, at: usize) -> Option<&[u8]> {
        match self {
            Self::Text(texts) => texts.is_valid(at).then(|| texts.value(at).as_bytes()),
            Self::Bytes(bytes) => bytes.is_valid(at).then(|| bytes.value(at)),
        }
    }
}

/// The columns to unpack, by their place: text and id, and all with `--keep-input`.
fn columns_read(schema: &SchemaRef, options: &ReaderOptions) -> Result<Vec<usize>, ReadError> {
    let columns = || schema.fields().iter().map(|field| field.name().clone()).collect();
    let text = options.text_column.as_str();
    let Some((_, field)) = schema.column_with_name(text) else {
        return Err(ReadError::NoColumn { column: text.to_owned(), columns: columns() });
    };
    let mistyped = |column: &str, found: &DataType, wanted| ReadError::ColumnType {
        column: column.to_owned(),
        found: found.to_string(),
        wanted,
        columns: columns(),
    };
    if !is_text(field.data_type()) {
        return Err(mistyped(text, field.data_type(), "text"));
    }
    let id = options.id_column.as_str();
    if let Some((_, field)) = schema.column_with_name(id)
        && !is_text(field.data_type())
        && !field.data_type().is_integer()
    {
        return Err(mistyped(id, field.data_type(), "text or whole numbers"));
    }
    let is_read = |name: &str| options.keep_input || name == text || name == id;
    let fields = schema.fields().iter().enumerate();
    Ok(fields.filter(|(_, field)| is_read(field.name())).map(|(at, _)| at).collect())
}

fn is_text(kind: &DataType) -> bool {
    match kind {
        DataType::Utf8
        | DataType::LargeUtf8
        | DataType::Utf8View
        | DataType::Binary
        | DataType::LargeBinary
        | DataType::BinaryView => true,
        DataType::Dictionary(_, values) => is_text(values),
        _ => false,
    }
}

/// The fields of each row that are neither text nor id; a null is left out.
fn other_fields(
    batch: &RecordBatch,
    options: &ReaderOptions,
) -> Result<Vec<Map<String, Value>>, ArrowError> {
    let schema = batch.schema();
    let is_other = |name: &str| name != options.text_column && name != options.id_column;
    let fields = schema.fields().iter().enumerate();
    let others: Vec<usize> =
        fields.filter(|(_, field)| is_other(field.name())).map(|(at, _)| at).collect();
    if others.is_empty() {
        return Ok(vec![Map::new(); batch.num_rows()]);
    }
    let mut writer = arrow_json::ArrayWriter::new(Vec::new());
    writer.write(&batch.project(&others)?)?;
    writer.finish()?;
    serde_json::from_slice(&writer.into_inner())
        .map_err(|error| ArrowError::JsonError(error.to_string()))
}

/// Refuses a file whose own index says that it unpacks without measure.
fn refuse_bomb(metadata: &ParquetMetaData, bytes: u64) -> Result<(), ReadError> {
    let unpacked: i64 = metadata.row_groups().iter().map(RowGroupMetaData::total_byte_size).sum();
    let most = FREE_BYTES.max(bytes.saturating_mul(MOST_RATIO));
    if u64::try_from(unpacked).unwrap_or(u64::MAX) > most {
        return Err(ReadError::TooDense { line: 1 });
    }
    Ok(())
}

fn count(counter: &ByteCounter, rows: u64, bytes_per_row: f64) {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it moves a bar")]
    counter.add((rows as f64 * bytes_per_row) as u64);
}

/// The index stands at the end, so a file that is cut short has none.
#[expect(clippy::needless_pass_by_value, reason = "as `map_err` gives it")]
fn damaged_at_end(error: ParquetError) -> ReadError {
    ReadError::NotParquet { reason: error.to_string() }
}

fn damaged(rows: u64, error: &dyn std::error::Error) -> ReadError {
    ReadError::DamagedParquet { line: rows + 1, reason: error.to_string() }
}
