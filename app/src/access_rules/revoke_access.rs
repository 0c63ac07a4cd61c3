//! The end of an access rule.

use super::of_rule;
use crate::{
    MutationError, Services, UserErrorCode, Viewer,
    security::{self, Subject},
};
use diesel_async::AsyncConnection;
use domain::{AccessRuleId, SecurityAction};
use schema::access_rules::{self, AccessRule};

/// Takes back what a rule gave; links by those who had it lose it at once. For administrators. `id` is none where the
/// client sent no id of a rule.
pub async fn revoke_access(
    services: &Services,
    viewer: &Viewer,
    id: Option<AccessRuleId>,
) -> Result<AccessRule, MutationError> {
    viewer.require_admin()?;
    let missing = || MutationError::user(UserErrorCode::NotFound, &["id"], "There is no such access rule.");
    let id = id.ok_or_else(missing)?;
    let mut conn = services.pool.get().await?;
    conn.transaction(async |conn| {
        let revoked = access_rules::delete(conn, viewer.workspace.id, id).await?.ok_or_else(missing)?;
        let (subject, now) = (Subject { id: id.uuid(), name: None }, services.now());
        security::record(conn, viewer, SecurityAction::AccessRevoked, subject, of_rule(&revoked, false), now).await?;
        Ok(revoked)
    })
    .await
}
