//! `/s/{token}/person`: the search for a person in a gallery, by a photo.
//!
//! The photo comes as a form, is read into the memory, and is gone when its faces are found. With one face, the visitor is
//! sent to the gallery, whose address then holds the face, sealed; with several, they choose first. No browser keeps the
//! faces among which they choose: they are in the answer to the form only.

use super::{
    PageError,
    brand::Brand,
    link_path::LinkPath,
    open_link::open,
    photo_form::{self, Problem},
    templates::{self, Choice, FaceView, Frames, PersonPage},
    texts::{Texts, language_links},
    unlock_form::{self, Asked},
    workspace::with_query,
};
use crate::http::require_same_origin;
use actix_web::{HttpRequest, HttpResponse, http::header, web};
use app::{
    Error, Services,
    photos::{PhotoError, SeenPhoto},
    visitor::{RequestedFile, Visit, VisitError},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use domain::{
    LinkKind,
    access::{Refusal, Resource},
};
use faces::{Face, InPhoto};

/// What the page shows.
enum Shown {
    Form,
    Problem(Problem),
    Choice(Choice),
}

/// The form.
pub(super) async fn show(
    request: HttpRequest,
    services: web::Data<Services>,
    token: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let texts = Texts::of(&request);
    let path = LinkPath { token: &token, embedded: false };
    let visit = open(&request, &services, (&token, LinkKind::Public), RequestedFile::default()).await?;
    if let Err(refusal) = visit.decide(Resource::Page) {
        return unlock_form::refuse(refusal, &visit, &asked(path, &request), texts);
    }
    page(&visit, path, (&request, texts), Shown::Form)
}

/// Takes a photo.
pub(super) async fn search(
    request: HttpRequest,
    services: web::Data<Services>,
    token: web::Path<String>,
    body: web::Payload,
) -> Result<HttpResponse, PageError> {
    require_same_origin(&request, &services)?;
    let texts = Texts::of(&request);
    let path = LinkPath { token: &token, embedded: false };
    let visit = open(&request, &services, (&token, LinkKind::Public), RequestedFile::default()).await?;
    let mut form = photo_form::of(&request, body);
    if let Err(refusal) = visit.decide(Resource::Page) {
        // The owner has locked the link while the form was open.
        photo_form::drain(&mut form).await;
        return unlock_form::refuse(refusal, &visit, &asked(path, &request), texts);
    }
    let slot = match visit.begin_search().await {
        Ok(slot) => slot,
        Err(error) => {
            photo_form::drain(&mut form).await;
            let problem = match error {
                VisitError::Failed(Error::RateLimited(wait)) => Problem::too_many(texts, wait),
                VisitError::Failed(Error::Unavailable(_)) => Problem::busy(texts),
                error => return Err(PageError::from(error).with_way_back(path)),
            };
            return page(&visit, path, (&request, texts), Shown::Problem(problem));
        }
    };
    let photo = match photo_form::read(&mut form, texts).await {
        Ok(photo) => photo,
        Err(problem) => return page(&visit, path, (&request, texts), Shown::Problem(problem)),
    };
    let (visit, seen) = match visit.look_at(slot, photo).await {
        Ok(seen) => seen,
        Err(PhotoError::Refused(VisitError::Locked)) => {
            return unlock_form::refuse(Refusal::Locked, &visit, &asked(path, &request), texts);
        }
        Err(PhotoError::Refused(error)) => return Err(PageError::from(error).with_way_back(path)),
        Err(PhotoError::Failed(error)) => return Err(error.into()),
        Err(PhotoError::Busy) => return page(&visit, path, (&request, texts), Shown::Problem(Problem::busy(texts))),
        Err(PhotoError::Unreadable(_)) => {
            let problem = Problem::mistake(texts.person_photo_unreadable());
            return page(&visit, path, (&request, texts), Shown::Problem(problem));
        }
    };
    let text = match &seen.found {
        InPhoto::Faces { faces, has_more } => {
            if let ([face], false) = (&faces[..], has_more) {
                let found = with_query(&path.page(), &[("person", &visit.seal(face))]);
                return Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, found)).finish());
            }
            let choice = Choice { faces: views(&visit, &seen, faces, texts)?, has_more: *has_more };
            return page(&visit, path, (&request, texts), Shown::Choice(choice));
        }
        InPhoto::TooSmall => texts.person_too_small(),
        InPhoto::TooBlurred => texts.person_too_blurred(),
        InPhoto::None => texts.person_nobody(),
    };
    page(&visit, path, (&request, texts), Shown::Problem(Problem::mistake(text)))
}

/// The page to which the password leads back.
fn asked<'a>(path: LinkPath<'a>, request: &HttpRequest) -> Asked<'a> {
    Asked { path, page: path.person(), query: request.query_string().to_owned() }
}

/// The faces of a photo, to choose from.
fn views(visit: &Visit<'_>, seen: &SeenPhoto, faces: &[Face], texts: Texts) -> Result<Vec<FaceView>, PageError> {
    let view = |(index, face): (usize, &Face)| {
        Ok(FaceView {
            value: visit.seal(face),
            picture: format!("data:image/jpeg;base64,{}", STANDARD.encode(seen.picture_of(face)?)),
            label: texts.person_face((index + 1).to_string()),
        })
    };
    faces.iter().enumerate().map(view).collect()
}

fn page(
    visit: &Visit<'_>,
    path: LinkPath<'_>,
    (request, texts): (&HttpRequest, Texts),
    shown: Shown,
) -> Result<HttpResponse, PageError> {
    let (permit, _) = visit.searchable().map_err(|error| PageError::from(error).with_way_back(path))?;
    let mut response = HttpResponse::Ok();
    let (mut error, mut choice, mut has_agreed) = (None, None, false);
    match shown {
        Shown::Form => {}
        Shown::Problem(problem) => {
            response.status(problem.status);
            // What is left of the form is not read.
            response.force_close();
            if let Some(wait) = problem.wait {
                response.insert_header((header::RETRY_AFTER, app::seconds(wait).to_string()));
            }
            (error, has_agreed) = (Some(problem.text), problem.has_agreed);
        }
        Shown::Choice(view) => choice = Some(view),
    }
    let page = PersonPage {
        texts,
        languages: language_links(texts, &path.person(), request.query_string()),
        brand: Brand::of(visit, permit),
        name: visit.link(permit).settings.name.clone(),
        gallery_url: path.page(),
        action: path.person(),
        error,
        has_agreed,
        choice,
    };
    let style = page.brand.style.clone();
    Ok(templates::scripted_page_in(Frames::None, response, &page, Some(&style)))
}
