//! `shareOptions`.

use crate::{
    context,
    count::saturating,
    types::{
        collection::Collection,
        share_options::{NotShareable, ProxyOptionGroup, ShareOptions},
    },
};
use app::{
    Error,
    offers::{self, Requested},
};
use async_graphql::{Context, ID, Object};
use domain::name;

#[derive(Default)]
pub(super) struct ShareOptionsQuery;

#[Object]
impl ShareOptionsQuery {
    /// What a share of these assets, or of this collection, offers you: the counter and every option. The mutations
    /// accept exactly what is offered here.
    async fn share_options(
        &self,
        ctx: &Context<'_>,
        asset_ids: Option<Vec<ID>>,
        collection_id: Option<ID>,
    ) -> Result<ShareOptions, Error> {
        let (services, viewer) = (context::services(ctx), context::viewer(ctx)?);
        let requested = match (asset_ids, collection_id) {
            (Some(ids), None) => {
                let requested = Requested::distinct(ids.into_iter().map(String::from));
                if requested.len() > services.max_share {
                    return Err(Error::BadInput(offers::too_many(services.max_share)));
                }
                requested
            }
            (None, Some(id)) => {
                let collection = Collection::find(ctx, &id).await?.ok_or(Error::NotFound)?;
                Requested::members(&mut *context::connection(ctx).await?, collection.0.id).await?
            }
            _ => return Err(Error::BadInput("Give either `assetIds` or `collectionId`.".into())),
        };
        let decided = offers::decide(&mut *context::connection(ctx).await?, viewer, &requested).await?;
        let (now, zone) = (services.now(), viewer.workspace.zone());
        Ok(ShareOptions {
            requested: saturating(requested.len()),
            shareable: saturating(decided.shared.len()),
            not_shareable: decided.skipped.into_iter().map(NotShareable::from).collect(),
            original: decided.offer.originals.into(),
            attachments: decided.offer.attachments.into(),
            proxies: ProxyOptionGroup::of(&decided.offer),
            watermark_available: decided.offer.watermark,
            person_search_available: decided.offer.person_search,
            default_link_name: name::default_link_name(now, zone),
            default_collection_name: name::default_collection_name(now, zone),
        })
    }
}
