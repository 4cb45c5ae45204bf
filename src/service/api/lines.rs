//! A body cut into batches of whole lines, without ever holding more than a batch and one line.

use axum::body::BodyDataStream;
use bytes::{Buf as _, Bytes, BytesMut};
use futures_util::{FutureExt as _, StreamExt as _};
use memchr::{memchr, memchr_iter, memrchr};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::service::limits::{MAX_BODY_BYTES, STREAM_BATCH_BYTES, STREAM_IDLE_TIME};

/// What comes next of a body.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Batch {
    /// Whole lines.
    Lines {
        /// The number of the first.
        first: u64,
        bytes: Bytes,
    },
    /// A line that was passed over without being held.
    TooLong { line: u64 },
    /// The last: `line` and those after it were not read.
    End { line: u64, why: End },
}

/// Why the rest of a body is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The service stops.
    Stopping,
    /// Nothing came for a long time.
    Silent,
    /// The connection broke off, or the compression is damaged.
    Broken,
}

/// Cuts a body into batches.
pub(super) struct Batches {
    /// None when the body has ended.
    body: Option<BodyDataStream>,
    stopping: CancellationToken,
    buffer: BytesMut,
    /// The number of the line that the buffer begins with.
    line: u64,
    /// Whether that line is too long, and its beginning thrown away.
    is_passing_over: bool,
    /// Why nothing more is read, once that is so.
    cut_off: Option<End>,
}

impl Batches {
    pub(super) fn new(body: BodyDataStream, stopping: CancellationToken) -> Self {
        Self {
            body: Some(body),
            stopping,
            buffer: BytesMut::new(),
            line: 1,
            is_passing_over: false,
            cut_off: None,
        }
    }

    /// The next batch. Nothing comes after the end of the body, or after [`Batch::End`].
    pub(super) async fn next(&mut self) -> Option<Batch> {
        loop {
            if let Some(batch) = self.cut() {
                return Some(batch);
            }
            if let Some(why) = self.cut_off.take() {
                self.body = None;
                self.buffer.clear();
                self.is_passing_over = false;
                return Some(Batch::End { line: self.line, why });
            }
            if self.body.is_none() {
                return self.rest();
            }
            // What came before is answered first.
            self.cut_off = self.fill().await.err();
        }
    }

    /// Whole lines of the buffer, if there are any.
    fn cut(&mut self) -> Option<Batch> {
        if self.is_passing_over {
            return self.cut_long_line();
        }
        let window = self.buffer.len().min(STREAM_BATCH_BYTES);
        let last = memrchr(b'\n', &self.buffer[..window]);
        let Some(end) = last.or_else(|| memchr(b'\n', &self.buffer)) else {
            self.is_passing_over = self.buffer.len() > MAX_BODY_BYTES;
            return if self.is_passing_over { self.cut_long_line() } else { None };
        };
        let bytes = self.buffer.split_to(end + 1).freeze();
        let first = self.line;
        self.line += memchr_iter(b'\n', &bytes).count() as u64;
        Some(Batch::Lines { first, bytes })
    }

    fn cut_long_line(&mut self) -> Option<Batch> {
        let Some(end) = memchr(b'\n', &self.buffer) else {
            self.buffer.clear();
            return None;
        };
        self.buffer.advance(end + 1);
        Some(self.passed_over())
    }

    fn passed_over(&mut self) -> Batch {
        self.is_passing_over = false;
        self.line += 1;
        Batch::TooLong { line: self.line - 1 }
    }

    /// What stands after the last line break.
    fn rest(&mut self) -> Option<Batch> {
        if self.is_passing_over {
            return Some(self.passed_over());
        }
        let bytes = self.buffer.split().freeze();
        (!bytes.is_empty()).then_some(Batch::Lines { first: self.line, bytes })
    }

    /// Waits for more of the body, and takes what more of it is there already, up to a batch.
    async fn fill(&mut self) -> Result<(), End> {
        let Some(body) = &mut self.body else { return Ok(()) };
        let mut frame = tokio::select! {
            biased;
            () = self.stopping.cancelled() => return Err(End::Stopping),
            frame = timeout(STREAM_IDLE_TIME, body.next()) => frame.map_err(|_| End::Silent)?,
        };
        loop {
            match frame {
                Some(Ok(bytes)) => self.buffer.extend_from_slice(&bytes),
                Some(Err(_)) => return Err(End::Broken),
                None => {
                    self.body = None;
                    return Ok(());
                }
            }
            if self.buffer.len() >= STREAM_BATCH_BYTES {
                return Ok(());
            }
            match body.next().now_or_never() {
                Some(ready) => frame = ready,
                None => return Ok(()),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use axum::body::Body;
    use futures_util::stream;

    use super::*;

    /// The batches of a body that comes in `frames`; `None` is a break.
    async fn batches(frames: Vec<Option<Vec<u8>>>) -> Vec<Batch> {
        let frames =
            frames.into_iter().map(|frame| frame.map(Bytes::from).ok_or(io::ErrorKind::BrokenPipe));
        let body =
            Body::from_stream(stream::iter(frames).map(|frame| frame.map_err(io::Error::from)));
        let mut batches = Batches::new(body.into_data_stream(), CancellationToken::new());
        let mut found = Vec::new();
        while let Some(batch) = batches.next().await {
            found.push(batch);
        }
        found
    }

    fn lines(first: u64, bytes: &'static [u8]) -> Batch {
        Batch::Lines { first, bytes: Bytes::from_static(bytes) }
    }

    #[tokio::test]
    async fn lines_are_whole_wherever_the_body_is_cut() {
        let frames = [&b"a\nb"[..], b"b\n", b"c"].map(|frame| Some(frame.to_vec()));
        let all = batches(frames.to_vec()).await;
        let joined: Vec<u8> = all
            .iter()
            .flat_map(|batch| match batch {
                Batch::Lines { bytes, .. } => bytes.to_vec(),
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(joined, b"a\nbb\nc");
        assert_eq!(all.last(), Some(&lines(3, b"c")));
    }

    #[tokio::test]
    async fn a_line_that_is_too_long_is_passed_over_and_the_next_is_read() {
        let long = Some(vec![b'x'; MAX_BODY_BYTES / 2 + 1]);
        let frames = vec![Some(b"a\n".to_vec()), long.clone(), long, Some(b"xx\nb\n".to_vec())];
        let expected = [lines(1, b"a\n"), Batch::TooLong { line: 2 }, lines(3, b"b\n")];
        assert_eq!(batches(frames).await, expected);
    }

    #[tokio::test]
    async fn a_body_that_breaks_off_says_from_where_on() {
        let expected = [lines(1, b"a\n"), Batch::End { line: 2, why: End::Broken }];
        assert_eq!(batches(vec![Some(b"a\nb".to_vec()), None]).await, expected);
    }

    #[tokio::test]
    async fn a_service_that_stops_answers_what_it_has_read() {
        let stopping = CancellationToken::new();
        let mut batches = Batches::new(Body::from("a\nb\n").into_data_stream(), stopping.clone());
        assert_eq!(batches.next().await, Some(lines(1, b"a\nb\n")));
        stopping.cancel();
        batches.body = Some(Body::from("c\n").into_data_stream());
        assert_eq!(batches.next().await, Some(Batch::End { line: 3, why: End::Stopping }));
        assert_eq!(batches.next().await, None);
    }
}
