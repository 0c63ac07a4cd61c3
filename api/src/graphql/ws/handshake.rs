//! Turns an HTTP request into a connection.

use super::{
    connection::{Connection, MAX_BYTES},
    frames,
    slots::OpenSockets,
};
use crate::{
    config::SocketTimes,
    http::{asks_not_to_be_tracked, client, client_address, request_id},
    monitoring::Metrics,
    server::Stopping,
};
use actix_web::{FromRequest, HttpRequest, HttpResponse, dev::Payload, http::header, web};
use app::Services;
use graphql::Gateway;
use std::sync::Arc;
use tracing::Instrument;

/// The only subprotocol that is supported.
const PROTOCOL: &str = "graphql-transport-ws";

#[expect(clippy::disallowed_methods, reason = "a handshake has no HEAD")]
pub(crate) fn configure(app: &mut web::ServiceConfig) {
    app.route("/graphql/ws", web::get().to(connect));
}

/// Pages of any site may connect, as they may call `/graphql`: users are known by a token, never by a cookie.
async fn connect(
    http: HttpRequest,
    payload: web::Payload,
    services: web::Data<Services>,
    gateway: web::Data<Gateway>,
    metrics: web::Data<Metrics>,
    (times, open): (web::Data<SocketTimes>, web::Data<OpenSockets>),
    stopping: web::Data<Stopping>,
) -> actix_web::Result<HttpResponse> {
    if !offers_protocol(&http) {
        return Ok(HttpResponse::BadRequest()
            .content_type("text/plain; charset=utf-8")
            .body(format!("This is for WebSockets that offer the subprotocol {PROTOCOL}.\n")));
    }
    let slot = open.admit(client_address(&http));
    let mut payload = Payload::Stream { payload: frames::limited(payload, MAX_BYTES as u64) };
    let payload = web::Payload::from_request(&http, &mut payload).await?;
    let (response, session, messages) = actix_ws::handle_with_protocols(&http, payload, &[PROTOCOL])?;
    let messages = messages.max_frame_size(MAX_BYTES).aggregate_continuations().max_continuation_size(MAX_BYTES);
    let connection = Connection::new(session, operation_context(&http, services, gateway), **times, slot);
    let (counted, stopping) = (metrics.socket(), stopping.watch());
    let talk = async move {
        connection.run(messages, stopping).await;
        drop(counted);
    };
    actix_web::rt::spawn(talk.in_current_span());
    Ok(response)
}

fn operation_context(
    http: &HttpRequest,
    services: web::Data<Services>,
    gateway: web::Data<Gateway>,
) -> super::operation::OperationContext {
    super::operation::OperationContext {
        services: Arc::clone(&services),
        gateway: gateway.into_inner(),
        client: client(http),
        do_not_track: asks_not_to_be_tracked(http),
        request_id: request_id(http),
    }
}

fn offers_protocol(http: &HttpRequest) -> bool {
    let offered = http.headers().get_all(header::SEC_WEBSOCKET_PROTOCOL).filter_map(|value| value.to_str().ok());
    offered.flat_map(|value| value.split(',')).any(|protocol| protocol.trim() == PROTOCOL)
}
