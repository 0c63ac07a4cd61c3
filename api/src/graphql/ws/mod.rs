//! `/graphql/ws`: GraphQL over a WebSocket, by the protocol `graphql-transport-ws`
//! (<https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md>).
//!
//! The implementation of async-graphql is not used: it shares one set of loaders among the operations of a connection,
//! replaces an operation by a second one of the same id, and lacks most of the codes that tell a client whether to try
//! again.

mod connection;
mod frames;
mod handshake;
mod message;
mod operation;
mod slots;

pub(super) use handshake::configure;
pub(crate) use slots::OpenSockets;
