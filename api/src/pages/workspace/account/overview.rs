//! `/account`: who the viewer is, where they are signed in, and the tokens of their programs. A new token is shown here once.

use super::{
    super::{Fields, Frame, Section, SignedIn, issued::Issued, roles, shown_once::shown_once, whose::path_of},
    templates::AccountPage,
};
use crate::pages::{PageError, templates};
use actix_web::{HttpRequest, HttpResponse, web};
use app::Services;

/// The path, which is also that of the cookie with a new token.
pub(super) const PATH: &str = "/account";

/// The page.
pub(in crate::pages::workspace) async fn page(
    SignedIn(viewer): SignedIn,
    request: HttpRequest,
    services: web::Data<Services>,
) -> Result<HttpResponse, PageError> {
    let fields = Fields::of_query(request.query_string());
    let (new_token, forget) = shown_once(&request, &services, &viewer, PATH).unzip();
    let user = &viewer.user;
    let page = AccountPage {
        frame: Frame::new(&viewer, Section::Account),
        name: user.name.clone(),
        email: user.email.clone(),
        role: roles::name(user.role),
        role_text: roles::text(user.role),
        own_page: viewer.is_admin().then(|| path_of(user.id)),
        notice: notice(fields.text("done")),
        has_new_password: fields.text("done") == "password",
        new_token,
        issued: Issued::to(&services, &viewer, user.id).await?,
        base: PATH.to_owned(),
        zone: viewer.workspace.zone().to_string(),
    };
    let mut response = HttpResponse::Ok();
    if let Some(forget) = forget {
        response.cookie(forget);
    }
    Ok(templates::scripted_page(response, &page))
}

/// What has just been done.
fn notice(done: &str) -> Option<&'static str> {
    Some(match done {
        "password" => "Your password is changed, and all your other sessions have ended.",
        "email" => "Your e-mail address is changed. From now on, you sign in with it.",
        "session-ended" => "The session has ended.",
        "sessions-ended" => "All your other sessions have ended.",
        "token-revoked" => "The token is revoked.",
        "tokens-revoked" => "All your tokens are revoked.",
        _ => return None,
    })
}
