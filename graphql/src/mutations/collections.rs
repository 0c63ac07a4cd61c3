//! `createCollection`, `updateCollection`, `deleteCollection`, `addToCollection` and `removeFromCollection`.

use super::payloads::CollectionPayload;
use crate::{
    context,
    errors::{NO_ASSET, UserError, UserErrorCode},
    queries::collections::find_collection,
    types::{collection::Collection, enums::CollectionKind},
};
use app::{Error, Lacking, audit, offers::Requested};
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use diesel_async::{AsyncConnection, AsyncPgConnection};
use domain::{LinkAction, Right, Rights, name, node_id::NodeKind};
use schema::{
    access_rules, assets,
    collections::{self, CollectionChanges},
    links, pictures, rights,
};
use uuid::Uuid;

#[derive(Default)]
pub(super) struct CollectionMutations;

#[derive(InputObject)]
struct CreateCollectionInput {
    name: String,
    /// Shown only to you, to administrators, and to those whom an access rule on it lets read it.
    hidden: Option<bool>,
    /// Its first members, in order.
    asset_ids: Option<Vec<ID>>,
}

/// What is left out stays as it is.
#[derive(InputObject)]
struct UpdateCollectionInput {
    id: ID,
    name: Option<String>,
    hidden: Option<bool>,
    /// `MANUAL` makes an automatic collection an ordinary one, which outlives its links.
    kind: Option<CollectionKind>,
}

/// Whether a collection is gone.
#[derive(SimpleObject)]
struct DeleteCollectionPayload {
    deleted_id: Option<ID>,
    user_errors: Vec<UserError>,
}

#[Object]
impl CollectionMutations {
    /// Makes a collection.
    async fn create_collection(
        &self,
        ctx: &Context<'_>,
        input: CreateCollectionInput,
    ) -> Result<CollectionPayload, Error> {
        let (services, viewer) = (context::services(ctx), context::viewer(ctx)?);
        viewer.require(Right::Edit)?;
        let name = match name::parse(&input.name) {
            Ok(name) => name,
            Err(error) => {
                let refusal = UserError::invalid_name("name", error);
                return Ok(CollectionPayload::refused(vec![refusal]));
            }
        };
        let new = collections::Collection {
            id: Uuid::now_v7(),
            workspace_id: viewer.workspace.id,
            name,
            kind: domain::CollectionKind::Manual,
            hidden: input.hidden.unwrap_or(false),
            created_by: Some(viewer.user.id),
            created_at: services.now(),
        };
        let mut conn = context::connection(ctx).await?;
        let members = match members(ctx, &mut conn, input.asset_ids.unwrap_or_default(), Rights::NONE).await? {
            Ok(members) => members,
            Err(refusals) => return Ok(CollectionPayload::refused(refusals)),
        };
        conn.transaction(async |conn| {
            collections::insert(conn, new.clone()).await?;
            collections::fill(conn, new.id, 0, &members).await
        })
        .await?;
        Ok(CollectionPayload::done(Collection(new)))
    }

    /// Renames a collection, hides or shows it, or makes an automatic one an ordinary one.
    async fn update_collection(
        &self,
        ctx: &Context<'_>,
        input: UpdateCollectionInput,
    ) -> Result<CollectionPayload, Error> {
        let Some(collection) = editable(ctx, &input.id).await? else { return Ok(not_found("id")) };
        let name = match input.name.as_deref().map(name::parse).transpose() {
            Ok(name) => name,
            Err(error) => {
                let refusal = UserError::invalid_name("name", error);
                return Ok(CollectionPayload::refused(vec![refusal]));
            }
        };
        if input.kind == Some(CollectionKind::Automatic) && collection.kind != domain::CollectionKind::Automatic {
            let message = "Only a bulk share makes automatic collections.";
            let refusal = UserError::new(UserErrorCode::InvalidInput, &["kind"], message);
            return Ok(CollectionPayload::refused(vec![refusal]));
        }
        // Automatic is at most what it was when it was read: never write that back.
        let kind = (input.kind == Some(CollectionKind::Manual)).then_some(domain::CollectionKind::Manual.as_str());
        let changes = CollectionChanges { name, hidden: input.hidden, kind };
        let updated = collections::update(&mut *context::connection(ctx).await?, collection, &changes).await?;
        Ok(CollectionPayload::done(Collection(updated)))
    }

    /// Deletes a collection and the links to it, which must be yours unless you are an administrator. Its members stay in
    /// the library.
    async fn delete_collection(&self, ctx: &Context<'_>, id: ID) -> Result<DeleteCollectionPayload, Error> {
        let (viewer, now) = (context::viewer(ctx)?, context::services(ctx).now());
        let refused = |code, message: &str| DeleteCollectionPayload {
            deleted_id: None,
            user_errors: vec![UserError::new(code, &["id"], message)],
        };
        let Some(collection) = editable(ctx, &id).await? else {
            return Ok(refused(UserErrorCode::NotFound, NOT_FOUND));
        };
        let mut conn = context::connection(ctx).await?;
        let deleted = conn
            .transaction(async |conn| {
                // Nobody makes another link to it from here on.
                collections::lock(conn, collection.id).await?;
                let lost = links::lock_to_collection(conn, collection.id).await?;
                if !viewer.is_admin() && lost.iter().any(|link| link.created_by != viewer.user.id) {
                    return Ok::<_, Error>(false);
                }
                let events =
                    lost.into_iter().map(|link| audit::plain(viewer, LinkAction::Deleted, link.id, link.name, now));
                collections::delete(conn, collection.id, events.collect()).await?;
                Ok(true)
            })
            .await?;
        if !deleted {
            let message =
                "Others have made links to this collection. Ask them or an administrator to delete these first.";
            return Ok(refused(UserErrorCode::InvalidInput, message));
        }
        Ok(DeleteCollectionPayload { deleted_id: Some(id), user_errors: Vec::new() })
    }

