//! `grantAccess` and `revokeAccess`.

use super::payloads::AccessRulePayload;
use crate::{
    context,
    errors::{UserError, UserErrorCode},
    types::{access_rule::AccessRule, enums::Right},
};
use app::Error;
use async_graphql::{Context, ID, InputObject, Object};
use domain::{Rights, node_id::NodeKind};
use schema::{access_rules, assets, collections, user_groups, users};
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
    /// At least one. They come on top of what the role gives.
    rights: Vec<Right>,
}

#[Object]
impl AccessRuleMutations {
    /// Gives rights to a user, a group or everyone: on an asset, on the members of a collection, or on everything.
    /// For administrators.
    async fn grant_access(&self, ctx: &Context<'_>, input: AccessRuleInput) -> Result<AccessRulePayload, Error> {
        let viewer = context::admin(ctx)?;
        if let Some(refusal) = contradiction(&input) {
            return Ok(AccessRulePayload::refused(vec![refusal]));
        }
        let rights: Vec<domain::Right> = input.rights.iter().map(|right| (*right).into()).collect();
        let parsed = |id: &Option<ID>, kind: NodeKind| id.as_ref().map(|id| kind.parse(id).unwrap_or(Uuid::nil()));
        let new = access_rules::AccessRule {
            id: Uuid::now_v7(),
            workspace_id: viewer.workspace.id,
            user_id: parsed(&input.user_id, NodeKind::User),
            group_id: parsed(&input.group_id, NodeKind::UserGroup),
            asset_id: parsed(&input.asset_id, NodeKind::Asset),
            collection_id: parsed(&input.collection_id, NodeKind::Collection),
            rights: Rights::of(&rights).bits(),
            created_at: context::services(ctx).now(),
        };
        let missing = missing(ctx, &new).await?;
        if !missing.is_empty() {
            return Ok(AccessRulePayload::refused(missing));
        }
        access_rules::insert(&mut *context::connection(ctx).await?, &new).await?;
        Ok(AccessRulePayload::done(AccessRule(new)))
    }

    /// Takes back what a rule gave; links by those who had it lose it at once. For administrators.
    async fn revoke_access(&self, ctx: &Context<'_>, id: ID) -> Result<AccessRulePayload, Error> {
        let viewer = context::admin(ctx)?;
        let revoked = match NodeKind::AccessRule.parse(&id) {
            Some(id) => access_rules::delete(&mut *context::connection(ctx).await?, viewer.workspace.id, id).await?,
            None => None,
        };
        Ok(revoked.map_or_else(
            || {
                let message = "There is no such access rule.";
                AccessRulePayload::refused(vec![UserError::new(UserErrorCode::NotFound, &["id"], message)])
            },
            |rule| AccessRulePayload::done(AccessRule(rule)),
        ))
    }
}

fn contradiction(input: &AccessRuleInput) -> Option<UserError> {
    let (field, message) = if input.rights.is_empty() {
        ("rights", "Give at least one right.")
    } else if input.user_id.is_some() && input.group_id.is_some() {
        ("groupId", "A rule speaks of a user or of a group, not of both.")
    } else if input.asset_id.is_some() && input.collection_id.is_some() {
        ("collectionId", "A rule is about an asset or about a collection, not about both.")
    } else {
        return None;
    };
    Some(UserError::new(UserErrorCode::InvalidInput, &[field], message))
}

/// What a rule refers to and is not there.
async fn missing(ctx: &Context<'_>, rule: &access_rules::AccessRule) -> Result<Vec<UserError>, Error> {
    let viewer = context::viewer(ctx)?;
    let (workspace, mut conn) = (viewer.workspace.id, context::connection(ctx).await?);
    let mut errors = Vec::new();
    let mut check = |there: bool, field: &str, message: &str| {
        if !there {
            errors.push(UserError::new(UserErrorCode::NotFound, &[field], message));
        }
    };
    if let Some(id) = rule.user_id {
        check(!users::by_ids(&mut conn, workspace, &[id]).await?.is_empty(), "userId", "There is no such user.");
    }
    if let Some(id) = rule.group_id {
        check(
            !user_groups::by_ids(&mut conn, workspace, &[id]).await?.is_empty(),
            "groupId",
            "There is no such group.",
        );
    }
    if let Some(id) = rule.asset_id {
        check(assets::get(&mut conn, workspace, id).await?.is_some(), "assetId", "There is no such asset.");
    }
    if let Some(id) = rule.collection_id {
        let there = !collections::by_ids(&mut conn, workspace, &[id]).await?.is_empty();
        check(there, "collectionId", "There is no such collection.");
    }
    Ok(errors)
}
