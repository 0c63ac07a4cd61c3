//! The end of a collection and of the links to it.

use super::find::editable;
use crate::{
    MutationError, Services, UserErrorCode, Viewer,
    access_rules::of_rule,
    audit,
    security::{self, Subject},
};
use diesel_async::AsyncConnection;
use domain::{CollectionId, LinkAction, SecurityAction};
use schema::{
    access_rules, collections,
    links::{self, Link},
};

/// Deletes a collection with the rules on it and the links to it, which must be the viewer's unless they are an
/// administrator. The members stay in the library. Returns the id.
pub async fn delete_collection(
    services: &Services,
    viewer: &Viewer,
    id: Option<CollectionId>,
) -> Result<CollectionId, MutationError> {
    let (collection, now) = (editable(services, viewer, id, "id").await?, services.now());
    let mut conn = services.pool.get().await?;
    conn.transaction(async |conn| {
        // The lock keeps others from making another link to the collection, or another rule on it.
        collections::lock(conn, collection.id).await?;
        let lost = links::lock_to_collection(conn, collection.id).await?;
        if !viewer.is_admin() && lost.links().iter().any(|link| link.created_by != viewer.user.id) {
            let message =
                "Others have made links to this collection. Ask them or an administrator to delete these first.";
            return Err(MutationError::user(UserErrorCode::InvalidInput, &["id"], message));
        }
        let event = |link: &Link| {
            audit::event_without_changes(viewer, LinkAction::Deleted, link.id, link.settings.name.clone(), now)
        };
        let rules = access_rules::lock_on_collection(conn, collection.id).await?;
        let ended = rules.iter().map(|rule| (Subject { id: rule.id.uuid(), name: None }, of_rule(rule, false)));
        security::record_each(conn, viewer, SecurityAction::AccessRevoked, ended, now).await?;
        collections::delete(conn, lost, event).await?;
        Ok(collection.id)
    })
    .await
}
