//! `changeLinks`: one thing done to all links that match a filter.

use crate::{
    context,
    errors::{UserError, UserErrorCode},
    types::{link::LinkFilter, share_options::number},
};
use app::{Error, links::Action};
use async_graphql::{Context, Enum, InputObject, Object, SimpleObject};
use diesel_async::AsyncConnection;
use schema::link_listing;

#[derive(Default)]
pub(super) struct ChangeLinks;

/// What is done to many links at once.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "Action")]
enum LinksAction {
    Disable,
    Enable,
    Delete,
}

#[derive(InputObject)]
struct ChangeLinksInput {
    /// Which links; at least one condition. Of these, only those that you may manage are meant.
    filter: LinkFilter,
    action: LinksAction,
    /// Only count: nothing is changed.
    #[graphql(default)]
    dry_run: bool,
}

/// How many links match, and how many are changed, or would be in a dry run: those that are not so already.
#[derive(SimpleObject, Default)]
struct ChangeLinksPayload {
    matched: i32,
    changed: i32,
    user_errors: Vec<UserError>,
}

fn refused(message: impl Into<String>) -> ChangeLinksPayload {
    let refusal = UserError::new(UserErrorCode::InvalidInput, &["filter"], message);
    ChangeLinksPayload { user_errors: vec![refusal], ..ChangeLinksPayload::default() }
}

#[Object]
impl ChangeLinks {
    /// Disables, enables or deletes all links that match a filter, or tells how many that would be.
    async fn change_links(&self, ctx: &Context<'_>, input: ChangeLinksInput) -> Result<ChangeLinksPayload, Error> {
        let viewer = context::viewer(ctx)?;
        let (visible, now) = (viewer.visible_links(), context::services(ctx).now());
        let filter = match LinkFilter::parse(Some(input.filter)) {
            Ok(filter) if !filter.is_empty() => filter,
            Ok(_) => return Ok(refused("Say which links: a filter without a condition means all of them.")),
            // Not an error of the whole answer: that would hide what the mutations before this one have done.
            Err(Error::BadInput(message)) => return Ok(refused(message)),
            Err(error) => return Err(error),
        };
        let mut conn = context::connection(ctx).await?;
        conn.transaction(async |conn| {
            let found = if input.dry_run {
                link_listing::all_matching(conn, visible, &filter, now).await?
            } else {
                link_listing::lock_matching(conn, visible, &filter, now).await?
            };
            let matched = number(found.len());
            let action = Action::from(input.action);
            let to_change: Vec<_> = found.into_iter().filter(|link| action.changes(link.disabled_at)).collect();
            let changed = number(to_change.len());
            if !input.dry_run {
                let named = to_change.into_iter().map(|link| (link.id, link.name)).collect();
                app::links::apply(conn, viewer, action, named, now).await?;
            }
            Ok(ChangeLinksPayload { matched, changed, user_errors: Vec::new() })
        })
        .await
    }
}
