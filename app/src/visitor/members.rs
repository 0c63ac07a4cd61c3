//! The members of a link's collection, a page at a time.

use super::{Visit, VisitError, decision::target_facts};
use crate::files::AssetFiles;
use domain::{AssetId, CollectionId, access::Resource};
use schema::collections::{self, SharedMember};

/// A page of the members that a link shows.
pub struct Members {
    /// The members, in the order of the collection.
    pub shown: Vec<SharedMember>,
    /// Whether more come after them.
    pub has_next: bool,
    /// The position after which the next page begins, if there is one.
    pub next: Option<i64>,
    /// The files of the members.
    pub files: AssetFiles,
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
        let ids: Vec<AssetId> = slice.rows.iter().map(|member| member.asset.id).collect();
        let files = AssetFiles::load(self.services, &ids).await?;
        let has_next = slice.has_next;
        let next = slice.rows.last().filter(|_| has_next).map(|member| member.position);
        let may_see = |member: &SharedMember| {
            self.decide(Resource::Entry(target_facts(&member.asset, true, member.rights))).is_ok()
        };
        let shown = slice.rows.into_iter().filter(may_see).collect();
        Ok(Members { shown, has_next, next, files })
    }

    /// How many members of the link's collection its creator may share; none: too many to be counted.
    pub async fn member_count(&self, collection: CollectionId) -> Result<Option<i64>, VisitError> {
        let mut conn = self.services.pool.get().await?;
        Ok(collections::shared_member_count(&mut conn, collection, self.opened.creator()).await?)
    }
}
