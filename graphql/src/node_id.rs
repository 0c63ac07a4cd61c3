//! Parses ids that clients send.

use app::Error;
use async_graphql::ID;
use domain::node_id::NodeKind;
use uuid::Uuid;

/// The UUID of an optional id. An id of another kind of node is an error.
pub(crate) fn parse_optional(kind: NodeKind, id: Option<ID>) -> Result<Option<Uuid>, Error> {
    id.map(|id| kind.parse(&id).ok_or_else(|| Error::BadInput(format!("{:?} is not an id of this kind.", *id))))
        .transpose()
}
