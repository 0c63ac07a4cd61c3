//! Listings of links: who may see which, filters, orders and pages.
//!
//! A page begins after a key, not after a number of rows, and every order has an index that begins with the
//! workspace: the thousandth page costs what the first one does.

mod order;

pub use order::{LinkField, LinkOrder, LinkPlace, SortKey};

use crate::{
    links::Link,
    page::{Slice, containing, searched, whole_words},
    schema::links,
    statement::{planned_for_its_values, sql},
};
use chrono::{DateTime, Utc};
use diesel::{
    dsl::{AsSelect, SqlTypeOf},
    pg::Pg,
    prelude::*,
    query_builder::{AstPass, QueryFragment, QueryId},
    sql_types::{BigInt, Bool, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::{AssetId, CollectionId, LinkId, LinkKind, LinkState, UserId, WorkspaceId};
use order::{END, beyond, order_by};

/// Which of a workspace's links somebody may see.
#[derive(Debug, Clone, Copy)]
pub struct Visible {
    /// Links of this workspace only.
    pub workspace: WorkspaceId,
    /// Links by this user only; everybody's, where there is none.
    pub created_by: Option<UserId>,
}

impl Visible {
    pub(crate) fn links(self) -> links::BoxedQuery<'static, Pg> {
        let query = links::table.filter(links::workspace_id.eq(self.workspace)).into_boxed();
        match self.created_by {
            Some(user) => query.filter(links::created_by.eq(user)),
            None => query,
        }
    }
}

/// Which links a listing is about; all conditions hold at once.
#[derive(Debug, Clone, Default)]
pub struct LinkFilter {
    /// Leads to this asset, directly or through a collection.
    pub asset: Option<AssetId>,
    /// Leads to this collection.
    pub collection: Option<CollectionId>,
    /// Made by this user.
    pub created_by: Option<UserId>,
    /// Of this kind.
    pub kind: Option<LinkKind>,
    /// In this state.
    pub state: Option<LinkState>,
    /// Part of the name.
    pub search: Option<String>,
    /// Ends before.
    pub expires_before: Option<DateTime<Utc>>,
    /// Ends at or after; links that never end do not.
    pub expires_after: Option<DateTime<Utc>>,
}

impl LinkFilter {
    /// Whether it lets every link through.
    pub fn is_empty(&self) -> bool {
        let targets = self.asset.is_none() && self.collection.is_none() && self.created_by.is_none();
        let times = self.expires_before.is_none() && self.expires_after.is_none();
        targets && times && searched(self.search.as_deref()).is_none() && self.kind.is_none() && self.state.is_none()
    }
}

/// Which rows of a listing are wanted.
#[derive(Debug, Clone)]
pub struct LinkPage {
    /// The most rows.
    pub limit: i64,
    /// Rows that come after this place.
    pub after: Option<LinkPlace>,
    /// Rows that come before this place.
    pub before: Option<LinkPlace>,
    /// Take the last ones of these, not the first.
    pub from_end: bool,
}

type Condition = Box<dyn BoxableExpression<links::table, Pg, SqlType = Bool>>;
type Query = links::BoxedQuery<'static, Pg>;
type Row = SqlTypeOf<AsSelect<Link, Pg>>;

/// The statement of a page. Parts that come in order each by an index of their own are merged, so that only a page of
/// each is read.
pub struct PageQuery {
    parts: Vec<Box<dyn QueryFragment<Pg> + Send>>,
    order: String,
    limit: i64,
}

impl QueryFragment<Pg> for PageQuery {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        if let [one] = self.parts.as_slice() {
            return one.walk_ast(out);
        }
        let mut before = "SELECT * FROM ((";
        for part in &self.parts {
            out.push_sql(before);
            part.walk_ast(out.reborrow())?;
            before = ") UNION ALL (";
        }
        out.push_sql(")) AS links ORDER BY ");
        out.push_sql(&self.order);
        out.push_sql(" LIMIT ");
        out.push_bind_param::<BigInt, _>(&self.limit)
    }
}

impl diesel::query_builder::Query for PageQuery {
    type SqlType = Row;
}

