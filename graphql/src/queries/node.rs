//! `node`: loads any object by its id, as Relay requires.

use crate::{
    context,
    types::{
        access_rule::AccessRule, access_token::AccessToken, asset::Asset, attachment::Attachment,
        collection::Collection, link::Link, node::Node, user::User, user_group::UserGroup,
    },
};
use app::Error;
use async_graphql::{Context, ID, Object};
use domain::{
    bearer::BearerKind,
    node_id::{self, NodeKind},
};
use schema::{access_rules, assets, attachments, bearer_tokens, collections, link_listing, user_groups, users};

#[derive(Default)]
pub(super) struct NodeQueries;

#[Object]
impl NodeQueries {
    /// The object of this id. Null if there is no such object or you may not see it.
    async fn node(&self, ctx: &Context<'_>, id: ID) -> Option<Result<Node, Error>> {
        find(ctx, &id).await.transpose()
    }
}

async fn find(ctx: &Context<'_>, id: &ID) -> Result<Option<Node>, Error> {
    let viewer = context::viewer(ctx)?;
    let Some((kind, id)) = node_id::parse(id) else { return Ok(None) };
    let (workspace, mut conn) = (viewer.workspace.id, context::connection(ctx).await?);
    Ok(match kind {
        NodeKind::User if !viewer.may_see_user(id.into()) => None,
        NodeKind::User => {
            users::by_ids(&conn, workspace, &[id.into()]).await?.pop().map(|row| Node::User(User::from(row)))
        }
        NodeKind::Asset => {
            assets::get(&mut conn, viewer.visible_assets(), id.into()).await?.map(|row| Node::Asset(Asset::from(row)))
        }
        NodeKind::Attachment => match attachments::by_id(&mut conn, id.into()).await? {
            Some(row) => {
                let asset = assets::get(&mut conn, viewer.visible_assets(), row.asset_id).await?;
                asset.map(|asset| Node::Attachment(Attachment { row, owner: (&asset).into() }))
            }
            None => None,
        },
        NodeKind::Link => {
            link_listing::get(&mut conn, viewer.visible_links(), id.into()).await?.map(|row| Node::Link(Link(row)))
        }
        NodeKind::AccessToken => {
            let (whose, now) = ((workspace, viewer.user.id), context::services(ctx).now());
            let own = bearer_tokens::of_user(&mut conn, whose, BearerKind::Personal, now).await?;
            own.into_iter().find(|row| row.id.uuid() == id).map(|row| Node::AccessToken(AccessToken(row)))
        }
        NodeKind::Collection => collections::get(&mut conn, viewer.visible_collections(), id.into())
            .await?
            .map(|row| Node::Collection(Collection(row))),
        NodeKind::AccessRule if viewer.is_admin() => {
            access_rules::get(&mut conn, workspace, id.into()).await?.map(|row| Node::AccessRule(AccessRule(row)))
        }
        NodeKind::UserGroup if viewer.is_admin() => {
            let found = user_groups::by_ids(&mut conn, workspace, &[id.into()]).await?.pop();
            found.map(|row| Node::UserGroup(UserGroup(row)))
        }
        NodeKind::AccessRule | NodeKind::UserGroup => None,
    })
}
