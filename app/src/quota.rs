//! How large a new file may be: the configured maximum, and what the quotas leave. Originals and attachments count;
//! proxies, the watermark and the logo do not.

use crate::{Error, Limits, MutationError, Owner, Services, UserError, UserErrorCode};
use bytesize::ByteSize;
use domain::{branding::MAX_LOGO_BYTES, watermark};
use schema::storage_use::{self, StorageUse};

/// The most bytes of a file, and why a larger one is refused.
#[derive(Debug, Clone)]
pub struct SizeLimit {
    /// In bytes.
    pub max_bytes: u64,
    /// Why a larger file is refused.
    pub refusal: UserError,
}

impl SizeLimit {
    /// The limit of a watermark.
    pub fn of_watermark() -> Self {
        Self::of_picture(watermark::MAX_BYTES)
    }

    /// The limit of a logo.
    pub fn of_logo() -> Self {
        Self::of_picture(MAX_LOGO_BYTES)
    }

    fn of_picture(max_bytes: u64) -> Self {
        let message = format!("The file is larger than {} MB.", max_bytes / 1024 / 1024);
        Self { max_bytes, refusal: UserError::new(UserErrorCode::InvalidFile, &["file"], message) }
    }

    /// The present limit of a new original or attachment. The quota is checked again when the file is stored, because
    /// other files may have been stored in the meantime.
    pub async fn of_library(services: &Services, owner: Owner) -> Result<Self, Error> {
        let limits = &services.limits;
        let largest = Self { max_bytes: limits.largest, refusal: too_large(limits.largest) };
        if limits.workspace_quota.is_none() && limits.user_quota.is_none() {
            return Ok(largest);
        }
        let used = storage_use::of(&mut *services.pool.get().await?, owner.workspace, owner.user).await?;
        let quotas = quotas(limits, used)
            .into_iter()
            .map(|quota| Self { max_bytes: quota.limit.saturating_sub(quota.used), refusal: quota.refusal() });
        // If both quotas leave the same, the message is about the workspace's.
        Ok(quotas.fold(largest, |least, quota| if quota.max_bytes < least.max_bytes { quota } else { least }))
    }
}

fn too_large(max_bytes: u64) -> UserError {
    let message = format!("The file is larger than {}, the largest size that is allowed here.", human_size(max_bytes));
    UserError::new(UserErrorCode::FileTooLarge, &["file"], message)
}

/// Fails if a quota is exceeded by the `added` bytes that this transaction has stored and `used` includes.
pub fn check(limits: &Limits, used: StorageUse, added: u64) -> Result<(), UserError> {
    match quotas(limits, used).into_iter().find(|quota| quota.used > quota.limit) {
        Some(exceeded) => Err(Quota { used: exceeded.used.saturating_sub(added), ..exceeded }.refusal()),
        None => Ok(()),
    }
}

/// Fails if a file of this size must not be imported.
pub async fn check_import(services: &Services, owner: Owner, size: u64) -> Result<(), MutationError> {
    services.storage.check_free_space(size, services.limits.min_free_disk).await?;
    let size_limit = SizeLimit::of_library(services, owner).await?;
    if size > size_limit.max_bytes { Err(size_limit.refusal.into()) } else { Ok(()) }
}

struct Quota {
    scope: QuotaScope,
    used: u64,
    limit: u64,
}

enum QuotaScope {
    Workspace,
    User,
}

fn quotas(limits: &Limits, used: StorageUse) -> Vec<Quota> {
    let quota = |scope, used: i64, limit| Some(Quota { scope, used: u64::try_from(used).unwrap_or(0), limit: limit? });
    let workspace = quota(QuotaScope::Workspace, used.workspace, limits.workspace_quota);
    workspace.into_iter().chain(quota(QuotaScope::User, used.user, limits.user_quota)).collect()
}

impl Quota {
    fn refusal(&self) -> UserError {
        UserError::new(UserErrorCode::QuotaExceeded, &["file"], self.message())
    }

    fn message(&self) -> String {
        let (used, limit, left) =
            (human_size(self.used), human_size(self.limit), human_size(self.limit.saturating_sub(self.used)));
        match self.scope {
            QuotaScope::Workspace => format!(
                "The files of this workspace use {used} of {limit}; this file is larger than the remaining {left}. Ask \
                 the operator of the server for more space."
            ),
            QuotaScope::User => format!(
                "Your files use {used} of {limit}; this file is larger than the remaining {left}. Ask the operator of \
                 the server for more space."
            ),
        }
    }
}

fn human_size(bytes: u64) -> String {
    ByteSize::b(bytes).display().si().to_string()
}
