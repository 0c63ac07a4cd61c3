//! What mutations answer: the thing they made or changed, or what the user can mend.

use crate::{
    errors::UserError,
    types::{asset::Asset, link::Link, user::User, workspace::Workspace},
};
use async_graphql::SimpleObject;

/// Defines a payload of one nullable thing and the user's errors.
macro_rules! payload {
    ($(#[$meta:meta])* $name:ident { $field:ident: $type:ty }) => {
        $(#[$meta])*
        #[derive(SimpleObject)]
        pub(super) struct $name {
            $field: Option<$type>,
            user_errors: Vec<UserError>,
        }

        impl $name {
            pub(super) fn done($field: $type) -> Self {
                Self { $field: Some($field), user_errors: Vec::new() }
            }

            pub(super) fn refused(user_errors: Vec<UserError>) -> Self {
                Self { $field: None, user_errors }
            }
        }
    };
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
