//! `createPublicLink`.

use super::{new_link, payloads::LinkPayload};
use crate::{Error, context, errors::UserError, types::link_settings::LinkSettingsInput};
use async_graphql::{Context, ID, InputObject, Object};
use domain::{LinkKind, settings};

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
        let (asset, facts) = match new_link::shareable_asset(ctx, &input.asset_id).await? {
            Ok(found) => found,
            Err(refusal) => return Ok(LinkPayload::refused(vec![refusal])),
        };
        let wanted = input.settings.unwrap_or_default().into();
        let settings = match settings::parse(wanted, &new_link::offer(viewer, &facts), services.now()) {
            Ok(settings) => settings,
            Err(errors) => {
                return Ok(LinkPayload::refused(
                    errors.iter().map(|error| UserError::setting(error, &["settings"])).collect(),
                ));
            }
        };
        Ok(LinkPayload::done(new_link::store(ctx, LinkKind::Public, asset.0.id, settings).await?))
    }
}
