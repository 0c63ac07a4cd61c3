//! What a page says about the archives of its link: how many files of which versions, and how large they are.
//!
//! Postgres counts the files by their facts, and each group of equal facts is decided about once. So the page of a large
//! collection loads none of its files.

use super::{contents::Standing, plan::ArchivePlan};
use crate::visitor::{Visit, VisitError};
use domain::{
    AssetId,
    archive::{ArchiveRequest, ArchiveVersion, Selection},
};
use schema::{
    archive_files::{self, GroupKind},
    collections,
};

/// The archives of a link.
#[derive(Debug, Clone, Default)]
pub struct ArchiveSummary {
    /// The archive of everything. Its size is that of its files.
    pub everything: ArchivePlan,
    /// The archives of one version each, where the link hands out several.
    pub offers: Vec<ArchiveOffer>,
}

/// An archive of one version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ArchiveOffer {
    /// The version.
    pub version: ArchiveVersion,
    /// What it contains. Its size is that of its files.
    pub plan: ArchivePlan,
}

impl Visit<'_> {
    /// The archives of the link, for a visitor who sees its page.
    pub async fn archive_summary(&self, selection: &Selection) -> Result<ArchiveSummary, VisitError> {
        let Some(wanted) = self.wanted_files(ArchiveVersion::Everything, selection) else {
            return Ok(ArchiveSummary::default());
        };
        let mut groups = archive_files::groups(&mut *self.services.pool.get().await?, &wanted).await?;
        groups.sort_by_key(|group| group.kind);
        let mut summary = ArchiveSummary::default();
        for group in groups {
            let standing = self.standing(group.kind, group.facts, group.complete, false);
            let (files, bytes) = (group.count.try_into().unwrap_or(0), group.byte_size.try_into().unwrap_or(0));
            summary.everything.add(standing, files, bytes);
            let version = match group.kind {
                GroupKind::Originals => ArchiveVersion::Originals,
                GroupKind::Proxies(preset) => ArchiveVersion::Proxies(preset),
                GroupKind::Attachments => continue,
            };
            match summary.offers.last_mut() {
                Some(last) if last.version == version => last.plan.add(standing, files, bytes),
                _ => {
                    let mut plan = ArchivePlan::default();
                    plan.add(standing, files, bytes);
                    summary.offers.push(ArchiveOffer { version, plan });
                }
            }
        }
        summary.offers.retain(|offer| offer.plan.ready > 0);
        if summary.offers.iter().any(|offer| offer.plan.ready == summary.everything.ready) {
            summary.offers.clear();
        }
        Ok(summary)
    }

    /// The archive of all files of one asset that the link leads to, where there are several.
    pub async fn asset_archive(&self, asset: AssetId) -> Result<Option<(ArchiveRequest, ArchivePlan)>, VisitError> {
        let selection = match self.opened.link.collection_id {
            None => Selection::All,
            Some(collection) => {
                let mut conn = self.services.pool.get().await?;
                let position = collections::position(&mut conn, collection, asset).await?;
                Selection::of(position.map(|position| (position, position)).into_iter().collect())
            }
        };
        let plan = self.archive_summary(&selection).await?.everything;
        let request = ArchiveRequest { version: ArchiveVersion::Everything, selection };
        Ok((plan.ready > 1).then_some((request, plan)))
    }
}

impl ArchivePlan {
    fn add(&mut self, standing: Standing, files: usize, bytes: u64) {
        self.count(standing, files);
        if standing == Standing::Ready {
            self.byte_size += bytes;
        }
    }
}
