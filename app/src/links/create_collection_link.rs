//! A link to a page that shows an existing collection.

use super::new_link::{NewLink, Target};
use crate::{
    MutationError, Services, UserErrorCode, Viewer, collections,
    idempotency::Key,
    offers::{self, Requested},
};
use domain::{
    CollectionId, LinkKind,
    settings::{self, SettingsInput},
};
use schema::links::Link;

/// Makes a link to a page that shows a collection. `collection` is none where the client sent no id of a collection.
pub async fn create_collection_link(
    services: &Services,
    viewer: &Viewer,
    collection: Option<CollectionId>,
    input: SettingsInput,
    key: Option<&Key>,
) -> Result<Link, MutationError> {
    let collection = collections::visible(services, viewer, collection, "collectionId").await?;
    let decided = {
        let mut conn = services.pool.get().await?;
        let members = Requested::members(&mut conn, collection.id).await?;
        offers::decide(&mut conn, viewer, &members).await?
    };
    if decided.shared.is_empty() {
        let message = "Nothing in this collection can be shared by you.";
        return Err(MutationError::user(UserErrorCode::NothingToShare, &["collectionId"], message));
    }
    let settings = settings::parse(input, &decided.offer, services.now())
        .map_err(|errors| MutationError::settings(&errors, &["settings"]))?;
    let target = Target::Collection(collection.id);
    let link = NewLink::prepare(services, viewer, LinkKind::Public, target, settings).await?;
    link.store_alone(services, viewer, key).await
}
