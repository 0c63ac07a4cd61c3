//! `/graphql/ws`: GraphQL over a WebSocket, by the protocol `graphql-transport-ws`
//! (<https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md>).
//!
//! Written here rather than taken from async-graphql, whose version makes one set of loaders for a whole connection,
//! puts a second operation of an id in the place of the first, and knows few of the codes that tell a client whether to
//! try again.

mod connection;
mod frames;
mod handshake;
mod message;
mod open;
mod operation;

pub(super) use handshake::configure;
pub(crate) use open::OpenSockets;
