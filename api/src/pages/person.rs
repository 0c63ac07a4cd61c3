//! `/s/{token}/person`: the search for a person in a gallery, by a photo.
//!
//! The photo comes as a form, is read into the memory, and is gone when its faces are found. With one face, the visitor is
//! sent to the gallery, whose address then holds the face, sealed; with several, they choose first. There is no script.

use super::{
    PageError,
    brand::Brand,
    link_path::LinkPath,
    open_link::open,
    templates::{self, Choice, FaceView, Frames, PersonPage},
    texts::{Texts, language_links},
    unlock_form::{self, Asked},
    workspace::with_query,
};
use crate::http::require_same_origin;
use actix_multipart::{Field, Multipart};
use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        StatusCode,
        header::{self, HeaderValue},
    },
    web,
};
use app::{
    Error, Services,
    photos::{MAX_PHOTO_BYTES, PhotoError, SeenPhoto},
    visitor::{RequestedFile, Visit, VisitError},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use domain::{LinkKind, access::Resource};
use faces::{Face, InPhoto};
use futures::StreamExt;
use std::time::Duration;

/// How many bytes of a photo that is too large are read and thrown away: a browser shows the answer only when it could send
/// everything.
const MOST_UNREAD: u64 = 64 * 1024 * 1024;

/// When to try again after too many photos were looked at: a few are done by then.
const BUSY: Duration = Duration::from_secs(10);

/// The most faces among which a visitor chooses.
const MAX_FACES: usize = 24;

/// Why nothing is found, for the visitor, who can try again.
struct Problem {
    status: StatusCode,
    text: String,
    /// When to try again.
    wait: Option<Duration>,
}

impl Problem {
    /// What is wrong with the form or the photo, as a sentence for the visitor.
    fn mistake(text: String) -> Self {
        Self { status: StatusCode::UNPROCESSABLE_ENTITY, text, wait: None }
    }

    /// The photo was cut off, or took too long.
    fn too_slow(texts: Texts) -> Self {
        Self { status: StatusCode::REQUEST_TIMEOUT, text: texts.error_slow_text(), wait: None }
    }

    fn busy(texts: Texts) -> Self {
        Self { status: StatusCode::SERVICE_UNAVAILABLE, text: texts.person_busy(), wait: Some(BUSY) }
    }
}

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
        let asked = Asked { path, page: path.person(), query: request.query_string().to_owned() };
        return unlock_form::refuse(refusal, &visit, &asked, texts);
    }
    page(&visit, path, (&request, texts), Shown::Form)
}

/// Takes a photo.
pub(super) async fn search(
    request: HttpRequest,
    services: web::Data<Services>,
    token: web::Path<String>,
    mut form: Multipart,
) -> Result<HttpResponse, PageError> {
    require_same_origin(&request, &services)?;
    let texts = Texts::of(&request);
    let path = LinkPath { token: &token, embedded: false };
    let visit = open(&request, &services, (&token, LinkKind::Public), RequestedFile::default()).await?;
    let slot = match visit.begin_search().await {
        Ok(slot) => slot,
        Err(error) => {
            let problem = match error {
                VisitError::Failed(Error::RateLimited(wait)) => Problem {
                    status: StatusCode::TOO_MANY_REQUESTS,
                    text: format!("{}. {}", texts.error_too_many(), texts.error_too_many_text(Texts::wait(wait))),
                    wait: Some(wait),
                },
                VisitError::Failed(Error::Unavailable(_)) => Problem::busy(texts),
                error => return Err(error.into()),
            };
            drain_form(&mut form).await;
            return page(&visit, path, (&request, texts), Shown::Problem(problem));
        }
    };
    // Others wait for its room, which it has for a while only: a body that takes too long is an error.
    let photo = match read(&mut form, texts).await {
        Ok(photo) => photo,
        Err(problem) => return page(&visit, path, (&request, texts), Shown::Problem(problem)),
    };
    let (visit, seen) = match visit.look_at(slot, photo).await {
        Ok(seen) => seen,
        Err(PhotoError::Refused(error)) => return Err(error.into()),
        Err(PhotoError::Failed(error)) => return Err(error.into()),
        Err(PhotoError::Busy) => return page(&visit, path, (&request, texts), Shown::Problem(Problem::busy(texts))),
        Err(PhotoError::Unreadable(_)) => {
            let problem = Problem::mistake(texts.person_photo_unreadable());
            return page(&visit, path, (&request, texts), Shown::Problem(problem));
        }
    };
    let text = match &seen.found {
        InPhoto::Faces(faces) => match &faces[..] {
            [face] => {
                let found = with_query(&path.page(), &[("person", &visit.seal(face))]);
                return Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, found)).finish());
            }
            faces => {
                let choice = Choice { faces: views(&visit, &seen, faces, texts)?, has_more: faces.len() > MAX_FACES };
                return page(&visit, path, (&request, texts), Shown::Choice(choice));
            }
        },
        InPhoto::TooSmall => texts.person_too_small(),
        InPhoto::TooBlurred => texts.person_too_blurred(),
        InPhoto::None => texts.person_nobody(),
    };
    page(&visit, path, (&request, texts), Shown::Problem(Problem::mistake(text)))
}

