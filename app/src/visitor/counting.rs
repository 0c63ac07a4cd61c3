//! Counts views and downloads.

use super::{Grant, Visit, VisitError};
use crate::files::FileName;
use domain::{AssetId, archive::ArchiveRequest, grant::Purpose};
use schema::links;

impl Visit<'_> {
    /// Counts a view of the link's page, and of the asset that the page shows, if it shows one. A preview bot does not
    /// view the page, and neither does a visitor who asks for the headers only.
    pub async fn count_view(&self, asset: Option<AssetId>) -> Result<(), VisitError> {
        if self.visitor.headers_only || self.visitor.is_preview_bot {
            return Ok(());
        }
        Ok(links::count_view(&mut *self.services.pool.get().await?, self.opened.link.id, asset, self.now).await?)
    }

    /// Counts the view of the page of an asset, unless the page of this visitor only loads itself again, as `grant` says.
    /// Returns the grant by which it may.
    pub async fn count_page(&self, asset: AssetId, grant: Option<&str>) -> Result<Grant, VisitError> {
        if let Some(grant) = self.has_waited(asset, grant) {
            return Ok(grant);
        }
        self.count_view(Some(asset)).await?;
        Ok(self.grant_waiting(asset))
    }

    /// Counts the view of a visit, unless an earlier call of the same visit did, and returns the grant by which later
    /// calls belong to this visit.
    pub async fn count_visit(&self) -> Result<Grant, VisitError> {
        if let Some(grant) = self.has_visited() {
            return Ok(grant);
        }
        self.count_view(self.opened.link.asset_id).await?;
        Ok(self.grant_visited())
    }

    /// Counts a download and returns the grant that says so. A download that continues one that was counted for this
    /// visitor, or repeats it within a short while, is not counted again. A link without a download left is not found.
    pub async fn count_download(&self, file: FileName, from_first_byte: bool) -> Result<Option<Grant>, VisitError> {
        let asset = self.found_asset()?.id;
        let download = file.counted(asset);
        if !self.is_to_be_counted(download, from_first_byte)? {
            return Ok(None);
        }
        let mut conn = self.services.pool.get().await?;
        if !links::count_download(&mut conn, self.opened.link.id, asset, self.now).await? {
            return Err(VisitError::NotFound);
        }
        Ok(Some(self.grant_counted(download)))
    }

    /// Counts the download of an archive, as [`Self::count_download`] counts that of a file: once, however many files
    /// there are.
    pub(crate) async fn count_archive(
        &self,
        request: &ArchiveRequest,
        from_first_byte: bool,
    ) -> Result<Option<Grant>, VisitError> {
        let text = request.to_string();
        let download = Purpose::CountedArchive(&text);
        if !self.is_to_be_counted(download, from_first_byte)? {
            return Ok(None);
        }
        let mut conn = self.services.pool.get().await?;
        if !links::count_archive(&mut conn, self.opened.link.id, self.now).await? {
            return Err(VisitError::NotFound);
        }
        Ok(Some(self.grant_counted_archive(download)))
    }

    /// Whether a download is to be counted now, or was counted for this visitor already.
    ///
    /// Preview bots get no downloads: a forged `User-Agent` would bypass the count, and a bot that looks at a link would
    /// spend one.
    fn is_to_be_counted(&self, download: Purpose<'_>, from_first_byte: bool) -> Result<bool, VisitError> {
        self.refuse_bots()?;
        Ok(!if from_first_byte { self.may_repeat(download) } else { self.may_continue(download) })
    }

    /// Refuses preview bots. They get the page and its cover, which is what a preview shows; a page that is read under the
    /// name of a bot is not counted, and therefore has nothing else to see.
    pub fn refuse_bots(&self) -> Result<(), VisitError> {
        if self.visitor.is_preview_bot { Err(VisitError::NotForBots) } else { Ok(()) }
    }
}
