//! The ids of rows, blobs and devices, a type for each.
//!
//! Many functions take two ids. With bare UUIDs two swapped arguments compile, and may reach into another workspace.
//!
//! Diesel's traits are implemented here and not in `schema`, because a crate cannot implement a foreign trait for a
//! foreign type. The feature `diesel`, which `schema` enables, turns them on; without it this crate knows no database.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use uuid::Uuid;

/// Declares the type of an id, which is stored, sent and written as the UUID that it is.
macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(feature = "diesel", derive(diesel::expression::AsExpression, diesel::deserialize::FromSqlRow))]
        #[cfg_attr(feature = "diesel", diesel(sql_type = diesel::sql_types::Uuid))]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// The id that nothing has.
            pub const fn nil() -> Self {
                Self(Uuid::nil())
            }

            /// The id with this UUID.
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The UUID, for what does not depend on the kind of id: texts, signatures, cursors.
            pub const fn uuid(self) -> Uuid {
                self.0
            }

            /// The bytes of the UUID.
            pub const fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }
        }

        impl From<Uuid> for $name {
            fn from(uuid: Uuid) -> Self {
                Self(uuid)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, uuid::Error> {
                text.parse().map(Self)
            }
        }

        #[cfg(feature = "diesel")]
        impl diesel::deserialize::FromSql<diesel::sql_types::Uuid, diesel::pg::Pg> for $name {
            fn from_sql(bytes: diesel::pg::PgValue<'_>) -> diesel::deserialize::Result<Self> {
                Uuid::from_sql(bytes).map(Self)
            }
        }

        #[cfg(feature = "diesel")]
        impl diesel::serialize::ToSql<diesel::sql_types::Uuid, diesel::pg::Pg> for $name {
            fn to_sql<'b>(
                &'b self,
                out: &mut diesel::serialize::Output<'b, '_, diesel::pg::Pg>,
            ) -> diesel::serialize::Result {
                diesel::serialize::ToSql::<diesel::sql_types::Uuid, diesel::pg::Pg>::to_sql(&self.0, out)
            }
        }
    };
}

/// Declares the type of an id that is made together with its row or blob.
macro_rules! row_id {
    ($(#[$doc:meta])* $name:ident) => {
        id!($(#[$doc])* $name);

        #[expect(clippy::new_without_default, reason = "no two new ids are the same")]
        impl $name {
            /// A new id. It is of version 7, so that later ids are greater.
            pub fn new() -> Self {
                Self(Uuid::now_v7())
            }
        }
    };
}

row_id!(
    /// The id of a workspace.
    WorkspaceId
);
row_id!(
    /// The id of a user.
    UserId
);
row_id!(
    /// The id of a group of users.
    UserGroupId
);
row_id!(
    /// The id of an access rule.
    AccessRuleId
);
row_id!(
    /// The id of a bearer token: a session or a personal access token.
    BearerTokenId
);
row_id!(
    /// The id of a link by which a person chooses their password.
    PasswordLinkId
);
row_id!(
    /// The id of an asset.
    AssetId
);
row_id!(
    /// The id of a file that hangs on an asset.
    AttachmentId
);
row_id!(
    /// The id of a collection.
    CollectionId
);
row_id!(
    /// The id of a link.
    LinkId
);
row_id!(
    /// The id of a blob: an original, an attachment, a watermark or the bytes of a proxy.
    FileId
);
id!(
    /// The id of a device, which is random: it tells nothing about the device.
    DeviceId
);
id!(
    /// The id of an installation, which Postgres makes.
    InstallationId
);
