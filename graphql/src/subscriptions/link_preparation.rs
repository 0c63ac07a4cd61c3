//! `linkPreparation`: counts the proxies of a link until none is pending.
//!
//! Announcements of Postgres trigger a new count; while nothing changes, no statement runs. Each count also checks the
//! viewer again: the subscription ends when the session has ended, or when the viewer may not see the link any more.

use crate::{
    context::{self, Reads, services},
    loaders,
    types::link::{Link, LinkPreparation},
};
use app::{Caller, Error, Services, Viewer, events::Subscriber, sign_in};
use async_graphql::{Context, ID, Subscription};
use domain::{AssetId, LinkId, node_id::NodeId};
use futures::{Stream, StreamExt, stream};
use schema::{announcements::Change, collections, link_listing, links};
use std::{collections::HashSet, sync::Arc, time::Duration};
use tokio::time::{Instant, sleep, sleep_until};
use uuid::Uuid;

/// The minimum time between two counts. Announcements in between are handled together.
const INTERVAL: Duration = Duration::from_millis(150);
/// How long to wait before another try while a part of the server is away.
const PAUSE: Duration = Duration::from_secs(1);
/// How many changed ids are remembered between two counts; if there are more, anything may have changed.
const MAX_TRACKED_IDS: usize = 2000;

#[derive(Default)]
pub(super) struct LinkPreparationSubscription;

#[Subscription]
impl LinkPreparationSubscription {
    /// How many of the pictures that a link's page shows or offers are made: the present count at once, and then each
    /// change. Ends when all are ready or have failed, or when the link is deleted.
    async fn link_preparation(
        &self,
        ctx: &Context<'_>,
        link_id: ID,
    ) -> Result<impl Stream<Item = Result<LinkPreparation, Error>> + use<>, Error> {
        let viewer = context::viewer(ctx)?;
        let link = LinkId::from_node_id(&link_id).ok_or(Error::NotFound)?;
        let (services, caller) = (Arc::clone(services(ctx)), context::caller(ctx).clone());
        let events = services.events.subscribe();
        let (row, first) = count(&services, viewer, link).await?.ok_or(Error::NotFound)?;
        let watch = Watch { services, caller, link: row, events, counted_at: Instant::now(), last: first };
        let changes = stream::unfold((!first.is_complete()).then_some(watch), |watch| async {
            let mut watch = watch?;
            let next = watch.next().await?;
            let continues = next.as_ref().is_ok_and(|now| !now.is_complete());
            Some((next, continues.then_some(watch)))
        });
        Ok(stream::once(async move { Ok(first) }).chain(changes))
    }
}

/// Loads the link, if the viewer may see it, and counts its proxies.
async fn count(
    services: &Services,
    viewer: &Viewer,
    id: LinkId,
) -> Result<Option<(links::Link, LinkPreparation)>, Error> {
    let found = link_listing::get(&mut *services.pool.get().await?, viewer.visible_links(), id).await?;
    let Some(row) = found else { return Ok(None) };
    let link = Link(row);
    let loaders = loaders::of_request(services, viewer, &Reads::new(&services.pool, None));
    let preparation = link.count_proxies(&loaders).await?;
    Ok(Some((link.0, preparation)))
}

/// The state of one subscription.
struct Watch {
    services: Arc<Services>,
    caller: Caller,
    link: links::Link,
    events: Subscriber,
    counted_at: Instant,
    last: LinkPreparation,
}

impl Watch {
    /// Waits until the count changes; none if the link is gone.
    async fn next(&mut self) -> Option<Result<LinkPreparation, Error>> {
        let mut changes = self.changes().await?;
        loop {
            match self.recount(&changes).await {
                Ok(Some(now)) if now == self.last => changes = self.changes().await?,
                Ok(Some(now)) => {
                    self.last = now;
                    return Some(Ok(now));
                }
                Ok(None) => return None,
                Err(Error::Unavailable(reason)) => {
                    tracing::warn!(reason, "a subscription waits for a part of the server");
                    sleep(PAUSE).await;
                }
                Err(error) => return Some(Err(error)),
            }
        }
    }

    /// Waits for a change, and collects further ones until the minimum time has passed.
    async fn changes(&mut self) -> Option<Changes> {
        let mut changes = Changes::default();
        changes.add(self.events.next().await?);
        sleep_until(self.counted_at + INTERVAL).await;
        while let Some(change) = self.events.ready() {
            changes.add(change);
        }
        Some(changes)
    }

    /// Counts again if the changes may affect this link; otherwise returns the last count. None if the link is gone.
    async fn recount(&mut self, changes: &Changes) -> Result<Option<LinkPreparation>, Error> {
        let is_affected = self.is_affected_by(changes).await;
        self.counted_at = Instant::now();
        if !is_affected? {
            return Ok(Some(self.last));
        }
        let viewer = match &self.caller.bearer {
            Some(token) => sign_in::viewer(&self.services, token, None).await?,
            None => None,
        };
        let viewer = viewer.ok_or(Error::TokenEnded)?;
        let Some((link, now)) = count(&self.services, &viewer, self.link.id).await? else { return Ok(None) };
        self.link = link;
        Ok(Some(now))
    }

    async fn is_affected_by(&self, changes: &Changes) -> Result<bool, Error> {
        let targets =
            [Some(self.link.id.uuid()), self.link.asset_id.map(Uuid::from), self.link.collection_id.map(Uuid::from)];
        if changes.anything || targets.into_iter().flatten().any(|id| changes.of.contains(&id)) {
            return Ok(true);
        }
        let Some(collection) = self.link.collection_id else { return Ok(false) };
        // Those that are no assets are no members either.
        let assets: Vec<AssetId> = changes.of.iter().copied().map(AssetId::from_uuid).collect();
        Ok(collections::has_any(&mut *self.services.pool.get().await?, collection, &assets).await?)
    }
}

/// What has changed since the last count.
#[derive(Default)]
struct Changes {
    of: HashSet<Uuid>,
    anything: bool,
}

impl Changes {
    fn add(&mut self, change: Change) {
        match change {
            Change::Of(id) if self.of.len() < MAX_TRACKED_IDS => drop(self.of.insert(id)),
            _ => self.anything = true,
        }
    }
}
