//! `grantAccess` and `revokeAccess`.

use super::payloads::{AccessRulePayload, deleted_ids};
use crate::{
    context,
    types::{
        access_rule::AccessRule,
        enums::Right,
        user_error::{UserError, outcome},
    },
};
use app::{
    Error,
    access_rules::{self, NewAccessRule},
};
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use domain::{AccessRuleId, node_id::NodeId};
use uuid::Uuid;

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
    /// At least one right. The rights are added to those of the role.
    rights: Vec<Right>,
}

/// The rule that is gone, or why none is.
#[derive(SimpleObject)]
struct RevokeAccessPayload {
    /// The rule as it was.
    access_rule: Option<AccessRule>,
    deleted_ids: Vec<ID>,
    user_errors: Vec<UserError>,
}

#[Object]
impl AccessRuleMutations {
    /// Gives rights to a user, a group or everyone: on an asset, on the members of a collection, or on everything. If there
    /// is a rule for the same subject and scope, it gives these rights from now on, too. For administrators.
    async fn grant_access(&self, ctx: &Context<'_>, input: AccessRuleInput) -> Result<AccessRulePayload, Error> {
        let (services, viewer) = (context::services(ctx), context::viewer(ctx)?);
        let new = NewAccessRule {
            user: parse(input.user_id),
            group: parse(input.group_id),
            asset: parse(input.asset_id),
            collection: parse(input.collection_id),
            rights: input.rights.into_iter().map(Into::into).collect(),
        };
        AccessRulePayload::of(access_rules::grant_access(services, viewer, new).await.map(AccessRule))
    }

    /// Takes back what a rule gave; links by those who had it lose it at once. For administrators.
    async fn revoke_access(&self, ctx: &Context<'_>, id: ID) -> Result<RevokeAccessPayload, Error> {
        let (services, viewer) = (context::services(ctx), context::viewer(ctx)?);
        let id = AccessRuleId::from_node_id(&id);
        let (revoked, user_errors) = outcome(access_rules::revoke_access(services, viewer, id).await)?;
        let deleted_ids = deleted_ids(revoked.iter().map(|rule| rule.id));
        Ok(RevokeAccessPayload { access_rule: revoked.map(AccessRule), deleted_ids, user_errors })
    }
}

/// The id behind what a client sent; one that nothing has, if it names nothing of this kind.
fn parse<Id: NodeId>(id: Option<ID>) -> Option<Id> {
    id.map(|id| Id::from_node_id(&id).unwrap_or(Uuid::nil().into()))
}
