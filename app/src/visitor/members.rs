//! The members of a link's collection, a page at a time.

use super::{Visit, VisitError, decision::target_facts};
use crate::files::AssetFiles;
use domain::{AssetId, CollectionId, MemberOrder, access::Resource};
use schema::{
    Slice,
    collections::{self, MemberView, Neighbours, Shape, SharedMember},
};

/// A page of the members that a link shows.
pub struct Members {
    /// The members, in order.
    pub shown: Vec<SharedMember>,
    /// Whether more come after them.
    pub has_next: bool,
    /// The files of the members.
    pub files: AssetFiles,
}

/// Which members of a link's collection a visitor asks for, and in which order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberQuery {
    /// The order.
    pub order: MemberOrder,
    /// A part of the title or of the description.
    pub search: Option<String>,
    /// The only members that are shown, whichever of these still are members; none: all.
    pub among: Option<Vec<AssetId>>,
}

impl MemberQuery {
    /// All members, as they were put in.
    pub const ALL: Self = Self { order: MemberOrder::Position, search: None, among: None };

    /// Whether all members are asked for, in whatever order.
    pub fn is_all(&self) -> bool {
        self.search.is_none() && self.among.is_none()
    }
}

impl Visit<'_> {
    /// At most `limit` members of the link's collection, as they are now, that come after a position and that the
    /// link's creator may share.
    pub async fn members(
        &self,
        collection: CollectionId,
        limit: i64,
        after: Option<i64>,
    ) -> Result<Members, VisitError> {
        let creator = self.opened.creator();
        let mut conn = self.services.pool.get().await?;
        let slice = collections::shared_members(&mut conn, collection, creator, limit, after).await?;
        drop(conn);
        self.shown(slice).await
    }

    /// All members, in the order that the link shows unless the visitor chooses another.
    pub(super) fn usual_query(&self) -> MemberQuery {
        MemberQuery { order: self.opened.link.settings.member_order, ..MemberQuery::ALL }
    }

    /// Whether the visitor is shown the days on which the members were taken: where the owner of the link chose that order,
    /// and the visitor neither another one nor a search.
    pub fn shows_days(&self, query: &MemberQuery) -> bool {
        query.order == MemberOrder::Captured && *query == self.usual_query()
    }

    /// The members of a page of `limit`, the first of which has the number 1.
    pub async fn member_page(
        &self,
        collection: CollectionId,
        query: &MemberQuery,
        (limit, page): (i64, i64),
    ) -> Result<Members, VisitError> {
        self.member_range(collection, query, (limit, limit.saturating_mul(page - 1))).await
    }

    /// At most `limit` members in the usual order, after a place in it, and the places of the members. In the order of
    /// positions, these are the places, so that nothing is shown twice when others are put in or taken out.
    pub(super) async fn members_after(
        &self,
        collection: CollectionId,
        limit: i64,
        after: Option<i64>,
    ) -> Result<(Members, Vec<i64>), VisitError> {
        let query = self.usual_query();
        if query.order == MemberOrder::Position {
            let members = self.members(collection, limit, after).await?;
            let places = members.shown.iter().map(|member| member.position).collect();
            return Ok((members, places));
        }
        let offset = after.unwrap_or_default().max(0);
        let members = self.member_range(collection, &query, (limit, offset)).await?;
        let places = (offset.saturating_add(1)..).take(members.shown.len()).collect();
        Ok((members, places))
    }

    async fn member_range(
        &self,
        collection: CollectionId,
        query: &MemberQuery,
        (limit, offset): (i64, i64),
    ) -> Result<Members, VisitError> {
        let mut conn = self.services.pool.get().await?;
        let slice = self.view(collection, query).page(&mut conn, limit, offset).await?;
        drop(conn);
        self.shown(slice).await
    }

    async fn shown(&self, slice: Slice<SharedMember>) -> Result<Members, VisitError> {
        let ids: Vec<AssetId> = slice.rows.iter().map(|member| member.asset.id).collect();
        let files = AssetFiles::load(self.services, &ids).await?;
        let may_see = |member: &SharedMember| {
            self.decide(Resource::Entry(target_facts(&member.asset, true, member.rights))).is_ok()
        };
        let shown = slice.rows.into_iter().filter(may_see).collect();
        Ok(Members { shown, has_next: slice.has_next, files })
    }

    /// How many members of the link's collection its creator may share; none: too many to be counted.
    pub async fn member_count(&self, collection: CollectionId, query: &MemberQuery) -> Result<Option<i64>, VisitError> {
        let mut conn = self.services.pool.get().await?;
        Ok(self.view(collection, query).count(&mut conn).await?)
    }

    /// The members beside one; none if it is not among the first that are counted.
    pub async fn neighbours(
        &self,
        collection: CollectionId,
        query: &MemberQuery,
        asset: AssetId,
    ) -> Result<Option<Neighbours>, VisitError> {
        let mut conn = self.services.pool.get().await?;
        Ok(self.view(collection, query).neighbours(&mut conn, asset).await?)
    }

    /// The shapes of all members, or of as many as are counted, for a visitor who may see the page.
    pub async fn shapes(&self, collection: CollectionId, query: &MemberQuery) -> Result<Vec<Shape>, VisitError> {
        self.decide(Resource::Page)?;
        let mut conn = self.services.pool.get().await?;
        Ok(self.view(collection, query).shapes(&mut conn).await?)
    }

    fn view<'a>(&self, collection: CollectionId, query: &'a MemberQuery) -> MemberView<'a> {
        let MemberQuery { order, search, among } = query;
        let (search, among) = (search.as_deref(), among.as_deref());
        MemberView { collection, creator: self.opened.creator_by_role(), order: *order, search, among }
    }
}
