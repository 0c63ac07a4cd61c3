//! `disableLink`, `enableLink` and `rotateLink`.

use super::{payloads::LinkPayload, update_link::not_found};
use crate::{context, types::link::Link};
use app::{Error, links::Action};
use async_graphql::{Context, ID, Object};
use diesel_async::AsyncConnection;
use domain::node_id::NodeKind;
use schema::links;

#[derive(Default)]
pub(super) struct SwitchLink;

#[Object]
impl SwitchLink {
    /// Switches a link off: from now on it is answered like one that does not exist, until it is enabled again.
    async fn disable_link(&self, ctx: &Context<'_>, id: ID) -> Result<LinkPayload, Error> {
        apply(ctx, &id, Action::Disable).await
    }

    /// Switches a link on again, under its old URL.
    async fn enable_link(&self, ctx: &Context<'_>, id: ID) -> Result<LinkPayload, Error> {
        apply(ctx, &id, Action::Enable).await
    }

    /// A new URL at once, everything else kept; the old URL is dead.
    async fn rotate_link(&self, ctx: &Context<'_>, id: ID) -> Result<LinkPayload, Error> {
        let (services, viewer) = (context::services(ctx), context::viewer(ctx)?);
        let (now, key) = (services.now(), services.keys.newest());
        let Some(id) = NodeKind::Link.parse(&id) else { return Ok(not_found()) };
        let mut conn = context::connection(ctx).await?;
        let rotated = conn
            .transaction(async |conn| {
                let Some(before) = links::lock(conn, viewer.visible_links(), &[id]).await?.pop() else {
                    return Ok::<_, Error>(None);
                };
                let token_version = before.token_version + 1;
                let after = links::Link {
                    token_version,
                    token_sha256: key.link_token(id, token_version).sha256().to_vec(),
                    key_id: key.id().to_owned(),
                    updated_at: now,
                    ..before
                };
                Ok(Some(app::links::rotate(conn, viewer, after, now).await?))
            })
            .await?;
        Ok(rotated.map_or_else(not_found, |link| LinkPayload::done(Link(link))))
    }
}

/// Disables or enables one link.
async fn apply(ctx: &Context<'_>, id: &ID, action: Action) -> Result<LinkPayload, Error> {
    let (viewer, now) = (context::viewer(ctx)?, context::services(ctx).now());
    let Some(id) = NodeKind::Link.parse(id) else { return Ok(not_found()) };
    let mut conn = context::connection(ctx).await?;
    let applied = conn
        .transaction(async |conn| {
            let Some(link) = links::lock(conn, viewer.visible_links(), &[id]).await?.pop() else {
                return Ok::<_, Error>(None);
            };
            if !action.changes(link.disabled_at) {
                return Ok(Some(link));
            }
            app::links::apply(conn, viewer, action, vec![(link.id, link.name.clone())], now).await?;
            let disabled_at = (action == Action::Disable).then_some(now);
            Ok(Some(links::Link { disabled_at, updated_at: now, ..link }))
        })
        .await?;
    Ok(applied.map_or_else(not_found, |link| LinkPayload::done(Link(link))))
}
