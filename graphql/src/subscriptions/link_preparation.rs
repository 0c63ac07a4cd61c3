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
use domain::node_id::NodeKind;
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
const MAX_TRACKED_IDS: usize = 2000;

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
        let link = NodeKind::Link.parse(&link_id).ok_or(Error::NotFound)?;
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

/// The link as it is now, if the viewer may see it, and the count of its proxies.
async fn count(
    services: &Services,
    viewer: &Viewer,
    id: Uuid,
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
    counted_at: Instant,
    last: LinkPreparation,
}

impl Watch {
    /// Waits until the count is another. Nothing, where there is no more to count.
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
        sleep_until(self.counted_at + INTERVAL).await;
        while let Some(change) = self.events.ready() {
            changes.add(change);
        }
        Some(changes)
    }

    /// Counts again where the changes are of this link; the same count as before, where they are not. Nothing, where
    /// the link is gone.
    async fn recount(&mut self, changes: &Changes) -> Result<Option<LinkPreparation>, Error> {
        let is_affected = self.is_affected_by(changes).await;
        self.counted_at = Instant::now();
        if !is_affected? {
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

    async fn is_affected_by(&self, changes: &Changes) -> Result<bool, Error> {
        let targets = [Some(self.link.id), self.link.asset_id, self.link.collection_id];
        if changes.anything || targets.into_iter().flatten().any(|id| changes.of.contains(&id)) {
            return Ok(true);
        }
        let Some(collection) = self.link.collection_id else { return Ok(false) };
        let of: Vec<Uuid> = changes.of.iter().copied().collect();
        Ok(collections::has_any(&mut *self.services.pool.get().await?, collection, &of).await?)
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
            Change::Of(id) if self.of.len() < MAX_TRACKED_IDS => drop(self.of.insert(id)),
            _ => self.anything = true,
        }
    }
}
