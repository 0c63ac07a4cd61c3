//! `linkActivity`: tells of the views and downloads of a link.
//!
//! The statement that counts a view or a download announces it, if the link says that somebody waits; a subscription says so
//! once an hour. Besides, no statement runs while nothing happens. Each announcement about the link also checks the viewer
//! again: the subscription ends when the session has ended, or when the viewer may not see the link any more.

use crate::context::{self, services};
use app::{Caller, Error, Services, Viewer, events::Subscriber, sign_in};
use async_graphql::{Context, ID, SimpleObject, Subscription};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{LinkId, node_id::NodeId};
use futures::{Stream, StreamExt, stream};
use schema::{announcements::Change, link_listing, statistics};
use std::{sync::Arc, time::Duration};
use tokio::time::{Instant, sleep, sleep_until, timeout_at};

/// The minimum time between two messages. What happens in between is told together.
const INTERVAL: Duration = Duration::from_millis(150);
/// How long views and downloads are announced for a subscription.
const WATCHED_FOR: TimeDelta = TimeDelta::hours(2);
/// When the subscription says that it still waits. Sooner than [`WATCHED_FOR`].
const WATCH_AGAIN_AFTER: Duration = Duration::from_hours(1);
/// How long to wait before another try while a part of the server is away.
const PAUSE: Duration = Duration::from_secs(1);

/// How often a link was opened so far, and when last.
#[derive(SimpleObject, Clone, Copy, PartialEq, Eq)]
pub(super) struct LinkActivity {
    view_count: i32,
    download_count: i32,
    /// The last view or download.
    last_accessed_at: Option<DateTime<Utc>>,
}

#[derive(Default)]
pub(super) struct LinkActivitySubscription;

#[Subscription]
impl LinkActivitySubscription {
    /// How often a link was viewed and downloaded: the present counts at once, and then each change. What happens within
    /// a short time is told together. Ends when the link is deleted, or when you may not see it any more.
    async fn link_activity(
        &self,
        ctx: &Context<'_>,
        link_id: ID,
    ) -> Result<impl Stream<Item = Result<LinkActivity, Error>> + use<>, Error> {
        let viewer = context::viewer(ctx)?;
        let link = LinkId::from_node_id(&link_id).ok_or(Error::NotFound)?;
        let (services, caller) = (Arc::clone(services(ctx)), context::caller(ctx).clone());
        let events = services.link_activity.subscribe();
        let now = Instant::now();
        let first = watch(&services, viewer, link).await?.ok_or(Error::NotFound)?;
        let watch = Watch { services, caller, link, events, watched_at: now, loaded_at: now, last: first };
        let changes = stream::unfold(Some(watch), |watch| async {
            let mut watch = watch?;
            let next = watch.next().await?;
            let continues = next.is_ok();
            Some((next, continues.then_some(watch)))
        });
        Ok(stream::once(async move { Ok(first) }).chain(changes))
    }
}

/// The counts of the link, if the viewer may see it.
async fn load(services: &Services, viewer: &Viewer, id: LinkId) -> Result<Option<LinkActivity>, Error> {
    let found = link_listing::get(&mut *services.pool.get().await?, viewer.visible_links(), id).await?;
    Ok(found.map(|link| LinkActivity {
        view_count: link.view_count,
        download_count: link.download_count,
        last_accessed_at: link.last_accessed_at,
    }))
}

/// Has the views and downloads of the link announced, if the viewer may see it, and loads its counts.
async fn watch(services: &Services, viewer: &Viewer, id: LinkId) -> Result<Option<LinkActivity>, Error> {
    if load(services, viewer, id).await?.is_none() {
        return Ok(None);
    }
    statistics::watch(&mut *services.pool.get().await?, id, services.now() + WATCHED_FOR).await?;
    // Only what is loaded now has all that was not announced.
    load(services, viewer, id).await
}

/// The state of one subscription.
struct Watch {
    services: Arc<Services>,
    caller: Caller,
    link: LinkId,
    events: Subscriber,
    watched_at: Instant,
    loaded_at: Instant,
    last: LinkActivity,
}

impl Watch {
    /// Waits until something has happened; none if the link is gone.
    async fn next(&mut self) -> Option<Result<LinkActivity, Error>> {
        self.announced().await?;
        loop {
            match self.reload().await {
                Ok(Some(now)) if now == self.last => self.announced().await?,
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

    /// Waits until something about the link is announced, or until it is time to say that somebody waits; and until the
    /// minimum time has passed.
    async fn announced(&mut self) -> Option<()> {
        let link = self.link.uuid();
        loop {
            match timeout_at(self.watched_at + WATCH_AGAIN_AFTER, self.events.next()).await {
                Ok(None) => return None,
                Ok(Some(Change::Of(other))) if other != link => {}
                Ok(Some(_)) | Err(_) => break,
            }
        }
        sleep_until(self.loaded_at + INTERVAL).await;
        // What has been announced until now is in the counts that are loaded next.
        while self.events.ready().is_some() {}
        Some(())
    }

    async fn reload(&mut self) -> Result<Option<LinkActivity>, Error> {
        self.loaded_at = Instant::now();
        let viewer = match &self.caller.bearer {
            Some(token) => sign_in::viewer(&self.services, token, None).await?,
            None => None,
        };
        let viewer = viewer.ok_or(Error::TokenEnded)?;
        if self.watched_at.elapsed() < WATCH_AGAIN_AFTER {
            return load(&self.services, &viewer, self.link).await;
        }
        let activity = watch(&self.services, &viewer, self.link).await?;
        self.watched_at = self.loaded_at;
        Ok(activity)
    }
}
