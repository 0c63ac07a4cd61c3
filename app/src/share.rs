//! The bulk share: an automatic collection of assets, and one link to it.

use crate::{
    Error, MutationError, Services, UserError, UserErrorCode, Viewer,
    idempotency::{self, Key},
    links::{NewLink, Target},
    offers::{self, Decided, Requested},
};
use diesel_async::AsyncConnection;
use domain::{
    CollectionId, CollectionKind, LinkId, LinkKind,
    name::{self, default_collection_name},
    settings::{self, SettingsInput},
    sharing::NotShareable,
};
use schema::{
    collections::{self, Collection},
    link_listing,
    links::Link,
};
use serde::{Deserialize, Serialize};

/// What a client asks for.
pub struct ShareInput<'a> {
    /// The assets, each once.
    pub assets: Requested,
    /// The name of the collection; none: a default name with the date in the workspace's time zone.
    pub collection_name: Option<&'a str>,
    /// The settings of the link.
    pub settings: SettingsInput,
    /// Repeating a call under its key within a day returns the first answer.
    pub key: Option<Key>,
}

/// What a share answers.
pub struct ShareOutcome {
    /// The link and its collection; each is none if a repeated call finds it deleted, and both if nothing is shared. Where
    /// there is no link, `refusal` says why.
    pub link: Option<Link>,
    /// See `link`.
    pub collection: Option<Collection>,
    /// How many assets were asked for, and what became of them.
    pub count: ShareCount,
    /// Why there is no link although the call was valid. Where nothing can be shared, the counter has a reason for each
    /// asset.
    pub refusal: Option<UserError>,
}

/// The counter of a share: `shared` of `requested`.
#[derive(Debug, Clone, Default)]
pub struct ShareCount {
    /// How many different assets were asked for.
    pub requested: usize,
    /// How many of them are shared.
    pub shared: usize,
    /// The others, by the id that the client sent, with the reason.
    pub skipped: Vec<(String, NotShareable)>,
}

impl ShareCount {
    fn of(requested: &Requested, decided: &Decided) -> Self {
        Self { requested: requested.len(), shared: decided.shared.len(), skipped: decided.skipped.clone() }
    }
}

/// Makes an automatic collection of the assets that the viewer may share, and one link to it. Either all of it is made
/// or nothing.
pub async fn share_assets(
    services: &Services,
    viewer: &Viewer,
    input: ShareInput<'_>,
) -> Result<ShareOutcome, MutationError> {
    let ShareInput { assets: requested, collection_name, settings, key } = input;
    if let Some(key) = &key
        && let Some(answer) = idempotency::find(services, viewer, key).await?
    {
        return repeat(services, viewer, answer).await;
    }
    check_number(services, &requested)?;
    let decided = offers::decide(&mut *services.pool.get().await?, viewer, &requested).await?;
    let count = ShareCount::of(&requested, &decided);
    if decided.shared.is_empty() {
        let message = "None of these assets can be shared by you.";
        let refusal = Some(UserError::new(UserErrorCode::NothingToShare, &["assetIds"], message));
        return Ok(ShareOutcome { link: None, collection: None, count, refusal });
    }

    let now = services.now();
    let name =
        collection_name.map(name::parse).transpose().map_err(|error| UserError::invalid_name("collectionName", error));
    let settings = settings::parse(settings, &decided.offer, now);
    let (name, settings) = match (name, settings) {
        (Ok(name), Ok(settings)) => (name, settings),
        (name, settings) => {
            let errors = settings.err().unwrap_or_default();
            let refused = errors.iter().map(|error| UserError::setting(error, &["settings"]));
            return Err(MutationError::User(name.err().into_iter().chain(refused).collect()));
        }
    };
    let collection = Collection {
        id: CollectionId::new(),
        workspace_id: viewer.workspace.id,
        name: name.unwrap_or_else(|| default_collection_name(now, viewer.workspace.zone())),
        kind: CollectionKind::Automatic,
        // Personal: the assets are shared with those who get the link, and not with the whole workspace.
        hidden: true,
        created_by: Some(viewer.user.id),
        created_at: now,
    };
    let target = Target::Collection(collection.id);
    let link = NewLink::prepare(services, viewer, LinkKind::Public, target, settings).await?;
    match store(services, viewer, key, collection, link, &decided, &count).await? {
        Stored::Made(link, collection) => {
            Ok(ShareOutcome { link: Some(*link), collection: Some(*collection), count, refusal: None })
        }
        Stored::Before(answer) => repeat(services, viewer, answer).await,
    }
}

