//! Listings of links: filters, orders and pages.
//!
//! Pages use keysets instead of offsets, and every order has an index that begins with the workspace, so that every
//! page costs the same.

mod order;

pub use order::{LinkField, LinkOrder, LinkPosition, SortKey};

use crate::{
    count::{self, Count},
    links::Link,
    merged::{Merged, Part},
    nested::{nested, slices},
    page::{Slice, loaded, searched},
    schema::links,
    search::{Prepared, Searching},
    statement::{Sql, force_custom_plan, sql},
    visible_links::VisibleLinks,
};
use chrono::{DateTime, Utc};
use diesel::{
    dsl::{AsSelect, SqlTypeOf},
    pg::Pg,
    prelude::*,
    sql_types::{Bool, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::{AssetId, CollectionId, LinkId, LinkKind, LinkState, UserId};
use order::{Condition, END, beyond, order_by};
use std::collections::HashMap;
use uuid::Uuid;

/// The filter of a listing of links; all conditions hold at once.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct LinkFilter {
    /// Leads to this asset, directly or through a collection.
    pub asset: Option<AssetId>,
    /// Leads to this collection.
    pub collection: Option<CollectionId>,
    /// Created by this user.
    pub created_by: Option<UserId>,
    /// Of this kind.
    pub kind: Option<LinkKind>,
    /// In this state.
    pub state: Option<LinkState>,
    /// A part of the name.
    pub search: Option<String>,
    /// Expires before this instant.
    pub expires_before: Option<DateTime<Utc>>,
    /// Expires at this instant or later; links that never expire do not match.
    pub expires_after: Option<DateTime<Utc>>,
    /// With the watermark, or without.
    pub watermark: Option<bool>,
}

impl Searching for LinkFilter {
    const NAMES: &'static [&'static str] = &["links.name"];
    const WORD_PAIRS: &'static str = "links_by_word_pairs";

    fn search(&self) -> Option<&str> {
        self.search.as_deref()
    }
}

impl LinkFilter {
    /// Whether every link matches.
    pub fn is_empty(&self) -> bool {
        // Without `..`, so that a new condition does not compile until it counts here.
        let Self { asset, collection, created_by, kind, state, search, expires_before, expires_after, watermark } =
            self;
        let targets = asset.is_none() && collection.is_none() && created_by.is_none();
        let times = expires_before.is_none() && expires_after.is_none();
        let is_searched = searched(search.as_deref()).is_some();
        targets && times && !is_searched && kind.is_none() && state.is_none() && watermark.is_none()
    }

    /// Up to which number the matching links are counted.
    pub fn exact_up_to(&self) -> i64 {
        let is_searched = searched(self.search.as_deref()).is_some();
        let ends = self.expires_before.is_some() || self.expires_after.is_some();
        count::exact_up_to(is_searched || self.state.is_some() || ends)
    }

    /// The order of a listing for which the client gave none: newest first. A filter by end sorts by end instead, the
    /// nearest end first, because the index of that order finds the matching links at once; in the order of creation,
    /// all newer links would be read before the first that has ended.
    pub fn default_order(&self) -> LinkOrder {
        if self.state == Some(LinkState::Expired) || self.expires_before.is_some() {
            LinkOrder { field: LinkField::Expires, descending: true }
        } else if self.expires_after.is_some() {
            LinkOrder { field: LinkField::Expires, descending: false }
        } else {
            LinkOrder::default()
        }
    }
}

/// A page of a listing.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct LinkPage {
    /// The most rows.
    pub limit: i64,
    /// Rows after this position.
    pub after: Option<LinkPosition>,
    /// Rows before this position.
    pub before: Option<LinkPosition>,
    /// Take the last rows between the positions, not the first.
    pub from_end: bool,
}

/// A filter with what its search needs.
pub type PreparedLinkFilter<'a> = Prepared<'a, LinkFilter>;

type Query = links::BoxedQuery<'static, Pg>;
type Row = SqlTypeOf<AsSelect<Link, Pg>>;

