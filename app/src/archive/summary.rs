//! What a page says about the archives of its link: how many files of which versions, and how large they are.
//!
//! Postgres counts the files by their facts, and each group of equal facts is decided about once. So the page of a large
//! collection loads none of its files.

use super::{
    contents::Standing,
    plan::{ArchivePlan, archive_path},
};
use crate::visitor::{Visit, VisitError};
use domain::{
    AssetId,
    access::Permit,
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
    /// What an archive would contain now. Its size is that of its files.
    pub async fn archive_plan(&self, request: &ArchiveRequest) -> Result<ArchivePlan, VisitError> {
        self.enter()?;
        let mut plan = ArchivePlan::default();
        for group in self.counted_files(request.version, &request.selection).await? {
            plan.add(group);
        }
        Ok(plan)
    }

    /// The files of an archive, counted by kind and by what the link can do about them.
    async fn counted_files(&self, version: ArchiveVersion, of: &Selection) -> Result<Vec<CountedFiles>, VisitError> {
        let Some(wanted) = self.wanted_files(version, of) else { return Ok(Vec::new()) };
        let groups = archive_files::groups(&mut *self.services.pool.get().await?, &wanted).await?;
        let counted = groups.into_iter().map(|group| CountedFiles {
            kind: group.kind,
            standing: self.standing(group.kind, group.facts, group.complete, false),
            files: group.count.try_into().unwrap_or(0),
            bytes: group.byte_size.try_into().unwrap_or(0),
        });
        Ok(counted.collect())
    }

    /// The members of a selection of assets; assets that the link does not lead to are left out.
    pub async fn selection(&self, assets: &[AssetId]) -> Result<Selection, VisitError> {
        let positions = match self.opened.link.collection_id {
            Some(collection) => {
                collections::positions(&mut *self.services.pool.get().await?, collection, assets).await?
            }
            None if self.opened.link.asset_id.is_some_and(|asset| assets.contains(&asset)) => {
                return Ok(Selection::All);
            }
            None => Vec::new(),
        };
        Ok(Selection::of(positions.into_iter().map(|position| (position, position)).collect()))
    }

    /// The URL of an archive, for a visitor who is permitted to see the link. That of a link with a password holds a
    /// grant for this archive, because the page of another site sends no cookie along.
    pub fn archive_url(&self, _: Permit, request: &ArchiveRequest) -> String {
        let path = archive_path(self.token.expose_secret(), request);
        let mark = if path.contains('?') { '&' } else { '?' };
        let grant = self.opened.link.password_hash.is_some().then(|| self.grant_archive(&request.to_string()));
        let grant = grant.map(|grant| format!("{mark}grant={grant}")).unwrap_or_default();
        format!("{}{path}{grant}", self.services.public_url)
    }

    /// The archives of the link, for a visitor who sees its page.
    pub async fn archive_summary(&self, selection: &Selection) -> Result<ArchiveSummary, VisitError> {
        let mut groups = self.counted_files(ArchiveVersion::Everything, selection).await?;
        groups.sort_by_key(|group| group.kind);
        let mut summary = ArchiveSummary::default();
        for group in groups {
            summary.everything.add(group);
            let version = match group.kind {
                GroupKind::Originals => ArchiveVersion::Originals,
                GroupKind::Proxies(preset) => ArchiveVersion::Proxies(preset),
                GroupKind::Attachments => continue,
            };
            match summary.offers.last_mut() {
                Some(last) if last.version == version => last.plan.add(group),
                _ => {
                    let mut plan = ArchivePlan::default();
                    plan.add(group);
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
            Some(_) => self.selection(&[asset]).await?,
        };
        let plan = self.archive_summary(&selection).await?.everything;
        let request = ArchiveRequest { version: ArchiveVersion::Everything, selection };
        Ok((plan.ready > 1).then_some((request, plan)))
    }
}

/// Files of one kind about which the link can do the same.
#[derive(Clone, Copy)]
struct CountedFiles {
    kind: GroupKind,
    standing: Standing,
    files: usize,
    bytes: u64,
}

impl ArchivePlan {
    fn add(&mut self, CountedFiles { kind: _, standing, files, bytes }: CountedFiles) {
        self.count(standing, files);
        if standing == Standing::Ready {
            self.byte_size += bytes;
        }
    }
}
