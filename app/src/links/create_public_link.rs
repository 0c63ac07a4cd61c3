//! A link to a page that shows one asset.

use super::new_link::{NewLink, Target, shareable_asset};
use crate::{MutationError, Services, Viewer, idempotency::Key};
use domain::{
    AssetId, LinkKind,
    settings::{self, SettingsInput},
    sharing::{self, Offer},
};
use schema::links::Link;

/// Makes a link to a page that shows one asset. `asset` is none where the client sent no id of an asset.
pub async fn create_public_link(
    services: &Services,
    viewer: &Viewer,
    asset: Option<AssetId>,
    input: SettingsInput,
    key: Option<&Key>,
) -> Result<Link, MutationError> {
    let candidate = shareable_asset(services, viewer, asset).await?;
    let offer = sharing::offer(viewer.workspace.offers(), [(&candidate.facts, candidate.rights)]);
    let offer = Offer { covers: vec![candidate.id], ..offer.of_one_asset() };
    let settings = settings::parse(input, &offer, services.now())
        .map_err(|errors| MutationError::settings(&errors, &["settings"]))?;
    let target = Target::Asset(candidate.id);
    let link = NewLink::prepare(services, viewer, LinkKind::Public, target, settings).await?;
    link.store_alone(services, viewer, key).await
}