/// The statement of the ids of some links.
pub type IdQuery = links::BoxedQuery<'static, Pg, SqlUuid>;

/// The statement of a page.
pub type PageQuery = Merged<Row>;

/// `domain::link::Lifetime::state` as SQL; a test compares both. The conditions repeat the expressions of the indexes.
fn in_state(state: LinkState, now: DateTime<Utc>) -> Condition {
    let disabled = links::disabled_at.is_not_null().or(links::creator_disabled);
    let alive = links::disabled_at.is_null().and(diesel::dsl::not(links::creator_disabled));
    let used_up = links::download_count.nullable().ge(links::max_downloads);
    let (expired, lasts) = (end_compared(" <= ", now), end_compared(" > ", now));
    let left = diesel::dsl::not(used_up.is_not_distinct_from(true));
    let early = links::starts_at.gt(now);
    match state {
        LinkState::Disabled => Box::new(disabled),
        LinkState::Expired => Box::new(alive.and(expired)),
        LinkState::Exhausted => Box::new(alive.and(lasts).and(used_up.assume_not_null())),
        LinkState::Scheduled => Box::new(alive.and(lasts).and(left).and(early.assume_not_null())),
        LinkState::Active => Box::new(alive.and(lasts).and(left).and(early.is_distinct_from(true))),
    }
}

/// To what the links lead that are listed below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Target {
    /// An asset, directly or through a collection.
    Asset,
    /// A collection.
    Collection,
}

impl Target {
    /// The conditions for a link that leads to the target; no link fulfils two of them. `id` writes the target's id.
    fn conditions(self, id: impl Fn(Sql<Bool>) -> Sql<Bool>) -> Vec<Condition> {
        // The array is computed once, so that an index on collections can be used.
        let through = "links.collection_id = ANY (ARRAY(SELECT collection_id FROM collection_assets WHERE asset_id = ";
        match self {
            Self::Asset => vec![Box::new(id(sql("links.asset_id = "))), Box::new(id(sql(through)).sql("))"))],
            Self::Collection => vec![Box::new(id(sql("links.collection_id = ")))],
        }
    }

    /// The conditions for a link to this target.
    fn is(self, target: Uuid) -> Vec<Condition> {
        self.conditions(|before| before.bind::<SqlUuid, _>(target))
    }

    /// The conditions for a link to the target that the surrounding statement names.
    fn is_parent(self) -> Vec<Condition> {
        self.conditions(|before| before.sql("parent.id"))
    }
}

/// The conditions on the target of a filter; none: any target.
fn target_conditions(filter: &LinkFilter) -> Vec<Condition> {
    filter.asset.map(|asset| Target::Asset.is(asset.uuid())).unwrap_or_default()
}

fn matching(visible: VisibleLinks, filter: &PreparedLinkFilter<'_>, now: DateTime<Utc>) -> Query {
    matching_target(visible, filter, target_conditions(filter.filter), now)
}

/// The links that fulfil one of these conditions on their target, if there are any.
fn matching_target(
    visible: VisibleLinks,
    filter: &PreparedLinkFilter<'_>,
    targets: Vec<Condition>,
    now: DateTime<Utc>,
) -> Query {
    let query = matching_any_target(visible, filter, now);
    let any = targets.into_iter().reduce(|one, other| Box::new(one.or(other)));
    match any {
        Some(target) => query.filter(target),
        None => query,
    }
}

