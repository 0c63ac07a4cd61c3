//! Ids as clients send them.

use app::Error;
use async_graphql::ID;
use domain::node_id::NodeKind;
use uuid::Uuid;

/// The id behind what a client may have sent. What names something else is a mistake.
pub(crate) fn parse_optional(kind: NodeKind, id: Option<ID>) -> Result<Option<Uuid>, Error> {
    id.map(|id| kind.parse(&id).ok_or_else(|| Error::BadInput(format!("{:?} is not an id of this kind.", *id))))
        .transpose()
}
