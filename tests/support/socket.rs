//! A client of GraphQL over WebSocket.

use crate::{Api, LONG};
use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{self, Message, client::IntoClientRequest},
};

/// A connection. It closes when it is dropped.
pub struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Api {
    /// Connects without sending a message. `protocol`: the subprotocol that the client offers.
    pub async fn connect(&self, protocol: &str) -> Result<Socket, tungstenite::Error> {
        let mut request = format!("{}/graphql/ws", self.url.replace("http", "ws")).into_client_request()?;
        request.headers_mut().insert("sec-websocket-protocol", protocol.parse().expect("a header"));
        let (stream, _) = connect_async(request).await?;
        Ok(Socket(stream))
    }

    /// A connection that the server has acknowledged. An empty token is an anonymous caller.
    pub async fn socket(&self, token: &str) -> Socket {
        let mut socket = self.connect("graphql-transport-ws").await.expect("a connection");
        let payload = if token.is_empty() { json!({}) } else { json!({ "Authorization": format!("Bearer {token}") }) };
        socket.send(json!({ "type": "connection_init", "payload": payload })).await;
        assert_eq!(socket.next().await, Ok(json!({ "type": "connection_ack" })));
        socket
    }

    /// The first answer to a subscription, as a GraphQL call would get it.
    pub async fn first(&self, token: &str, query: &str, variables: Value) -> Value {
        let mut socket = self.socket(token).await;
        socket.subscribe("1", query, variables).await;
        let message = socket.next().await.expect("an answer");
        match message["type"].as_str() {
            Some("next") => message["payload"].clone(),
            Some("error") => json!({ "data": null, "errors": message["payload"] }),
            _ => panic!("{message}"),
        }
    }
}

impl Socket {
    /// Sends a message.
    pub async fn send(&mut self, message: Value) {
        self.send_raw(Message::text(message.to_string())).await;
    }

    /// Sends any WebSocket message. An error is ignored if the server has closed the connection.
    pub async fn send_raw(&mut self, message: Message) {
        let _ = self.0.send(message).await;
    }

    /// Begins an operation.
    pub async fn subscribe(&mut self, id: &str, query: &str, variables: Value) {
        let payload = json!({ "query": query, "variables": variables });
        self.send(json!({ "type": "subscribe", "id": id, "payload": payload })).await;
    }

    /// The next message, or the code with which the connection was closed; 1006 if it ended without a code.
    pub async fn next(&mut self) -> Result<Value, u16> {
        let next = async {
            loop {
                match self.0.next().await {
                    Some(Ok(Message::Text(text))) => return Ok(serde_json::from_str(&text).expect("JSON")),
                    Some(Ok(Message::Close(frame))) => return Err(frame.map_or(1005, |frame| frame.code.into())),
                    Some(Ok(_)) => {}
                    Some(Err(_)) | None => return Err(1006),
                }
            }
        };
        tokio::time::timeout(LONG, next).await.expect("a message in time")
    }
}
