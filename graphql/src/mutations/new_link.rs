//! What all kinds of link have in common when they are made: what they may offer, and their row.

use crate::{
    Error, Services, Viewer, audit, context,
    errors::{NO_ASSET, UserError, UserErrorCode},
    node_id::NodeKind,
};
use async_graphql::{Context, ID};
use chrono::{DateTime, Utc};
use diesel_async::{AsyncConnection, AsyncPgConnection};
use domain::{
    LinkAction, LinkKind, Preset, Right, name,
    password::Password,
    settings::{Change, SettingError, Settings},
    sharing::{NotShareable, may_create_download_link, may_share},
};
use schema::{
    assets::{self, Candidate},
    collections, link_events, links,
    outbox::{self, Job, Priority},
    pictures,
};
use uuid::Uuid;

/// Loads what the rules need to know of the asset that is to be linked to, if the viewer may link to it.
pub(super) async fn shareable_asset(ctx: &Context<'_>, id: &ID) -> Result<Result<Candidate, UserError>, Error> {
    let viewer = context::viewer(ctx)?;
    let found = match NodeKind::Asset.parse(id) {
        Some(id) => {
            let mut conn = context::connection(ctx).await?;
            assets::candidates(&mut conn, viewer.workspace.id, viewer.subject(), &[id]).await?.remove(&id)
        }
        None => None,
    };
    let Some(candidate) = found else { return Ok(Err(not_shareable(NotShareable::NotFound))) };
    Ok(may_share(candidate.facts.source, candidate.rights).map_err(not_shareable).map(|()| candidate))
}

fn not_shareable(reason: NotShareable) -> UserError {
    let (code, message) = match reason {
        NotShareable::NotFound => (UserErrorCode::NotFound, NO_ASSET),
        NotShareable::NoRight => (UserErrorCode::NotShareable, "You lack the right to share this asset."),
        NotShareable::ExternalSource => (
            UserErrorCode::NotShareable,
            "This asset is only a reference; its file lives elsewhere and cannot be shared.",
        ),
    };
    UserError::new(code, &["assetId"], message)
}

/// Whether the user may link to the download of the original; the error says why not.
pub(super) fn check_original(candidate: &Candidate) -> Result<(), UserError> {
    if may_create_download_link(&candidate.facts, candidate.rights) {
        return Ok(());
    }
    let message = if candidate.rights.has(Right::DownloadOriginal) {
        "The original is archived or unavailable; a download link needs one that can be had now."
    } else {
        "You may not hand out the original of this asset."
    };
    Err(UserError::new(UserErrorCode::OriginalNotAvailable, &["assetId"], message))
}

/// What a client reads of refused settings, whose path begins with `parents`.
pub(super) fn refused_settings(errors: &[SettingError], parents: &[&str]) -> Vec<UserError> {
    errors.iter().map(|error| UserError::setting(error, parents)).collect()
}

/// What a link leads to.
#[derive(Debug, Clone, Copy)]
pub(super) enum Target {
    Asset(Uuid),
    Collection(Uuid),
}

/// A link that is ready to be stored; all that takes time is done.
pub(super) struct NewLink(links::Link);

/// Makes a link with these settings. Hashing its password takes a while: do it before a transaction begins.
pub(super) async fn prepare(
    services: &Services,
    viewer: &Viewer,
    kind: LinkKind,
    target: Target,
    settings: Settings,
) -> Result<NewLink, Error> {
    let (id, now, key, token_version) = (Uuid::now_v7(), services.now(), services.keys.newest(), 1);
    let (asset_id, collection_id) = match target {
        Target::Asset(id) => (Some(id), None),
        Target::Collection(id) => (None, Some(id)),
    };
    Ok(NewLink(links::Link {
        id,
        workspace_id: viewer.workspace.id,
        kind,
        name: settings.name.unwrap_or_else(|| name::default_link_name(now, viewer.workspace.zone())),
        asset_id,
        collection_id,
        created_by: viewer.user.id,
        created_at: now,
        updated_at: now,
        token_sha256: key.link_token(id, token_version).sha256().to_vec(),
        token_version,
        key_id: key.id().to_owned(),
        password_hash: hash(services, settings.password).await?,
        password_version: 1,
        allow_original: settings.allow_original,
        allow_proxies: settings.allow_proxies,
        allow_attachments: settings.allow_attachments,
        proxy_presets: stored_presets(settings.proxy_presets),
        starts_at: settings.starts_at,
        expires_at: settings.expires_at,
        max_downloads: settings.max_downloads,
        watermark: settings.watermark,
        person_search: settings.person_search,
        disabled_at: None,
        view_count: 0,
        download_count: 0,
        last_accessed_at: None,
    }))
}

/// The hash of a new password, if one is set.
pub(super) async fn hash(services: &Services, password: Change<Password>) -> Result<Option<String>, Error> {
    match password {
        Change::Set(password) => Ok(Some(services.hasher.hash(password).await?)),
        Change::Keep | Change::Clear => Ok(None),
    }
}

/// Presets as a row keeps them.
pub(super) fn stored_presets(presets: Option<Vec<Preset>>) -> Option<Vec<Option<String>>> {
    Some(presets?.into_iter().map(|preset| Some(preset.as_str().to_owned())).collect())
}

/// Asks for what is to be cleaned up when a link ends: only collections leave anything behind.
pub(super) async fn note_expiry(conn: &mut AsyncPgConnection, link: &links::Link) -> Result<(), Error> {
    if let (Some(_), Some(at)) = (link.collection_id, link.expires_at) {
        outbox::push(conn, &Job::ExpireLink { link_id: link.id, at }, Priority::Background).await?;
    }
    Ok(())
}

/// Asks for the pictures that a link shows and that are not there yet, as part of the transaction that stores it.
pub(super) async fn want_pictures(conn: &mut AsyncPgConnection, link: &links::Link) -> Result<(), Error> {
    let assets = match (link.asset_id, link.collection_id) {
        (Some(asset), _) => vec![asset],
        // After the link is stored, which waits for whoever is filling the collection.
        (None, Some(collection)) => collections::member_ids(conn, collection).await?,
        (None, None) => Vec::new(),
    };
    pictures::ensure_proxies(conn, &assets, link.watermark, Priority::Shared).await?;
    Ok(())
}

impl NewLink {
    /// Stores the link and who made it, as part of a transaction, with the work that it makes necessary.
    pub(super) async fn store(self, conn: &mut AsyncPgConnection, viewer: &Viewer) -> Result<links::Link, Error> {
        let now: DateTime<Utc> = self.0.created_at;
        let link = links::insert(conn, self.0).await?;
        link_events::insert(conn, vec![audit::event(viewer, LinkAction::Created, None, &link, now)?]).await?;
        note_expiry(conn, &link).await?;
        if link.kind == LinkKind::Public {
            want_pictures(conn, &link).await?;
        }
        Ok(link)
    }

    /// Stores the link in a transaction of its own.
    pub(super) async fn store_alone(self, ctx: &Context<'_>) -> Result<links::Link, Error> {
        let (viewer, mut conn) = (context::viewer(ctx)?, context::connection(ctx).await?);
        conn.transaction(async |conn| self.store(conn, viewer).await).await
    }
}
