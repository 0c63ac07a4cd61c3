//! GraphQL over HTTP and over WebSocket, and the playground.

mod answer;
mod caller;
mod endpoint;
mod execute;
mod graphiql;
mod json_body;
mod limits;
mod multipart;
mod query_string;
mod routes;
mod ws;

pub(crate) use multipart::Slots;
pub(crate) use routes::configure;
pub(crate) use ws::OpenSockets;
