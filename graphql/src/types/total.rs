//! The fields `totalCount` and `isEstimate`, which every connection has.

use crate::{context, count::saturating};
use app::Error;
use async_graphql::{Context, Object};
use chrono::{DateTime, Utc};
use domain::{AssetId, CollectionId};
use schema::{
    Count, EXACT_UP_TO, Slice, VisibleLinks, access_rules,
    assets::{self, AssetFilter},
    collections::{self, CollectionFilter},
    link_events::{self, EventFilter},
    link_listing::{self, LinkFilter, Target},
    security_events::{self, SecurityEventFilter},
    users,
};
use tokio::sync::OnceCell;
use uuid::Uuid;

/// How many nodes there are in all. It is counted only if one of the fields is requested, and once for both.
pub(crate) struct Total {
    listing: Listing,
    count: OnceCell<Count>,
}

/// What a connection lists.
pub(crate) enum Listing {
    Assets(AssetFilter),
    /// The members of a collection.
    Members(CollectionId),
    Collections(CollectionFilter),
    /// The collections that hold an asset.
    CollectionsOf(AssetId),
    Links(VisibleLinks, LinkFilter, DateTime<Utc>),
    /// The links to an asset or to a collection.
    LinksTo(Target, Uuid, LinkFilter),
    LinkEvents(EventFilter),
    SecurityEvents(SecurityEventFilter),
    Users,
    AccessRules,
    DeadJobs,
}

impl Total {
    /// The total of a listing with this page. A page that is all that a search finds needs no further count, which may take
    /// long.
    pub(crate) fn of_page<Row>(page: &Slice<Row>, listing: Listing) -> Self {
        let known = if listing.searches() { page.total() } else { None };
        Self { listing, count: OnceCell::new_with(known) }
    }
}

#[Object]
impl Total {
    /// How many nodes there are on all pages. Up to 10,000 the number is exact, or up to 1,000 for a search or a filter
    /// by state or end; above, and for searches in a large library that would take long to count, it is an estimate. A
    /// page that is all that a search finds has the exact number.
    async fn total_count(&self, ctx: &Context<'_>) -> Result<i32, Error> {
        Ok(saturating(usize::try_from(self.count(ctx).await?.rows).unwrap_or_default()))
    }

    /// Whether `totalCount` is an estimate, because counting all nodes would take long.
    async fn is_estimate(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        Ok(self.count(ctx).await?.is_estimate)
    }
}

impl Total {
    async fn count(&self, ctx: &Context<'_>) -> Result<Count, Error> {
        self.count.get_or_try_init(|| self.listing.count(ctx)).await.copied()
    }
}

impl Listing {
    /// Whether what is listed is looked for among other things.
    fn searches(&self) -> bool {
        let exact_up_to = match self {
            Self::Assets(filter) => filter.exact_up_to(),
            Self::Collections(filter) => filter.exact_up_to(),
            Self::Links(_, filter, _) | Self::LinksTo(_, _, filter) => filter.exact_up_to(),
            Self::Members(_)
            | Self::CollectionsOf(_)
            | Self::LinkEvents(_)
            | Self::SecurityEvents(_)
            | Self::Users
            | Self::AccessRules
            | Self::DeadJobs => EXACT_UP_TO,
        };
        exact_up_to < EXACT_UP_TO
    }

    async fn count(&self, ctx: &Context<'_>) -> Result<Count, Error> {
        let (viewer, loaders) = (context::viewer(ctx)?, context::loaders(ctx));
        let workspace = viewer.workspace.id;
        let conn = async || context::connection(ctx).await;
        Ok(match self {
            Self::Assets(filter) => assets::count(&mut *conn().await?, viewer.visible_assets(), filter).await?,
            Self::Members(collection) => loaders.member_count(*collection).await?,
            Self::Collections(filter) => {
                collections::count(&mut *conn().await?, viewer.visible_collections(), filter).await?
            }
            Self::CollectionsOf(asset) => loaders.collection_count(*asset).await?,
            Self::Links(visible, filter, now) => {
                link_listing::count(&mut *conn().await?, *visible, filter, *now).await?
            }
            Self::LinksTo(target, id, filter) => loaders.link_count(*target, *id, filter.clone()).await?,
            Self::LinkEvents(filter) => {
                context::admin(ctx)?;
                link_events::count(&mut *conn().await?, workspace, *filter).await?
            }
            Self::SecurityEvents(filter) => {
                context::admin(ctx)?;
                security_events::count(&mut *conn().await?, workspace, *filter).await?
            }
            Self::Users => {
                context::admin(ctx)?;
                users::count(&mut *conn().await?, workspace).await?
            }
            Self::AccessRules => {
                context::admin(ctx)?;
                access_rules::count(&mut *conn().await?, workspace).await?
            }
            Self::DeadJobs => {
                let (backlog, _) = context::backlog(ctx)?;
                let dead: usize = backlog.lanes().await?.into_iter().map(|lane| lane.dead).sum();
                Count::exact(i64::try_from(dead).unwrap_or(i64::MAX))
            }
        })
    }
}
