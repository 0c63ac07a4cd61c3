//! Other settings for a link, under its URL.

use super::{not_found::not_found, store, stored_settings};
use crate::{MutationError, Services, UserErrorCode, Viewer, offers};
use diesel_async::AsyncConnection;
use domain::{
    LinkId, LinkKind,
    name::default_link_name,
    settings::{self, Change, SettingsInput},
    sharing::Offer,
};
use schema::{
    link_listing,
    links::{self, Link},
};

/// Changes a link's settings; the outcome is checked as a whole. `id` is none where the client sent no id of a link.
pub async fn update_link(
    services: &Services,
    viewer: &Viewer,
    id: Option<LinkId>,
    input: SettingsInput,
) -> Result<Link, MutationError> {
    let (visible, now) = (viewer.visible_links(), services.now());
    let id = id.ok_or_else(not_found)?;
    let (link, offer) = {
        let mut conn = services.pool.get().await?;
        let link = link_listing::get(&mut conn, visible, id).await?.ok_or_else(not_found)?;
        let offer = offers::of_link(&mut conn, viewer, &link).await?;
        (link, offer)
    };
    let offer = match link.kind {
        LinkKind::Public => offer,
        LinkKind::Download => download_offer(&offer, &input)?,
    };
    let refuse = |errors: Vec<_>| MutationError::settings(&errors, &["settings"]);
    let checked = settings::change(stored_settings::current(&link), input.clone(), &offer, now).map_err(refuse)?;
    // Hashing takes a while, during which the link must not be locked.
    let password = services.hasher.hash_change(checked.password).await?;
    let mut conn = services.pool.get().await?;
    conn.transaction(async |conn| {
        let before = links::lock(conn, visible, &[id]).await?.pop().ok_or_else(not_found)?;
        // Another request may have changed the link since it was read: what is left out stays as it is now.
        let settings = settings::change(stored_settings::current(&before), input, &offer, now).map_err(refuse)?;
        let zone = viewer.workspace.zone();
        let (settings, _) = stored_settings::to_stored(settings, || default_link_name(before.created_at, zone));
        let after = Link {
            settings,
            updated_at: now,
            password_version: before.password_version + i32::from(password != Change::Keep),
            password_hash: password.apply(before.password_hash.clone()),
            ..before.clone()
        };
        store::update(conn, viewer, before, after, now).await
    })
    .await
}

/// What a download link offers: the original, which must be available, and which the link always hands out.
fn download_offer(offer: &Offer, input: &SettingsInput) -> Result<Offer, MutationError> {
    if offer.originals == 0 {
        let message = "The original is not available now, or whoever made the link may not hand it out any more. \
            Delete or disable the link instead.";
        return Err(MutationError::user(UserErrorCode::OriginalNotAvailable, &["id"], message));
    }
    if matches!(input.allow_original, Change::Set(false) | Change::Clear) {
        let message = "A download link hands out the original; delete or disable it instead.";
        let path = ["settings", "allowOriginal"];
        return Err(MutationError::user(UserErrorCode::OptionNotAvailable, &path, message));
    }
    Ok(Offer::original_only())
}
