//! `createCollectionLink`.

use super::{
    new_link::{self, Target},
    payloads::LinkPayload,
};
use crate::{
    context,
    errors::{UserError, UserErrorCode},
    queries::collections::find_collection,
    types::{link::Link, link_settings::LinkSettingsInput},
};
use app::{
    Error,
    offers::{self, Requested},
};
use async_graphql::{Context, ID, InputObject, Object};
use domain::{LinkKind, settings};

#[derive(Default)]
pub(super) struct CreateCollectionLink;

#[derive(InputObject)]
struct CreateCollectionLinkInput {
    collection_id: ID,
    settings: Option<LinkSettingsInput>,
}

#[Object]
impl CreateCollectionLink {
    /// Makes a link to a page that shows a collection. It follows the collection: what is put in is shown, what is
    /// taken out is not, as far as you may share it.
    async fn create_collection_link(
        &self,
        ctx: &Context<'_>,
        input: CreateCollectionLinkInput,
    ) -> Result<LinkPayload, Error> {
        let (services, viewer) = (context::services(ctx), context::viewer(ctx)?);
        let Some(collection) = find_collection(ctx, &input.collection_id).await? else {
            let message = "There is no such collection, or you may not see it.";
            let refusal = UserError::new(UserErrorCode::NotFound, &["collectionId"], message);
            return Ok(LinkPayload::refused(vec![refusal]));
        };
        let decided = {
            let mut conn = context::connection(ctx).await?;
            let members = Requested::members(&mut conn, collection.0.id).await?;
            offers::decide(&mut conn, viewer, &members).await?
        };
        if decided.shared.is_empty() {
            let message = "Nothing in this collection can be shared by you.";
            let refusal = UserError::new(UserErrorCode::NothingToShare, &["collectionId"], message);
            return Ok(LinkPayload::refused(vec![refusal]));
        }
        let wanted = input.settings.unwrap_or_default().into();
        let settings = match settings::parse(wanted, &decided.offer, services.now()) {
            Ok(settings) => settings,
            Err(errors) => return Ok(LinkPayload::refused(new_link::refused_settings(&errors, &["settings"]))),
        };
        let target = Target::Collection(collection.0.id);
        let link = new_link::prepare(services, viewer, LinkKind::Public, target, settings).await?;
        Ok(LinkPayload::done(Link(link.store_alone(ctx).await?)))
    }
}
