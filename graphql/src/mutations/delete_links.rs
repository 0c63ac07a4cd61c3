//! `deleteLinks`.

use crate::{
    context,
    errors::{UserError, UserErrorCode},
};
use app::{Error, links::Action};
use async_graphql::{Context, ID, Object, SimpleObject};
use diesel_async::AsyncConnection;
use domain::node_id::NodeKind;
use schema::links;
use uuid::Uuid;

/// The most links deleted in one call.
const MAX_IDS: usize = 1000;

#[derive(Default)]
pub(super) struct DeleteLinks;

/// Which links are gone, and which were not found.
#[derive(SimpleObject)]
struct DeleteLinksPayload {
    deleted_ids: Vec<ID>,
    user_errors: Vec<UserError>,
}

#[Object]
impl DeleteLinks {
    /// Deletes links for good; their URLs are dead at once. Those that you may not delete are told apart and stay.
    async fn delete_links(&self, ctx: &Context<'_>, ids: Vec<ID>) -> Result<DeleteLinksPayload, Error> {
        let viewer = context::viewer(ctx)?;
        let (visible, now) = (viewer.visible_links(), context::services(ctx).now());
        if ids.len() > MAX_IDS {
            let message = format!("At most {MAX_IDS} links are deleted in one call.");
            let user_errors = vec![UserError::new(UserErrorCode::InvalidInput, &["ids"], message)];
            return Ok(DeleteLinksPayload { deleted_ids: Vec::new(), user_errors });
        }
        let wanted: Vec<_> = ids.iter().filter_map(|id| NodeKind::Link.parse(id)).collect();
        let mut conn = context::connection(ctx).await?;
        let deleted = conn
            .transaction(async |conn| {
                let found = links::lock(conn, visible, &wanted).await?;
                let ids: Vec<Uuid> = found.iter().map(|link| link.id).collect();
                let named = found.into_iter().map(|link| (link.id, link.name)).collect();
                app::links::apply(conn, viewer, Action::Delete, named, now).await?;
                Ok::<_, Error>(ids)
            })
            .await?;
        let gone = |id: &ID| NodeKind::Link.parse(id).is_some_and(|id| deleted.contains(&id));
        let user_errors = ids.iter().enumerate().filter(|(_, id)| !gone(id)).map(|(index, _)| {
            let message = "There is no such link, or you may not delete it.";
            UserError::new(UserErrorCode::NotFound, &["ids", &index.to_string()], message)
        });
        let user_errors = user_errors.collect();
        Ok(DeleteLinksPayload {
            deleted_ids: deleted.into_iter().map(|id| NodeKind::Link.id(id).into()).collect(),
            user_errors,
        })
    }
}
