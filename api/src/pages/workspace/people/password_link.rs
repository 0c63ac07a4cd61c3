//! `/people/{id}/password-link`: a link by which a person chooses another password, or an invited one their first.

use super::super::{
    Posted,
    shown_once::show_once_at,
    whose::{path_of, person},
};
use crate::pages::PageError;
use actix_web::{HttpResponse, web};
use app::{Services, password_links};

/// Makes the link, and leads to the page of the person, which shows it once.
pub(in crate::pages::workspace) async fn create(
    posted: Posted,
    services: web::Data<Services>,
    id: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let user = person(&services, &posted.viewer, &id).await?;
    let (user, link) = password_links::create_password_link(&services, &posted.viewer, Some(user.id)).await?;
    let path = path_of(user.id);
    Ok(show_once_at(&services, &posted.viewer, (&path, Some(&link.url)), &format!("{path}?done=password-link")))
}
