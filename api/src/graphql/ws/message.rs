//! The messages of client and server, and the reasons for which a connection is closed.

use actix_ws::{CloseCode, CloseReason};
use async_graphql::{Response, ServerError};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A message of the client.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum ClientMessage {
    ConnectionInit { payload: Option<Value> },
    Subscribe { id: String, payload: Value },
    Complete { id: String },
    Ping,
    Pong,
}

/// A message of the server.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum ServerMessage<'a> {
    ConnectionAck,
    Next {
        id: &'a str,
        payload: &'a Response,
    },
    /// Ends an operation that was refused.
    Error {
        id: &'a str,
        payload: &'a [ServerError],
    },
    Complete {
        id: &'a str,
    },
    Pong,
}

/// Why a connection ends.
#[derive(Debug)]
pub(super) enum Close {
    /// The client has gone, or closes the connection.
    Gone,
    /// The server stops.
    Stopping,
    /// A part of the server does not answer for the moment.
    Unavailable,
    /// The client sent something that is no message.
    BadRequest,
    TooLarge,
    /// The client sent an operation before the connection was acknowledged.
    Unauthorized,
    /// The token is wrong, or has ended.
    Forbidden,
    InitTimeout,
    IdInUse(String),
    SecondInit,
    /// The connection was not initialised, and made room for newer ones of its address.
    Displaced,
    /// The address has as many connections as it may have.
    TooManyConnections,
}

impl Close {
    /// The code and the text of the closing frame.
    pub(super) fn reason(self) -> Option<CloseReason> {
        let (code, words) = match self {
            Self::Gone => return None,
            Self::Stopping => (1001, "The server stops; connect again".to_owned()),
            Self::TooLarge => {
                (1009, "A message has at most 64 KiB; send what is larger by POST to /graphql".to_owned())
            }
            Self::Unavailable => (1013, "Not available for the moment; connect again".to_owned()),
            Self::BadRequest => (4400, "Not a message of graphql-transport-ws".to_owned()),
            Self::Unauthorized => (4401, "Unauthorized".to_owned()),
            Self::Forbidden => (4403, "The token is wrong, or has ended; sign in again".to_owned()),
            Self::InitTimeout => (4408, "Connection initialisation timeout".to_owned()),
            // The text of a closing frame has at most 123 bytes.
            Self::IdInUse(id) => {
                (4409, format!("Subscriber for {} already exists", id.chars().take(20).collect::<String>()))
            }
            Self::SecondInit => (4429, "Too many initialisation requests".to_owned()),
            Self::Displaced => (4408, "Too many connections from this address have not said who they are".to_owned()),
            Self::TooManyConnections => {
                (4429, "Too many connections from this address; close another first".to_owned())
            }
        };
        Some(CloseReason { code: CloseCode::from(code), description: Some(words) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_fit_into_a_closing_frame() {
        let reason = Close::IdInUse("🐦".repeat(500)).reason().and_then(|reason| reason.description);
        assert!(reason.is_some_and(|words| words.len() <= 123));
    }

    #[test]
    fn messages_are_read_as_the_protocol_writes_them() {
        let read = |text: &str| serde_json::from_str::<ClientMessage>(text);
        assert!(matches!(read(r#"{"type":"connection_init"}"#), Ok(ClientMessage::ConnectionInit { payload: None })));
        assert!(matches!(read(r#"{"type":"ping","payload":{"a":1}}"#), Ok(ClientMessage::Ping)));
        let subscribe = r#"{"id":"1","type":"subscribe","payload":{"query":"{ viewer { id } }","variables":null}}"#;
        assert!(matches!(read(subscribe), Ok(ClientMessage::Subscribe { .. })));
        for rubbish in ["", "{}", "[]", r#"{"type":"start","id":"1"}"#, r#"{"type":"subscribe","payload":{}}"#] {
            assert!(read(rubbish).is_err(), "{rubbish}");
        }
    }
}
