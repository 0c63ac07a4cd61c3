//! Who sent a request to `/graphql`.

use crate::http::{asks_not_to_be_tracked, bearer_token, client, deadline};
use actix_web::{HttpRequest, http::header::HeaderValue};
use app::{Caller, Error, Services, sign_in};

/// Finds who sent a request. Users are known by a bearer token, never by a cookie.
pub(super) async fn caller(http: &HttpRequest, services: &Services) -> Result<Caller, Error> {
    let (bearer, client) = (bearer_token(http), client(http));
    let viewer = match &bearer {
        Some(token) => deadline::in_time(http, sign_in::viewer(services, token, Some(&client))).await?,
        None => None,
    };
    // A key that is no text is refused like an empty one; without a key the call could be done twice.
    let text = |key: &HeaderValue| String::from_utf8(key.as_bytes().to_vec()).unwrap_or_default();
    let idempotency_key = http.headers().get("idempotency-key").map(text);
    Ok(Caller {
        viewer,
        bearer,
        address: client.address,
        program: client.program,
        idempotency_key,
        do_not_track: asks_not_to_be_tracked(http),
    })
}
