//! `createPublicLink`.

use super::{
    new_link::{self, Target},
    payloads::LinkPayload,
};
use crate::{
    context,
    types::{link::Link, link_settings::LinkSettingsInput},
};
use app::Error;
use async_graphql::{Context, ID, InputObject, Object};
use domain::{LinkKind, settings, sharing};

#[derive(Default)]
pub(super) struct CreatePublicLink;

#[derive(InputObject)]
struct CreatePublicLinkInput {
    asset_id: ID,
    settings: Option<LinkSettingsInput>,
}

#[Object]
impl CreatePublicLink {
    /// Makes a link to a page that shows one asset. Without settings it shows previews, allows no download, and
    /// never expires.
    async fn create_public_link(&self, ctx: &Context<'_>, input: CreatePublicLinkInput) -> Result<LinkPayload, Error> {
        let (services, viewer) = (context::services(ctx), context::viewer(ctx)?);
        let candidate = match new_link::shareable_asset(ctx, &input.asset_id).await? {
            Ok(candidate) => candidate,
            Err(refusal) => return Ok(LinkPayload::refused(vec![refusal])),
        };
        let offer = sharing::offer(viewer.workspace.offers(), [(&candidate.facts, candidate.rights)]);
        let settings = match settings::parse(input.settings.unwrap_or_default().into(), &offer, services.now()) {
            Ok(settings) => settings,
            Err(errors) => return Ok(LinkPayload::refused(new_link::refused_settings(&errors, &["settings"]))),
        };
        let target = Target::Asset(candidate.id);
        let link = new_link::prepare(services, viewer, LinkKind::Public, target, settings).await?;
        Ok(LinkPayload::done(Link(link.store_alone(ctx).await?)))
    }
}
