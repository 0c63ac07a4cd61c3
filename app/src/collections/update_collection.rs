//! Another name, visibility or kind for a collection.

use super::find::editable;
use crate::{MutationError, Services, UserError, UserErrorCode, Viewer};
use domain::{CollectionId, CollectionKind, name};
use schema::collections::{self, Collection, CollectionChanges};

/// What a client asks for; what is left out stays as it is.
pub struct CollectionInput<'a> {
    /// The collection; none where the client sent no id of a collection.
    pub id: Option<CollectionId>,
    /// The name.
    pub name: Option<&'a str>,
    /// Whether the collection is hidden.
    pub hidden: Option<bool>,
    /// `Manual` makes an automatic collection an ordinary one.
    pub kind: Option<CollectionKind>,
}

/// Renames a collection, hides or shows it, or makes an automatic one an ordinary one.
pub async fn update_collection(
    services: &Services,
    viewer: &Viewer,
    input: CollectionInput<'_>,
) -> Result<Collection, MutationError> {
    let collection = editable(services, viewer, input.id, "id").await?;
    let name = input.name.map(name::parse).transpose().map_err(|error| UserError::invalid_name("name", error))?;
    if input.kind == Some(CollectionKind::Automatic) && collection.kind != CollectionKind::Automatic {
        let message = "Only a bulk share makes automatic collections.";
        return Err(MutationError::user(UserErrorCode::InvalidInput, &["kind"], message));
    }
    // `Automatic` is never written: another request may have made the collection an ordinary one since it was read.
    let kind = (input.kind == Some(CollectionKind::Manual)).then_some(CollectionKind::Manual.as_str());
    let changes = CollectionChanges { name, hidden: input.hidden, kind };
    Ok(collections::update(&mut *services.pool.get().await?, collection, &changes).await?)
}
