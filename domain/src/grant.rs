//! Grants: signed values that a visitor's browser sends after a correct password or a counted download.
//!
//! A grant is signed, not stored. It is bound to the link's id, token version and password version, so that a change of
//! any of them ends the grant, and no grant is valid for another link.

use crate::{
    AssetId, AttachmentId, LinkId,
    token::{Keyring, ServerKey},
};
use chrono::{DateTime, TimeDelta, Utc};
use hmac::Mac;
use uuid::Uuid;

/// How long a link stays unlocked after a correct password.
pub const UNLOCKED_FOR: TimeDelta = TimeDelta::hours(12);

/// How long a counted download may be resumed without being counted again.
pub const CONTINUED_FOR: TimeDelta = TimeDelta::days(7);

/// How long a counted download may also be restarted from the beginning without being counted again. Shorter than
/// [`CONTINUED_FOR`].
pub const REPEATED_FOR: TimeDelta = TimeDelta::minutes(30);

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
    /// The download of the archive of this request was counted; see [`crate::archive::ArchiveRequest`].
    CountedArchive(&'a str),
}

impl Scope<'_> {
    fn mac(&self, key: &ServerKey, until: i64) -> hmac::Hmac<sha2::Sha256> {
        let (of, version) = match self.purpose {
            Purpose::Unlocked => (Uuid::nil(), ""),
            Purpose::Counted(asset, version) => (asset.uuid(), version),
            Purpose::CountedAttachment(attachment) => (attachment.uuid(), "attachment"),
            // The id of no asset and no attachment.
            Purpose::CountedArchive(request) => (Uuid::max(), request),
        };
        let versions = [self.token_version.to_be_bytes(), self.password_version.to_be_bytes()].concat();
        let parts =
            [self.link.as_bytes().as_slice(), &versions, of.as_bytes(), version.as_bytes(), &until.to_be_bytes()];
        key.mac("grant", &parts)
    }

    /// A grant that is valid until `until`.
    pub fn sign(&self, keys: &Keyring, until: DateTime<Utc>) -> String {
        let until = until.timestamp();
        let mac = self.mac(keys.newest(), until).finalize().into_bytes();
        let bits: [u8; 16] = std::array::from_fn(|i| mac[i]);
        format!("{until}.{:0>22}", base62::encode(u128::from_be_bytes(bits)))
    }

    /// How much longer `grant` is valid; none if it was signed for another scope or has ended.
    pub fn left(&self, keys: &Keyring, grant: &str, now: DateTime<Utc>) -> Option<TimeDelta> {
        let (until, bits) = grant.split_once('.')?;
        let (until, bits) = (until.parse::<i64>().ok()?, base62::decode(bits).ok()?);
        let left = DateTime::from_timestamp(until, 0)?.signed_duration_since(now);
        let signed = || keys.all().any(|key| self.mac(key, until).verify_truncated_left(&bits.to_be_bytes()).is_ok());
        (left > TimeDelta::zero() && signed()).then_some(left)
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
            Scope { purpose: Purpose::CountedArchive(""), ..scope },
            Scope { purpose: Purpose::CountedArchive("version=original"), ..scope },
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
