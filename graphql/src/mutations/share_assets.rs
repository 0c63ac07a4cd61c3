//! `shareAssets`, the bulk share.

use crate::{
    context,
    count::saturating,
    types::{
        collection::Collection,
        link::Link,
        link_settings::LinkSettingsInput,
        share_options::NotShareable,
        user_error::{UserError, outcome},
    },
};
use app::{
    Error, MutationError,
    idempotency::Key,
    offers::Requested,
    share::{self, ShareInput, ShareOutcome},
};
use async_graphql::{Context, ID, InputObject, InputType, Object, SimpleObject};

#[derive(Default)]
pub(super) struct ShareAssets;

#[derive(InputObject)]
struct ShareAssetsInput {
    /// The assets, in the order of the page. Duplicates count once.
    asset_ids: Vec<ID>,
    /// By default, a name with the date in the workspace's time zone.
    collection_name: Option<String>,
    settings: Option<LinkSettingsInput>,
    /// Repeating a call under the same key within a day returns the first answer instead of sharing twice. The header
    /// `Idempotency-Key` does the same.
    idempotency_key: Option<String>,
}

/// The collection and the link of a bulk share, and the counter: `shared` of `requested`.
#[derive(SimpleObject, Default)]
struct ShareAssetsPayload {
    link: Option<Link>,
    collection: Option<Collection>,
    /// How many different assets were asked for.
    requested: i32,
    /// How many of them are shared.
    shared: i32,
    /// Those left out, and why.
    skipped: Vec<NotShareable>,
    user_errors: Vec<UserError>,
}

#[Object]
impl ShareAssets {
    /// The bulk share: makes an automatic collection of those that you may share, and one link to it. Either all of
    /// it is made or nothing.
    async fn share_assets(&self, ctx: &Context<'_>, input: ShareAssetsInput) -> Result<ShareAssetsPayload, Error> {
        let (shared, user_errors) = outcome(share(ctx, input).await)?;
        Ok(match shared {
            Some(shared) => ShareAssetsPayload::from(shared),
            None => ShareAssetsPayload { user_errors, ..ShareAssetsPayload::default() },
        })
    }
}

async fn share(ctx: &Context<'_>, mut input: ShareAssetsInput) -> Result<ShareOutcome, MutationError> {
    let (services, viewer) = (context::services(ctx), context::viewer(ctx)?);
    // The call is the same wherever its key is.
    let key = input.idempotency_key.take().or_else(|| context::caller(ctx).idempotency_key.clone());
    let key = key.map(|key| Key::parse(services, &key, &input.to_value().to_string())).transpose()?;
    let input = ShareInput {
        assets: Requested::distinct(input.asset_ids.into_iter().map(String::from)),
        collection_name: input.collection_name.as_deref(),
        settings: input.settings.unwrap_or_default().into(),
        key,
    };
    share::share_assets(services, viewer, input).await
}

impl From<ShareOutcome> for ShareAssetsPayload {
    fn from(shared: ShareOutcome) -> Self {
        let ShareOutcome { link, collection, count, refusal } = shared;
        Self {
            link: link.map(Link),
            collection: collection.map(Collection),
            requested: saturating(count.requested),
            shared: saturating(count.shared),
            skipped: count.skipped.into_iter().map(NotShareable::from).collect(),
            user_errors: refusal.into_iter().map(UserError::from).collect(),
        }
    }
}
