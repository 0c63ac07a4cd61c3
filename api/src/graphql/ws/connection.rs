//! One connection, from the handshake to the closing frame.

use super::{
    message::{ClientMessage, Close, ServerMessage},
    operation::{self, Event, OperationContext, Payload},
    slots::Slot,
};
use crate::{config::SocketTimes, http::parse_authorization};
use actix_ws::{AggregatedMessage, AggregatedMessageStream, ProtocolError, Session};
use app::{Error, sign_in};
use async_graphql::ServerError;
use domain::bearer::BearerToken;
use futures::{
    StreamExt,
    stream::{AbortHandle, Abortable, BoxStream, SelectAll},
};
use serde_json::Value;
use std::{collections::HashMap, convert::Infallible, future::pending, time::Duration};
use tokio::{
    sync::watch,
    time::{Instant, MissedTickBehavior, interval_at, sleep_until, timeout},
};

/// The largest message, in bytes.
pub(super) const MAX_BYTES: usize = 64 * 1024;
/// The most operations of a connection at a time.
const MAX_OPERATIONS: usize = 50;
/// How long a client may take to accept a message.
const SEND_TIMEOUT: Duration = Duration::from_secs(10);

pub(super) struct Connection {
    session: Session,
    context: OperationContext,
    times: SocketTimes,
    /// Whether the client has initialised the connection.
    acknowledged: bool,
    token: Option<BearerToken>,
    running: HashMap<String, AbortHandle>,
    events: SelectAll<BoxStream<'static, (String, Event)>>,
    /// Whether no message came since the last ping.
    awaits_sign_of_life: bool,
    slot: Slot,
}

/// Whether the connection goes on, or why it ends.
type Step = Result<(), Close>;

impl Connection {
    pub(super) fn new(session: Session, context: OperationContext, times: SocketTimes, slot: Slot) -> Self {
        Self {
            session,
            context,
            times,
            acknowledged: false,
            token: None,
            running: HashMap::new(),
            events: SelectAll::new(),
            awaits_sign_of_life: false,
            slot,
        }
    }

    /// Serves the client until one of both closes the connection.
    pub(super) async fn run(mut self, mut messages: AggregatedMessageStream, mut stopping: watch::Receiver<bool>) {
        let Err(close) = self.serve(&mut messages, &mut stopping).await;
        tracing::debug!(?close, "a connection ends");
        // A client that has gone does not answer. A server that stops waits until `stopping` is dropped here.
        let _ = timeout(SEND_TIMEOUT, self.session.close(close.reason())).await;
    }