fn matching_any_target(visible: VisibleLinks, filter: &PreparedLinkFilter<'_>, now: DateTime<Utc>) -> Query {
    let mut query = visible.links();
    if let Some(named) = filter.named() {
        query = query.filter(force_custom_plan()).filter(named);
    }
    let filter = filter.filter;
    if let Some(user) = filter.created_by {
        query = query.filter(links::created_by.eq(user));
    }
    if let Some(collection) = filter.collection {
        query = query.filter(links::collection_id.eq(collection));
    }
    if let Some(kind) = filter.kind {
        query = query.filter(links::kind.eq(kind.as_str()));
    }
    if let Some(watermark) = filter.watermark {
        query = query.filter(links::watermark.eq(watermark));
    }
    if let Some(state) = filter.state {
        query = query.filter(in_state(state, now));
    }
    if let Some(instant) = filter.expires_before {
        query = query.filter(end_compared(" < ", instant));
    }
    if let Some(instant) = filter.expires_after {
        // Bounded on both sides, so that the index is not read through all links that never expire.
        query = query.filter(end_compared(" >= ", instant)).filter(sql::<Bool>(END).sql(" < 'infinity'"));
    }
    query
}

fn end_compared(operator: &'static str, instant: DateTime<Utc>) -> Condition {
    Box::new(sql::<Bool>(END).sql(operator).bind::<Timestamptz, _>(instant))
}

/// The visible link of this id.
pub async fn get(conn: &mut AsyncPgConnection, visible: VisibleLinks, id: LinkId) -> QueryResult<Option<Link>> {
    visible.links().filter(links::id.eq(id)).select(Link::as_select()).first(conn).await.optional()
}

/// The statement behind [`list`].
pub fn page_query(
    visible: VisibleLinks,
    filter: &PreparedLinkFilter<'_>,
    order: LinkOrder,
    page: &LinkPage,
    now: DateTime<Utc>,
) -> PageQuery {
    page_of(target_conditions(filter.filter), visible, filter, order, page, now)
}

/// A page of the links that fulfil one of these conditions on their target, if there are any.
fn page_of(
    targets: Vec<Condition>,
    visible: VisibleLinks,
    filter: &PreparedLinkFilter<'_>,
    order: LinkOrder,
    page: &LinkPage,
    now: DateTime<Utc>,
) -> PageQuery {
    let (later, earlier) = if order.descending { ("<", ">") } else { (">", "<") };
    let (by, limit) = (order_by("links", order.field, order.descending != page.from_end), page.limit + 1);
    let part = |condition: Option<Condition>| -> Part {
        let mut query = matching_any_target(visible, filter, now);
        if let Some(condition) = condition {
            query = query.filter(condition);
        }
        if let Some(position) = &page.after {
            query = query.filter(beyond(later, position));
        }
        if let Some(position) = &page.before {
            query = query.filter(beyond(earlier, position));
        }
        Box::new(query.order(sql::<Text>(&by)).limit(limit).select(Link::as_select()))
    };
    let parts = match targets {
        none if none.is_empty() => vec![part(None)],
        some => some.into_iter().map(|condition| part(Some(condition))).collect(),
    };
    Merged::new("links", parts, by, limit)
}

/// A page of the visible links.
pub async fn list(
    conn: &mut AsyncPgConnection,
    visible: VisibleLinks,
    filter: &LinkFilter,
    order: LinkOrder,
    page: LinkPage,
    now: DateTime<Utc>,
) -> QueryResult<Slice<Link>> {
    let (has_after, has_before) = (page.after.is_some(), page.before.is_some());
    let asked = page.limit;
    let page = LinkPage { limit: loaded(asked, filter.search.as_deref()), ..page };
    let filter = Prepared::new(conn, filter).await?;
    let rows = page_query(visible, &filter, order, &page, now).load(conn).await?;
    let mut slice = Slice::forward(rows, page.limit, has_after);
    slice.is_all &= !has_before;
    if page.from_end {
        let rows = slice.rows.into_iter().rev().collect();
        slice = Slice { rows, has_next: has_before, has_previous: slice.has_next, is_all: slice.is_all };
    }
    Ok(slice.cut(asked, page.from_end))
}

