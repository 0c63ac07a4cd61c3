//! The end of an access rule.

use crate::{MutationError, Services, UserErrorCode, Viewer};
use domain::AccessRuleId;
use schema::access_rules::{self, AccessRule};

/// Takes back what a rule gave; links by those who had it lose it at once. For administrators. `id` is none where the
/// client sent no id of a rule.
pub async fn revoke_access(
    services: &Services,
    viewer: &Viewer,
    id: Option<AccessRuleId>,
) -> Result<AccessRule, MutationError> {
    viewer.require_admin()?;
    let revoked = match id {
        Some(id) => access_rules::delete(&mut *services.pool.get().await?, viewer.workspace.id, id).await?,
        None => None,
    };
    revoked.ok_or_else(|| MutationError::user(UserErrorCode::NotFound, &["id"], "There is no such access rule."))
}
