//! The grants that a visitor presents, and those that they are to remember.

use super::Visit;
use crate::files::FileName;
use chrono::TimeDelta;
use domain::{
    AssetId,
    grant::{CONTINUED_FOR, Purpose, REPEATED_FOR, Scope, UNLOCKED_FOR},
};

/// What a visitor is to remember and to present again.
pub struct Grant {
    /// Its text, which is secret.
    pub text: String,
    /// How long it is of use.
    pub lasts: TimeDelta,
}

impl Visit<'_> {
    /// Whether the visitor has typed the password.
    pub(super) fn is_unlocked(&self) -> bool {
        self.visitor.unlocked.iter().any(|grant| self.left(Some(grant), Purpose::Unlocked).is_some())
    }

    /// Whether a download was counted for this visitor, so that they may continue it.
    pub(super) fn may_continue(&self, asset: AssetId, file: FileName) -> bool {
        self.left(self.visitor.counted.as_deref(), file.counted(asset)).is_some()
    }

    /// Whether a download was counted for this visitor so recently that they may begin it anew.
    pub(super) fn may_repeat(&self, asset: AssetId, file: FileName) -> bool {
        let left = self.left(self.visitor.counted.as_deref(), file.counted(asset));
        left.is_some_and(|left| left > CONTINUED_FOR - REPEATED_FOR)
    }

    /// The grant for the right password.
    pub(super) fn grant_unlocked(&self) -> Grant {
        self.grant(Purpose::Unlocked, UNLOCKED_FOR)
    }

    /// The grant for a counted download.
    pub(super) fn grant_counted(&self, asset: AssetId, file: FileName) -> Grant {
        self.grant(file.counted(asset), CONTINUED_FOR)
    }

    fn grant(&self, purpose: Purpose<'_>, lasts: TimeDelta) -> Grant {
        Grant { text: self.scope(purpose).sign(&self.services.keys, self.now + lasts), lasts }
    }

    /// How much longer a grant holds for a purpose.
    fn left(&self, grant: Option<&str>, purpose: Purpose<'_>) -> Option<TimeDelta> {
        self.scope(purpose).left(&self.services.keys, grant?, self.now)
    }

    fn scope<'p>(&self, purpose: Purpose<'p>) -> Scope<'p> {
        let link = &self.opened.link;
        Scope { link: link.id, token_version: link.token_version, password_version: link.password_version, purpose }
    }
}
