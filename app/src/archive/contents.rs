//! What an archive of a link contains: the files that the visitor may download now, and that are there.

use super::{
    arranged::{Found, Source, arranged},
    plan::ArchivePlan,
};
use crate::visitor::{Visit, VisitError};
use domain::{
    OriginalState, Preset, ProxyState,
    access::{Refusal, Resource, TargetFacts, Version},
    archive::{ArchiveRequest, ArchiveVersion, Layout, Selection},
};
use schema::archive_files::{self, ArchiveFile, FileFacts, GroupKind, Of, Wanted};

/// What a link can do about a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// The visitor may have it.
    Ready,
    /// The visitor may have it as soon as it is made.
    Waiting,
    /// It could not be made.
    Failed,
    /// The visitor might have the original if it were available.
    Unavailable,
    /// Its CRC-32 is not known yet, or its blob is lost.
    Unchecked,
    /// The link does not hand it out.
    Refused(Refusal),
}

impl Visit<'_> {
    /// Where the files of an archive are looked for; nothing is looked for that the settings of the link exclude.
    pub(super) fn wanted_files<'s>(&self, version: ArchiveVersion, selection: &'s Selection) -> Option<Wanted<'s>> {
        let link = &self.opened.link;
        let settings = &link.settings;
        let of = link.collection_id.map(Of::Collection).or(link.asset_id.map(Of::Asset))?;
        let chosen = settings.presets();
        let is_chosen = |preset: Preset| chosen.as_ref().is_none_or(|chosen| chosen.contains(&preset));
        let mut presets = Preset::ALL.to_vec();
        presets
            .retain(|preset| settings.allow_proxies && is_chosen(*preset) && version.contains(Version::Proxy(*preset)));
        let originals = settings.allow_original && version.contains(Version::Original);
        let attachments = settings.allow_attachments && version.contains(Version::Attachment);
        let creator = self.opened.creator();
        (originals || attachments || !presets.is_empty()).then_some(Wanted {
            of,
            creator,
            selection,
            originals,
            presets,
            attachments,
            watermarked: settings.watermark,
        })
    }

    /// Decides about a file; `counted` says whether the download of the archive was counted for the visitor, `complete`
    /// whether the blob and the CRC-32 of the file are known.
    pub(super) fn standing(&self, kind: GroupKind, facts: FileFacts, complete: bool, counted: bool) -> Standing {
        let version = match kind {
            GroupKind::Originals => Version::Original,
            GroupKind::Proxies(preset) => Version::Proxy(preset),
            GroupKind::Attachments => Version::Attachment,
        };
        let FileFacts { source, original, creator, watermarked, state } = facts;
        let ask = |original| {
            let target = TargetFacts { in_link: true, source, original, creator };
            self.ask(Resource::Download(target, version), counted)
        };
        match ask(original) {
            Ok(permit) if permit.watermarked != watermarked => Standing::Refused(Refusal::NotFound),
            Ok(_) => match state {
                ProxyState::Pending => Standing::Waiting,
                ProxyState::Failed => Standing::Failed,
                ProxyState::Ready if complete => Standing::Ready,
                ProxyState::Ready => Standing::Unchecked,
            },
            Err(Refusal::NotFound) if ask(OriginalState::Available).is_ok() => Standing::Unavailable,
            Err(refusal) => Standing::Refused(refusal),
        }
    }

    /// The files of an archive, in order, with the archive that they make.
    pub(super) async fn archive_contents(
        &self,
        request: &ArchiveRequest,
        counted: bool,
    ) -> Result<(Layout, Vec<Source>, ArchivePlan), VisitError> {
        let (mut plan, mut found, mut refused) = (ArchivePlan::default(), Vec::new(), None);
        if let Some(wanted) = self.wanted_files(request.version, &request.selection) {
            let mut conn = self.services.pool.get().await?;
            let take = |file: ArchiveFile| {
                let complete = file.blob.is_some() && file.crc32.is_some();
                match self.standing(file.kind.group(), file.facts, complete, counted) {
                    Standing::Ready => found.extend(Found::of(file)),
                    Standing::Refused(Refusal::NotFound) => {}
                    Standing::Refused(refusal) => refused = Some(refusal),
                    other => plan.count(other, 1),
                }
            };
            archive_files::each(&mut conn, &wanted, take).await?;
        }
        // These two refuse all files of a link alike.
        if let Some(refusal) = refused {
            return Err(refusal.into());
        }
        let (layout, sources) = arranged(found);
        plan.ready = sources.len();
        plan.byte_size = layout.byte_size();
        Ok((layout, sources, plan))
    }
}