impl QueryId for PageQuery {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

/// `domain::link::Lifetime::state` as SQL; a test holds the two equal. The conditions are written as the indexes know
/// them.
fn in_state(state: LinkState, now: DateTime<Utc>) -> Condition {
    let alive = links::disabled_at.is_null();
    let used_up = links::download_count.nullable().ge(links::max_downloads);
    let (expired, lasts) = (ends(" <= ", now), ends(" > ", now));
    let left = diesel::dsl::not(used_up.is_not_distinct_from(true));
    let early = links::starts_at.gt(now);
    match state {
        LinkState::Disabled => Box::new(links::disabled_at.is_not_null()),
        LinkState::Expired => Box::new(alive.and(expired)),
        LinkState::Exhausted => Box::new(alive.and(lasts).and(used_up.assume_not_null())),
        LinkState::Scheduled => Box::new(alive.and(lasts).and(left).and(early.assume_not_null())),
        LinkState::Active => Box::new(alive.and(lasts).and(left).and(early.is_distinct_from(true))),
    }
}

/// The ways by which a link leads to an asset: itself, or through a collection.
fn ways_to(asset: AssetId) -> [Condition; 2] {
    // An array that is made once, so that an index is used.
    let through =
        sql::<Bool>("links.collection_id = ANY (ARRAY(SELECT collection_id FROM collection_assets WHERE asset_id = ")
            .bind::<SqlUuid, _>(asset)
            .sql("))");
    [Box::new(links::asset_id.eq(asset).assume_not_null()), Box::new(through)]
}

fn matching(visible: Visible, filter: &LinkFilter, now: DateTime<Utc>) -> Query {
    let query = matching_but_asset(visible, filter, now);
    match filter.asset.map(ways_to) {
        Some([itself, through]) => query.filter(itself.or(through)),
        None => query,
    }
}

fn matching_but_asset(visible: Visible, filter: &LinkFilter, now: DateTime<Utc>) -> Query {
    let mut query = visible.links();
    if let Some(user) = filter.created_by {
        query = query.filter(links::created_by.eq(user));
    }
    if let Some(collection) = filter.collection {
        query = query.filter(links::collection_id.eq(collection));
    }
    if let Some(kind) = filter.kind {
        query = query.filter(links::kind.eq(kind.as_str()));
    }
    if let Some(state) = filter.state {
        query = query.filter(in_state(state, now));
    }
    if let Some(text) = searched(filter.search.as_deref()) {
        query = query.filter(links::name.ilike(containing(text))).filter(planned_for_its_values());
        // Implied by the above, and what makes it fast.
        if let Some(words) = whole_words(text) {
            let of_name = "string_to_array(lower(links.name), ' ') @> string_to_array(lower(";
            query = query.filter(sql::<Bool>(of_name).bind::<Text, _>(words).sql("), ' ')"));
        }
    }
    if let Some(instant) = filter.expires_before {
        query = query.filter(ends(" < ", instant));
    }
    if let Some(instant) = filter.expires_after {
        query = query.filter(links::expires_at.is_not_null()).filter(ends(" >= ", instant));
    }
    query
}

fn ends(operator: &'static str, instant: DateTime<Utc>) -> Condition {
    Box::new(sql::<Bool>(END).sql(operator).bind::<Timestamptz, _>(instant))
}

/// The visible link of this id.
pub async fn get(conn: &mut AsyncPgConnection, visible: Visible, id: LinkId) -> QueryResult<Option<Link>> {
    visible.links().filter(links::id.eq(id)).select(Link::as_select()).first(conn).await.optional()
}

/// The statement behind [`list`].
pub fn page_query(
    visible: Visible,
    filter: &LinkFilter,
    order: LinkOrder,
    page: &LinkPage,
    now: DateTime<Utc>,
) -> PageQuery {
    let (later, earlier) = if order.descending { ("<", ">") } else { (">", "<") };
    let (by, limit) = (order_by(order.field, order.descending != page.from_end), page.limit + 1);
    let part = |way: Option<Condition>| -> Box<dyn QueryFragment<Pg> + Send> {
        let mut query = matching_but_asset(visible, filter, now);
        if let Some(way) = way {
            query = query.filter(way);
        }
        if let Some(place) = &page.after {
            query = query.filter(beyond(later, place));
        }
        if let Some(place) = &page.before {
            query = query.filter(beyond(earlier, place));
        }
        Box::new(query.order(sql::<Text>(&by)).limit(limit).select(Link::as_select()))
    };
    let parts = match filter.asset.map(ways_to) {
        Some(ways) => ways.into_iter().map(|way| part(Some(way))).collect(),
        None => vec![part(None)],
    };
    PageQuery { parts, order: by, limit }
}

/// A page of the visible links.
pub async fn list(
    conn: &mut AsyncPgConnection,
    visible: Visible,
    filter: &LinkFilter,
    order: LinkOrder,
    page: LinkPage,
    now: DateTime<Utc>,
) -> QueryResult<Slice<Link>> {
    let (has_after, has_before) = (page.after.is_some(), page.before.is_some());
    let rows = page_query(visible, filter, order, &page, now).load(conn).await?;
    let slice = Slice::forward(rows, page.limit, has_after);
    if !page.from_end {
        return Ok(slice);
    }
    let rows = slice.rows.into_iter().rev().collect();
    Ok(Slice { rows, has_next: has_before, has_previous: slice.has_next })
}

/// How many links are visible.
pub async fn count(
    conn: &mut AsyncPgConnection,
    visible: Visible,
    filter: &LinkFilter,
    now: DateTime<Utc>,
) -> QueryResult<i64> {
    matching(visible, filter, now).count().get_result(conn).await
}

/// A link that something is to be done to.
#[derive(Debug, Clone, Queryable)]
pub struct MatchingLink {
    /// Which.
    pub id: LinkId,
    /// What it is called.
    pub name: String,
    /// Switched off since then.
    pub disabled_at: Option<DateTime<Utc>>,
}

/// All links that match.
pub async fn all_matching(
    conn: &mut AsyncPgConnection,
    visible: Visible,
    filter: &LinkFilter,
    now: DateTime<Utc>,
) -> QueryResult<Vec<MatchingLink>> {
    load_matching(conn, matching(visible, filter, now)).await
}

/// The same, locked until the transaction ends.
pub async fn lock_matching(
    conn: &mut AsyncPgConnection,
    visible: Visible,
    filter: &LinkFilter,
    now: DateTime<Utc>,
) -> QueryResult<Vec<MatchingLink>> {
    let found = matching(visible, filter, now).select(links::id);
    let locked: Vec<LinkId> =
        links::table.filter(links::id.eq_any(found)).order(links::id).for_update().select(links::id).load(conn).await?;
    // Somebody may have changed one of them while this waited for its lock: look again.
    load_matching(conn, matching(visible, filter, now).filter(links::id.eq_any(locked))).await
}

async fn load_matching(conn: &mut AsyncPgConnection, query: Query) -> QueryResult<Vec<MatchingLink>> {
    query.order(links::id).select((links::id, links::name, links::disabled_at)).load(conn).await
}
