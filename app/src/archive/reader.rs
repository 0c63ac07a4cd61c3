//! Reads a range of an archive, as fast as the client takes it.
//!
//! At any time one file is open, and near its end the next one, too. Memory does not depend on the sizes of the files.

use super::{
    arranged::Source,
    guard::{ArchiveError, Guard},
};
use crate::{
    Error,
    visitor::{Grant, Visit, VisitError},
};
use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    AssetId,
    archive::{Cursor, Layout, Piece},
};
use futures::{
    Stream, StreamExt,
    future::OptionFuture,
    stream::{self, BoxStream},
};
use std::{collections::BTreeSet, ops::Range, sync::Arc};
use storage::{Body, StorageError};
use tokio::task::{JoinHandle, JoinSet};

/// The next file is opened when this many bytes of the one before it are left.
const READ_AHEAD: u64 = 1024 * 1024;

/// How old the decision about a file may be when its first byte is sent. A client that takes its time makes it older.
const DECISION_LASTS: TimeDelta = TimeDelta::seconds(5);

/// Files up to this size are sent together with their headers.
const TOGETHER: usize = 64 * 1024;

/// Reads a range of an archive.
pub struct ArchiveReader {
    layout: Arc<Layout>,
    sources: Arc<[Source]>,
    guard: Arc<Guard>,
    cursor: Cursor,
    next: Next,
    current: Option<Current>,
    /// How many bytes are still to be sent.
    left: u64,
    /// Counts the download of each asset meanwhile. If the reader is dropped, the counting goes on.
    counting: Option<JoinHandle<()>>,
}

/// The next piece of the archive.
enum Next {
    /// It was not asked for yet.
    Unasked,
    /// It is being opened; ends with the reader.
    Opening(MemberPart, JoinSet<Result<Opened, ArchiveError>>),
    /// It is at hand, and needs no decision.
    Ready(Opened),
}

/// A part of a member, and when it was decided about.
#[derive(Clone)]
struct MemberPart {
    source: Source,
    header: Bytes,
    data: Range<u64>,
    decided_at: DateTime<Utc>,
}

/// A piece that is at hand: its first bytes, and a part of a file.
struct Opened {
    head: Bytes,
    file: Option<Current>,
}

/// A part of a file, and how much of it is left.
struct Current {
    pieces: BoxStream<'static, Result<Bytes, StorageError>>,
    left: u64,
}

impl ArchiveReader {
    pub(super) fn new(layout: Arc<Layout>, sources: Arc<[Source]>, guard: Guard, range: Range<u64>) -> Self {
        let left = range.end - range.start;
        let cursor = layout.cursor(range);
        let (guard, next) = (Arc::new(guard), Next::Unasked);
        Self { layout, sources, guard, cursor, next, current: None, left, counting: None }
    }

    /// Opens the first file of the range, before anything is counted or sent.
    pub async fn begin(&mut self) -> Result<(), ArchiveError> {
        if let Some(opened) = self.take_next().await? {
            self.next = Next::Ready(opened);
        }
        Ok(())
    }

    /// Counts the download, as that of a file is counted, and returns the grant that says so. With it the download goes
    /// on when it was the last that the link allowed.
    ///
    /// That of the link is counted now. To count that of thousands of assets takes long, and goes on while they are sent.
    pub async fn count(&mut self, visit: &Visit<'_>, from_first_byte: bool) -> Result<Option<Grant>, VisitError> {
        let grant = visit.count_archive(&self.guard.request, from_first_byte).await?;
        if let Some(grant) = &grant {
            Arc::make_mut(&mut self.guard).visitor.counted = Some(grant.text.clone());
            self.counting = Some(tokio::spawn(count(Arc::clone(&self.guard), Arc::clone(&self.sources))));
        }
        Ok(grant)
    }

