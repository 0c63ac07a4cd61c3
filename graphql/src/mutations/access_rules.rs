//! `grantAccess` and `revokeAccess`.

use super::payloads::AccessRulePayload;
use crate::{
    context,
    types::{access_rule::AccessRule, enums::Right},
};
use app::{
    Error,
    access_rules::{self, NewAccessRule},
};
use async_graphql::{Context, ID, InputObject, Object};
use domain::node_id::NodeKind;

#[derive(Default)]
pub(super) struct AccessRuleMutations;

/// Subject: a user or a group, or everyone in the workspace where both are left out. Scope: an asset or the members
/// of a collection, or the whole workspace where both are left out.
#[derive(InputObject)]
struct AccessRuleInput {
    user_id: Option<ID>,
    group_id: Option<ID>,
    asset_id: Option<ID>,
    collection_id: Option<ID>,
    /// At least one. They come on top of what the role gives.
    rights: Vec<Right>,
}

#[Object]
impl AccessRuleMutations {
    /// Gives rights to a user, a group or everyone: on an asset, on the members of a collection, or on everything.
    /// For administrators.
    async fn grant_access(&self, ctx: &Context<'_>, input: AccessRuleInput) -> Result<AccessRulePayload, Error> {
        let (services, viewer) = (context::services(ctx), context::viewer(ctx)?);
        let parse = |id: Option<ID>, kind: NodeKind| id.map(|id| kind.parse(&id).unwrap_or_default());
        let new = NewAccessRule {
            user: parse(input.user_id, NodeKind::User),
            group: parse(input.group_id, NodeKind::UserGroup),
            asset: parse(input.asset_id, NodeKind::Asset),
            collection: parse(input.collection_id, NodeKind::Collection),
            rights: input.rights.into_iter().map(Into::into).collect(),
        };
        AccessRulePayload::of(access_rules::grant_access(services, viewer, new).await.map(AccessRule))
    }

    /// Takes back what a rule gave; links by those who had it lose it at once. For administrators.
    async fn revoke_access(&self, ctx: &Context<'_>, id: ID) -> Result<AccessRulePayload, Error> {
        let (services, viewer) = (context::services(ctx), context::viewer(ctx)?);
        let id = NodeKind::AccessRule.parse(&id);
        AccessRulePayload::of(access_rules::revoke_access(services, viewer, id).await.map(AccessRule))
    }
}
