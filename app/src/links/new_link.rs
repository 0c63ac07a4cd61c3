//! What all kinds of link have in common when they are made: the asset that may be linked to, and the row.

use super::{not_found::not_found, store, stored_settings};
use crate::{
    Error, MutationError, Services, UserErrorCode, Viewer,
    idempotency::{self, Key},
    offers::why_not_shareable,
};
use diesel_async::{AsyncConnection, AsyncPgConnection};
use domain::{
    AssetId, CollectionId, LinkId, LinkKind,
    name::default_link_name,
    settings::Settings,
    sharing::{NotShareable, may_share},
};
use schema::{
    assets::{self, Candidate},
    link_listing,
    links::Link,
};

/// Loads what the rules need to know of the asset that is to be linked to, if the viewer may link to it. `id` is none
/// where the client sent no id of an asset.
pub(super) async fn shareable_asset(
    services: &Services,
    viewer: &Viewer,
    id: Option<AssetId>,
) -> Result<Candidate, MutationError> {
    let id = id.ok_or_else(|| not_shareable(NotShareable::NotFound))?;
    let mut conn = services.pool.get().await?;
    let mut found = assets::candidates(&mut conn, viewer.workspace.id, viewer.subject(), &[id]).await?;
    let candidate = found.remove(&id).ok_or_else(|| not_shareable(NotShareable::NotFound))?;
    may_share(candidate.facts.source, candidate.rights).map_err(not_shareable)?;
    Ok(candidate)
}

fn not_shareable(reason: NotShareable) -> MutationError {
    let code = match reason {
        NotShareable::NotFound => UserErrorCode::NotFound,
        NotShareable::NoRight | NotShareable::ExternalSource => UserErrorCode::NotShareable,
    };
    MutationError::user(code, &["assetId"], why_not_shareable(reason))
}

/// What a link leads to.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Target {
    Asset(AssetId),
    Collection(CollectionId),
}

/// A link that is ready to be stored; everything that takes time is done.
pub(crate) struct NewLink(Link);

impl NewLink {
    /// Makes a link with these settings. Hashing its password takes a while: do it before a transaction begins.
    pub(crate) async fn prepare(
        services: &Services,
        viewer: &Viewer,
        kind: LinkKind,
        target: Target,
        settings: Settings,
    ) -> Result<Self, Error> {
        let (id, now, key, token_version) = (LinkId::new(), services.now(), services.keys.newest(), 1);
        let (asset_id, collection_id) = match target {
            Target::Asset(id) => (Some(id), None),
            Target::Collection(id) => (None, Some(id)),
        };
        let (settings, password) =
            stored_settings::to_stored(settings, || default_link_name(now, viewer.workspace.zone()));
        Ok(Self(Link {
            id,
            workspace_id: viewer.workspace.id,
            kind,
            asset_id,
            collection_id,
            created_by: viewer.user.id,
            created_at: now,
            updated_at: now,
            token_sha256: key.link_token(id, token_version).sha256().to_vec(),
            token_version,
            key_id: key.id().to_owned(),
            password_hash: services.hasher.hash_change(password).await?.apply(None),
            password_version: 1,
            settings,
            disabled_at: None,
            // A trigger knows it.
            creator_disabled: false,
            view_count: 0,
            download_count: 0,
            last_accessed_at: None,
        }))
    }

    /// Stores the link, as part of a transaction.
    pub(crate) async fn store(self, conn: &mut AsyncPgConnection, viewer: &Viewer) -> Result<Link, MutationError> {
        store::insert(conn, viewer, self.0).await
    }

    /// Stores the link in a transaction of its own. A call that is repeated under its key gets the link of the first.
    pub(super) async fn store_alone(
        self,
        services: &Services,
        viewer: &Viewer,
        key: Option<&Key>,
    ) -> Result<Link, MutationError> {
        let mut conn = services.pool.get().await?;
        conn.transaction(async |conn| {
            let Some(key) = key else { return self.store(conn, viewer).await };
            if let Some(answer) = idempotency::claim(services, conn, viewer, key).await? {
                let made: LinkId = serde_json::from_value(answer).map_err(Error::internal)?;
                return link_listing::get(conn, viewer.visible_links(), made).await?.ok_or_else(not_found);
            }
            let link = self.store(conn, viewer).await?;
            let answer = serde_json::to_value(link.id).map_err(Error::internal)?;
            idempotency::answer(conn, viewer, key, &answer).await?;
            Ok(link)
        })
        .await
    }
}