    /// The bytes of the range. They end with an error where a file may not be sent any more.
    pub fn into_stream(self) -> impl Stream<Item = Result<Bytes, ArchiveError>> + Send + 'static {
        stream::try_unfold(self, |mut reader| async move {
            let Some(piece) = reader.piece().await? else { return Ok(None) };
            reader.left = reader.left.saturating_sub(piece.len() as u64);
            if reader.left == 0 {
                reader.end_counting().await;
            }
            Ok(Some((piece, reader)))
        })
    }

    /// Waits until the download is counted for each asset.
    async fn end_counting(&mut self) {
        if let Some(Err(error)) = OptionFuture::from(self.counting.take()).await {
            tracing::error!(%error, "the downloads of the assets of an archive are not counted");
        }
    }

    /// The next bytes; none at the end.
    async fn piece(&mut self) -> Result<Option<Bytes>, ArchiveError> {
        loop {
            if let Some(current) = &mut self.current {
                let piece = current.pieces.next().await.ok_or(StorageError::Missing)??;
                current.left = current.left.checked_sub(piece.len() as u64).ok_or(ArchiveError::Changed)?;
                self.look_ahead();
                return Ok(Some(piece));
            }
            let Some(Opened { head, file }) = self.take_next().await? else { return Ok(None) };
            self.current = file;
            self.look_ahead();
            if !head.is_empty() {
                return Ok(Some(head));
            }
        }
    }

    /// Asks for the next piece when little of the current file is left.
    fn look_ahead(&mut self) {
        let left = self.current.as_ref().map_or(0, |current| current.left);
        if left == 0 {
            self.current = None;
        }
        if left <= READ_AHEAD && matches!(self.next, Next::Unasked) {
            self.ask_next();
        }
    }

    fn ask_next(&mut self) {
        match self.cursor.next(&self.layout) {
            None => {}
            Some(Piece::Directory(bytes)) => self.next = Next::Ready(Opened { head: bytes.into(), file: None }),
            Some(Piece::Member { index, header, data }) => {
                let part = MemberPart {
                    source: self.sources[index],
                    header: header.into(),
                    data,
                    decided_at: self.guard.now(),
                };
                let (guard, opened) = (Arc::clone(&self.guard), part.clone());
                let mut opening = JoinSet::new();
                opening.spawn(async move { open(&guard, opened).await });
                self.next = Next::Opening(part, opening);
            }
        }
    }

    async fn take_next(&mut self) -> Result<Option<Opened>, ArchiveError> {
        if matches!(self.next, Next::Unasked) {
            self.ask_next();
        }
        match std::mem::replace(&mut self.next, Next::Unasked) {
            Next::Unasked => Ok(None),
            Next::Ready(opened) => Ok(Some(opened)),
            Next::Opening(part, _) if self.guard.now() - part.decided_at > DECISION_LASTS => {
                open(&self.guard, part).await.map(Some)
            }
            Next::Opening(_, mut opening) => match opening.join_next().await {
                Some(Ok(opened)) => opened.map(Some),
                Some(Err(error)) => Err(VisitError::from(Error::internal(error)).into()),
                None => Ok(None),
            },
        }
    }
}

/// Counts a download of each asset. The visitor gets the archive in any case.
async fn count(guard: Arc<Guard>, sources: Arc<[Source]>) {
    let assets: BTreeSet<AssetId> = sources.iter().map(|source| source.asset).collect();
    if let Err(error) = guard.count(assets.into_iter().collect()).await {
        tracing::warn!(%error, "the downloads of the assets of an archive are not counted");
    }
}

/// Opens a part of a file, which comes after a part of its header.
async fn open(guard: &Guard, part: MemberPart) -> Result<Opened, ArchiveError> {
    let MemberPart { source, header, data, decided_at: _ } = part;
    let left = data.end - data.start;
    let body = guard.open(source, data).await?;
    match body {
        Body::Whole(bytes) if bytes.len() as u64 != left => Err(ArchiveError::Changed),
        Body::Whole(bytes) if bytes.len() <= TOGETHER => {
            let head = if header.is_empty() { bytes } else { [&header[..], &bytes].concat().into() };
            Ok(Opened { head, file: None })
        }
        body => Ok(Opened { head: header, file: Some(Current { pieces: body.into_stream(), left }) }),
    }
}