/// The photo of a form in which the visitor has agreed.
async fn read(form: &mut Multipart, texts: Texts) -> Result<Bytes, Problem> {
    let mut has_agreed = false;
    while let Some(part) = form.next().await {
        let Ok(mut part) = part else { return Err(Problem::too_slow(texts)) };
        match part.name() {
            Some("consent") => {
                has_agreed = true;
                drain(&mut part).await;
            }
            Some("photo") if has_agreed => return read_photo(part, texts).await,
            // The box stands before the photo in the form.
            Some("photo") => {
                drain(&mut part).await;
                return Err(Problem::mistake(texts.person_consent_missing()));
            }
            _ => drain(&mut part).await,
        }
    }
    Err(Problem::mistake(texts.person_photo_missing()))
}

async fn read_photo(mut part: Field, texts: Texts) -> Result<Bytes, Problem> {
    let (mut photo, mut read) = (Vec::new(), 0);
    while let Some(bytes) = part.next().await {
        let Ok(bytes) = bytes else { return Err(Problem::too_slow(texts)) };
        read += bytes.len() as u64;
        if read <= MAX_PHOTO_BYTES {
            photo.extend_from_slice(&bytes);
        } else if read > MOST_UNREAD {
            break;
        } else {
            photo = Vec::new();
        }
    }
    match read {
        0 => Err(Problem::mistake(texts.person_photo_missing())),
        read if read > MAX_PHOTO_BYTES => Err(Problem::mistake(texts.person_photo_too_large())),
        _ => Ok(photo.into()),
    }
}

/// Reads a form that is not wanted, as far as a browser sends one, so that the browser shows the answer.
async fn drain_form(form: &mut Multipart) {
    while let Some(Ok(mut part)) = form.next().await {
        drain(&mut part).await;
    }
}

/// Reads a part that is not wanted, as far as a browser sends one.
async fn drain(part: &mut Field) {
    let mut read = 0;
    while let Some(Ok(bytes)) = part.next().await {
        read += bytes.len() as u64;
        if read > MOST_UNREAD {
            return;
        }
    }
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
    faces.iter().take(MAX_FACES).enumerate().map(view).collect()
}

fn page(
    visit: &Visit<'_>,
    path: LinkPath<'_>,
    (request, texts): (&HttpRequest, Texts),
    shown: Shown,
) -> Result<HttpResponse, PageError> {
    let (permit, _) = visit.searchable()?;
    let mut response = HttpResponse::Ok();
    let (mut error, mut choice) = (None, None);
    match shown {
        Shown::Form => {}
        Shown::Problem(problem) => {
            response.status(problem.status);
            if let Some(wait) = problem.wait {
                response.insert_header((header::RETRY_AFTER, app::seconds(wait).to_string()));
            }
            error = Some(problem.text);
        }
        Shown::Choice(view) => choice = Some(view),
    }
    let is_choice = choice.is_some();
    let page = PersonPage {
        texts,
        languages: language_links(texts, &path.person(), request.query_string()),
        brand: Brand::of(visit, permit),
        name: visit.link(permit).settings.name.clone(),
        gallery_url: path.page(),
        action: path.person(),
        error,
        choice,
    };
    let style = page.brand.style.clone();
    let mut response = templates::page_in(Frames::None, response, &page, Some(&style));
    if is_choice {
        // Whoever goes back from what was found chooses again: a browser does not keep an answer to a form otherwise, and
        // would ask to send the photo once more.
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=0"));
    }
    Ok(response)
}
