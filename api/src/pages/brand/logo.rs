//! `/logo/{id}.png`: the logo of a workspace. Everybody may have it: it is on the pages of all its links. It never changes
//! under its id, so that browsers keep it.

use crate::pages::PageError;
use actix_web::{HttpResponse, http::header, web};
use app::{Services, workspace::LogoError};
use domain::short_id;

/// The logo.
pub(in crate::pages) async fn logo(
    services: web::Data<Services>,
    id: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let file = short_id::decode(&id).ok_or(PageError::NotFound)?;
    let png = app::workspace::logo(&services, file).await?;
    Ok(HttpResponse::Ok()
        .content_type("image/png")
        .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .insert_header((header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"))
        .insert_header(("x-robots-tag", "noindex"))
        .body(png))
}

impl From<LogoError> for PageError {
    fn from(error: LogoError) -> Self {
        match error {
            LogoError::NotFound => Self::NotFound,
            LogoError::Failed(error) => error.into(),
            LogoError::Storage(error) => error.into(),
        }
    }
}
