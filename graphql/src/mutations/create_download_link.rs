//! `createDownloadLink`.

use super::{
    new_link::{self, Target},
    payloads::LinkPayload,
};
use crate::{context, types::link::Link};
use app::Error;
use async_graphql::{Context, ID, InputObject, Object};
use chrono::{DateTime, Utc};
use domain::{
    LinkKind,
    settings::{self, Change, SettingsInput},
    sharing::Offer,
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
        let candidate = match new_link::shareable_asset(ctx, &input.asset_id).await? {
            Ok(candidate) => candidate,
            Err(refusal) => return Ok(LinkPayload::refused(vec![refusal])),
        };
        if let Err(refusal) = new_link::check_original(&candidate) {
            return Ok(LinkPayload::refused(vec![refusal]));
        }
        let wanted = SettingsInput {
            name: input.name.into(),
            expires_at: input.expires_at.into(),
            password: input.password.into(),
            max_downloads: input.max_downloads.into(),
            allow_original: Change::Set(true),
            ..SettingsInput::default()
        };
        let settings = match settings::parse(wanted, &Offer::original_only(), services.now()) {
            Ok(settings) => settings,
            Err(errors) => return Ok(LinkPayload::refused(new_link::refused_settings(&errors, &[]))),
        };
        let target = Target::Asset(candidate.id);
        let link = new_link::prepare(services, viewer, LinkKind::Download, target, settings).await?;
        Ok(LinkPayload::done(Link(link.store_alone(ctx).await?)))
    }
}
