//! Grants: signed values that a visitor sends after a correct password, a counted view or a counted download, and that
//! the URLs of files contain.
//!
//! A grant is signed, not stored. It is bound to the link's id, token version and password version, so that a change of
//! any of them ends the grant, and no grant is valid for another link.

use crate::{
    AssetId, AttachmentId, LinkId,
    signature::{Signed, end_of_url},
    token::Keyring,
};
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

/// How long a link stays unlocked after a correct password.
pub const UNLOCKED_FOR: TimeDelta = TimeDelta::hours(12);

/// How long a counted download may be resumed without being counted again.
pub const CONTINUED_FOR: TimeDelta = TimeDelta::days(7);

/// How long a counted download may also be restarted from the beginning without being counted again. Shorter than
/// [`CONTINUED_FOR`].
pub const REPEATED_FOR: TimeDelta = TimeDelta::minutes(30);

/// For how long a page that waits for its picture is one view.
pub const WAITING_FOR: TimeDelta = TimeDelta::hours(1);

/// What a grant is bound to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scope<'a> {
    /// The link.
    pub link: LinkId,
    /// Incremented when the link gets a new URL.
    pub token_version: i32,
    /// Incremented when the link's password changes.
    pub password_version: i32,
    /// What the grant allows.
    pub purpose: Purpose<'a>,
}

/// What a grant allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose<'a> {
    /// The link counts as unlocked.
    Unlocked,
    /// The download of this asset's version was counted.
    Counted(AssetId, &'a str),
    /// The download of this attachment was counted.
    CountedAttachment(AttachmentId),
    /// The link counts as unlocked for the archive of this request; for the URLs of archives.
    Archive(&'a str),
    /// The download of the archive of this request was counted; see [`crate::archive::ArchiveRequest`].
    CountedArchive(&'a str),
    /// The view of this visit was counted. The link counts as unlocked, because only a visitor who saw it gets this.
    Visited,
    /// The link counts as unlocked for this file of an asset; for the URLs of files.
    File(AssetId, &'a str),
    /// The view of this asset's page was counted for the visitor of this address, whose page loads itself again while it
    /// waits for its picture.
    Waiting(AssetId, &'a str),
    /// Nothing: the visitor was counted on a day, and for assets; see [`crate::statistics::Seen`].
    Seen(&'a str),
}

impl Scope<'_> {
    /// A grant that is valid until `until`.
    pub fn sign(&self, keys: &Keyring, until: DateTime<Utc>) -> String {
        self.signed(|signed| signed.sign(keys, until))
    }

    /// A grant for the URL of a file: valid for 30 to 60 minutes, and the same for 30 minutes, so that browsers find the
    /// file in their cache.
    pub fn sign_url(&self, keys: &Keyring, now: DateTime<Utc>) -> String {
        self.sign(keys, end_of_url(now))
    }

    /// How much longer `grant` is valid; none if it was signed for another scope or has ended.
    pub fn left(&self, keys: &Keyring, grant: &str, now: DateTime<Utc>) -> Option<TimeDelta> {
        self.signed(|signed| signed.left(keys, grant, now))
    }

    fn signed<T>(&self, with: impl FnOnce(Signed<'_>) -> T) -> T {
        let (purpose, of, version) = match self.purpose {
            Purpose::Unlocked => ("grant", Uuid::nil(), ""),
            Purpose::Counted(asset, version) => ("grant", asset.uuid(), version),
            Purpose::CountedAttachment(attachment) => ("grant", attachment.uuid(), "attachment"),
            Purpose::Archive(request) => ("grant of the URL of an archive", Uuid::nil(), request),
            Purpose::CountedArchive(request) => ("grant of an archive", Uuid::nil(), request),
            Purpose::Visited => ("grant of a visit", Uuid::nil(), ""),
            Purpose::File(asset, name) => ("grant of a file", asset.uuid(), name),
            Purpose::Seen(what) => ("marker of a visitor", Uuid::nil(), what),
            Purpose::Waiting(asset, address) => ("grant of a page that waits", asset.uuid(), address),
        };
        let versions = [self.token_version.to_be_bytes(), self.password_version.to_be_bytes()].concat();
        with(Signed { purpose, parts: &[self.link.as_bytes(), &versions, of.as_bytes(), version.as_bytes()] })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grant_holds_for_its_scope_and_time_only() {
        let keys: Keyring = "0123456789abcdef0123456789abcdef".parse().unwrap();
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let link = |number| LinkId::from_uuid(Uuid::from_u128(number));
        let asset = AssetId::from_uuid(Uuid::from_u128(9));
        let scope = Scope { link: link(1), token_version: 1, password_version: 1, purpose: Purpose::Unlocked };
        let others = [
            Scope { link: link(2), ..scope },
            Scope { token_version: 2, ..scope },
            Scope { password_version: 2, ..scope },
            Scope { purpose: Purpose::Counted(asset, "original"), ..scope },
            Scope { purpose: Purpose::Counted(asset, "preview"), ..scope },
            Scope { purpose: Purpose::CountedAttachment(AttachmentId::new()), ..scope },
            Scope { purpose: Purpose::Archive(""), ..scope },
            Scope { purpose: Purpose::CountedArchive(""), ..scope },
            Scope { purpose: Purpose::CountedArchive("version=original"), ..scope },
            Scope { purpose: Purpose::Visited, ..scope },
            Scope { purpose: Purpose::File(asset, "preview"), ..scope },
            Scope { purpose: Purpose::Waiting(asset, "192.0.2.1"), ..scope },
            Scope { purpose: Purpose::Waiting(asset, "192.0.2.2"), ..scope },
            Scope { purpose: Purpose::Seen(""), ..scope },
            Scope { purpose: Purpose::Seen("2026-11-29 "), ..scope },
        ];
        let grant = scope.sign(&keys, now + UNLOCKED_FOR);
        assert!(scope.left(&keys, &grant, now).is_some());
        assert_eq!(scope.left(&keys, &grant, now + UNLOCKED_FOR), None);
        assert_eq!(scope.left(&keys, &grant, now + TimeDelta::hours(2)), Some(TimeDelta::hours(10)));
        for other in others {
            assert_eq!(other.left(&keys, &grant, now), None, "{other:?}");
            assert!(other.left(&keys, &other.sign(&keys, now + CONTINUED_FOR), now).is_some());
        }
        let (until, bits) = grant.split_once('.').unwrap();
        let later = format!("{}.{bits}", until.parse::<i64>().unwrap() + 1);
        for bad in ["", ".", "1.2", "x.y", &later, &format!("{until}."), &format!("{grant}0"), "99999999999999999999.1"]
        {
            assert_eq!(scope.left(&keys, bad, now), None, "{bad}");
        }
        let rotated: Keyring = "ffffffffffffffffffffffffffffffff,0123456789abcdef0123456789abcdef".parse().unwrap();
        assert!(scope.left(&rotated, &grant, now).is_some(), "an older key still counts");
    }
}
