//! `vitrine import`: a folder becomes assets.
//!
//! Files whose content the workspace has already are skipped; files that cannot be imported are listed at the end. The
//! limits of uploads hold here, too: the largest file, the quotas, and the room that stays free on the disk.

use super::refusal::reason;
use anyhow::Context;
use app::{Owner, Services, library, quota::check_import};
use domain::media::HEAD_BYTES;
use indicatif::{ProgressBar, ProgressStyle};
use schema::{assets, users, workspaces};
use sha2::{Digest, Sha256};
use std::{
    ffi::OsStr,
    fs,
    io::Read,
    path::{Path, PathBuf},
};

/// How many bytes of a file are read at a time.
const PIECE_BYTES: usize = 256 * 1024;

/// Files and folders that Windows, macOS and network drives put among those of people.
const OF_SYSTEMS: [&str; 8] = [
    "Thumbs.db",
    "ehthumbs.db",
    "desktop.ini",
    "$RECYCLE.BIN",
    "System Volume Information",
    "Icon\r",
    "__MACOSX",
    "@eaDir",
];

/// What an import did.
#[derive(Debug, Default)]
pub struct Report {
    /// New assets.
    pub added: usize,
    /// Files that the workspace has already.
    pub skipped: usize,
    /// Files that could not be imported, and why.
    pub failed: Vec<(PathBuf, String)>,
}

/// Imports every file below `folder`, except hidden ones and those that systems put there for themselves. As references only,
/// if `external`.
pub async fn run(services: &Services, folder: &Path, external: bool) -> anyhow::Result<Report> {
    let folder = folder.canonicalize().with_context(|| format!("cannot open {}", folder.display()))?;
    anyhow::ensure!(folder.is_dir(), "{} is not a folder", folder.display());
    let mut conn = services.pool.get().await?;
    let workspace =
        workspaces::oldest(&mut conn).await?.context("there is no workspace yet; run `vitrine up` first")?;
    let user = users::first_admin(&mut conn, workspace.id).await?.map(|user| user.id);
    drop(conn);
    let owner = Owner { workspace: workspace.id, user };

    let mut report = Report::default();
    let files = list(&folder, &mut report);
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {wide_msg}")?;
    let progress = ProgressBar::new(files.len() as u64).with_style(style);
    for path in files {
        progress.set_message(path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default());
        let imported = if external { refer(services, owner, &path).await } else { copy(services, owner, &path).await };
        match imported {
            Ok(true) => report.added += 1,
            Ok(false) => report.skipped += 1,
            Err(error) => report.failed.push((path, format!("{error:#}"))),
        }
        progress.inc(1);
    }
    progress.finish_and_clear();
    Ok(report)
}

/// The files below a folder, in the order of their names. Entries that cannot be read are reported.
fn list(folder: &Path, report: &mut Report) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) => {
                report.failed.push((folder, error.to_string()));
                continue;
            }
        };
        for entry in entries {
            let entry = match entry {
                Ok(entry) if is_of_system(&entry.file_name()) => continue,
                Ok(entry) => entry,
                Err(error) => {
                    report.failed.push((folder.clone(), error.to_string()));
                    continue;
                }
            };
            let path = entry.path();
            // A symbolic link is followed to a file, but not to a folder, which might contain the link itself.
            match entry.file_type().and_then(|kind| Ok((kind, fs::metadata(&path)?))) {
                Ok((kind, _)) if kind.is_dir() => folders.push(path),
                Ok((_, found)) if found.is_file() => files.push(path),
                Ok(_) => {}
                Err(error) => report.failed.push((path, error.to_string())),
            }
        }
    }
    files.sort();
    files
}

/// Whether a file or folder is hidden, or is one that a system makes for itself.
fn is_of_system(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b".") || OF_SYSTEMS.iter().any(|known| name.eq_ignore_ascii_case(known))
}

/// Copies a file into the library; `false` if the library has its content already.
async fn copy(services: &Services, owner: Owner, path: &Path) -> anyhow::Result<bool> {
    let hashed = path.to_owned();
    let (sha256, size) = tokio::task::spawn_blocking(move || hash(&hashed)).await??;
    anyhow::ensure!(size > 0, "the file is empty");
    if assets::has_content(&mut *services.pool.get().await?, owner.workspace, &sha256).await? {
        return Ok(false);
    }
    check_import(services, owner, size).await.map_err(reason)?;
    let file = tokio::fs::File::open(path).await?;
    let mut writer = services.storage.begin_file().await?;
    writer.copy(file).await?;
    let stored = writer.finish().await?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let added = library::add_original(services, owner, stored, &name, None).await;
    added.map(|_| true).map_err(reason)
}

/// Adds a file as a reference; `false` if the library has that reference already.
async fn refer(services: &Services, owner: Owner, path: &Path) -> anyhow::Result<bool> {
    let url = format!("file://{}", path.to_str().context("the path is not UTF-8")?);
    if assets::has_external(&mut *services.pool.get().await?, owner.workspace, &url).await? {
        return Ok(false);
    }
    let mut head = Vec::new();
    let file = fs::File::open(path)?;
    let size = i64::try_from(file.metadata()?.len())?;
    file.take(HEAD_BYTES as u64).read_to_end(&mut head)?;
    let added = library::add_external(services, owner, &url, &head, Some(size)).await;
    added.map(|_| true).map_err(reason)
}

fn hash(path: &Path) -> std::io::Result<(Vec<u8>, u64)> {
    let mut file = fs::File::open(path)?;
    let (mut sha256, mut size, mut piece) = (Sha256::new(), 0, vec![0; PIECE_BYTES]);
    loop {
        let read = file.read(&mut piece)?;
        if read == 0 {
            return Ok((sha256.finalize().to_vec(), size));
        }
        sha256.update(&piece[..read]);
        size += read as u64;
    }
}
