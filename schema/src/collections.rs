//! Collections: named, ordered sets of assets.

mod members;
mod shared;
mod shared_faces;

pub use members::{
    ProxyCount, add, fill, has_any, member_counts, member_ids, members_of_each, positions, proxy_counts, remove,
};
pub use shared::{MemberView, Neighbours, Shape, SharedMember, shared_member, shared_members};
pub use shared_faces::{SharedFace, count_unsearched, each_shared_face, shared_faces_query};

use crate::{
    count::{self, Count, EXACT_UP_TO},
    link_events::{self, NewLinkEvent},
    links::{Link, LinksToCollection},
    merged::{Merged, Part, Union},
    nested::{nested, slices},
    page::{Page, Slice, containing, loaded, paged, searched},
    schema::collections,
    statement::{Sql, force_custom_plan, is_one_of, sql},
};
use chrono::{DateTime, Utc};
use diesel::{
    dsl::{AsSelect, SqlTypeOf},
    pg::Pg,
    prelude::*,
    sql_types::{Array, Bool, Integer, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::{AssetId, CollectionId, CollectionKind, Right, Rights, UserId, WorkspaceId};
use std::collections::HashMap;
use uuid::Uuid;

/// A named set of assets.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = collections, check_for_backend(Pg))]
pub struct Collection {
    /// Identity.
    pub id: CollectionId,
    /// The workspace.
    pub workspace_id: WorkspaceId,
    /// The name.
    pub name: String,
    /// Created by a person or by a bulk share.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub kind: CollectionKind,
    /// Whether only its creator, administrators, and users with a rule on it see it.
    pub hidden: bool,
    /// The user who created it.
    pub created_by: Option<UserId>,
    /// When it was created.
    pub created_at: DateTime<Utc>,
}

/// Changes of a collection; `None` leaves a column as it is.
#[derive(Debug, Default, AsChangeset)]
#[diesel(table_name = collections)]
pub struct CollectionChanges {
    /// The name.
    pub name: Option<String>,
    /// Whether only its creator, administrators, and users with a rule on it see it.
    pub hidden: Option<bool>,
    /// `MANUAL` or `AUTOMATIC`.
    pub kind: Option<&'static str>,
}

/// Which collections a user may see: those that are not hidden, their own, and those that a rule lets them read.
#[derive(Debug, Clone, Copy)]
pub struct VisibleCollections {
    /// Collections of this workspace only.
    pub workspace: WorkspaceId,
    /// The user; none: all collections are visible.
    pub user: Option<UserId>,
    /// Whether all are hidden from the user, because they see only what rules name.
    pub is_guest: bool,
}

/// The filter of a listing of collections; all conditions hold at once.
#[derive(Debug, Clone, Default)]
pub struct CollectionFilter {
    /// A part of the name.
    pub search: Option<String>,
    /// Of this kind.
    pub kind: Option<CollectionKind>,
    /// Created by this user.
    pub created_by: Option<UserId>,
}

impl CollectionFilter {
    /// Up to which number the matching collections are counted.
    pub fn exact_up_to(&self) -> i64 {
        count::exact_up_to(searched(self.search.as_deref()).is_some())
    }
}

type Query = collections::BoxedQuery<'static, Pg>;
type Condition = Box<dyn BoxableExpression<collections::table, Pg, SqlType = Bool>>;

/// The statement of a page of collections.
pub type PageQuery = Merged<SqlTypeOf<AsSelect<Collection, Pg>>>;

impl VisibleCollections {
    /// The reasons for which the user may see a collection; each collection has at most one. None: all are visible.
    ///
    /// A listing reads the collections of each reason by an index of its own. The many hidden collections of others are
    /// therefore not read.
    fn reasons(self) -> Option<Vec<Condition>> {
        let user = self.user?;
        let read = Rights::of(&[Right::Read]).bits();
        // The array is computed once, instead of evaluating the rules for each collection.
        let granted = sql::<Bool>("collections.id = ANY (ARRAY(SELECT collection_id FROM rules_of(")
            .bind::<SqlUuid, _>(user)
            .sql(") WHERE collection_id IS NOT NULL AND rights & ")
            .bind::<Integer, _>(read)
            .sql(" <> 0))");
        let own = collections::created_by.eq(user).assume_not_null();
        let of_others = collections::created_by.is_distinct_from(user);
        if self.is_guest {
            return Some(vec![Box::new(own), Box::new(of_others.and(granted))]);
        }
        Some(vec![
            Box::new(diesel::dsl::not(collections::hidden)),
            Box::new(collections::hidden.and(own)),
            Box::new(collections::hidden.and(of_others).and(granted)),
        ])
    }

    /// All visible collections, for statements that choose few of them.
    fn all(self) -> Query {
        let all = matching(self.workspace, &CollectionFilter::default());
        let any = |one: Condition, other: Condition| -> Condition { Box::new(one.or(other)) };
        match self.reasons().and_then(|reasons| reasons.into_iter().reduce(any)) {
            Some(reason) => all.filter(reason),
            None => all,
        }
    }

    /// The visible collections that match a filter, in parts that have no collection in common.
    fn matching(self, filter: &CollectionFilter) -> Vec<Query> {
        match self.reasons() {
            // Users see all that they have created.
            Some(reasons) if filter.created_by != self.user => {
                reasons.into_iter().map(|reason| matching(self.workspace, filter).filter(reason)).collect()
            }
            _ => vec![matching(self.workspace, filter)],
        }
    }
}

fn matching(workspace: WorkspaceId, filter: &CollectionFilter) -> Query {
    let mut query = collections::table.filter(collections::workspace_id.eq(workspace)).into_boxed();
    if let Some(kind) = filter.kind {
        query = query.filter(collections::kind.eq(kind.as_str()));
    }
    if let Some(user) = filter.created_by {
        query = query.filter(collections::created_by.eq(user));
    }
    if let Some(text) = searched(filter.search.as_deref()) {
        query = query.filter(collections::name.ilike(containing(text))).filter(force_custom_plan());
    }
    query
}

/// Adds a collection.
pub async fn insert(conn: &mut AsyncPgConnection, new: Collection) -> QueryResult<()> {
    diesel::insert_into(collections::table).values(new).execute(conn).await.map(drop)
}

/// The visible collection of this id.
pub async fn get(
    conn: &mut AsyncPgConnection,
    view: VisibleCollections,
    id: CollectionId,
) -> QueryResult<Option<Collection>> {
    view.all().filter(collections::id.eq(id)).select(Collection::as_select()).first(conn).await.optional()
}

/// Gives all collections of one creator to another.
pub async fn set_creator(conn: &mut AsyncPgConnection, from: UserId, to: UserId) -> QueryResult<()> {
    let own = collections::table.filter(collections::created_by.eq(from));
    diesel::update(own).set(collections::created_by.eq(to)).execute(conn).await.map(drop)
}

/// Those of these ids that are collections, each with its workspace.
pub(crate) async fn workspaces(
    conn: &mut AsyncPgConnection,
    ids: &[CollectionId],
) -> QueryResult<Vec<(CollectionId, WorkspaceId)>> {
    let rows = collections::table.filter(collections::id.eq_any(ids));
    rows.select((collections::id, collections::workspace_id)).load(conn).await
}

/// The collections of a workspace with these ids, also hidden ones: for objects that refer to them.
pub async fn by_ids(
    conn: &mut AsyncPgConnection,
    workspace: WorkspaceId,
    ids: &[CollectionId],
) -> QueryResult<Vec<Collection>> {
    collections::table
        .filter(collections::workspace_id.eq(workspace).and(is_one_of("collections.id", ids)))
        .select(Collection::as_select())
        .load(conn)
        .await
}

/// The statement behind [`list`].
pub fn page_query(view: VisibleCollections, filter: &CollectionFilter, page: Page) -> PageQuery {
    let part =
        |query: Query| -> Part { Box::new(paged!(query, collections::id, page).select(Collection::as_select())) };
    let parts = view.matching(filter).into_iter().map(part).collect();
    Merged::new("collections", parts, format!("collections.id {}", page.direction()), page.limit + 1)
}

/// A page of the visible collections, newest first.
pub async fn list(
    conn: &mut AsyncPgConnection,
    view: VisibleCollections,
    filter: &CollectionFilter,
    page: Page,
) -> QueryResult<Slice<Collection>> {
    let asked = page.limit;
    let page = Page { limit: loaded(asked, filter.search.as_deref()), ..page };
    Ok(page.slice(page_query(view, filter, page).load(conn).await?).cut(asked, page.from_end))
}

/// How many collections are visible.
pub async fn count(
    conn: &mut AsyncPgConnection,
    view: VisibleCollections,
    filter: &CollectionFilter,
) -> QueryResult<Count> {
    count::count(conn, filter.exact_up_to(), || count_query(view, filter)).await
}

/// The statement whose rows [`count()`] counts.
pub fn count_query(view: VisibleCollections, filter: &CollectionFilter) -> Union {
    let part = |query: Query| -> Part { Box::new(query.select(collections::id)) };
    Union(view.matching(filter).into_iter().map(part).collect())
}

/// The visible collections of the asset that `of` writes.
fn holding(view: VisibleCollections, of: impl Fn(Sql<Bool>) -> Sql<Bool>) -> Query {
    let members = "collections.id = ANY (ARRAY(SELECT collection_id FROM collection_assets WHERE asset_id = ";
    view.all().filter(of(sql(members)).sql("))"))
}

/// A page of the visible collections that hold each of some assets, newest first, in one statement.
pub async fn holding_each(
    conn: &mut AsyncPgConnection,
    view: VisibleCollections,
    assets: &[Uuid],
    limit: i64,
    after: Option<Uuid>,
) -> QueryResult<HashMap<Uuid, Slice<Collection>>> {
    let page = Page { after, ..Page::first(limit) };
    let query = paged!(holding(view, |of| of.sql("parent.id")), collections::id, page).select(Collection::as_select());
    let pages = nested::<_, SqlTypeOf<AsSelect<Collection, Pg>>>(assets, query, "page.id DESC");
    let rows: Vec<(Uuid, Collection)> = pages.load(conn).await?;
    Ok(slices(assets, rows, limit, after.is_some()))
}

/// How many visible collections hold each of some assets.
pub async fn count_holding(
    conn: &mut AsyncPgConnection,
    view: VisibleCollections,
    assets: &[Uuid],
) -> QueryResult<HashMap<Uuid, Count>> {
    let each = holding(view, |of| of.sql("parent.id")).select(collections::id);
    let one = |asset: Uuid| holding(view, |of| of.bind::<SqlUuid, _>(asset)).select(collections::id);
    count::count_each(conn, assets, EXACT_UP_TO, each, one).await
}

/// How many visible collections hold any of some assets.
pub async fn count_holding_any(
    conn: &mut AsyncPgConnection,
    view: VisibleCollections,
    assets: &[AssetId],
) -> QueryResult<i64> {
    let any = |of: Sql<Bool>| of.sql("ANY (").bind::<Array<SqlUuid>, _>(assets.to_vec()).sql(")");
    holding(view, any).count().get_result(conn).await
}

/// Changes a collection and returns it.
pub async fn update(
    conn: &mut AsyncPgConnection,
    collection: Collection,
    changes: &CollectionChanges,
) -> QueryResult<Collection> {
    if changes.name.is_none() && changes.hidden.is_none() && changes.kind.is_none() {
        return Ok(collection);
    }
    diesel::update(collections::table.find(collection.id))
        .set(changes)
        .returning(Collection::as_returning())
        .get_result(conn)
        .await
}

/// Deletes a [locked](lock) collection and the links to it, with an event for each of these links. The members stay in
/// the library. Only [`crate::links::lock_to_collection`] gives the links, so that none is deleted without its event.
pub async fn delete(
    conn: &mut AsyncPgConnection,
    lost: LinksToCollection,
    event: impl Fn(&Link) -> NewLinkEvent,
) -> QueryResult<()> {
    link_events::insert(conn, lost.links.iter().map(event).collect()).await?;
    diesel::delete(collections::table.find(lost.collection)).execute(conn).await.map(drop)
}

/// Locks a collection until the transaction ends, so that no other transaction adds members, deletes it, or creates a
/// link to it.
pub async fn lock(conn: &mut AsyncPgConnection, id: CollectionId) -> QueryResult<()> {
    collections::table.find(id).select(collections::id).for_update().first::<CollectionId>(conn).await.map(drop)
}
