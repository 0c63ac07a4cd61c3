//! Counts views and downloads.

use super::{Grant, Visit, VisitError};
use crate::files::FileName;
use domain::{AssetId, LinkKind, archive::ArchiveRequest, grant::Purpose};
use schema::statistics::{self, DayOfVisit, ViewCount, Viewed};

/// The page of an asset, as it was counted.
pub struct CountedPage {
    /// The grant by which it may load itself again without being counted.
    pub waiting: Grant,
    /// The marker by which the visitor is not counted again on this day, if it is new.
    pub marker: Option<Grant>,
}

/// A download that was counted now.
pub struct CountedDownload {
    /// The grant that says so.
    pub grant: Grant,
    /// The marker by which the visitor is not counted again on this day, if it is new.
    pub marker: Option<Grant>,
}

impl Visit<'_> {
    /// Counts a view of the link's page, and of the asset that the page shows, if it shows one, and returns the marker by
    /// which the visitor is not counted again on this day, if it is new. A preview bot does not view the page, and neither
    /// does a visitor who asks for the headers only, or whose browser loads the page ahead. Where that page is shown
    /// afterwards, no further request tells, and this view is not counted.
    pub fn count_view(&self, asset: Option<AssetId>) -> Option<Grant> {
        if self.visitor.headers_only || self.visitor.is_preview_bot || self.visitor.is_prefetch {
            return None;
        }
        let (day, marker) = match self.kind() {
            LinkKind::Public => self.day_of_visitor(asset),
            LinkKind::Download => (self.day_without_visitor(), None),
        };
        let one = |makes_visitor: fn(DayOfVisit) -> bool| i64::from(day.is_some_and(makes_visitor));
        self.services.views.count(
            Viewed { link: self.opened.link.id, asset, day: day.map(|day| day.day) },
            ViewCount {
                views: 1,
                visitors_of_link: one(|day| day.is_visitor_of_link),
                visitors_of_asset: one(|day| day.is_visitor_of_asset),
                last_at: self.now,
            },
        );
        marker
    }

    /// Counts the view of the page of an asset, unless the page of this visitor only loads itself again, as `grant` says.
    /// Returns the grant by which it may.
    pub fn count_page(&self, asset: AssetId, grant: Option<&str>) -> CountedPage {
        if let Some(waiting) = self.has_waited(asset, grant) {
            return CountedPage { waiting, marker: None };
        }
        let marker = self.count_view(Some(asset));
        CountedPage { waiting: self.grant_waiting(asset), marker }
    }

    /// Counts the view of a visit, unless an earlier call of the same visit did, and returns the grant by which later
    /// calls belong to this visit. It stands for the marker, too: whoever begins another visit is another visitor.
    pub fn count_visit(&self) -> Grant {
        if let Some(grant) = self.has_visited() {
            return grant;
        }
        self.count_view(self.opened.link.asset_id);
        self.grant_visited()
    }

    /// Counts a download and returns the grant that says so. A download that continues one that was counted for this
    /// visitor, or repeats it within a short while, is not counted again. On a link without a download left,
    /// only the page is left, if it has one.
    pub async fn count_download(
        &self,
        file: FileName,
        from_first_byte: bool,
    ) -> Result<Option<CountedDownload>, VisitError> {
        let asset = self.found_asset()?.id;
        let download = file.counted(asset);
        if !self.is_to_be_counted(download, from_first_byte)? {
            return Ok(None);
        }
        let (day, marker) = match self.kind() {
            LinkKind::Public => (self.day_without_visitor(), None),
            LinkKind::Download => self.day_of_visitor(Some(asset)),
        };
        let mut conn = self.services.pool.get().await?;
        if !statistics::count_download(&mut conn, self.opened.link.id, Some(asset), self.now, day).await? {
            return Err(self.without_downloads());
        }
        Ok(Some(CountedDownload { grant: self.grant_counted(download), marker }))
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
        let day = self.day_without_visitor();
        let mut conn = self.services.pool.get().await?;
        if !statistics::count_download(&mut conn, self.opened.link.id, None, self.now, day).await? {
            return Err(self.without_downloads());
        }
        Ok(Some(self.grant_counted_archive(download)))
    }

    /// What is said when the last download was counted for somebody else in this instant.
    fn without_downloads(&self) -> VisitError {
        match self.kind() {
            LinkKind::Public => VisitError::UsedUp,
            LinkKind::Download => VisitError::NotFound,
        }
    }

    /// Whether a download is to be counted now, or was counted for this visitor already.
    ///
    /// Preview bots get no downloads: a forged `User-Agent` would bypass the count, and a bot that looks at a link would
    /// spend one. What is to be counted is not loaded ahead either: the browser asks again when the visitor does.
    fn is_to_be_counted(&self, download: Purpose<'_>, from_first_byte: bool) -> Result<bool, VisitError> {
        self.refuse_bots()?;
        let was_counted = if from_first_byte { self.may_repeat(download) } else { self.may_continue(download) };
        if !was_counted && self.visitor.is_prefetch {
            return Err(VisitError::NotAhead);
        }
        Ok(!was_counted)
    }

    /// Refuses preview bots. They get the page and its cover, which is what a preview shows; a page that is read under the
    /// name of a bot is not counted, and therefore has nothing else to see.
    pub fn refuse_bots(&self) -> Result<(), VisitError> {
        if self.visitor.is_preview_bot { Err(VisitError::NotForBots) } else { Ok(()) }
    }
}
