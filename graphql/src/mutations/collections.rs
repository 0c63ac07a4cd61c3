//! `createCollection`, `updateCollection`, `deleteCollection`, `addToCollection` and `removeFromCollection`.

use super::payloads::{CollectionPayload, deleted_ids};
use crate::{
    context,
    types::{
        collection::Collection,
        enums::CollectionKind,
        user_error::{UserError, outcome},
    },
};
use app::{
    Error,
    collections::{self, CollectionInput, NewCollection},
};
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use domain::{AssetId, CollectionId, node_id::NodeId};

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
    /// The id as it was sent.
    deleted_id: Option<ID>,
    deleted_ids: Vec<ID>,
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
        let assets = parse(&input.asset_ids.unwrap_or_default());
        let new = NewCollection { name: &input.name, hidden: input.hidden.unwrap_or(false), assets: &assets };
        CollectionPayload::of(collections::create_collection(services, viewer, new).await.map(Collection))
    }

    /// Renames a collection, hides or shows it, or makes an automatic one an ordinary one.
    async fn update_collection(
        &self,
        ctx: &Context<'_>,
        input: UpdateCollectionInput,
    ) -> Result<CollectionPayload, Error> {
        let (services, viewer) = (context::services(ctx), context::viewer(ctx)?);
        let changes = CollectionInput {
            id: CollectionId::from_node_id(&input.id),
            name: input.name.as_deref(),
            hidden: input.hidden,
            kind: input.kind.map(Into::into),
        };
        CollectionPayload::of(collections::update_collection(services, viewer, changes).await.map(Collection))
    }

    /// Deletes a collection and the links to it, which must be yours unless you are an administrator. Its members stay
    /// in the library.
    async fn delete_collection(&self, ctx: &Context<'_>, id: ID) -> Result<DeleteCollectionPayload, Error> {
        let (services, viewer) = (context::services(ctx), context::viewer(ctx)?);
        let deleted = collections::delete_collection(services, viewer, CollectionId::from_node_id(&id)).await;
        let (deleted, user_errors) = outcome(deleted)?;
        Ok(DeleteCollectionPayload { deleted_id: deleted.map(|_| id), deleted_ids: deleted_ids(deleted), user_errors })
    }

    /// Puts assets at the end of a collection, in this order; assets that are in it stay where they are. You must have
    /// all the rights that come with the collection, and where links lead to it, the right to share and those on what
    /// these links hand out. Either all are put in or none.
    async fn add_to_collection(
        &self,
        ctx: &Context<'_>,
        collection_id: ID,
        asset_ids: Vec<ID>,
    ) -> Result<CollectionPayload, Error> {
        let (services, viewer) = (context::services(ctx), context::viewer(ctx)?);
        let (collection, assets) = (CollectionId::from_node_id(&collection_id), parse(&asset_ids));
        let changed = collections::add_to_collection(services, viewer, collection, &assets).await;
        CollectionPayload::of(changed.map(Collection))
    }

    /// Takes assets out of a collection; links to it no longer show them. They stay in the library.
    async fn remove_from_collection(
        &self,
        ctx: &Context<'_>,
        collection_id: ID,
        asset_ids: Vec<ID>,
    ) -> Result<CollectionPayload, Error> {
        let (services, viewer) = (context::services(ctx), context::viewer(ctx)?);
        let collection = CollectionId::from_node_id(&collection_id);
        let assets: Vec<AssetId> = parse(&asset_ids).into_iter().flatten().collect();
        let changed = collections::remove_from_collection(services, viewer, collection, &assets).await;
        CollectionPayload::of(changed.map(Collection))
    }
}

fn parse(ids: &[ID]) -> Vec<Option<AssetId>> {
    ids.iter().map(|id| AssetId::from_node_id(id)).collect()
}
