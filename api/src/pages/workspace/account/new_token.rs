//! `/account/tokens/new`: a token for a program. The page of the account shows it once.

use super::{
    super::{
        Fields, Frame, Posted, Section, SignedIn,
        errors::{Form, Mistakes, mistakes},
        issued::scope_name,
        shown_once::show_once_at,
    },
    overview,
    templates::{Lifetime, NewTokenPage, ScopeChoice},
};
use crate::pages::{PageError, templates};
use actix_web::{HttpResponse, http::StatusCode, web};
use app::{
    MutationError, Services, UserError, UserErrorCode, Viewer,
    access_tokens::{self, AccessTokenInput},
};
use chrono::TimeDelta;
use domain::{Scopes, TokenScope, bearer::BearerToken};

/// How many days a token may last.
const LIFETIMES: [i64; 4] = [7, 30, 90, 365];

/// How many days it lasts unless another number is chosen.
const USUAL: &str = "90";

/// The form.
pub(in crate::pages::workspace) async fn page(
    SignedIn(viewer): SignedIn,
    services: web::Data<Services>,
) -> HttpResponse {
    show(StatusCode::OK, &services, &viewer, &Fields::default(), Mistakes::default())
}

/// Makes the token, and leads to the account.
pub(in crate::pages::workspace) async fn create(
    posted: Posted,
    services: web::Data<Services>,
) -> Result<HttpResponse, PageError> {
    let Posted { viewer, fields } = posted;
    match make(&services, &viewer, &fields).await {
        Ok(token) => {
            let secret = Some(token.expose_secret());
            Ok(show_once_at(&services, &viewer, (overview::PATH, secret), &format!("{}?done=token", overview::PATH)))
        }
        Err(error) => Ok(show(StatusCode::UNPROCESSABLE_ENTITY, &services, &viewer, &fields, mistakes(error)?)),
    }
}

async fn make(services: &Services, viewer: &Viewer, fields: &Fields) -> Result<BearerToken, MutationError> {
    let days = LIFETIMES.into_iter().find(|days| fields.text("expiresAt") == days.to_string()).ok_or_else(|| {
        let message = "Choose when the token ends.";
        UserError::new(UserErrorCode::InvalidExpiration, &["expiresAt"], message)
    })?;
    let scopes: Vec<TokenScope> = fields.all("scopes").filter_map(|scope| scope.parse().ok()).collect();
    let expires_at = Some(services.now() + TimeDelta::days(days));
    let input = AccessTokenInput { name: fields.text("name"), expires_at, scopes: Some(&scopes) };
    Ok(access_tokens::create_access_token(services, viewer, input).await?.0)
}

fn show(status: StatusCode, services: &Services, viewer: &Viewer, fields: &Fields, mistakes: Mistakes) -> HttpResponse {
    let (now, zone) = (services.now(), viewer.workspace.zone());
    let chosen = Some(fields.text("expiresAt")).filter(|chosen| !chosen.is_empty()).unwrap_or(USUAL);
    let lifetime = |days: i64| Lifetime {
        days,
        label: format!("{days} days ({})", (now + TimeDelta::days(days)).with_timezone(&zone).format("%-d %b %Y")),
        is_chosen: chosen == days.to_string(),
    };
    let scope = |scope: TokenScope| ScopeChoice {
        value: scope.as_str(),
        label: scope_name(scope),
        is_ticked: fields.all("scopes").any(|ticked| ticked == scope.as_str()),
    };
    let page = NewTokenPage {
        frame: Frame::new(viewer, Section::Account),
        name: fields.text("name").to_owned(),
        scopes: Scopes::usual(viewer.user.role).list().into_iter().map(scope).collect(),
        lifetimes: LIFETIMES.into_iter().map(lifetime).collect(),
        form: Form::new(&["name", "scopes", "expiresAt"]).with(mistakes),
    };
    templates::scripted_page(HttpResponse::build(status), &page)
}
