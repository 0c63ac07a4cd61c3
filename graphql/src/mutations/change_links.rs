//! `updateLink`, `disableLink`, `enableLink`, `rotateLink`, `deleteLinks` and `changeLinks`.

use super::payloads::{LinkPayload, deleted_ids};
use crate::{
    context,
    count::saturating,
    types::{
        link::{Link, LinkFilter},
        link_settings::LinkSettingsInput,
        user_error::{UserError, outcome},
    },
};
use app::{
    Error, MutationError, UserErrorCode,
    links::{self, Action},
};
use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use domain::{LinkId, node_id::NodeId};

#[derive(Default)]
pub(super) struct ChangeLinks;

#[derive(InputObject)]
struct UpdateLinkInput {
    id: ID,
    settings: LinkSettingsInput,
}

/// Which links are gone, and which were not found.
#[derive(SimpleObject)]
struct DeleteLinksPayload {
    deleted_ids: Vec<ID>,
    user_errors: Vec<UserError>,
}

/// What is done to many links at once.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "Action")]
enum LinksAction {
    Disable,
    Enable,
    /// New URLs for the links; the old ones are dead.
    Rotate,
    Delete,
}

#[derive(InputObject)]
struct ChangeLinksInput {
    /// Which links; at least one condition. Only links that you may manage are changed.
    filter: LinkFilter,
    action: LinksAction,
    /// Only count: nothing is changed.
    #[graphql(default)]
    dry_run: bool,
}

/// How many links match, and how many were changed, or would be in a dry run. Links that already are in that state are
/// not counted as changed.
#[derive(SimpleObject)]
struct ChangeLinksPayload {
    matched: i32,
    changed: i32,
    user_errors: Vec<UserError>,
}

#[Object]
impl ChangeLinks {
    /// Changes a link's settings; its URL stays. Omitted fields stay as they are, null restores the default, and the
    /// result is checked as a whole. A later expiration reopens an expired link; a new password locks out visitors who
    /// knew the old one.
    async fn update_link(&self, ctx: &Context<'_>, input: UpdateLinkInput) -> Result<LinkPayload, Error> {
        let (services, viewer) = (context::services(ctx), context::viewer(ctx)?);
        let (id, settings) = (LinkId::from_node_id(&input.id), input.settings.into());
        LinkPayload::of(links::update_link(services, viewer, id, settings).await.map(Link))
    }

    /// Disables a link: it answers like a link that does not exist until it is enabled again.
    async fn disable_link(&self, ctx: &Context<'_>, id: ID) -> Result<LinkPayload, Error> {
        let (services, viewer) = (context::services(ctx), context::viewer(ctx)?);
        LinkPayload::of(links::switch_link(services, viewer, LinkId::from_node_id(&id), false).await.map(Link))
    }

    /// Enables a link again, under its old URL.
    async fn enable_link(&self, ctx: &Context<'_>, id: ID) -> Result<LinkPayload, Error> {
        let (services, viewer) = (context::services(ctx), context::viewer(ctx)?);
        LinkPayload::of(links::switch_link(services, viewer, LinkId::from_node_id(&id), true).await.map(Link))
    }

    /// Gives a link a new URL and keeps everything else. The old URL is dead.
    async fn rotate_link(&self, ctx: &Context<'_>, id: ID) -> Result<LinkPayload, Error> {
        let (services, viewer) = (context::services(ctx), context::viewer(ctx)?);
        LinkPayload::of(links::rotate_link(services, viewer, LinkId::from_node_id(&id)).await.map(Link))
    }

    /// Deletes links for good. Links that you may not delete stay, and each gets an error.
    async fn delete_links(&self, ctx: &Context<'_>, ids: Vec<ID>) -> Result<DeleteLinksPayload, Error> {
        let (services, viewer) = (context::services(ctx), context::viewer(ctx)?);
        let parsed: Vec<Option<LinkId>> = ids.iter().map(|id| LinkId::from_node_id(id)).collect();
        let wanted: Vec<LinkId> = parsed.iter().flatten().copied().collect();
        let deleted = links::change_selected(services, viewer, &wanted, Action::Delete).await;
        let (deleted, mut user_errors) = outcome(deleted)?;
        let Some(deleted) = deleted else { return Ok(DeleteLinksPayload { deleted_ids: Vec::new(), user_errors }) };
        let is_deleted = |id: &Option<LinkId>| id.is_some_and(|id| deleted.contains(&id));
        let missing = parsed.iter().enumerate().filter(|(_, id)| !is_deleted(id)).map(|(index, _)| {
            let message = "There is no such link, or you may not delete it.";
            app::UserError::new(UserErrorCode::NotFound, &["ids", &index.to_string()], message).into()
        });
        user_errors.extend(missing);
        Ok(DeleteLinksPayload { deleted_ids: deleted_ids(deleted), user_errors })
    }

    /// Disables, enables, rotates or deletes all links that match a filter, or tells how many that would be.
    async fn change_links(&self, ctx: &Context<'_>, input: ChangeLinksInput) -> Result<ChangeLinksPayload, Error> {
        let (services, viewer) = (context::services(ctx), context::viewer(ctx)?);
        let ChangeLinksInput { filter, action, dry_run } = input;
        let changed = match LinkFilter::parse(Some(filter)) {
            Ok(filter) => links::change_links(services, viewer, &filter, action.into(), dry_run).await,
            // An error of the field would hide from the answer what the mutations before this one have done.
            Err(Error::BadInput(message)) => {
                Err(MutationError::user(UserErrorCode::InvalidInput, &["filter"], message))
            }
            Err(error) => Err(error.into()),
        };
        let (changed, user_errors) = outcome(changed)?;
        let (matched, changed) = changed.map_or((0, 0), |count| (saturating(count.matched), saturating(count.changed)));
        Ok(ChangeLinksPayload { matched, changed, user_errors })
    }
}
