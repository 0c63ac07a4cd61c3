//! `shareAssets`, the bulk share.

use super::new_link::{self, NewLink, Target};
use crate::{
    context,
    errors::{UserError, UserErrorCode},
    types::{
        collection::Collection,
        link::Link,
        link_settings::LinkSettingsInput,
        share_options::{NotShareable, number},
    },
};
use app::{
    Error, Services, Viewer,
    offers::{self, Decided, Requested},
};
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use diesel_async::AsyncConnection;
use domain::{CollectionKind, LinkKind, name, settings, sharing};
use schema::{
    collections,
    idempotency::{self, Claim},
    link_listing,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The longest idempotency key, in characters.
const MAX_KEY: usize = 255;

#[derive(Default)]
pub(super) struct ShareAssets;

#[derive(InputObject)]
struct ShareAssetsInput {
    /// The assets, in the order in which the page is to show them. One that is named twice counts once.
    asset_ids: Vec<ID>,
    /// Left out: a default name with the date in the workspace's time zone.
    collection_name: Option<String>,
    settings: Option<LinkSettingsInput>,
    /// Repeating a call under the same key within a day returns the first answer instead of sharing twice. The header
    /// `Idempotency-Key` does the same.
    idempotency_key: Option<String>,
}

/// The collection and the link of a bulk share, and the counter: `shared` of `requested`.
#[derive(SimpleObject, Default)]
struct ShareAssetsPayload {
    link: Option<Link>,
    collection: Option<Collection>,
    /// How many different assets were asked for.
    requested: i32,
    /// How many of them are shared.
    shared: i32,
    /// Those left out, and why.
    skipped: Vec<NotShareable>,
    user_errors: Vec<UserError>,
}

/// What is kept of a share under an idempotency key.
#[derive(Serialize, Deserialize)]
struct Kept {
    link: Uuid,
    collection: Uuid,
    requested: i32,
    shared: i32,
    skipped: Vec<(String, String)>,
}

/// An idempotency key and the fingerprints of the call it stands for, one by each of the server's keys.
struct Key {
    key: String,
    fingerprints: Vec<[u8; 32]>,
}

#[Object]
impl ShareAssets {
    /// The bulk share: makes an automatic collection of those that you may share, and one link to it. Either all of
    /// it is made or nothing.
    async fn share_assets(&self, ctx: &Context<'_>, input: ShareAssetsInput) -> Result<ShareAssetsPayload, Error> {
        let (services, viewer) = (context::services(ctx), context::viewer(ctx)?);
        let key = match Key::of(ctx, services, &input) {
            Ok(key) => key,
            Err(refusal) => return Ok(refused(vec![refusal])),
        };
        if let Some(key) = &key
            && let Some(answer) = {
                let mut conn = context::connection(ctx).await?;
                idempotency::find(&mut conn, viewer.user.id, &key.key, &key.fingerprints, services.now()).await?
            }
        {
            return repeat(ctx, answer).await;
        }
        let requested = Requested::distinct(input.asset_ids.into_iter().map(String::from));
        if requested.len() > services.max_share {
            let message = offers::too_many(services.max_share);
            return Ok(refused(vec![UserError::new(UserErrorCode::TooManyAssets, &["assetIds"], message)]));
        }
        if requested.is_empty() {
            let refusal = UserError::new(UserErrorCode::NothingToShare, &["assetIds"], "Name at least one asset.");
            return Ok(refused(vec![refusal]));
        }
        let decided = offers::decide(&mut *context::connection(ctx).await?, viewer, &requested).await?;
        let counted = ShareAssetsPayload {
            requested: number(requested.len()),
            shared: number(decided.shared.len()),
            skipped: decided.left_out.iter().cloned().map(NotShareable::from).collect(),
            ..ShareAssetsPayload::default()
        };
        if decided.shared.is_empty() {
            let message = "None of these assets can be shared by you.";
            let refusal = UserError::new(UserErrorCode::NothingToShare, &["assetIds"], message);
            return Ok(ShareAssetsPayload { user_errors: vec![refusal], ..counted });
        }

        let mut errors = Vec::new();
        let collection_name = input.collection_name.as_deref().map(name::parse).transpose().unwrap_or_else(|error| {
            errors.push(UserError::invalid_name("collectionName", error));
            None
        });
        let now = services.now();
        let parsed = settings::parse(input.settings.unwrap_or_default().into(), &decided.offer, now);
        let settings = match parsed {
            Ok(settings) if errors.is_empty() => settings,
            Ok(_) => return Ok(refused(errors)),
            Err(refusals) => {
                errors.extend(new_link::refused_settings(&refusals, &["settings"]));
                return Ok(refused(errors));
            }
        };
        let collection = collections::Collection {
            id: Uuid::now_v7(),
            workspace_id: viewer.workspace.id,
            name: collection_name.unwrap_or_else(|| name::default_collection_name(now, viewer.workspace.zone())),
            kind: CollectionKind::Automatic,
            hidden: false,
            created_by: Some(viewer.user.id),
            created_at: now,
        };
        let target = Target::Collection(collection.id);
        let link = new_link::prepare(services, viewer, LinkKind::Public, target, settings).await?;
        match store(ctx, key.as_ref(), collection, link, &decided, &counted).await? {
            Stored::Made(link, collection) => {
                Ok(ShareAssetsPayload { link: Some(*link), collection: Some(*collection), ..counted })
            }
            Stored::Before(answer) => repeat(ctx, answer).await,
            Stored::OtherCall => {
                let message = "This idempotency key was used for another call; take a new one.";
                let refusal = UserError::new(UserErrorCode::InvalidInput, &["idempotencyKey"], message);
                Ok(refused(vec![refusal]))
            }
        }
    }
}

fn refused(user_errors: Vec<UserError>) -> ShareAssetsPayload {
    ShareAssetsPayload { user_errors, ..ShareAssetsPayload::default() }
}

impl Key {
    /// The key of a call, if it has one: from the input, or else from the header.
    fn of(ctx: &Context<'_>, services: &Services, input: &ShareAssetsInput) -> Result<Option<Self>, UserError> {
        let header = context::caller(ctx).idempotency_key.as_ref();
        let Some(key) = input.idempotency_key.as_ref().or(header) else { return Ok(None) };
        if key.is_empty() || key.chars().count() > MAX_KEY || key.chars().any(char::is_control) {
            let message = format!("An idempotency key has between 1 and {MAX_KEY} characters.");
            return Err(UserError::new(UserErrorCode::InvalidInput, &["idempotencyKey"], message));
        }
        let call = async_graphql::InputType::to_value(input).to_string();
        let fingerprints = services.keys.all().map(|server| server.fingerprint(call.as_bytes())).collect();
        Ok(Some(Self { key: key.clone(), fingerprints }))
    }
}

/// What became of a share.
enum Stored {
    Made(Box<Link>, Box<Collection>),
    /// The call was answered before.
    Before(serde_json::Value),
    /// Its key stands for another call.
    OtherCall,
}

/// Stores the collection, its members, the link, the work that it makes necessary and the answer: all or nothing.
async fn store(
    ctx: &Context<'_>,
    key: Option<&Key>,
    collection: collections::Collection,
    link: NewLink,
    decided: &Decided,
    counted: &ShareAssetsPayload,
) -> Result<Stored, Error> {
    let (viewer, now) = (context::viewer(ctx)?, context::services(ctx).now());
    let user = viewer.user.id;
    let mut conn = context::connection(ctx).await?;
    conn.transaction(async |conn| {
        if let Some(key) = key {
            match idempotency::claim(conn, user, &key.key, &key.fingerprints, now).await? {
                Claim::First => {}
                Claim::Answered(answer) => return Ok(Stored::Before(answer)),
                Claim::Other => return Ok(Stored::OtherCall),
            }
        }
        collections::insert(conn, collection.clone()).await?;
        collections::fill(conn, collection.id, 0, &decided.shared).await?;
        let link = link.store(conn, viewer).await?;
        if let Some(key) = key {
            let kept = keep(link.id, collection.id, counted);
            let answer = serde_json::to_value(kept).map_err(Error::internal)?;
            idempotency::answer(conn, user, &key.key, &answer).await?;
        }
        Ok(Stored::Made(Box::new(Link(link)), Box::new(Collection(collection))))
    })
    .await
}

fn keep(link: Uuid, collection: Uuid, counted: &ShareAssetsPayload) -> Kept {
    let reason = |left_out: &NotShareable| sharing::NotShareable::from(left_out.reason).as_str().to_owned();
    let skipped = counted.skipped.iter().map(|left_out| (left_out.asset_id.to_string(), reason(left_out)));
    Kept { link, collection, requested: counted.requested, shared: counted.shared, skipped: skipped.collect() }
}

/// The first answer to a call that is repeated.
async fn repeat(ctx: &Context<'_>, answer: serde_json::Value) -> Result<ShareAssetsPayload, Error> {
    let kept: Kept = serde_json::from_value(answer).map_err(Error::internal)?;
    let viewer: &Viewer = context::viewer(ctx)?;
    let mut conn = context::connection(ctx).await?;
    let link = link_listing::get(&mut conn, viewer.visible_links(), kept.link).await?;
    let collection = collections::get(&mut conn, viewer.visible_collections(), kept.collection).await?;
    let skipped = kept.skipped.into_iter().filter_map(|(id, reason)| {
        let reason: sharing::NotShareable = reason.parse().ok()?;
        Some(NotShareable { asset_id: id.into(), reason: reason.into() })
    });
    Ok(ShareAssetsPayload {
        link: link.map(Link),
        collection: collection.map(Collection),
        requested: kept.requested,
        shared: kept.shared,
        skipped: skipped.collect(),
        user_errors: Vec::new(),
    })
}
