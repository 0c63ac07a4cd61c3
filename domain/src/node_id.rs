//! Ids of the API: the kind of node and its UUID in one opaque word that is safe in URLs.

use crate::short_id;
use uuid::Uuid;

/// The kinds of node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NodeKind {
    /// A user.
    User,
    /// An asset.
    Asset,
    /// An attachment of an asset.
    Attachment,
    /// A link.
    Link,
    /// A personal access token.
    AccessToken,
    /// A collection.
    Collection,
    /// An access rule.
    AccessRule,
    /// A group of users.
    UserGroup,
}

impl NodeKind {
    const ALL: [Self; 8] = [
        Self::User,
        Self::Asset,
        Self::Attachment,
        Self::Link,
        Self::AccessToken,
        Self::Collection,
        Self::AccessRule,
        Self::UserGroup,
    ];

    fn prefix(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Asset => "asset",
            Self::Attachment => "attachment",
            Self::Link => "link",
            Self::AccessToken => "token",
            Self::Collection => "collection",
            Self::AccessRule => "rule",
            Self::UserGroup => "group",
        }
    }

    /// The id of a node in the API.
    pub fn id(self, id: Uuid) -> String {
        format!("{}_{}", self.prefix(), short_id::encode(id))
    }

    /// The UUID in an id of the API, if the id names a node of this kind.
    pub fn parse(self, id: &str) -> Option<Uuid> {
        parse(id).filter(|(kind, _)| *kind == self).map(|(_, id)| id)
    }
}

/// The kind and the UUID in an id of the API.
pub fn parse(id: &str) -> Option<(NodeKind, Uuid)> {
    let (prefix, digits) = id.split_once('_')?;
    let kind = NodeKind::ALL.into_iter().find(|kind| kind.prefix() == prefix)?;
    Some((kind, short_id::decode(digits)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_names_one_kind() {
        for kind in NodeKind::ALL {
            for uuid in [Uuid::nil(), Uuid::max(), Uuid::now_v7()] {
                let id = kind.id(uuid);
                assert_eq!(parse(&id), Some((kind, uuid)));
                for other in NodeKind::ALL {
                    assert_eq!(other.parse(&id), (other == kind).then_some(uuid));
                }
            }
        }
        for bad in [
            "",
            "asset",
            "asset_",
            "asset_zzzzzzzzzzzzzzzzzzzzzzz",
            "asset_!!!!!!!!!!!!!!!!!!!!!!",
            "asset_0",
            "thing_0000000000000000000000",
        ] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}
