//! The output in the form that was asked for.

use super::{
    output::Output,
    shape::{Records, Shape},
};
use crate::io::parquet::RecordWriter;

/// Text is written as it comes; Parquet is whole only at its end.
pub(super) enum RecordOutput {
    Text(Output),
    /// `None` once it is in place.
    Parquet(Option<Box<RecordWriter<Output>>>),
}

impl RecordOutput {
    /// Records into `output` after its header.
    pub(super) fn begin(mut output: Output, shape: &Shape) -> anyhow::Result<Self> {
        if shape.is_parquet() {
            let writer = RecordWriter::new(output, shape.keep_input)?;
            return Ok(Self::Parquet(Some(Box::new(writer))));
        }
        output.write(&shape.header())?;
        Ok(Self::Text(output))
    }

    /// Records after those that are in `output`.
    pub(super) fn resume(output: Output) -> Self {
        Self::Text(output)
    }

    pub(super) fn write(&mut self, records: &Records) -> anyhow::Result<()> {
        match (self, records) {
            (Self::Text(output), Records::Text(text)) => output.write(text),
            (Self::Parquet(Some(writer)), Records::Columns(columns)) => Ok(writer.write(columns)?),
            _ => unreachable!("one shape makes the output and the records"),
        }
    }

    /// Hands on what waits, so that a reader of a pipe has it. Columns wait for their group.
    pub(super) fn flush(&mut self) -> anyhow::Result<()> {
        match self {
            Self::Text(output) => output.flush(),
            Self::Parquet(_) => Ok(()),
        }
    }

    /// Makes sure that all is on the disk, and gives how many bytes that are; Parquet is never gone
    /// on with and has none.
    pub(super) fn sync(&mut self) -> anyhow::Result<u64> {
        match self {
            Self::Text(output) => output.sync(),
            Self::Parquet(_) => Ok(0),
        }
    }

    /// Whether what was written stays when the run ends before its end.
    pub(super) fn keep(&mut self, is_kept: bool) {
        if let Self::Text(output) = self {
            output.keep(is_kept);
        }
    }

    /// Gives a whole file its name.
    pub(super) fn put_in_place(&mut self) -> anyhow::Result<()> {
        match self {
            Self::Text(output) => output.put_in_place(),
            Self::Parquet(writer) => {
                let Some(writer) = writer.take() else { return Ok(()) };
                let mut output = writer.finish()?;
                output.flush()?;
                output.put_in_place()
            }
        }
    }
}
