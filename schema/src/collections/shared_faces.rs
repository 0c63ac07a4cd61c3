//! The faces in what a link to a collection shows: those in its members that the link's creator may share now.

use super::shared::{OfCollection, of_collection, shared_by};
use crate::{
    faces::SEARCHABLE,
    rights::Subject,
    statement::{WithBind, statement},
};
use diesel::{
    pg::Pg,
    prelude::*,
    query_builder::QueryFragment,
    sql_types::{BigInt, Binary, SmallInt, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::{AssetId, CollectionId};
use futures::TryStreamExt;

/// A face in an asset that a link shows.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct SharedFace {
    /// The asset.
    #[diesel(sql_type = SqlUuid)]
    pub asset_id: AssetId,
    /// The face, as long as the asset is not indexed anew.
    #[diesel(sql_type = BigInt)]
    pub face_id: i64,
    /// The numbers that are compared, as bytes.
    #[diesel(sql_type = Binary)]
    pub embedding: Vec<u8>,
}

/// Hands each face that models of this version have found in the members that a link by `creator` shows to `take`, in no
/// order and as Postgres sends them, so that the rows are never in memory together.
pub async fn each_shared_face(
    conn: &mut AsyncPgConnection,
    id: CollectionId,
    creator: Subject,
    version: i16,
    mut take: impl FnMut(SharedFace),
) -> QueryResult<()> {
    let mut rows = query(id, creator, version).load_stream::<SharedFace>(conn).await?;
    while let Some(face) = rows.try_next().await? {
        take(face);
    }
    Ok(())
}

/// How many of the members that a link by `creator` shows are still to be looked at by models of this version.
pub async fn count_unsearched(
    conn: &mut AsyncPgConnection,
    id: CollectionId,
    creator: Subject,
    version: i16,
) -> QueryResult<i64> {
    let members = shared_by(creator);
    let sql = format!(
        "SELECT count(*) FROM (SELECT member.asset_id {members}) AS member
        JOIN assets ON assets.id = member.asset_id
        WHERE {SEARCHABLE} AND NOT EXISTS (
            SELECT FROM face_indexes found WHERE found.asset_id = assets.id AND found.model_version >= $5)"
    );
    let count = of_collection(statement(sql).cached(false), id, creator).bind::<SmallInt, _>(version);
    count.returning::<BigInt>().get_result(conn).await
}

/// The statement behind [`each_shared_face`].
pub fn shared_faces_query(id: CollectionId, creator: Subject, version: i16) -> impl QueryFragment<Pg> + Send {
    query(id, creator, version)
}

fn query(id: CollectionId, creator: Subject, version: i16) -> WithBind<OfCollection, i16, SmallInt> {
    let members = shared_by(creator);
    let sql = format!(
        "SELECT member.asset_id, faces.id AS face_id, faces.embedding FROM faces
        JOIN face_indexes found ON found.asset_id = faces.asset_id AND found.model_version = $5
        JOIN (SELECT member.asset_id {members}) AS member ON member.asset_id = faces.asset_id"
    );
    // The best plan depends on how many members there are.
    of_collection(statement(sql).cached(false), id, creator).bind::<SmallInt, _>(version)
}
