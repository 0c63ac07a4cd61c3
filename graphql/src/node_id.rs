//! Parses ids that clients send.

use app::Error;
use async_graphql::ID;
use domain::node_id::NodeId;

/// The UUID of an optional id. An id of another kind of node is an error.
pub(crate) fn parse_optional<Id: NodeId>(id: Option<ID>) -> Result<Option<Id>, Error> {
    id.map(|id| Id::from_node_id(&id).ok_or_else(|| Error::BadInput(format!("{:?} is not an id of this kind.", *id))))
        .transpose()
}
