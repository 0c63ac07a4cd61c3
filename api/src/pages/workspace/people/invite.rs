//! `/people/invite`: a new person, who chooses their password by a link. The page of the person shows the link once.

use super::{
    super::{
        Fields, Frame, Posted, Section, SignedIn,
        errors::{Form, Mistakes, mistakes},
        roles,
        shown_once::show_once_at,
        whose::path_of,
    },
    templates::InvitePage,
};
use crate::pages::{PageError, templates};
use actix_web::{HttpResponse, http::StatusCode, web};
use app::{
    MutationError, Services, UserError, UserErrorCode, Viewer,
    password_links::NewPasswordLink,
    users::{self, Invitee},
};
use domain::Role;
use schema::users::{User, by_email};

/// The form.
pub(in crate::pages::workspace) async fn page(
    SignedIn(viewer): SignedIn,
    services: web::Data<Services>,
) -> Result<HttpResponse, PageError> {
    viewer.require_admin()?;
    Ok(show(StatusCode::OK, &services, &viewer, &Fields::default(), (Mistakes::default(), None)))
}

/// Invites the person, and leads to their page.
pub(in crate::pages::workspace) async fn invite(
    posted: Posted,
    services: web::Data<Services>,
) -> Result<HttpResponse, PageError> {
    let Posted { viewer, fields } = posted;
    viewer.require_admin()?;
    match make(&services, &viewer, &fields).await {
        Ok((user, link)) => {
            let path = path_of(user.id);
            Ok(show_once_at(&services, &viewer, (&path, Some(&link.url)), &format!("{path}?done=invited")))
        }
        Err(error) => {
            let taken_by = taken_by(&services, &viewer, &error, fields.text("email")).await?;
            let wrong = (mistakes(error)?, taken_by);
            Ok(show(StatusCode::UNPROCESSABLE_ENTITY, &services, &viewer, &fields, wrong))
        }
    }
}

async fn make(services: &Services, viewer: &Viewer, fields: &Fields) -> Result<(User, NewPasswordLink), MutationError> {
    let no_role = |_| UserError::new(UserErrorCode::InvalidInput, &["role"], "Choose a role.");
    let role: Role = fields.text("role").parse().map_err(no_role)?;
    let invitee = Invitee { email: fields.text("email").trim(), name: fields.text("name"), role };
    users::invite_user(services, viewer, invitee).await
}

/// Who has an address already, if the viewer may know: after a second click on the button, whom the first has invited.
async fn taken_by(
    services: &Services,
    viewer: &Viewer,
    error: &MutationError,
    email: &str,
) -> Result<Option<User>, PageError> {
    let MutationError::User(errors) = error else { return Ok(None) };
    if errors.iter().all(|error| error.code != UserErrorCode::EmailTaken) {
        return Ok(None);
    }
    let user = by_email(&mut *services.pool.get().await?, email.trim()).await?;
    Ok(user.filter(|user| user.workspace_id == viewer.workspace.id))
}

fn show(
    status: StatusCode,
    services: &Services,
    viewer: &Viewer,
    fields: &Fields,
    (mistakes, taken_by): (Mistakes, Option<User>),
) -> HttpResponse {
    let role = fields.text("role");
    let page = InvitePage {
        frame: Frame::new(viewer, Section::People),
        email: fields.text("email").to_owned(),
        name: fields.text("name").to_owned(),
        roles: roles::choices(if role.is_empty() { Role::Viewer.as_str() } else { role }),
        taken_by: taken_by.map(|user| (path_of(user.id), user.name)),
        sends_mail: services.mailer.is_some(),
        form: Form::new(&["email", "name", "role"]).with(mistakes),
    };
    templates::scripted_page(HttpResponse::build(status), &page)
}
