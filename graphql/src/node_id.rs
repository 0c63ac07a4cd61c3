//! Ids as clients see them: what it is, and which, in one opaque word that survives copying and URLs.

use crate::Error;
use async_graphql::ID;
use domain::short_id;
use uuid::Uuid;

/// The kinds of node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NodeKind {
    User,
    Asset,
    Attachment,
    Link,
    AccessToken,
    Collection,
    AccessRule,
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

    /// The id that clients see.
    pub(crate) fn id(self, id: Uuid) -> ID {
        format!("{}_{}", self.prefix(), short_id::encode(id)).into()
    }

    /// The id behind what a client may have sent. What names something else is a mistake.
    pub(crate) fn parse_optional(self, id: Option<ID>) -> Result<Option<Uuid>, Error> {
        id.map(|id| self.parse(&id).ok_or_else(|| Error::BadInput(format!("{:?} is not an id of this kind.", *id))))
            .transpose()
    }

    /// The id behind what a client sent, if it names something of this kind.
    pub(crate) fn parse(self, id: &ID) -> Option<Uuid> {
        parse(id).filter(|(kind, _)| *kind == self).map(|(_, id)| id)
    }
}

/// What a client's id names.
pub(crate) fn parse(id: &ID) -> Option<(NodeKind, Uuid)> {
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
            assert_eq!(parse(&bad.into()), None, "{bad}");
        }
    }
}
