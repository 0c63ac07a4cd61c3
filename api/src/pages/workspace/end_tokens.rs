//! Ends sessions and personal access tokens: one's own below `/account`, and for administrators those of others below
//! `/people/{id}`. A program may depend on a token, so that its end is asked for twice.

use super::{Frame, Posted, SignedIn, issued, templates::Confirm, whose::Whose};
use crate::pages::{PageError, redirect::see_other, templates};
use actix_web::{HttpResponse, web};
use app::{Services, Viewer, account};
use domain::{BearerTokenId, bearer::BearerKind, short_id};
use serde::Deserialize;

/// What the path names.
#[derive(Deserialize)]
pub(super) struct Named {
    /// A person; none in the paths of one's own account.
    id: Option<String>,
    /// A session or a token; none in the paths of all of them.
    token: Option<String>,
}

/// Ends a session.
pub(super) async fn end_session(
    posted: Posted,
    services: web::Data<Services>,
    named: web::Path<Named>,
) -> Result<HttpResponse, PageError> {
    let whose = Whose::find(&services, &posted.viewer, named.id.as_deref()).await?;
    let (id, _) = find(&services, &posted.viewer, &whose, (&named, BearerKind::Session)).await?;
    account::revoke_token(&services, &posted.viewer, Some(id), BearerKind::Session).await?;
    Ok(back(&whose, "session-ended"))
}

/// Ends all sessions but the viewer's own.
pub(super) async fn end_sessions(
    posted: Posted,
    services: web::Data<Services>,
    named: web::Path<Named>,
) -> Result<HttpResponse, PageError> {
    let whose = Whose::find(&services, &posted.viewer, named.id.as_deref()).await?;
    account::revoke_tokens(&services, &posted.viewer, whose.user.id, BearerKind::Session).await?;
    Ok(back(&whose, "sessions-ended"))
}

/// Asks before a token is revoked.
pub(super) async fn ask_token(
    SignedIn(viewer): SignedIn,
    services: web::Data<Services>,
    named: web::Path<Named>,
) -> Result<HttpResponse, PageError> {
    let whose = Whose::find(&services, &viewer, named.id.as_deref()).await?;
    let (id, name) = find(&services, &viewer, &whose, (&named, BearerKind::Personal)).await?;
    let page = Confirm {
        heading: "Revoke this token?".to_owned(),
        names: vec![name],
        action: format!("{}/tokens/{}/revoke", whose.base, short_id::encode(id)),
        ..question(&viewer, &whose)
    };
    Ok(templates::scripted_page(HttpResponse::Ok(), &page))
}

/// Revokes a token.
pub(super) async fn revoke_token(
    posted: Posted,
    services: web::Data<Services>,
    named: web::Path<Named>,
) -> Result<HttpResponse, PageError> {
    let whose = Whose::find(&services, &posted.viewer, named.id.as_deref()).await?;
    let (id, _) = find(&services, &posted.viewer, &whose, (&named, BearerKind::Personal)).await?;
    account::revoke_token(&services, &posted.viewer, Some(id), BearerKind::Personal).await?;
    Ok(back(&whose, "token-revoked"))
}

/// Asks before all tokens are revoked, and names them.
pub(super) async fn ask_tokens(
    SignedIn(viewer): SignedIn,
    services: web::Data<Services>,
    named: web::Path<Named>,
) -> Result<HttpResponse, PageError> {
    let whose = Whose::find(&services, &viewer, named.id.as_deref()).await?;
    let tokens = issued::load(&services, &viewer, whose.user.id, BearerKind::Personal).await?;
    let page = Confirm {
        heading: "Revoke all tokens?".to_owned(),
        text: "Programs that use them are refused at once. They cannot be brought back.".to_owned(),
        names: tokens.into_iter().filter_map(|token| token.name).collect(),
        action: format!("{}/tokens/revoke-all", whose.base),
        ..question(&viewer, &whose)
    };
    Ok(templates::scripted_page(HttpResponse::Ok(), &page))
}

/// Revokes all tokens.
pub(super) async fn revoke_tokens(
    posted: Posted,
    services: web::Data<Services>,
    named: web::Path<Named>,
) -> Result<HttpResponse, PageError> {
    let whose = Whose::find(&services, &posted.viewer, named.id.as_deref()).await?;
    account::revoke_tokens(&services, &posted.viewer, whose.user.id, BearerKind::Personal).await?;
    Ok(back(&whose, "tokens-revoked"))
}

/// The session or the token that a path names, with its name.
async fn find(
    services: &Services,
    viewer: &Viewer,
    whose: &Whose,
    (named, kind): (&Named, BearerKind),
) -> Result<(BearerTokenId, String), PageError> {
    let id: BearerTokenId = named.token.as_deref().and_then(short_id::decode).ok_or(PageError::NotFound)?;
    let all = issued::load(services, viewer, whose.user.id, kind).await?;
    let found = all.into_iter().find(|token| token.id == id).ok_or(PageError::NotFound)?;
    Ok((found.id, found.name.unwrap_or_default()))
}

fn question(viewer: &Viewer, whose: &Whose) -> Confirm {
    Confirm {
        frame: Frame::new(viewer, whose.section),
        heading: String::new(),
        text: "Programs that use it are refused at once. It cannot be brought back.".to_owned(),
        names: Vec::new(),
        action: String::new(),
        fields: Vec::new(),
        button: "Revoke".to_owned(),
        to: format!("{}#tokens", whose.base),
        operation: "revokeAccessToken",
    }
}

fn back(whose: &Whose, done: &str) -> HttpResponse {
    let to = format!("{}?done={done}", whose.base);
    see_other(&to)
}
