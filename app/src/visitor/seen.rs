//! In which day's statistics a visit is counted, and whether it makes a visitor.
//!
//! A visitor of a public link is who opens a page of it; a download link has no page, and its visitor is who downloads.
//! Each is counted once a day and link, as long as their browser presents the marker that it got then
//! ([`domain::statistics::Seen`]). Who asks not to be tracked is in no statistics, and gets no marker.

use super::{Grant, Visit};
use chrono::NaiveDate;
use domain::{
    AssetId,
    grant::{Purpose, Scope},
    statistics::{Seen, day},
};
use schema::statistics::DayOfVisit;

impl Visit<'_> {
    /// The day in the workspace's time zone; none for a visitor who is in no statistics.
    pub(crate) fn day(&self) -> Option<NaiveDate> {
        let zone = self.opened.workspace.time_zone.parse().unwrap_or(chrono_tz::UTC);
        (!self.visitor.do_not_track).then(|| day(self.now, zone))
    }

    /// The day of a view or download that makes no visitor.
    pub(super) fn day_without_visitor(&self) -> Option<DayOfVisit> {
        self.day().map(|day| DayOfVisit { day, is_visitor_of_link: false, is_visitor_of_asset: false })
    }

    /// The day of a view or download that makes a visitor of the link and of an asset, unless the visitor was counted for
    /// them on this day; and the marker that says so from now on.
    pub(super) fn day_of_visitor(&self, asset: Option<AssetId>) -> (Option<DayOfVisit>, Option<Grant>) {
        let Some(day) = self.day() else { return (None, None) };
        let (keys, scope) = (&self.services.keys, self.marker_scope());
        let before = self.seen_on(day);
        let is_visitor_of_link = before.is_none();
        let before = before.unwrap_or_else(|| Seen::nothing(day));
        let new_asset = asset.filter(|asset| !before.has(*asset));
        let counted = DayOfVisit { day, is_visitor_of_link, is_visitor_of_asset: new_asset.is_some() };
        let seen = new_asset.map_or_else(|| before.clone(), |asset| before.with(asset));
        let marker = (is_visitor_of_link || new_asset.is_some()).then(|| {
            let (text, lasts) = seen.sign(keys, scope, self.now);
            Grant { text, lasts }
        });
        (Some(counted), marker)
    }

    /// Whether the visitor comes to the link by the address of something within it, such as its second page or a search.
    /// Who was counted for the link on this day looks around in it, wherever they come from. Who follows our own links was
    /// counted, too: they would have the marker, if their browser kept cookies and they were in the statistics. Only if it
    /// keeps the one for the password, which is typed before anything is counted, the missing marker tells that they were
    /// not.
    pub fn enters_within(&self) -> bool {
        let was_counted = self.day().is_some_and(|day| self.seen_on(day).is_some());
        let lacks_marker = !self.visitor.unlocked.is_empty() && !self.visitor.do_not_track;
        !was_counted && (lacks_marker || !self.visitor.is_inside)
    }

    /// What the visitor has seen of the link on this day, if they were counted for it.
    fn seen_on(&self, day: NaiveDate) -> Option<Seen> {
        let marker = self.visitor.seen.as_deref()?;
        Seen::read(&self.services.keys, self.marker_scope(), marker, day, self.now)
    }

    fn marker_scope(&self) -> Scope<'static> {
        self.scope(Purpose::Seen(""))
    }
}
