//! `linkPreparation`: how far the proxies of a link are, until none is missing.
//!
//! Announcements say when to look again; nothing is asked while nothing changes. Each look asks everything anew, also
//! who the viewer is: a session that has ended and a link that is no longer his end the subscription.

use crate::{
    context::{self, services},
    loaders,
    types::link::{Link, LinkPreparation},
};
use app::{Caller, Error, Services, Viewer, events::Subscriber, sign_in};
use async_graphql::{Context, ID, Subscription};
use domain::{AssetId, LinkId, node_id::NodeId};
use futures::{Stream, StreamExt, stream};
use schema::{collections, link_listing, links, proxy_events::Change};
use std::{collections::HashSet, sync::Arc, time::Duration};
use tokio::time::{Instant, sleep, sleep_until};
use uuid::Uuid;

/// The least time between two looks. What is announced in between is looked at together.
const INTERVAL: Duration = Duration::from_millis(150);
/// How long to wait for a part of the server that is gone for the moment.
const PAUSE: Duration = Duration::from_secs(1);
/// How many changed things are told apart between two looks.
const MANY: usize = 2000;

#[derive(Default)]
pub(super) struct LinkPreparationSubscription;

#[Subscription]
impl LinkPreparationSubscription {
    /// How far the pictures are that a link's page shows and hands out: the present count at once, and then each
    /// change. Ends when all are ready or have failed, or with the link.
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
        let watch = Watch { services, caller, link: row, events, looked_at: Instant::now(), last: first };
        let changes = stream::unfold((!first.is_complete()).then_some(watch), |watch| async {
            let mut watch = watch?;
            let next = watch.next().await?;
            let goes_on = next.as_ref().is_ok_and(|now| !now.is_complete());
            Some((next, goes_on.then_some(watch)))
        });
        Ok(stream::once(async move { Ok(first) }).chain(changes))
    }
}

/// The link as it is now, if the viewer may see it, and the count of its proxies.
async fn count(
    services: &Services,
    viewer: &Viewer,
    id: LinkId,
) -> Result<Option<(links::Link, LinkPreparation)>, Error> {
    let found = link_listing::get(&mut *services.pool.get().await?, viewer.visible_links(), id).await?;
    let Some(row) = found else { return Ok(None) };
    let link = Link(row);
    let preparation = link.count_proxies(&loaders::of_request(services, viewer)).await?;
    Ok(Some((link.0, preparation)))
}

/// Somebody who waits for a link's proxies.
struct Watch {
    services: Arc<Services>,
    caller: Caller,
    link: links::Link,
    events: Subscriber,
    looked_at: Instant,
    last: LinkPreparation,
}

impl Watch {
    /// Waits until the count is another. Nothing, where there is no more to count.
    async fn next(&mut self) -> Option<Result<LinkPreparation, Error>> {
        let mut changes = self.changes().await?;
        loop {
            match self.look(&changes).await {
                Ok(Some(now)) if now == self.last => changes = self.changes().await?,
                Ok(Some(now)) => {
                    self.last = now;
                    return Some(Ok(now));
                }
                Ok(None) => return None,
                Err(Error::Unavailable(reason)) => {
                    tracing::warn!(reason, "a subscription waits");
                    sleep(PAUSE).await;
                }
                Err(error) => return Some(Err(error)),
            }
        }
    }

    /// Waits for changes, and then for those that come right after.
    async fn changes(&mut self) -> Option<Changes> {
        let mut changes = Changes::default();
        changes.add(self.events.next().await?);
        sleep_until(self.looked_at + INTERVAL).await;
        while let Some(change) = self.events.ready() {
            changes.add(change);
        }
        Some(changes)
    }

    /// Counts again where the changes are of this link; the same count as before, where they are not. Nothing, where
    /// the link is gone.
    async fn look(&mut self, changes: &Changes) -> Result<Option<LinkPreparation>, Error> {
        let concerned = self.concerns(changes).await;
        self.looked_at = Instant::now();
        if !concerned? {
            return Ok(Some(self.last));
        }
        let viewer = match &self.caller.bearer {
            Some(token) => sign_in::viewer(&self.services, token).await?,
            None => None,
        };
        let viewer = viewer.ok_or(Error::TokenEnded)?;
        let Some((link, now)) = count(&self.services, &viewer, self.link.id).await? else { return Ok(None) };
        self.link = link;
        Ok(Some(now))
    }

    async fn concerns(&self, changes: &Changes) -> Result<bool, Error> {
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

/// What has changed since the last look.
#[derive(Default)]
struct Changes {
    of: HashSet<Uuid>,
    anything: bool,
}

impl Changes {
    fn add(&mut self, change: Change) {
        match change {
            Change::Of(id) if self.of.len() < MANY => drop(self.of.insert(id)),
            _ => self.anything = true,
        }
    }
}
