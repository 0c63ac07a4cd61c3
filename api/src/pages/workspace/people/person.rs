//! `/people/{id}`: a person, with a form for their name and role, and all that an administrator can do about their account. A
//! new link for their password is shown here once.

use super::{
    super::{
        Fields, Frame, Posted, Section, SignedIn,
        errors::{Form, mistakes},
        issued::Issued,
        leaving,
        links_of::LinksOf,
        roles,
        shown_once::shown_once,
        whose::{path_of, person},
    },
    access::Access,
    templates::PersonPage,
};
use crate::pages::{PageError, instant, redirect::see_other, templates};
use actix_web::{HttpRequest, HttpResponse, web};
use app::{
    MutationError, Services, UserError, UserErrorCode, Viewer,
    users::{UserInput, update_user},
};
use domain::{Role, UserState};
use schema::users::User;

/// The page.
pub(in crate::pages::workspace) async fn page(
    SignedIn(viewer): SignedIn,
    request: HttpRequest,
    services: web::Data<Services>,
    id: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let user = person(&services, &viewer, &id).await?;
    let fields = Fields::of_query(request.query_string());
    let (password_link, forget) = shown_once(&request, &services, &viewer, &path_of(user.id)).unzip();
    let view = view(&services, &viewer, user).await?;
    let notice = notice(&services, &viewer, &fields, view.links.any).await?;
    let nothing_given = fields.text("done") == "nothing-given";
    let error = nothing_given.then_some("Nothing was given: the collection is not there any more. Choose another one.");
    let page = PersonPage { notice, error, password_link, ..view };
    let mut response = HttpResponse::Ok();
    if let Some(forget) = forget {
        response.cookie(forget);
    }
    Ok(templates::scripted_page(response, &page))
}

/// Changes name and role, and leads back to the page.
pub(in crate::pages::workspace) async fn change(
    posted: Posted,
    services: web::Data<Services>,
    id: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let Posted { viewer, fields } = posted;
    let user = person(&services, &viewer, &id).await?;
    let path = path_of(user.id);
    match update(&services, &viewer, &user, &fields).await {
        Ok(_) => Ok(see_other(&format!("{path}?done=changed"))),
        Err(error) => {
            let form = Form::new(FIELDS).with(mistakes(error)?);
            let typed = view(&services, &viewer, user).await?;
            let roles = roles::choices(fields.text("role"));
            let page = PersonPage { name: fields.text("name").to_owned(), roles, form, ..typed };
            Ok(templates::scripted_page(HttpResponse::UnprocessableEntity(), &page))
        }
    }
}

const FIELDS: &[&str] = &["name", "role"];

/// A form without a role leaves it as it is: the page of the viewer has none.
async fn update(services: &Services, viewer: &Viewer, user: &User, fields: &Fields) -> Result<User, MutationError> {
    let no_role = |_| UserError::new(UserErrorCode::InvalidInput, &["role"], "Choose a role.");
    let role = Some(fields.text("role")).filter(|_| fields.has("role"));
    let role: Option<Role> = role.map(str::parse).transpose().map_err(no_role)?;
    update_user(services, viewer, UserInput { id: Some(user.id), name: Some(fields.text("name")), role }).await
}

async fn view(services: &Services, viewer: &Viewer, user: User) -> Result<PersonPage, PageError> {
    let links = LinksOf::load(services, viewer, user.id).await?;
    let state = user.state();
    let (state_name, state_class) = roles::state(state);
    Ok(PersonPage {
        frame: Frame::new(viewer, Section::People),
        base: path_of(user.id),
        title: user.name.clone(),
        email: user.email,
        state: state_name,
        state_class,
        role: roles::name(user.role),
        is_viewer: user.id == viewer.user.id,
        is_guest: user.role == Role::Guest,
        is_invited: state == UserState::Invited,
        is_disabled: state == UserState::Disabled,
        added: instant::shown(user.created_at, viewer.workspace.zone()),
        notice: None,
        error: None,
        password_link: None,
        access: Access::of(services, viewer, user.id).await?,
        is_mailed: services.mailer.is_some(),
        name: user.name,
        roles: roles::choices(user.role.as_str()),
        links,
        issued: Issued::to(services, viewer, user.id).await?,
        zone: viewer.workspace.zone().to_string(),
        form: Form::new(FIELDS),
    })
}

/// What has just been done.
async fn notice(
    services: &Services,
    viewer: &Viewer,
    fields: &Fields,
    has_links: bool,
) -> Result<Option<String>, PageError> {
    let text = match fields.text("done") {
        "invited" => "The person is invited.",
        "password-link" => "There is a new password link, and earlier ones have ended.",
        "changed" if has_links => {
            "Name and role are saved. Their links open what they may share now, and nothing else."
        }
        "changed" => "Name and role are saved.",
        "disabled" => {
            let became = leaving::what_became(services, viewer, fields).await?;
            return Ok(Some(format!("The person is disabled, and signed out everywhere.{became}")));
        }
        "enabled" if has_links => "The person is enabled, and their links are as they were before.",
        "enabled" => "The person is enabled.",
        "given" => "Access is given.",
        "taken-back" if has_links => "Access is taken back, and their links no longer open what it gave.",
        "taken-back" => "Access is taken back.",
        "session-ended" => "The session has ended.",
        "sessions-ended" => "All sessions have ended.",
        "token-revoked" => "The token is revoked.",
        "tokens-revoked" => "All tokens are revoked.",
        _ => return Ok(None),
    };
    Ok(Some(text.to_owned()))
}
