//! `updateLink`.

use super::{
    new_link::{self, stored_presets},
    payloads::LinkPayload,
};
use crate::{
    context,
    errors::{UserError, UserErrorCode},
    types::{link::Link, link_settings::LinkSettingsInput},
};
use app::{Error, offers};
use async_graphql::{Context, ID, InputObject, Object};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use diesel_async::AsyncConnection;
use domain::{
    LinkKind,
    name::default_link_name,
    node_id::NodeKind,
    settings::{self, Change, Settings, SettingsInput},
    sharing::Offer,
};
use schema::{link_listing, links};

#[derive(Default)]
pub(super) struct UpdateLink;

#[derive(InputObject)]
struct UpdateLinkInput {
    id: ID,
    settings: LinkSettingsInput,
}

#[Object]
impl UpdateLink {
    /// Changes a link under its URL. What is left out stays as it is, null clears it; what comes out is checked as a
    /// whole. A later end brings an expired link back to life; another password locks out those who knew the old one.
    async fn update_link(&self, ctx: &Context<'_>, input: UpdateLinkInput) -> Result<LinkPayload, Error> {
        let (services, viewer) = (context::services(ctx), context::viewer(ctx)?);
        let (visible, now) = (viewer.visible_links(), services.now());
        let mut conn = context::connection(ctx).await?;
        let found = match NodeKind::Link.parse(&input.id) {
            Some(id) => link_listing::get(&mut conn, visible, id).await?,
            None => None,
        };
        let Some(link) = found else { return Ok(not_found()) };
        let offer = match (link.kind, offers::of_link(&mut conn, viewer, &link).await?) {
            (LinkKind::Public, offer) => offer,
            (LinkKind::Download, offer) if offer.originals > 0 => Offer::original_only(),
            (LinkKind::Download, _) => {
                let message = "The original cannot be had now, or whoever made the link may not hand it out any more. \
                    Delete or disable the link instead.";
                return Ok(LinkPayload::refused(vec![UserError::new(
                    UserErrorCode::OriginalNotAvailable,
                    &["id"],
                    message,
                )]));
            }
        };
        let wanted: SettingsInput = input.settings.into();
        if link.kind == LinkKind::Download && matches!(wanted.allow_original, Change::Set(false) | Change::Clear) {
            let message = "A download link hands out the original; delete or disable it instead.";
            let path = ["settings", "allowOriginal"];
            return Ok(LinkPayload::refused(vec![UserError::new(UserErrorCode::OptionNotAvailable, &path, message)]));
        }
        let checked = match settings::change(current(&link), wanted.clone(), &offer, now) {
            Ok(settings) => settings,
            Err(errors) => return Ok(LinkPayload::refused(new_link::refused_settings(&errors, &["settings"]))),
        };
        // Hashing takes a while: not while the link is locked.
        drop(conn);
        let password = match checked.password {
            Change::Set(password) => Change::Set(services.hasher.hash(password).await?),
            Change::Clear => Change::Clear,
            Change::Keep => Change::Keep,
        };
        let mut conn = context::connection(ctx).await?;
        let updated = conn
            .transaction(async |conn| {
                let Some(before) = links::lock(conn, visible, &[link.id]).await?.pop() else {
                    return Ok::<_, Error>(None);
                };
                // Somebody else may have changed it meanwhile: what is left out stays as it is now.
                let settings = match settings::change(current(&before), wanted, &offer, now) {
                    Ok(settings) => settings,
                    Err(errors) => return Ok(Some(Err(errors))),
                };
                let after = changed(before.clone(), settings, password, now, viewer.workspace.zone());
                Ok(Some(Ok(app::links::change(conn, viewer, before, after, now).await?)))
            })
            .await?;
        Ok(match updated {
            Some(Ok(link)) => LinkPayload::done(Link(link)),
            Some(Err(errors)) => LinkPayload::refused(new_link::refused_settings(&errors, &["settings"])),
            None => not_found(),
        })
    }
}

pub(super) fn not_found() -> LinkPayload {
    let message = "There is no such link, or you may not change it.";
    LinkPayload::refused(vec![UserError::new(UserErrorCode::NotFound, &["id"], message)])
}

/// The settings of a link as the rules see them.
fn current(link: &links::Link) -> Settings {
    Settings {
        name: Some(link.name.clone()),
        allow_original: link.allow_original,
        allow_proxies: link.allow_proxies,
        allow_attachments: link.allow_attachments,
        proxy_presets: link.presets(),
        starts_at: link.starts_at,
        expires_at: link.expires_at,
        max_downloads: link.max_downloads,
        password: Change::Keep,
        watermark: link.watermark,
        person_search: link.person_search,
    }
}

fn changed(
    link: links::Link,
    settings: Settings,
    password: Change<String>,
    now: DateTime<Utc>,
    zone: Tz,
) -> links::Link {
    // Whole, so that a new setting cannot be forgotten here.
    let Settings {
        name,
        allow_original,
        allow_proxies,
        allow_attachments,
        proxy_presets,
        starts_at,
        expires_at,
        max_downloads,
        password: _,
        watermark,
        person_search,
    } = settings;
    let password_version = link.password_version + i32::from(password != Change::Keep);
    links::Link {
        name: name.unwrap_or_else(|| default_link_name(link.created_at, zone)),
        updated_at: now,
        password_version,
        password_hash: password.apply(link.password_hash),
        allow_original,
        allow_proxies,
        allow_attachments,
        proxy_presets: stored_presets(proxy_presets),
        starts_at,
        expires_at,
        max_downloads,
        watermark,
        person_search,
        ..link
    }
}
