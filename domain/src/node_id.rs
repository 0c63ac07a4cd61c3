//! Ids of the API: the kind of node and its UUID in one opaque word that is safe in URLs.

use crate::{AccessRuleId, AssetId, AttachmentId, BearerTokenId, CollectionId, LinkId, UserGroupId, UserId, short_id};
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
}

/// The ids of what clients know as nodes.
pub trait NodeId: Copy + From<Uuid> + Into<Uuid> {
    /// What kind of node has such an id.
    const KIND: NodeKind;

    /// The id of a node in the API.
    fn node_id(self) -> String {
        format!("{}_{}", Self::KIND.prefix(), short_id::encode(self))
    }

    /// The UUID in an id of the API, if the id names a node of this kind.
    fn from_node_id(id: &str) -> Option<Self> {
        parse(id).filter(|(kind, _)| *kind == Self::KIND).map(|(_, id)| id.into())
    }
}

impl NodeId for UserId {
    const KIND: NodeKind = NodeKind::User;
}

impl NodeId for AssetId {
    const KIND: NodeKind = NodeKind::Asset;
}

impl NodeId for AttachmentId {
    const KIND: NodeKind = NodeKind::Attachment;
}

impl NodeId for LinkId {
    const KIND: NodeKind = NodeKind::Link;
}

impl NodeId for BearerTokenId {
    const KIND: NodeKind = NodeKind::AccessToken;
}

impl NodeId for CollectionId {
    const KIND: NodeKind = NodeKind::Collection;
}

impl NodeId for AccessRuleId {
    const KIND: NodeKind = NodeKind::AccessRule;
}

impl NodeId for UserGroupId {
    const KIND: NodeKind = NodeKind::UserGroup;
}

/// The kind and the UUID in an id of the API, where any kind of node may be meant.
pub fn parse(id: &str) -> Option<(NodeKind, Uuid)> {
    let (prefix, digits) = id.split_once('_')?;
    let kind = NodeKind::ALL.into_iter().find(|kind| kind.prefix() == prefix)?;
    Some((kind, short_id::decode(digits)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether the id of a node names that node and none of any other kind.
    fn names_itself_only<Id: NodeId + PartialEq>() -> bool {
        [Uuid::nil(), Uuid::max(), Uuid::now_v7()].into_iter().all(|uuid| {
            let id = Id::from(uuid).node_id();
            let read_as = [
                (NodeKind::User, UserId::from_node_id(&id).map(Uuid::from)),
                (NodeKind::Asset, AssetId::from_node_id(&id).map(Uuid::from)),
                (NodeKind::Attachment, AttachmentId::from_node_id(&id).map(Uuid::from)),
                (NodeKind::Link, LinkId::from_node_id(&id).map(Uuid::from)),
                (NodeKind::AccessToken, BearerTokenId::from_node_id(&id).map(Uuid::from)),
                (NodeKind::Collection, CollectionId::from_node_id(&id).map(Uuid::from)),
                (NodeKind::AccessRule, AccessRuleId::from_node_id(&id).map(Uuid::from)),
                (NodeKind::UserGroup, UserGroupId::from_node_id(&id).map(Uuid::from)),
            ];
            assert_eq!(read_as.map(|(kind, _)| kind), NodeKind::ALL);
            parse(&id) == Some((Id::KIND, uuid))
                && read_as.into_iter().all(|(kind, read)| read == (kind == Id::KIND).then_some(uuid))
        })
    }

    #[test]
    fn an_id_names_one_kind() {
        assert!(names_itself_only::<UserId>());
        assert!(names_itself_only::<AssetId>());
        assert!(names_itself_only::<AttachmentId>());
        assert!(names_itself_only::<LinkId>());
        assert!(names_itself_only::<BearerTokenId>());
        assert!(names_itself_only::<CollectionId>());
        assert!(names_itself_only::<AccessRuleId>());
        assert!(names_itself_only::<UserGroupId>());
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
