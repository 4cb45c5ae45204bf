//! What a worker does with a batch: assess, shape, and keep what the report counts.

use std::sync::Arc;

use super::{
    batches::{BadLine, Batch},
    repeats::Repeats,
    sample::Sample,
    shape::{Shape, Unwritten},
    sink::{AssessedBatch, AssessedPost, Row},
};
use crate::{assessment::Assessment, io::ReadPost, post::Post};

/// What is done to every post.
pub(super) struct Work<'a, F> {
    pub(super) assess: F,
    pub(super) shape: &'a Shape,
    /// `None` assesses every text anew.
    pub(super) repeats: Option<Repeats>,
    pub(super) sample: Option<Sample>,
    /// Whether a bad line ends the scan; then nothing after it is looked at.
    pub(super) stops: bool,
}

impl<F: Fn(&Post) -> Assessment + Sync> Work<'_, F> {
    pub(super) fn on(&self, batch: Batch) -> AssessedBatch {
        let mut records = self.shape.records();
        let mut rows = Vec::with_capacity(batch.rows.len());
        for row in batch.rows {
            let is_last = self.stops && row.is_err();
            rows.push(self.row(row, &mut records));
            if is_last {
                break;
            }
        }
        let Batch { source, unopened, bytes, end, .. } = batch;
        let records = records.finish(self.shape);
        AssessedBatch { source, records, rows, unopened, bytes, end }
    }

    fn row(&self, row: Result<ReadPost, BadLine>, records: &mut Unwritten) -> Row {
        let read = match row {
            Ok(read) => read,
            Err(bad) => return Row::Bad(bad),
        };
        if self.sample.is_some_and(|sample| !sample.has(&read)) {
            return Row::PassedOver;
        }
        let assessment = self.assess(&read.post);
        let is_written = self.shape.passes(assessment.level);
        if is_written {
            records.push(self.shape, &assessment, read.input);
        }
        Row::Assessed(AssessedPost {
            line: read.line,
            id: read.has_id.then(|| assessment.id.clone()),
            level: assessment.level,
            notices: assessment.notices.clone(),
            is_written,
        })
    }

    fn assess(&self, post: &Post) -> Arc<Assessment> {
        match &self.repeats {
            Some(repeats) => repeats.assess(post, &self.assess),
            None => Arc::new((self.assess)(post)),
        }
    }
}
