//! Temporary folders, and their removal after a process was killed.
//!
//! They are on the disk, except for what must not be written to one: that is in a folder that Linux keeps in the memory.

use super::MediaError;
use anyhow::Context;
use chrono::{DateTime, Utc};
use nix::{errno::Errno, sys::signal::kill, unistd::Pid};
use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    sync::LazyLock,
};
use tempfile::TempDir;
use uuid::Uuid;

const PREFIX: &str = "vitrine";

/// Distinguishes this process from an earlier one with the same process id, which is common in containers.
static PROCESS: LazyLock<String> = LazyLock::new(|| Uuid::new_v4().simple().to_string());

/// Other users of the machine cannot read what is in a folder of ours.
fn for_us_only() -> fs::Permissions {
    fs::Permissions::from_mode(0o700)
}

/// Deletes what killed processes left in the memory.
pub fn sweep_memory() {
    // Whoever cannot list the folder has left nothing in it.
    let now = DateTime::<Utc>::MAX_UTC;
    if let Err(error) = sweep_folder(Path::new(MEMORY), now) {
        tracing::debug!(%error, "temporary files in the memory are not listed");
    }
}

/// Where Linux keeps files in the memory.
const MEMORY: &str = "/dev/shm";

tokio::task_local! {
    /// Temporary folders of this task are in the memory.
    static IN_MEMORY: ();
}

/// Does work whose temporary folders are in the memory, and on no disk.
pub(super) async fn in_memory<T>(work: impl Future<Output = T>) -> T {
    IN_MEMORY.scope((), work).await
}

/// Work for another thread, whose temporary folders are where those of this task are.
pub(super) fn with_same_folders<T>(work: impl FnOnce() -> T) -> impl FnOnce() -> T {
    let in_memory = IN_MEMORY.try_with(|()| ()).is_ok();
    move || if in_memory { IN_MEMORY.sync_scope((), work) } else { work() }
}

/// The folder for temporary folders.
fn parent() -> PathBuf {
    IN_MEMORY.try_with(|()| PathBuf::from(MEMORY)).unwrap_or_else(|_| std::env::temp_dir())
}

/// A temporary folder, which is deleted when it is dropped. Its name tells its process, so that the folders of killed
/// processes can be deleted.
pub fn scratch() -> Result<TempDir, MediaError> {
    let prefix = format!("{PREFIX}-{}-{}-", std::process::id(), *PROCESS);
    Ok(tempfile::Builder::new()
        .prefix(&prefix)
        .permissions(for_us_only())
        .tempdir_in(parent())
        .context("there is no room for temporary files")?)
}

/// Deletes the folders of killed processes that were last changed before this time, and returns how many.
pub fn sweep(before: DateTime<Utc>) -> anyhow::Result<usize> {
    let mut swept = sweep_folder(&std::env::temp_dir(), before)?;
    if Path::new(MEMORY).is_dir() {
        swept += sweep_folder(Path::new(MEMORY), before)?;
    }
    Ok(swept)
}

fn sweep_folder(folder: &Path, before: DateTime<Utc>) -> anyhow::Result<usize> {
    let mut swept = 0;
    for entry in fs::read_dir(folder).context("the temporary files cannot be listed")?.flatten() {
        let is_left = entry.file_name().to_str().is_some_and(is_left);
        // For a symbolic link, this is the metadata of the link itself.
        let is_old_folder = |entry: &fs::DirEntry| {
            let about = entry.metadata().ok().filter(fs::Metadata::is_dir)?;
            Some(DateTime::<Utc>::from(about.modified().ok()?) < before)
        };
        if is_left && is_old_folder(&entry) == Some(true) {
            // Another process may be deleting it, too, or it belongs to another user.
            swept += usize::from(fs::remove_dir_all(entry.path()).is_ok());
        }
    }
    Ok(swept)
}

/// Whether this is the name of a folder whose process does not exist any more.
fn is_left(name: &str) -> bool {
    let mut parts = name.split('-');
    let (Some(PREFIX), Some(id), Some(process)) = (parts.next(), parts.next(), parts.next()) else { return false };
    let Ok(id @ 1..) = id.parse::<i32>() else { return false };
    if u32::try_from(id) == Ok(std::process::id()) {
        return process != *PROCESS;
    }
    kill(Pid::from_raw(id), None) == Err(Errno::ESRCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_must_not_be_written_is_in_memory_on_all_threads() {
        let folder = || scratch().unwrap().path().parent().unwrap().to_owned();
        let elsewhere = || async { tokio::task::spawn_blocking(with_same_folders(folder)).await.unwrap() };
        assert_eq!((folder(), elsewhere().await), (std::env::temp_dir(), std::env::temp_dir()));
        let memory = in_memory(async { (folder(), elsewhere().await) }).await;
        assert_eq!(memory, (MEMORY.into(), MEMORY.into()));
        let mode = in_memory(async { scratch().unwrap().path().metadata().unwrap().permissions().mode() }).await;
        assert_eq!(mode & 0o777, 0o700);
    }

    #[test]
    fn only_what_is_ours_and_has_nobody_any_more_is_left() {
        let own = scratch().unwrap();
        assert!(!is_left(own.path().file_name().unwrap().to_str().unwrap()));
        let mut child = std::process::Command::new("true").spawn().unwrap();
        let gone = child.id();
        child.wait().unwrap();
        assert!(is_left(&format!("vitrine-{gone}-0123-abc")));
        assert!(is_left(&format!("vitrine-{}-0123-abc", std::process::id())), "an earlier one had this number");
        let parent = std::os::unix::process::parent_id();
        let alive = format!("vitrine-{parent}-0123-abc");
        for name in
            [&alive, "vitrine-notes-2024-x", "vitrine--1-0123-abc", "vitrine-0-0123-abc", "other-1-2-3", "vitrine"]
        {
            assert!(!is_left(name), "{name}");
        }
    }
}
