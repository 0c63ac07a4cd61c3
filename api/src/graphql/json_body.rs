//! Reads a request that comes as `application/json`.

use super::{
    answer::{fail, refuse, refuse_request},
    caller::caller,
    limits::{ANONYMOUS_BYTES, ID_BYTES, MAX_BYTES, reading_cost},
};
use crate::http::deadline;
use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web,
};
use app::{Caller, Services};
use futures::StreamExt;
use graphql::{ClientRequest, Gateway, ReadError};

/// Reads a request, finds its sender, and charges them for the reading even if the request is refused. Only a sender
/// with a valid token may send a long request.
pub(super) async fn read_json(
    http: &HttpRequest,
    services: &Services,
    gateway: &Gateway,
    payload: web::Payload,
) -> Result<(Caller, ClientRequest), HttpResponse> {
    let who = async || caller(http, services).await.map_err(|error| fail(http, error));
    let length = http.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    let is_long = length.is_none_or(|length: usize| length > ANONYMOUS_BYTES);
    let early = if is_long { Some(who().await?) } else { None };
    let has_room = early.as_ref().is_some_and(|caller| caller.viewer.is_some());
    let limit = if has_room { MAX_BYTES.max(services.max_share * ID_BYTES) } else { ANONYMOUS_BYTES };
    let body = read(payload, limit).await;
    let caller = match early {
        Some(caller) => caller,
        None => who().await?,
    };
    let bytes = body.as_ref().map_or(limit, Vec::len);
    let charged = services.charge(&caller, reading_cost(bytes));
    let body = body.map_err(|(status, message)| refuse(http, status, &message))?;
    charged.map_err(|error| fail(http, error))?;
    match gateway.read(body).await {
        Ok(request) => Ok((caller, request)),
        Err(ReadError::Refused(refusal)) => Err(refuse_request(http, refusal)),
        Err(ReadError::NotARequest(message)) => Err(refuse(http, StatusCode::BAD_REQUEST, &message)),
    }
}

/// Reads a body of at most `limit` bytes.
async fn read(mut payload: web::Payload, limit: usize) -> Result<Vec<u8>, (StatusCode, String)> {
    let mut body = Vec::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|error| {
            if deadline::is_too_slow(&error) {
                let message = "The request did not arrive in time, and nothing was done. Send it again.";
                (StatusCode::REQUEST_TIMEOUT, message.to_owned())
            } else {
                (StatusCode::BAD_REQUEST, "The request was cut off.".to_owned())
            }
        })?;
        if body.len() + chunk.len() > limit {
            let message = format!(
                "The request is larger than {limit} bytes, which is the limit{}. Files are sent as multipart/form-data.",
                if limit == ANONYMOUS_BYTES { " without a token" } else { "" }
            );
            return Err((StatusCode::PAYLOAD_TOO_LARGE, message));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}
