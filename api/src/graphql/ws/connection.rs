//! One connection, from the handshake to the closing frame.

use super::{
    message::{ClientMessage, Close, ServerMessage},
    open::Place,
    operation::{self, Event, Parts, Payload},
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
/// How long a client may take to accept what it is sent.
const PATIENCE: Duration = Duration::from_secs(10);

pub(super) struct Connection {
    session: Session,
    parts: Parts,
    times: SocketTimes,
    /// Whether the client has introduced itself, and was taken in.
    acknowledged: bool,
    token: Option<BearerToken>,
    running: HashMap<String, AbortHandle>,
    events: SelectAll<BoxStream<'static, (String, Event)>>,
    /// Whether nothing came since the last ping.
    silent: bool,
    place: Place,
}

/// The next thing to do, or why there is none.
type Step = Result<(), Close>;

impl Connection {
    pub(super) fn new(session: Session, parts: Parts, times: SocketTimes, place: Place) -> Self {
        Self {
            session,
            parts,
            times,
            acknowledged: false,
            token: None,
            running: HashMap::new(),
            events: SelectAll::new(),
            silent: false,
            place,
        }
    }

    /// Talks with the client until one of both has enough.
    pub(super) async fn run(mut self, mut messages: AggregatedMessageStream, mut stopping: watch::Receiver<bool>) {
        let Err(close) = self.talk(&mut messages, &mut stopping).await;
        tracing::debug!(?close, "a connection ends");
        // Whoever is gone cannot be told. The server, when it stops, waits until this lets go of `stopping`.
        let _ = timeout(PATIENCE, self.session.close(close.reason())).await;
    }

    async fn talk(
        &mut self,
        messages: &mut AggregatedMessageStream,
        stopping: &mut watch::Receiver<bool>,
    ) -> Result<Infallible, Close> {
        let start = Instant::now();
        let init_end = start + self.times.init;
        let mut ping = interval_at(start + self.times.ping, self.times.ping);
        let mut check = interval_at(start + self.times.check, self.times.check);
        // After the machine slept, one ping is due, not all that were missed: nobody could answer in between.
        ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
        check.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let waiting = !self.acknowledged;
            tokio::select! {
                message = messages.recv() => self.hear(message).await?,
                Some((id, event)) = self.events.next() => self.tell(&id, event).await?,
                _ = ping.tick() => self.ping().await?,
                _ = check.tick() => self.check().await?,
                () = sleep_until(init_end), if waiting => return Err(Close::InitTimeout),
                () = self.place.crowded_out(), if waiting => return Err(Close::CrowdedOut),
                () = stopped(stopping) => return Err(Close::Stopping),
            }
        }
    }

    async fn hear(&mut self, message: Option<Result<AggregatedMessage, ProtocolError>>) -> Step {
        self.silent = false;
        match message {
            None | Some(Ok(AggregatedMessage::Close(_))) => Err(Close::Gone),
            Some(Ok(AggregatedMessage::Text(text))) => match serde_json::from_str(&text) {
                Ok(message) => self.answer(message, text.len()).await,
                Err(_) => Err(Close::BadRequest),
            },
            Some(Ok(AggregatedMessage::Ping(bytes))) => {
                timeout(PATIENCE, self.session.pong(&bytes)).await.map_err(|_| Close::Gone)?.map_err(|_| Close::Gone)
            }
            Some(Ok(AggregatedMessage::Pong(_))) => Ok(()),
            Some(Err(ProtocolError::Io(error))) if error.kind() == std::io::ErrorKind::Other => Err(Close::TooLarge),
            Some(Err(ProtocolError::Overflow)) => Err(Close::TooLarge),
            Some(Ok(AggregatedMessage::Binary(_)) | Err(_)) => Err(Close::BadRequest),
        }
    }

    /// Does what a message asks for, which was `bytes` long.
    async fn answer(&mut self, message: ClientMessage, bytes: usize) -> Step {
        match message {
            ClientMessage::ConnectionInit { .. } if self.acknowledged => Err(Close::SecondInit),
            ClientMessage::ConnectionInit { payload } => self.take_in(payload).await,
            ClientMessage::Subscribe { .. } if !self.acknowledged => Err(Close::Unauthorized),
            ClientMessage::Subscribe { id, payload } => self.begin(id, Payload { json: payload, bytes }).await,
            ClientMessage::Complete { id } => {
                self.end(&id);
                Ok(())
            }
            ClientMessage::Ping => self.send(&ServerMessage::Pong).await,
            ClientMessage::Pong => Ok(()),
        }
    }

    /// Takes in a client, with the token of a user or without any.
    async fn take_in(&mut self, payload: Option<Value>) -> Step {
        self.token = match payload.as_ref().and_then(authorization) {
            Some(text) => Some(parse_authorization(text).ok_or(Close::Forbidden)?),
            None => None,
        };
        if let Some(token) = &self.token {
            match sign_in::viewer(&self.parts.services, token).await {
                Ok(Some(_)) => {}
                Ok(None) => return Err(Close::Forbidden),
                Err(error) => {
                    tracing::warn!(?error, "nobody can be told who connects");
                    return Err(Close::Unavailable);
                }
            }
        }
        if !self.place.settle(self.token.is_some()) {
            return Err(Close::TooManyConnections);
        }
        self.acknowledged = true;
        self.send(&ServerMessage::ConnectionAck).await
    }

    async fn begin(&mut self, id: String, payload: Payload) -> Step {
        if self.running.contains_key(&id) {
            return Err(Close::IdInUse(id));
        }
        if self.running.len() >= MAX_OPERATIONS {
            let text = format!("At most {MAX_OPERATIONS} operations run on one connection at a time; end one first.");
            let refusal = graphql::failed(Error::BadInput(text), &self.parts.request_id);
            return self.send(&ServerMessage::Error { id: &id, payload: &refusal.errors }).await;
        }
        let (handle, registration) = AbortHandle::new_pair();
        self.running.insert(id.clone(), handle);
        let events = operation::run(self.parts.clone(), self.token.clone(), payload);
        self.events.push(Abortable::new(events.map(move |event| (id.clone(), event)), registration).boxed());
        Ok(())
    }

    /// Passes on what came of an operation.
    async fn tell(&mut self, id: &str, event: Event) -> Step {
        match event {
            Event::Answer(response) if operation::is_refusal(&response) => self.refuse(id, &response.errors).await,
            Event::Refused(errors) => self.refuse(id, &errors).await,
            Event::Answer(response) => self.send(&ServerMessage::Next { id, payload: &response }).await,
            Event::TokenEnded => Err(Close::Forbidden),
            Event::End => {
                self.end(id);
                self.send(&ServerMessage::Complete { id }).await
            }
        }
    }

    async fn refuse(&mut self, id: &str, errors: &[ServerError]) -> Step {
        self.end(id);
        self.send(&ServerMessage::Error { id, payload: errors }).await
    }

    fn end(&mut self, id: &str) {
        if let Some(handle) = self.running.remove(id) {
            handle.abort();
        }
    }

    /// Asks for a sign of life.
    async fn ping(&mut self) -> Step {
        if self.silent {
            return Err(Close::Gone);
        }
        self.silent = true;
        timeout(PATIENCE, self.session.ping(b"")).await.map_err(|_| Close::Gone)?.map_err(|_| Close::Gone)
    }

    /// Ends the connection of a token that has ended. While nobody can tell, nothing can be asked either.
    async fn check(&mut self) -> Step {
        let Some(token) = &self.token else { return Ok(()) };
        match sign_in::viewer(&self.parts.services, token).await {
            Ok(None) => Err(Close::Forbidden),
            Ok(Some(_)) | Err(_) => Ok(()),
        }
    }

    async fn send(&mut self, message: &ServerMessage<'_>) -> Step {
        let text = serde_json::to_string(message).map_err(|_| Close::Unavailable)?;
        timeout(PATIENCE, self.session.text(text)).await.map_err(|_| Close::Gone)?.map_err(|_| Close::Gone)
    }
}

/// What the client says in the place of the header.
fn authorization(payload: &Value) -> Option<&str> {
    // GraphiQL sends the headers that a user typed, too, as they were typed.
    payload.get("authorization").or_else(|| payload.get("Authorization"))?.as_str()
}

async fn stopped(stopping: &mut watch::Receiver<bool>) {
    if stopping.wait_for(|stopping| *stopping).await.is_err() {
        // Whoever could say so is gone.
        pending::<()>().await;
    }
}
