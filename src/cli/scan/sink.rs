//! Where batches end, in the order of the input.

use std::ops::ControlFlow;

use super::{
    Ending, OnError,
    batches::{BadLine, Place},
    checkpoint::{Keeper, Progress},
    faults::Faults,
    records::RecordOutput,
    shape::Records,
};
use crate::{
    cli::progress::Report,
    io::{Source, SourceError},
    policy::Level,
};

/// What is left of a batch once its posts are assessed.
pub(super) struct AssessedBatch {
    /// Index of the input.
    pub(super) source: usize,
    /// The records, as they are written.
    pub(super) records: Records,
    pub(super) rows: Vec<Row>,
    pub(super) unopened: Option<SourceError>,
    /// Stored bytes that were read up to here.
    pub(super) bytes: u64,
    /// Where the next batch begins.
    pub(super) end: Place,
}

/// What became of a row.
pub(super) enum Row {
    Assessed(AssessedPost),
    /// Not in the sample.
    PassedOver,
    Bad(BadLine),
}

/// What is left of a post once it is assessed and shaped.
pub(in crate::cli) struct AssessedPost {
    pub(in crate::cli) line: u64,
    /// `None` where the input gave none.
    pub(in crate::cli) id: Option<String>,
    pub(in crate::cli) level: Level,
    pub(in crate::cli) notices: Vec<String>,
    /// Whether it has a record.
    pub(in crate::cli) is_written: bool,
}

/// Writes and counts.
pub(super) struct Sink<'a> {
    pub(super) sources: &'a [Source],
    pub(super) output: RecordOutput,
    pub(super) faults: Option<Faults>,
    pub(super) report: Report,
    pub(super) on_error: OnError,
    pub(super) keeper: Option<Keeper>,
    pub(super) is_stopped: bool,
}

impl Sink<'_> {
    pub(super) fn take(&mut self, batch: AssessedBatch) -> anyhow::Result<ControlFlow<()>> {
        let source = &self.sources[batch.source];
        let rows = batch.rows.len() as u64;
        self.output.write(&batch.records)?;
        for row in batch.rows {
            match row {
                Row::Assessed(post) => self.report.post(source, &post),
                Row::PassedOver => self.report.passed_over(),
                Row::Bad(bad) => {
                    if let Some(faults) = &mut self.faults {
                        faults.bad_line(source, &bad)?;
                    }
                    self.report.bad_line(source, bad.error);
                    self.stop_if_asked();
                }
            }
        }
        if let Some(error) = batch.unopened {
            if let Some(faults) = &mut self.faults {
                faults.unopened(source, &error)?;
            }
            self.report.unopened(error);
            self.stop_if_asked();
        }
        if self.is_stopped {
            return Ok(ControlFlow::Break(()));
        }
        self.output.flush()?;
        self.report.advance(batch.bytes);
        self.keep_place(rows, batch.end)?;
        Ok(ControlFlow::Continue(()))
    }

    fn stop_if_asked(&mut self) {
        self.is_stopped |= self.on_error == OnError::Stop;
    }

    /// Leaves a place to go on from, when enough rows were written since the last one.
    fn keep_place(&mut self, rows: u64, next: Place) -> anyhow::Result<()> {
        let Some(keeper) = &mut self.keeper else { return Ok(()) };
        if !keeper.is_due(rows) {
            return Ok(());
        }
        let output_bytes = self.output.sync()?;
        let errors_bytes = self.faults.as_mut().map_or(Ok(0), Faults::sync)?;
        let counts = self.report.counts().clone();
        keeper.save(Progress { next, output_bytes, errors_bytes, counts })?;
        self.output.keep(true);
        Ok(())
    }

    /// Puts the output in place, unless the scan was stopped: then it is as it was.
    pub(super) fn finish(&mut self) -> anyhow::Result<()> {
        self.output.sync()?;
        if let Some(faults) = &mut self.faults {
            faults.sync()?;
        }
        // Before the output goes, so that no place is left for records that are no longer there.
        if let Some(keeper) = &mut self.keeper {
            keeper.forget()?;
        }
        if self.is_stopped {
            self.output.keep(false);
            return Ok(());
        }
        self.output.put_in_place()
    }

    /// How the scan ended.
    pub(super) fn ending(&self) -> Ending {
        if self.report.has_unreadable() {
            Ending::Unreadable
        } else if self.is_stopped {
            Ending::Stopped
        } else {
            Ending::Done
        }
    }

    /// An error that broke the scan off, with what can be done.
    pub(super) fn with_advice(&self, error: anyhow::Error) -> anyhow::Error {
        let Some(keeper) = self.keeper.as_ref().filter(|keeper| keeper.has_place()) else {
            return error;
        };
        let path = keeper.path().display();
        error.context(format!("the scan broke off; `--resume` goes on from the place in `{path}`"))
    }
}
