//! Rights that an access rule gives: a new one, or the one that there is for the same subject and scope.

use crate::{
    Error, MutationError, Services, UserError, UserErrorCode, Viewer,
    security::{self, Subject},
    users::lock_as_admin,
};
use diesel_async::{AsyncConnection, AsyncPgConnection};
use domain::{
    AccessRuleId, AssetId, CollectionId, Right, Rights, SecurityAction, UserGroupId, UserId, node_id::NodeId,
};
use schema::{
    VisibleAssets,
    access_rules::{self, AccessRule},
    assets, collections,
    link_events::FieldChange,
    user_groups, users,
};

/// What an administrator asks for. Where the client sent an id of another kind of thing, the id is nil, which nothing
/// has.
#[derive(Debug, Clone)]
pub struct NewAccessRule {
    /// The user who gets the rights.
    pub user: Option<UserId>,
    /// The group that gets the rights; without user and group, everyone gets them.
    pub group: Option<UserGroupId>,
    /// The asset.
    pub asset: Option<AssetId>,
    /// The collection; without asset and collection, the rule is about everything.
    pub collection: Option<CollectionId>,
    /// The rights, which come on top of what the role gives.
    pub rights: Vec<Right>,
}

/// Gives rights to a user, a group or everyone: on an asset, on the members of a collection, or on everything. A rule for
/// the same subject on the same scope gets them beside those that it gives already, so that there is one to be taken back.
/// For administrators.
pub async fn grant_access(
    services: &Services,
    viewer: &Viewer,
    input: NewAccessRule,
) -> Result<AccessRule, MutationError> {
    viewer.require_admin()?;
    check_contradictions(&input)?;
    let mut conn = services.pool.get().await?;
    check_existence(&mut conn, viewer, &input).await?;
    let NewAccessRule { user, group, asset, collection, ref rights } = input;
    let new = AccessRule {
        id: AccessRuleId::new(),
        workspace_id: viewer.workspace.id,
        user_id: user,
        group_id: group,
        asset_id: asset,
        collection_id: collection,
        rights: Rights::of(rights).bits(),
        created_at: services.now(),
    };
    let granted = conn.transaction(async |conn| {
        access_rules::lock_workspace(conn, new.workspace_id).await?;
        // A deleted user keeps a row, so that no foreign key notices. The viewer is locked with the user, because the
        // record refers to the viewer: whoever deletes the user locks both, too.
        let locked = lock_as_admin(conn, viewer, new.user_id).await?;
        if new.user_id.is_some_and(|user| locked.iter().all(|locked| locked.id != user)) {
            return Err(Error::NotFound.into());
        }
        let before = access_rules::lock_same(conn, &new).await?;
        let rule = if let Some(rule) = &before {
            let rights = Rights::from_bits(rule.rights) | Rights::from_bits(new.rights);
            access_rules::set_rights(conn, rule.id, rights).await?
        } else {
            access_rules::insert(conn, &new).await?;
            new.clone()
        };
        let had = before.as_ref().map(|before| before.rights);
        if had != Some(rule.rights) {
            let subject = Subject { id: rule.id.uuid(), name: None };
            let mut changes = of_rule(&rule, true);
            for change in changes.iter_mut().filter(|change| change.field == RIGHTS) {
                change.from = had.map(names);
            }
            security::record(conn, viewer, SecurityAction::AccessGranted, subject, changes, new.created_at).await?;
        }
        Ok(rule)
    });
    match granted.await {
        // What was deleted in the meantime is named like what never was.
        Err(MutationError::Field(Error::NotFound)) => {
            check_existence(&mut conn, viewer, &input).await?;
            Err(Error::NotFound.into())
        }
        granted => granted,
    }
}

/// What the log calls the rights of a rule.
const RIGHTS: &str = "rights";

fn names(bits: i32) -> String {
    Rights::from_bits(bits).list().into_iter().map(Right::as_str).collect::<Vec<_>>().join(", ")
}

/// What a rule gives or gave, and to whom, as the log tells it.
pub(crate) fn of_rule(rule: &AccessRule, is_given: bool) -> Vec<FieldChange> {
    // Without `..`, so that whatever else a rule may say is told, too.
    let AccessRule { id: _, workspace_id: _, user_id, group_id, asset_id, collection_id, rights, created_at: _ } = rule;
    let values = [
        ("userId", user_id.map(NodeId::node_id)),
        ("groupId", group_id.map(NodeId::node_id)),
        ("assetId", asset_id.map(NodeId::node_id)),
        ("collectionId", collection_id.map(NodeId::node_id)),
        (RIGHTS, Some(names(*rights))),
    ];
    let change = |(field, value): (&str, Option<String>)| {
        if is_given { security::change(field, None, value) } else { security::change(field, value, None) }
    };
    values.into_iter().filter_map(change).collect()
}

fn check_contradictions(input: &NewAccessRule) -> Result<(), MutationError> {
    let (field, message) = if input.rights.is_empty() {
        ("rights", "Give at least one right.")
    } else if input.user.is_some() && input.group.is_some() {
        ("groupId", "A rule applies to a user or to a group, not to both.")
    } else if input.asset.is_some() && input.collection.is_some() {
        ("collectionId", "A rule is about an asset or about a collection, not about both.")
    } else {
        return Ok(());
    };
    Err(MutationError::user(UserErrorCode::InvalidInput, &[field], message))
}

/// Refuses a rule that refers to something that does not exist in the workspace.
async fn check_existence(
    conn: &mut AsyncPgConnection,
    viewer: &Viewer,
    input: &NewAccessRule,
) -> Result<(), MutationError> {
    let workspace = viewer.workspace.id;
    let mut errors = Vec::new();
    let mut check = |exists: bool, field: &str, message: &str| {
        if !exists {
            errors.push(UserError::new(UserErrorCode::NotFound, &[field], message));
        }
    };
    if let Some(id) = input.user {
        let exists = !users::existing(conn, workspace, &[id]).await?.is_empty();
        check(exists, "userId", "There is no such user.");
    }
    if let Some(id) = input.group {
        let exists = !user_groups::by_ids(conn, workspace, &[id]).await?.is_empty();
        check(exists, "groupId", "There is no such group.");
    }
    if let Some(id) = input.asset {
        let exists = assets::get(conn, VisibleAssets::all(workspace), id).await?.is_some();
        check(exists, "assetId", "There is no such asset.");
    }
    if let Some(id) = input.collection {
        let exists = !collections::by_ids(conn, workspace, &[id]).await?.is_empty();
        check(exists, "collectionId", "There is no such collection.");
    }
    if errors.is_empty() { Ok(()) } else { Err(MutationError::User(errors)) }
}
