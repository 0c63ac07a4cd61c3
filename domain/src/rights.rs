//! Roles, and the rights that they give.

use crate::text_enum::text_enum;
use std::ops::{BitAnd, BitOr};

text_enum! {
    /// The role of a user in the workspace.
    pub enum Role {
        /// Sees only what access rules name.
        Guest = "GUEST",
        /// May see the library.
        Viewer = "VIEWER",
        /// May upload, share and download.
        Editor = "EDITOR",
        /// Manages the workspace: users, settings, and the links of everybody.
        Admin = "ADMIN",
    }
}

text_enum! {
    /// Whether a person can sign in.
    pub enum UserState {
        /// They are invited, and have not chosen a password yet.
        Invited = "INVITED",
        /// They can.
        Active = "ACTIVE",
        /// An administrator has disabled the account.
        Disabled = "DISABLED",
        /// The account is deleted; only a pseudonym is left.
        Deleted = "DELETED",
    }
}

text_enum! {
    /// One thing that a user may do with an asset.
    pub enum Right {
        /// See the asset and its pictures.
        Read = "READ",
        /// Create links to the asset.
        Share = "SHARE",
        /// Download the original.
        DownloadOriginal = "DOWNLOAD_ORIGINAL",
        /// Download proxies.
        DownloadProxy = "DOWNLOAD_PROXY",
        /// Download attachments.
        DownloadAttachment = "DOWNLOAD_ATTACHMENT",
        /// Change the asset: upload, attach, archive.
        Edit = "EDIT",
    }
}

/// A set of rights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rights(u8);

impl Rights {
    /// No right at all.
    pub const NONE: Self = Self(0);
    /// Every right.
    pub const ALL: Self = Self(0b11_1111);

    /// The set of these rights.
    pub fn of(rights: &[Right]) -> Self {
        Self(rights.iter().fold(0, |bits, right| bits | Self::bit(*right)))
    }

    /// Whether `right` is in the set.
    pub fn has(self, right: Right) -> bool {
        self.0 & Self::bit(right) != 0
    }

    /// The rights in the set.
    pub fn list(self) -> Vec<Right> {
        Right::ALL.iter().copied().filter(|right| self.has(*right)).collect()
    }

    /// Whether every right of `other` is in the set.
    pub fn covers(self, other: Self) -> bool {
        self & other == other
    }

    /// The set as it is stored: one bit for each right, in the order of [`Right`].
    pub fn bits(self) -> i32 {
        self.0.into()
    }

    /// The set of stored bits. Unknown bits are ignored.
    pub fn from_bits(bits: i32) -> Self {
        Self(u8::try_from(bits & i32::from(Self::ALL.0)).unwrap_or_default())
    }

    const fn bit(right: Right) -> u8 {
        1 << right as u8
    }
}

impl BitOr for Rights {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitAnd for Rights {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

impl Role {
    /// The rights that the role gives on every asset of the workspace, without rules.
    pub fn rights(self) -> Rights {
        match self {
            Self::Guest => Rights::NONE,
            Self::Viewer => Rights::of(&[Right::Read, Right::DownloadProxy]),
            Self::Editor | Self::Admin => Rights::ALL,
        }
    }

    /// Whether access rules can add rights to those of the role.
    pub fn is_limited(self) -> bool {
        self.rights() != Rights::ALL
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_holds_what_was_put_in_and_nothing_else() {
        for right in Right::ALL {
            let set = Rights::of(&[*right]);
            assert!(Right::ALL.iter().all(|other| set.has(*other) == (other == right)));
            assert!(Rights::ALL.has(*right) && !Rights::NONE.has(*right));
            assert_eq!((set.list(), Rights::from_bits(set.bits())), (vec![*right], set));
            assert!(Rights::ALL.covers(set) && !Rights::NONE.covers(set) && set.covers(Rights::NONE | set));
        }
    }

    #[test]
    fn a_viewer_neither_shares_nor_edits() {
        let rights = Role::Viewer.rights();
        assert!(rights.has(Right::Read) && !rights.has(Right::Share) && !rights.has(Right::Edit));
    }

    #[test]
    fn a_guest_has_what_rules_give_and_nothing_else() {
        assert_eq!(Role::Guest.rights(), Rights::NONE);
        let limited: Vec<Role> = Role::ALL.iter().copied().filter(|role| role.is_limited()).collect();
        assert_eq!(limited, [Role::Guest, Role::Viewer]);
    }
}
