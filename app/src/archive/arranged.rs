//! The order and the names of the files of an archive.

use crate::files::{FileName, proxy_name};
use chrono::{DateTime, Utc};
use domain::{
    AssetId, FileId,
    archive::{Layout, LayoutBuilder, Member, Names},
};
use schema::archive_files::{ArchiveFile, ArchiveFileKind, GroupKind};
use std::collections::{BTreeSet, HashMap};
use storage::Blob;

/// A file of an archive: what is decided anew before it is sent, and where its bytes are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Source {
    pub(super) asset: AssetId,
    pub(super) file: FileName,
    pub(super) blob: Blob,
}

/// A file that is ready.
pub(super) struct Found {
    kind: ArchiveFileKind,
    position: i64,
    asset: AssetId,
    file: FileId,
    size: u64,
    crc32: u32,
    modified: DateTime<Utc>,
    name: String,
    /// The name of the asset's file, for an attachment.
    of: String,
}

impl Found {
    pub(super) fn of(file: ArchiveFile) -> Option<Self> {
        let ((id, size), crc32) = (file.blob?, file.crc32?);
        let (name, of) = match file.kind {
            ArchiveFileKind::Original => (file.asset_name, String::new()),
            ArchiveFileKind::Proxy(preset) => (proxy_name(&file.asset_name, preset, &file.media_type?), String::new()),
            ArchiveFileKind::Attachment(_) => (file.attachment_name?, file.asset_name),
        };
        Some(Self {
            kind: file.kind,
            position: file.position,
            asset: file.asset,
            file: id,
            size: size.try_into().ok()?,
            crc32,
            modified: file.created_at,
            name,
            of,
        })
    }
}

/// Gives the files their order and names, and the archive its layout. Files of several versions get a folder for each version, and
/// the attachments of each asset have a folder of their own in any case.
pub(super) fn arranged(mut found: Vec<Found>) -> (Layout, Vec<Source>) {
    found.sort_unstable_by_key(|found| (found.kind.group(), found.position, found.kind));
    let versions: BTreeSet<GroupKind> = found.iter().map(|found| found.kind.group()).collect();
    let (mut names, mut layout, mut sources) = (Names::default(), LayoutBuilder::default(), Vec::new());
    let mut folders: HashMap<AssetId, String> = HashMap::new();
    for Found { kind, position: _, asset, file, size, crc32, modified, name, of } in found {
        let (folder, file_name, blob) = match kind {
            ArchiveFileKind::Original => ("Originals/".to_owned(), FileName::Original, Blob::File(file)),
            ArchiveFileKind::Proxy(preset) => {
                (format!("{}/", preset.label()), FileName::Proxy(preset), Blob::Proxy(file))
            }
            ArchiveFileKind::Attachment(id) => {
                let folder = folders.entry(asset).or_insert_with(|| names.unique("Attachments/", &of) + "/");
                (folder.clone(), FileName::Attachment(id), Blob::File(file))
            }
        };
        let is_attachment = matches!(kind, ArchiveFileKind::Attachment(_));
        let folder = if versions.len() > 1 || is_attachment { folder.as_str() } else { "" };
        let name = names.unique(folder, &name);
        layout.push(&Member { name: &name, file, size, crc32, modified });
        sources.push(Source { asset, file: file_name, blob });
    }
    (layout.finish(), sources)
}
