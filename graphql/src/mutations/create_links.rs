//! `createPublicLink`, `createDownloadLink` and `createCollectionLink`.

use super::payloads::LinkPayload;
use crate::{
    context,
    types::{link::Link, link_settings::LinkSettingsInput},
};
use app::Error;
use async_graphql::{Context, ID, InputObject, Object};
use chrono::{DateTime, Utc};
use domain::{AssetId, CollectionId, node_id::NodeId, settings::SettingsInput};

#[derive(Default)]
pub(super) struct CreateLinks;

#[derive(InputObject)]
struct CreatePublicLinkInput {
    asset_id: ID,
    settings: Option<LinkSettingsInput>,
}

#[derive(InputObject)]
struct CreateDownloadLinkInput {
    asset_id: ID,
    /// By default, a name with the date and time in the workspace's time zone.
    name: Option<String>,
    /// The link opens at this instant.
    starts_at: Option<DateTime<Utc>>,
    expires_at: Option<DateTime<Utc>>,
    password: Option<String>,
    max_downloads: Option<i32>,
}

#[derive(InputObject)]
struct CreateCollectionLinkInput {
    collection_id: ID,
    settings: Option<LinkSettingsInput>,
}

#[Object]
impl CreateLinks {
    /// Makes a link to a page that shows one asset. Without settings it shows previews, allows no download, and
    /// never expires.
    async fn create_public_link(&self, ctx: &Context<'_>, input: CreatePublicLinkInput) -> Result<LinkPayload, Error> {
        let (services, viewer) = (context::services(ctx), context::viewer(ctx)?);
        let (asset, settings) = (AssetId::from_node_id(&input.asset_id), input.settings.unwrap_or_default());
        LinkPayload::of(app::links::create_public_link(services, viewer, asset, settings.into(), None).await.map(Link))
    }

    /// Makes a link that is itself the download of an asset's original.
    async fn create_download_link(
        &self,
        ctx: &Context<'_>,
        input: CreateDownloadLinkInput,
    ) -> Result<LinkPayload, Error> {
        let (services, viewer) = (context::services(ctx), context::viewer(ctx)?);
        let asset = AssetId::from_node_id(&input.asset_id);
        let settings = SettingsInput {
            name: input.name.into(),
            starts_at: input.starts_at.into(),
            expires_at: input.expires_at.into(),
            password: input.password.into(),
            max_downloads: input.max_downloads.into(),
            ..SettingsInput::default()
        };
        LinkPayload::of(app::links::create_download_link(services, viewer, asset, settings, None).await.map(Link))
    }

    /// Makes a link to the page of a collection. The page always shows the present members, as far as you may share
    /// them.
    async fn create_collection_link(
        &self,
        ctx: &Context<'_>,
        input: CreateCollectionLinkInput,
    ) -> Result<LinkPayload, Error> {
        let (services, viewer) = (context::services(ctx), context::viewer(ctx)?);
        let (collection, settings) =
            (CollectionId::from_node_id(&input.collection_id), input.settings.unwrap_or_default());
        let link = app::links::create_collection_link(services, viewer, collection, settings.into(), None).await;
        LinkPayload::of(link.map(Link))
    }
}
