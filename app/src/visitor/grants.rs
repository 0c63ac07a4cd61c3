//! The grants that a visitor presents, and those that they are to remember.

use super::Visit;
use crate::files::FileName;
use chrono::TimeDelta;
use domain::{
    AssetId,
    grant::{CONTINUED_FOR, Purpose, REPEATED_FOR, Scope, UNLOCKED_FOR, WAITING_FOR},
};

/// Stands between grants that are remembered together.
const SEPARATOR: char = '~';

/// How many grants for other archives are remembered beside the newest.
const OTHER_ARCHIVES: usize = 9;

/// What a visitor is to remember and to present again.
pub struct Grant {
    /// Its text, which is secret.
    pub text: String,
    /// How long it is of use.
    pub lasts: TimeDelta,
}

impl Visit<'_> {
    /// Whether the visitor has typed the password, or requests a file by a URL that was made for whoever has.
    pub(super) fn is_unlocked(&self) -> bool {
        *self.unlocked.get_or_init(|| {
            self.left_of_unlocked(Purpose::Unlocked).is_some()
                || self.has_visited().is_some()
                || self.has_url_of_file()
                || self.has_url_of_archive()
        })
    }

    /// The grant of the visit to which this call belongs, if its view was counted.
    pub(super) fn has_visited(&self) -> Option<Grant> {
        self.visitor.unlocked.iter().find_map(|text| {
            let lasts = self.left(Some(text), Purpose::Visited)?;
            Some(Grant { text: text.clone(), lasts })
        })
    }

    fn has_url_of_file(&self) -> bool {
        let grant = self.visitor.file.as_deref();
        let asset = self.opened.link.asset_id.or(self.requested.asset);
        match (grant, asset, self.requested.file) {
            (Some(grant), Some(asset), Some(file)) => {
                self.left(Some(grant), Purpose::File(asset, &file.to_string())).is_some()
            }
            _ => false,
        }
    }

    fn has_url_of_archive(&self) -> bool {
        let archive = self.archive.as_deref();
        archive.is_some_and(|text| self.left(self.visitor.file.as_deref(), Purpose::Archive(text)).is_some())
    }

    /// The grant for the URL of the archive of this request. It is valid for this archive only, for at most an hour.
    pub(crate) fn grant_archive(&self, request: &str) -> String {
        self.scope(Purpose::Archive(request)).sign_url(&self.services.keys, self.now)
    }

    /// The grant for the URL of a file. It is valid for this file only, for at most an hour.
    pub(super) fn grant_file(&self, asset: AssetId, file: FileName) -> String {
        self.scope(Purpose::File(asset, &file.to_string())).sign_url(&self.services.keys, self.now)
    }

    /// The grant by which later calls belong to this visit. It ends with the grant for the password.
    pub(super) fn grant_visited(&self) -> Grant {
        let unlocked = self.left_of_unlocked(Purpose::Unlocked);
        self.grant(Purpose::Visited, unlocked.unwrap_or(UNLOCKED_FOR))
    }

    /// The grant of a page that waits for the picture of this asset, if its view was counted for the visitor.
    pub(super) fn has_waited(&self, asset: AssetId, grant: Option<&str>) -> Option<Grant> {
        let lasts = self.left(grant, Purpose::Waiting(asset, &self.visitor.address.to_string()))?;
        Some(Grant { text: grant.unwrap_or_default().to_owned(), lasts })
    }

    /// The grant by which the page of this asset loads itself again without being counted.
    pub(super) fn grant_waiting(&self, asset: AssetId) -> Grant {
        self.grant(Purpose::Waiting(asset, &self.visitor.address.to_string()), WAITING_FOR)
    }

    /// Whether this download was counted for the visitor, so that they may continue it.
    pub(crate) fn may_continue(&self, download: Purpose<'_>) -> bool {
        self.left(self.visitor.counted.as_deref(), download).is_some()
    }

    /// Whether this download was counted for the visitor so recently that they may begin it anew.
    pub(super) fn may_repeat(&self, download: Purpose<'_>) -> bool {
        let left = self.left(self.visitor.counted.as_deref(), download);
        left.is_some_and(|left| left > CONTINUED_FOR - REPEATED_FOR)
    }

    /// The grant for the counted download of an archive. All archives of a link have one path and therefore one cookie,
    /// so that the last grants for others stay in it.
    pub(super) fn grant_counted_archive(&self, download: Purpose<'_>) -> Grant {
        let grant = self.grant_counted(download);
        let others = self.visitor.counted.iter().flat_map(|counted| counted.split(SEPARATOR)).take(OTHER_ARCHIVES);
        let text = others.fold(grant.text, |all, other| format!("{all}{SEPARATOR}{other}"));
        Grant { text, lasts: grant.lasts }
    }

    /// The grant for the right password.
    pub(super) fn grant_unlocked(&self) -> Grant {
        self.grant(Purpose::Unlocked, UNLOCKED_FOR)
    }

    /// The grant for a counted download.
    pub(super) fn grant_counted(&self, download: Purpose<'_>) -> Grant {
        self.grant(download, CONTINUED_FOR)
    }

    fn grant(&self, purpose: Purpose<'_>, lasts: TimeDelta) -> Grant {
        Grant { text: self.scope(purpose).sign(&self.services.keys, self.now + lasts), lasts }
    }

    /// How much longer the grants for the right password hold for a purpose.
    fn left_of_unlocked(&self, purpose: Purpose<'_>) -> Option<TimeDelta> {
        self.visitor.unlocked.iter().filter_map(|grant| self.left(Some(grant), purpose)).max()
    }

    /// How much longer one of some grants holds for a purpose.
    fn left(&self, grants: Option<&str>, purpose: Purpose<'_>) -> Option<TimeDelta> {
        let left = |grant| self.scope(purpose).left(&self.services.keys, grant, self.presented_at);
        grants?.split(SEPARATOR).take(1 + OTHER_ARCHIVES).filter_map(left).max()
    }

    pub(super) fn scope<'p>(&self, purpose: Purpose<'p>) -> Scope<'p> {
        let link = &self.opened.link;
        Scope { link: link.id, token_version: link.token_version, password_version: link.password_version, purpose }
    }
}
