//! Queries for administrators: users, groups, access rules, and the audit trail of links.

use crate::{
    context,
    paging::{CountCursor, Cursor, PageArgs, connect_counted},
    types::{
        access_rule::AccessRule,
        link_event::{LinkEvent, LinkEventConnection, LinkEventFilter},
        security_event::{SecurityEvent, SecurityEventConnection, SecurityEventsFilter},
        total::{Listing, Total},
        user::User,
        user_group::UserGroup,
    },
};
use app::Error;
use async_graphql::{Context, Object, connection::Connection};
use schema::{access_rules, link_events, security_events, user_groups, users};

#[derive(Default)]
pub(super) struct AdministrationQueries;

/// Users, newest first.
type UserConnection = Connection<Cursor, User, Total>;

/// Access rules, newest first.
type AccessRuleConnection = Connection<Cursor, AccessRule, Total>;

#[Object]
impl AdministrationQueries {
    /// The users of the workspace, newest first. For administrators.
    async fn users(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many nodes: at most 100, by default 20.")] first: Option<i32>,
        after: Option<String>,
    ) -> Result<UserConnection, Error> {
        let viewer = context::admin(ctx)?;
        let page = PageArgs::forward(first, after).page()?;
        let slice = users::list(&mut *context::connection(ctx).await?, viewer.workspace.id, page).await?;
        Ok(connect_counted(slice, Listing::Users, |row| Cursor(row.id.uuid()), User::from))
    }

    /// The groups of the workspace, by name. For administrators.
    async fn user_groups(&self, ctx: &Context<'_>) -> Result<Vec<UserGroup>, Error> {
        let viewer = context::admin(ctx)?;
        let rows = user_groups::list(&mut *context::connection(ctx).await?, viewer.workspace.id).await?;
        Ok(rows.into_iter().map(UserGroup).collect())
    }

    /// The access rules of the workspace, newest first. For administrators.
    async fn access_rules(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many nodes: at most 100, by default 20.")] first: Option<i32>,
        after: Option<String>,
    ) -> Result<AccessRuleConnection, Error> {
        let viewer = context::admin(ctx)?;
        let page = PageArgs::forward(first, after).page()?;
        let slice = access_rules::list(&mut *context::connection(ctx).await?, viewer.workspace.id, page).await?;
        Ok(connect_counted(slice, Listing::AccessRules, |row| Cursor(row.id.uuid()), AccessRule))
    }

    /// The audit trail of links: what was done, by whom, when, and from which value to which; newest first. For
    /// administrators.
    async fn link_events(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many nodes: at most 100, by default 20.")] first: Option<i32>,
        after: Option<String>,
        filter: Option<LinkEventFilter>,
    ) -> Result<LinkEventConnection, Error> {
        let viewer = context::admin(ctx)?;
        let (limit, after) = PageArgs::forward(first, after).counted()?;
        let filter = LinkEventFilter::parse(filter)?;
        let mut conn = context::connection(ctx).await?;
        let slice = link_events::list(&mut conn, viewer.workspace.id, filter, limit, after).await?;
        Ok(connect_counted(slice, Listing::LinkEvents(filter), |row| CountCursor(row.id), LinkEvent))
    }

    /// The log of accounts and rights, and of what was deleted: sign-ins, failed ones, changes of users, groups, rules, tokens
    /// and settings, and assets that were put into the bin or restored; newest first. For administrators.
    async fn security_events(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many nodes: at most 100, by default 20.")] first: Option<i32>,
        after: Option<String>,
        filter: Option<SecurityEventsFilter>,
    ) -> Result<SecurityEventConnection, Error> {
        let viewer = context::admin(ctx)?;
        let (limit, after) = PageArgs::forward(first, after).counted()?;
        let filter = SecurityEventsFilter::parse(filter)?;
        let mut conn = context::connection(ctx).await?;
        let slice = security_events::list(&mut conn, viewer.workspace.id, filter, limit, after).await?;
        Ok(connect_counted(slice, Listing::SecurityEvents(filter), |row| CountCursor(row.id), SecurityEvent))
    }
}