/// A page of the visible links to each of some targets, in one statement.
pub async fn list_each(
    conn: &mut AsyncPgConnection,
    (target, ids): (Target, &[Uuid]),
    visible: VisibleLinks,
    filter: &LinkFilter,
    (order, page): (LinkOrder, &LinkPage),
    now: DateTime<Utc>,
) -> QueryResult<HashMap<Uuid, Slice<Link>>> {
    let filter = Prepared::new(conn, filter).await?;
    let links = page_of(target.is_parent(), visible, &filter, order, page, now);
    let by = order_by("page", order.field, order.descending);
    let rows: Vec<(Uuid, Link)> = nested::<_, Row>(ids, links, by).load(conn).await?;
    let mut slices = slices(ids, rows, page.limit, page.after.is_some());
    for slice in slices.values_mut() {
        slice.is_all &= page.before.is_none();
    }
    Ok(slices)
}

/// Those of these links that are visible, newest first.
pub async fn by_ids(conn: &mut AsyncPgConnection, visible: VisibleLinks, ids: &[LinkId]) -> QueryResult<Vec<Link>> {
    let found = visible.links().filter(links::id.eq_any(ids.to_vec()));
    found.order(links::id.desc()).select(Link::as_select()).load(conn).await
}

/// How many links are visible.
pub async fn count(
    conn: &mut AsyncPgConnection,
    visible: VisibleLinks,
    filter: &LinkFilter,
    now: DateTime<Utc>,
) -> QueryResult<Count> {
    let prepared = Prepared::new(conn, filter).await?;
    count::count(conn, prepared.limits(filter.exact_up_to()), || count_query(visible, &prepared, now)).await
}

/// The statement whose rows [`count()`] counts.
pub fn count_query(visible: VisibleLinks, filter: &PreparedLinkFilter<'_>, now: DateTime<Utc>) -> IdQuery {
    matching(visible, &filter.to_count(), now).select(links::id)
}

/// How many visible links lead to each of some targets.
pub async fn count_each(
    conn: &mut AsyncPgConnection,
    (target, ids): (Target, &[Uuid]),
    visible: VisibleLinks,
    filter: &LinkFilter,
    now: DateTime<Utc>,
) -> QueryResult<HashMap<Uuid, Count>> {
    let (exact_up_to, filter) = (filter.exact_up_to(), Prepared::new(conn, filter).await?.to_count());
    let each = matching_target(visible, &filter, target.is_parent(), now).select(links::id);
    let of = |id: Uuid| matching_target(visible, &filter, target.is(id), now).select(links::id);
    count::count_each(conn, ids, exact_up_to, each, of).await
}

/// A matching link, for bulk changes.
#[derive(Debug, Clone, Queryable)]
pub struct MatchingLink {
    /// The link.
    pub id: LinkId,
    /// Its name.
    pub name: String,
    /// When it was disabled; none if it is enabled.
    pub disabled_at: Option<DateTime<Utc>>,
}

/// All matching links.
pub async fn all_matching(
    conn: &mut AsyncPgConnection,
    visible: VisibleLinks,
    filter: &LinkFilter,
    now: DateTime<Utc>,
) -> QueryResult<Vec<MatchingLink>> {
    let filter = Prepared::new(conn, filter).await?;
    load_matching(conn, matching(visible, &filter, now)).await
}

/// All matching links, locked until the transaction ends.
pub async fn lock_matching(
    conn: &mut AsyncPgConnection,
    visible: VisibleLinks,
    filter: &LinkFilter,
    now: DateTime<Utc>,
) -> QueryResult<Vec<MatchingLink>> {
    let filter = &Prepared::new(conn, filter).await?;
    let found = matching(visible, filter, now).select(links::id);
    let locked: Vec<LinkId> =
        links::table.filter(links::id.eq_any(found)).order(links::id).for_update().select(links::id).load(conn).await?;
    // A link may have changed while this waited for its lock: check the filter again.
    load_matching(conn, matching(visible, filter, now).filter(links::id.eq_any(locked))).await
}

async fn load_matching(conn: &mut AsyncPgConnection, query: Query) -> QueryResult<Vec<MatchingLink>> {
    query.order(links::id).select((links::id, links::name, links::disabled_at)).load(conn).await
}
