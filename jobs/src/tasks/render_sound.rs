//! Makes the sound of a recording that visitors hear. It is a part of the job that makes videos, and in their lane, because
//! a long recording takes minutes, too.

use super::{
    render_video::copy,
    wanted::{InStorage, Work},
};
use crate::JobContext;
use media::{MediaError, ProxySpec};
use std::path::Path;

pub(super) async fn make(context: &JobContext, work: &Work, wanted: &ProxySpec, folder: &Path) -> anyhow::Result<()> {
    let output = folder.join("sound.m4a");
    match media::sound(&work.original, wanted.size, &output).await {
        Ok(()) => {}
        Err(MediaError::Unusable(reason)) => return work.fail(context, &[wanted.rendition.preset], &reason).await,
        Err(MediaError::Failed(error)) => return Err(error),
    }
    let stored = copy(context, &output).await?;
    work.store(context, wanted.rendition, InStorage { stored, media_type: "audio/mp4", size: None }).await
}
