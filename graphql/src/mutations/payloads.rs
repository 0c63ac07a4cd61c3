//! What mutations answer: the thing that was made or changed, or what the user can mend.

use crate::types::{
    access_rule::AccessRule,
    asset::Asset,
    collection::Collection,
    link::Link,
    user::User,
    user_error::{UserError, outcome},
    user_group::UserGroup,
    workspace::Workspace,
};
use app::{Error, MutationError};
use async_graphql::{ID, SimpleObject};
use domain::node_id::NodeId;

/// Defines a payload of one nullable thing and the user's errors.
macro_rules! payload {
    ($(#[$meta:meta])* $name:ident { $field:ident: $type:ty }) => {
        $(#[$meta])*
        #[derive(SimpleObject)]
        pub(super) struct $name {
            pub(super) $field: Option<$type>,
            pub(super) user_errors: Vec<UserError>,
        }

        impl $name {
            /// Answers what a mutation returned.
            pub(super) fn of(result: Result<$type, MutationError>) -> Result<Self, Error> {
                let ($field, user_errors) = outcome(result)?;
                Ok(Self { $field, user_errors })
            }
        }
    };
}

/// The ids of the nodes that a mutation deleted, as `deletedIds` has them.
pub(super) fn deleted_ids<Id: NodeId>(deleted: impl IntoIterator<Item = Id>) -> Vec<ID> {
    deleted.into_iter().map(|id| id.node_id().into()).collect()
}

payload! {
    /// A link, or why there is none.
    LinkPayload { link: Link }
}
payload! {
    /// An asset, or why not.
    AssetPayload { asset: Asset }
}
payload! {
    /// A user, or why there is none.
    UserPayload { user: User }
}
payload! {
    /// The workspace, or why it was not changed.
    WorkspacePayload { workspace: Workspace }
}
payload! {
    /// A collection, or why there is none.
    CollectionPayload { collection: Collection }
}
payload! {
    /// A group, or why there is none.
    UserGroupPayload { group: UserGroup }
}
payload! {
    /// An access rule, or why there is none.
    AccessRulePayload { access_rule: AccessRule }
}