fn check_number(services: &Services, requested: &Requested) -> Result<(), MutationError> {
    if requested.len() > services.max_share {
        let message = offers::too_many(services.max_share);
        return Err(MutationError::user(UserErrorCode::TooManyAssets, &["assetIds"], message));
    }
    if requested.is_empty() {
        return Err(MutationError::user(UserErrorCode::NothingToShare, &["assetIds"], "Name at least one asset."));
    }
    Ok(())
}

/// What became of a share.
enum Stored {
    /// It was made now.
    Made(Box<Link>, Box<Collection>),
    /// A call under the same key was answered before.
    Before(serde_json::Value),
}

/// Stores the collection, its members, the link, its follow-up work and the answer: all or nothing.
async fn store(
    services: &Services,
    viewer: &Viewer,
    key: Option<Key>,
    collection: Collection,
    link: NewLink,
    decided: &Decided,
    count: &ShareCount,
) -> Result<Stored, MutationError> {
    let mut conn = services.pool.get().await?;
    conn.transaction(async |conn| {
        if let Some(key) = &key
            && let Some(answer) = idempotency::claim(services, conn, viewer, key).await?
        {
            return Ok(Stored::Before(answer));
        }
        collections::insert(conn, collection.clone()).await?;
        collections::fill(conn, collection.id, 0, &decided.shared).await?;
        let link = link.store(conn, viewer).await?;
        if let Some(key) = &key {
            let stored = StoredAnswer::of(link.id, collection.id, count);
            let answer = serde_json::to_value(stored).map_err(Error::internal)?;
            idempotency::answer(conn, viewer, key, &answer).await?;
        }
        Ok(Stored::Made(Box::new(link), Box::new(collection)))
    })
    .await
}

/// The answer of a share as it is stored under an idempotency key.
#[derive(Serialize, Deserialize)]
struct StoredAnswer {
    link: LinkId,
    collection: CollectionId,
    requested: usize,
    shared: usize,
    skipped: Vec<(String, String)>,
}

impl StoredAnswer {
    fn of(link: LinkId, collection: CollectionId, count: &ShareCount) -> Self {
        let skipped = count.skipped.iter().map(|(id, reason)| (id.clone(), reason.as_str().to_owned())).collect();
        Self { link, collection, requested: count.requested, shared: count.shared, skipped }
    }
}

/// The first answer to a call that is repeated.
async fn repeat(
    services: &Services,
    viewer: &Viewer,
    answer: serde_json::Value,
) -> Result<ShareOutcome, MutationError> {
    let stored: StoredAnswer = serde_json::from_value(answer).map_err(Error::internal)?;
    let mut conn = services.pool.get().await?;
    let link = link_listing::get(&mut conn, viewer.visible_links(), stored.link).await?;
    let collection = collections::get(&mut conn, viewer.visible_collections(), stored.collection).await?;
    let skipped = stored.skipped.into_iter().filter_map(|(id, reason)| Some((id, reason.parse().ok()?))).collect();
    let count = ShareCount { requested: stored.requested, shared: stored.shared, skipped };
    let message = "The link that this call made before is deleted, or you may not see it any more. Take a new key to \
                   share once more.";
    let is_gone = || UserError::new(UserErrorCode::NotFound, &["idempotencyKey"], message);
    let refusal = link.is_none().then(is_gone);
    Ok(ShareOutcome { link, collection, count, refusal })
}