    /// Puts assets at the end of a collection, in this order; those that are in it stay where they are. Whoever puts
    /// something in must have all the rights that come with the collection, and where links lead to it, the right to
    /// share and those on what these links hand out. Either all are put in or none.
    async fn add_to_collection(
        &self,
        ctx: &Context<'_>,
        collection_id: ID,
        asset_ids: Vec<ID>,
    ) -> Result<CollectionPayload, Error> {
        let Some(collection) = editable(ctx, &collection_id).await? else { return Ok(not_found("collectionId")) };
        let now = context::services(ctx).now();
        let mut conn = context::connection(ctx).await?;
        let added = conn
            .transaction(async |conn| {
                collections::lock(conn, collection.id).await?;
                let needed = access_rules::given_by_collection(conn, collection.id).await?
                    | links::handed_out_of(conn, collection.id).await?;
                let members = match members(ctx, conn, asset_ids, needed).await? {
                    Ok(members) => members,
                    Err(refusals) => return Ok::<_, Error>(Err(refusals)),
                };
                collections::add(conn, collection.id, &members).await?;
                pictures::ensure_proxies_for_collection(conn, collection.id, &members, now).await?;
                Ok(Ok(()))
            })
            .await?;
        if let Err(refusals) = added {
            return Ok(CollectionPayload::refused(refusals));
        }
        Ok(CollectionPayload::done(Collection(collection)))
    }

    /// Takes assets out of a collection; links to it no longer show them. They stay in the library.
    async fn remove_from_collection(
        &self,
        ctx: &Context<'_>,
        collection_id: ID,
        asset_ids: Vec<ID>,
    ) -> Result<CollectionPayload, Error> {
        let Some(collection) = editable(ctx, &collection_id).await? else { return Ok(not_found("collectionId")) };
        let ids: Vec<Uuid> = asset_ids.iter().filter_map(|id| NodeKind::Asset.parse(id)).collect();
        collections::remove(&mut *context::connection(ctx).await?, collection.id, &ids).await?;
        Ok(CollectionPayload::done(Collection(collection)))
    }
}

const NOT_FOUND: &str = "There is no such collection, or you may not see it.";

fn not_found(field: &str) -> CollectionPayload {
    CollectionPayload::refused(vec![UserError::new(UserErrorCode::NotFound, &[field], NOT_FOUND)])
}

/// The collection of this id, if the viewer may see it; one that he sees and may not change is forbidden.
async fn editable(ctx: &Context<'_>, id: &ID) -> Result<Option<collections::Collection>, Error> {
    let viewer = context::viewer(ctx)?;
    let Some(Collection(row)) = find_collection(ctx, id).await? else { return Ok(None) };
    let own = row.created_by == Some(viewer.user.id);
    let mut conn = context::connection(ctx).await?;
    if own || rights::on_collection(&mut conn, viewer.subject(), row.id).await?.has(Right::Edit) {
        Ok(Some(row))
    } else {
        Err(Error::Forbidden(Lacking::Right(Right::Edit)))
    }
}

/// The assets that are to be put into a collection; the viewer must have the `needed` rights on each.
async fn members(
    ctx: &Context<'_>,
    conn: &mut AsyncPgConnection,
    ids: Vec<ID>,
    needed: Rights,
) -> Result<Result<Vec<Uuid>, Vec<UserError>>, Error> {
    let (services, viewer) = (context::services(ctx), context::viewer(ctx)?);
    let requested = Requested::distinct(ids.iter().map(|id| id.0.clone()));
    if requested.len() > services.max_share {
        let message = format!("At most {} assets are put into a collection at once.", services.max_share);
        return Ok(Err(vec![UserError::new(UserErrorCode::TooManyAssets, &["assetIds"], message)]));
    }
    let found = assets::candidates(conn, viewer.workspace.id, viewer.subject(), &requested.ids()).await?;
    let mut refusals = Vec::new();
    for (index, id) in ids.iter().enumerate() {
        let candidate = NodeKind::Asset.parse(id).and_then(|id| found.get(&id));
        let (code, message) = match candidate {
            Some(candidate) if !candidate.rights.has(Right::Read) => (UserErrorCode::NotFound, NO_ASSET),
            None => (UserErrorCode::NotFound, NO_ASSET),
            Some(candidate) if !candidate.rights.covers(needed) => (
                UserErrorCode::NotShareable,
                "Being in this collection would give others rights on this asset that you lack yourself.",
            ),
            Some(_) => continue,
        };
        refusals.push(UserError::new(code, &["assetIds", &index.to_string()], message));
    }
    Ok(if refusals.is_empty() { Ok(requested.ids()) } else { Err(refusals) })
}
