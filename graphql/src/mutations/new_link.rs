//! What both kinds of link have in common when they are made: what they may offer, and their row.

use crate::{
    Error, Services, Viewer, context,
    errors::{UserError, UserErrorCode},
    node_id::NodeKind,
    types::{asset::Asset, link::Link},
};
use async_graphql::{Context, ID};
use domain::{
    LinkKind, Preset, Right, name,
    settings::Settings,
    sharing::{AssetFacts, NotShareable, may_share},
};
use schema::{assets, links};
use uuid::Uuid;

/// Loads the asset that is to be linked to, if the viewer may link to it.
pub(super) async fn shareable_asset(
    ctx: &Context<'_>,
    id: &ID,
) -> Result<Result<(Asset, AssetFacts), UserError>, Error> {
    let viewer = context::viewer(ctx)?;
    let found = match NodeKind::Asset.parse(id) {
        Some(id) => assets::get(&mut *context::connection(ctx).await?, viewer.workspace.id, id).await?,
        None => None,
    };
    let refused = match &found {
        None => Some(NotShareable::NotFound),
        Some(row) => may_share(row.source, viewer.rights()).err(),
    };
    match (found, refused) {
        (Some(row), None) => {
            let asset = Asset(row);
            let facts = asset.facts(ctx).await?;
            Ok(Ok((asset, facts)))
        }
        (_, reason) => Ok(Err(not_shareable(reason.unwrap_or(NotShareable::NotFound)))),
    }
}

fn not_shareable(reason: NotShareable) -> UserError {
    let (code, message) = match reason {
        NotShareable::NotFound => (UserErrorCode::NotFound, "There is no such asset, or you may not see it."),
        NotShareable::NoRight => (UserErrorCode::NotShareable, "You lack the right to share this asset."),
        NotShareable::ExternalSource => (
            UserErrorCode::NotShareable,
            "This asset is only a reference; its file lives elsewhere and cannot be shared.",
        ),
    };
    UserError::new(code, &["assetId"], message)
}

/// What a share of this asset offers the viewer.
pub(super) fn offer(viewer: &Viewer, facts: &AssetFacts) -> domain::sharing::Offer {
    domain::sharing::offer([(facts, viewer.rights())])
}

/// Whether the viewer may link to the download of the original; the error says why not.
pub(super) fn check_original(viewer: &Viewer, facts: &AssetFacts) -> Result<(), UserError> {
    if domain::sharing::may_create_download_link(facts, viewer.rights()) {
        return Ok(());
    }
    let message = if viewer.rights().has(Right::DownloadOriginal) {
        "The original is archived or unavailable; a download link needs one that can be had now."
    } else {
        "You may not hand out the original of this asset."
    };
    Err(UserError::new(UserErrorCode::OriginalNotAvailable, &["assetId"], message))
}

/// Stores a link with these settings and returns it.
pub(super) async fn store(ctx: &Context<'_>, kind: LinkKind, asset: Uuid, settings: Settings) -> Result<Link, Error> {
    let (services, viewer): (&Services, _) = (context::services(ctx), context::viewer(ctx)?);
    let password_hash = match settings.password {
        Some(password) => Some(services.hasher.hash(password).await?),
        None => None,
    };
    let (id, now, key, token_version) = (Uuid::now_v7(), services.now(), services.keys.newest(), 1);
    let new = links::Link {
        id,
        workspace_id: viewer.workspace.id,
        kind,
        name: settings.name.unwrap_or_else(|| name::default_link_name(now, viewer.workspace.zone())),
        asset_id: asset,
        created_by: viewer.user.id,
        created_at: now,
        updated_at: now,
        token_sha256: key.link_token(id, token_version).sha256().to_vec(),
        token_version,
        key_id: key.id().to_owned(),
        password_hash,
        password_version: 1,
        allow_original: settings.allow_original,
        allow_proxies: settings.allow_proxies,
        allow_attachments: settings.allow_attachments,
        proxy_presets: settings
            .proxy_presets
            .map(|presets| presets.into_iter().map(Preset::as_str).map(str::to_owned).map(Some).collect()),
        starts_at: settings.starts_at,
        expires_at: settings.expires_at,
        max_downloads: settings.max_downloads,
        watermark: settings.watermark,
        person_search: settings.person_search,
        disabled_at: None,
        view_count: 0,
        download_count: 0,
        last_accessed_at: None,
    };
    Ok(Link(links::insert(&mut *context::connection(ctx).await?, new).await?))
}