    async fn serve(
        &mut self,
        messages: &mut AggregatedMessageStream,
        stopping: &mut watch::Receiver<bool>,
    ) -> Result<Infallible, Close> {
        let start = Instant::now();
        let init_end = start + self.times.init;
        let mut ping = interval_at(start + self.times.ping, self.times.ping);
        let mut check = interval_at(start + self.times.check, self.times.check);
        // After the machine slept, one ping is sent and not all that were missed, because no client can answer them in
        // time.
        ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
        check.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let is_new = !self.acknowledged;
            tokio::select! {
                message = messages.recv() => self.receive(message).await?,
                Some((id, event)) = self.events.next() => self.forward(&id, event).await?,
                _ = ping.tick() => self.ping().await?,
                _ = check.tick() => self.check_token().await?,
                () = sleep_until(init_end), if is_new => return Err(Close::InitTimeout),
                () = self.slot.displaced(), if is_new => return Err(Close::Displaced),
                () = stopped(stopping) => return Err(Close::Stopping),
            }
        }
    }

    async fn receive(&mut self, message: Option<Result<AggregatedMessage, ProtocolError>>) -> Step {
        self.awaits_sign_of_life = false;
        match message {
            None | Some(Ok(AggregatedMessage::Close(_))) => Err(Close::Gone),
            Some(Ok(AggregatedMessage::Text(text))) => match serde_json::from_str(&text) {
                Ok(message) => self.answer(message, text.len()).await,
                Err(_) => Err(Close::BadRequest),
            },
            Some(Ok(AggregatedMessage::Ping(bytes))) => timeout(SEND_TIMEOUT, self.session.pong(&bytes))
                .await
                .map_err(|_| Close::Gone)?
                .map_err(|_| Close::Gone),
            Some(Ok(AggregatedMessage::Pong(_))) => Ok(()),
            Some(Err(ProtocolError::Io(error))) if error.kind() == std::io::ErrorKind::Other => Err(Close::TooLarge),
            Some(Err(ProtocolError::Overflow)) => Err(Close::TooLarge),
            Some(Ok(AggregatedMessage::Binary(_)) | Err(_)) => Err(Close::BadRequest),
        }
    }

    /// Does what a message of this length asks for.
    async fn answer(&mut self, message: ClientMessage, bytes: usize) -> Step {
        match message {
            ClientMessage::ConnectionInit { .. } if self.acknowledged => Err(Close::SecondInit),
            ClientMessage::ConnectionInit { payload } => self.initialize(payload).await,
            ClientMessage::Subscribe { .. } if !self.acknowledged => Err(Close::Unauthorized),
            ClientMessage::Subscribe { id, payload } => self.start(id, Payload { json: payload, bytes }).await,
            ClientMessage::Complete { id } => {
                self.stop_operation(&id);
                Ok(())
            }
            ClientMessage::Ping => self.send(&ServerMessage::Pong).await,
            ClientMessage::Pong => Ok(()),
        }
    }

    /// Initialises the connection, with the token of a user or without a token.
    async fn initialize(&mut self, payload: Option<Value>) -> Step {
        self.token = match payload.as_ref().and_then(authorization) {
            Some(text) => Some(parse_authorization(text).ok_or(Close::Forbidden)?),
            None => None,
        };
        if let Some(token) = &self.token {
            match sign_in::viewer(&self.context.services, token, None).await {
                Ok(Some(_)) => {}
                Ok(None) => return Err(Close::Forbidden),
                Err(error) => {
                    tracing::warn!(?error, "the user of a connection cannot be looked up");
                    return Err(Close::Unavailable);
                }
            }
        }
        if !self.slot.initialize(self.token.is_some()) {
            return Err(Close::TooManyConnections);
        }
        self.acknowledged = true;
        self.send(&ServerMessage::ConnectionAck).await
    }

    async fn start(&mut self, id: String, payload: Payload) -> Step {
        if self.running.contains_key(&id) {
            return Err(Close::IdInUse(id));
        }
        if self.running.len() >= MAX_OPERATIONS {
            let text = format!("At most {MAX_OPERATIONS} operations run on one connection at a time; end one first.");
            let refusal = graphql::failed(Error::BadInput(text), &self.context.request_id);
            return self.send(&ServerMessage::Error { id: &id, payload: &refusal.errors }).await;
        }
        let (handle, registration) = AbortHandle::new_pair();
        self.running.insert(id.clone(), handle);
        let events = operation::run(self.context.clone(), self.token.clone(), payload);
        self.events.push(Abortable::new(events.map(move |event| (id.clone(), event)), registration).boxed());
        Ok(())
    }

    /// Forwards an event of an operation to the client.
    async fn forward(&mut self, id: &str, event: Event) -> Step {
        match event {
            Event::Answer(response) if operation::is_refusal(&response) => self.refuse(id, &response.errors).await,
            Event::Refused(errors) => self.refuse(id, &errors).await,
            Event::Answer(response) => self.send(&ServerMessage::Next { id, payload: &response }).await,
            Event::TokenEnded => Err(Close::Forbidden),
            Event::End => {
                self.stop_operation(id);
                self.send(&ServerMessage::Complete { id }).await
            }
        }
    }

    async fn refuse(&mut self, id: &str, errors: &[ServerError]) -> Step {
        self.stop_operation(id);
        self.send(&ServerMessage::Error { id, payload: errors }).await
    }

    fn stop_operation(&mut self, id: &str) {
        if let Some(handle) = self.running.remove(id) {
            handle.abort();
        }
    }

    /// Sends a ping, and closes the connection if nothing came since the last one.
    async fn ping(&mut self) -> Step {
        if self.awaits_sign_of_life {
            return Err(Close::Gone);
        }
        self.awaits_sign_of_life = true;
        timeout(SEND_TIMEOUT, self.session.ping(b"")).await.map_err(|_| Close::Gone)?.map_err(|_| Close::Gone)
    }

    /// Closes the connection if its token has ended. While Postgres is away the connection stays; no operation can run
    /// then.
    async fn check_token(&mut self) -> Step {
        let Some(token) = &self.token else { return Ok(()) };
        match sign_in::viewer(&self.context.services, token, None).await {
            Ok(None) => Err(Close::Forbidden),
            Ok(Some(_)) | Err(_) => Ok(()),
        }
    }

    async fn send(&mut self, message: &ServerMessage<'_>) -> Step {
        let text = serde_json::to_string(message).map_err(|_| Close::Unavailable)?;
        timeout(SEND_TIMEOUT, self.session.text(text)).await.map_err(|_| Close::Gone)?.map_err(|_| Close::Gone)
    }
}

/// The value that the client sends in place of the `Authorization` header.
fn authorization(payload: &Value) -> Option<&str> {
    // GraphiQL sends the headers as its user typed them.
    payload.get("authorization").or_else(|| payload.get("Authorization"))?.as_str()
}

async fn stopped(stopping: &mut watch::Receiver<bool>) {
    if stopping.wait_for(|stopping| *stopping).await.is_err() {
        // The sender is gone, so that the server is stopping already or never will.
        pending::<()>().await;
    }
}
