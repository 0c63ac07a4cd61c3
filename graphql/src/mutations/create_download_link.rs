//! `createDownloadLink`.

use super::{new_link, payloads::LinkPayload};
use crate::{Error, context, errors::UserError};
use async_graphql::{Context, ID, InputObject, Object};
use chrono::{DateTime, Utc};
use domain::{
    LinkKind,
    settings::{self, SettingsInput},
};

#[derive(Default)]
pub(super) struct CreateDownloadLink;

#[derive(InputObject)]
struct CreateDownloadLinkInput {
    asset_id: ID,
    /// Left out: a default name with date and time in the workspace's time zone.
    name: Option<String>,
    expires_at: Option<DateTime<Utc>>,
    password: Option<String>,
    max_downloads: Option<i32>,
}

#[Object]
impl CreateDownloadLink {
    /// Makes a link that is itself the download of an asset's original.
    async fn create_download_link(
        &self,
        ctx: &Context<'_>,
        input: CreateDownloadLinkInput,
    ) -> Result<LinkPayload, Error> {
        let (services, viewer) = (context::services(ctx), context::viewer(ctx)?);
        let (asset, facts) = match new_link::shareable_asset(ctx, &input.asset_id).await? {
            Ok(found) => found,
            Err(refusal) => return Ok(LinkPayload::refused(vec![refusal])),
        };
        if let Err(refusal) = new_link::check_original(viewer, &facts) {
            return Ok(LinkPayload::refused(vec![refusal]));
        }
        let wanted = SettingsInput {
            name: input.name,
            expires_at: input.expires_at,
            password: input.password,
            max_downloads: input.max_downloads,
            allow_original: Some(true),
            ..SettingsInput::default()
        };
        let settings = match settings::parse(wanted, &new_link::offer(viewer, &facts), services.now()) {
            Ok(settings) => settings,
            Err(errors) => {
                return Ok(LinkPayload::refused(errors.iter().map(|error| UserError::setting(error, &[])).collect()));
            }
        };
        Ok(LinkPayload::done(new_link::store(ctx, LinkKind::Download, asset.0.id, settings).await?))
    }
}
