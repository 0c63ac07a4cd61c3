//! `disableLink`, `enableLink` and `rotateLink`.

use super::{payloads::LinkPayload, update_link::not_found};
use crate::{context, types::link::Link};
use app::{Error, audit};
use async_graphql::{Context, ID, Object};
use diesel_async::AsyncConnection;
use domain::LinkAction;
use domain::node_id::NodeKind;
use schema::{link_events, links};

#[derive(Default)]
pub(super) struct SwitchLink;

#[Object]
impl SwitchLink {
    /// Switches a link off: from now on it is answered like one that does not exist, until it is enabled again.
    async fn disable_link(&self, ctx: &Context<'_>, id: ID) -> Result<LinkPayload, Error> {
        change(ctx, &id, Switch::Off).await
    }

    /// Switches a link on again, under its old URL.
    async fn enable_link(&self, ctx: &Context<'_>, id: ID) -> Result<LinkPayload, Error> {
        change(ctx, &id, Switch::On).await
    }

    /// A new URL at once, everything else kept; the old URL is dead.
    async fn rotate_link(&self, ctx: &Context<'_>, id: ID) -> Result<LinkPayload, Error> {
        change(ctx, &id, Switch::NewUrl).await
    }
}

/// What is done to a link as a whole.
#[derive(Debug, Clone, Copy)]
enum Switch {
    Off,
    On,
    NewUrl,
}

impl Switch {
    /// As it is on record.
    const fn action(self) -> LinkAction {
        match self {
            Self::Off => LinkAction::Disabled,
            Self::On => LinkAction::Enabled,
            Self::NewUrl => LinkAction::Rotated,
        }
    }
}

async fn change(ctx: &Context<'_>, id: &ID, switch: Switch) -> Result<LinkPayload, Error> {
    let (services, viewer) = (context::services(ctx), context::viewer(ctx)?);
    let (visible, now, key) = (viewer.visible_links(), services.now(), services.keys.newest());
    let Some(id) = NodeKind::Link.parse(id) else { return Ok(not_found()) };
    let mut conn = context::connection(ctx).await?;
    let changed = conn
        .transaction(async |conn| {
            let Some(before) = links::lock(conn, visible, &[id]).await?.pop() else { return Ok::<_, Error>(None) };
            let mut after = before.clone();
            match switch {
                Switch::Off => after.disabled_at = before.disabled_at.or(Some(now)),
                Switch::On => after.disabled_at = None,
                Switch::NewUrl => {
                    after.token_version += 1;
                    after.token_sha256 = key.link_token(after.id, after.token_version).sha256().to_vec();
                    key.id().clone_into(&mut after.key_id);
                }
            }
            if after.disabled_at == before.disabled_at && after.token_version == before.token_version {
                return Ok(Some(before));
            }
            after.updated_at = now;
            let after = links::update(conn, after).await?;
            let event = audit::event(viewer, switch.action(), Some(&before), &after, now)?;
            link_events::insert(conn, vec![event]).await?;
            Ok(Some(after))
        })
        .await?;
    Ok(changed.map_or_else(not_found, |link| LinkPayload::done(Link(link))))
}
