//! Copies all blobs from one place to another.
//!
//! A copy can be stopped and begun again at any time: a blob is visible only when it is complete, and never changes. A blob
//! that cannot be read or arrives broken is listed at the end; where a place is away, the copy ends.

use anyhow::Context;
use futures::{StreamExt, TryStreamExt, stream};
use indicatif::{ProgressBar, ProgressStyle};
use std::collections::HashMap;
use storage::{Area, Blob, CopyError, Storage};

/// How many blobs are copied at a time.
const AT_A_TIME: usize = 4;

/// What a copy did.
#[derive(Debug, Default)]
pub struct Report {
    /// Blobs that were copied.
    pub copied: usize,
    /// How many bytes they have.
    pub bytes: u64,
    /// Blobs that were there already.
    pub skipped: usize,
    /// The keys of blobs that could not be copied, and why.
    pub failed: Vec<(String, String)>,
}

/// Copies all blobs, and the note whose they are. The report tells what was done also when this fails.
pub async fn run(from: &Storage, to: &Storage, report: &mut Report) -> anyhow::Result<()> {
    from.check().await.context("the place to copy from")?;
    to.check().await.context("the place to copy to")?;
    copy_owner(from, to).await?;
    let wanted = missing(from, to, report).await?;
    let style = ProgressStyle::with_template("{bar:30} {bytes}/{total_bytes} {eta} {wide_msg}")?;
    let progress = ProgressBar::new(wanted.iter().map(|(_, size)| size).sum()).with_style(style);
    let copy = async |(blob, size): (Blob, u64)| (blob, size, to.copy_from(from, blob, size).await);
    let mut copies = std::pin::pin!(stream::iter(wanted).map(copy).buffer_unordered(AT_A_TIME));
    while let Some((blob, size, copied)) = copies.next().await {
        match copied {
            Ok(()) => {
                report.copied += 1;
                report.bytes += size;
            }
            // The server goes on beside the copy.
            Err(CopyError::Gone) => {}
            Err(CopyError::Storage(error)) if error.is_outage() => {
                progress.finish_and_clear();
                return Err(error).context("the copy has ended early; run it again to go on");
            }
            Err(error) => report.failed.push((blob.key(), error.to_string())),
        }
        progress.set_message(blob.key());
        progress.inc(size);
    }
    progress.finish_and_clear();
    Ok(())
}

/// Garbage collection deletes nothing in a storage that belongs to another database.
async fn copy_owner(from: &Storage, to: &Storage) -> anyhow::Result<()> {
    let Some(owner) = from.owner().await? else { return Ok(()) };
    let owner = String::from_utf8(owner.to_vec()).context("the file `installation` is not text")?;
    anyhow::ensure!(
        to.keep_owner(owner.clone()).await? == owner.as_bytes(),
        "the place to copy to belongs to another database; choose another folder, bucket or prefix"
    );
    Ok(())
}

/// The blobs that are not at the other place yet, or with another size.
async fn missing(from: &Storage, to: &Storage, report: &mut Report) -> anyhow::Result<Vec<(Blob, u64)>> {
    let mut wanted = Vec::new();
    for area in Area::ALL {
        let there: HashMap<String, u64> =
            to.blobs(area).map_ok(|(blob, size)| (blob.key(), size)).try_collect().await?;
        let mut blobs = from.blobs(area);
        while let Some((blob, size)) = blobs.try_next().await? {
            if there.get(&blob.key()) == Some(&size) {
                report.skipped += 1;
            } else {
                wanted.push((blob, size));
            }
        }
    }
    Ok(wanted)
}
