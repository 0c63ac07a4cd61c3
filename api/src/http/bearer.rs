//! The tokens of signed-in users: the API has them in a header, the pages in a cookie.

use super::client_address;
use actix_web::{
    HttpRequest,
    http::header::{AUTHORIZATION, HeaderValue, USER_AGENT},
};
use app::{Client, Error, Services, Viewer, sign_in};
use domain::bearer::{BearerKind, BearerToken};

/// The cookie that holds a session on the pages of signed-in users. Earlier versions had a cookie `vitrine_session` for
/// the path `/a` only; under the same name it would hide this one there.
pub(crate) const SESSION_COOKIE: &str = "vitrine_user";

/// The client of a request.
pub(crate) fn client(request: &HttpRequest) -> Client {
    let user_agent = request.headers().get(USER_AGENT).map(HeaderValue::as_bytes);
    Client::new(client_address(request), user_agent)
}

/// The token that a client sends with each call.
pub(crate) fn bearer_token(request: &HttpRequest) -> Option<BearerToken> {
    parse_authorization(request.headers().get(AUTHORIZATION)?.to_str().ok()?)
}

/// The token in the value of an `Authorization` header.
pub(crate) fn parse_authorization(authorization: &str) -> Option<BearerToken> {
    let (scheme, token) = authorization.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| BearerToken::attempt(token.trim()))
}

/// The token of the session that a browser holds.
pub(crate) fn session_token(request: &HttpRequest) -> Option<BearerToken> {
    request.cookie(SESSION_COOKIE).map(|cookie| BearerToken::attempt(cookie.value()))
}

/// The user of the session that a browser holds. A personal access token is none: it may lack scopes, for which pages do
/// not ask.
pub(crate) async fn session_viewer(request: &HttpRequest, services: &Services) -> Result<Option<Viewer>, Error> {
    let Some(token) = session_token(request) else { return Ok(None) };
    let viewer = sign_in::viewer(services, &token, Some(&client(request))).await?;
    Ok(viewer.filter(|viewer| viewer.token_kind == BearerKind::Session))
}
