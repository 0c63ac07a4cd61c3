//! `/s/{token}/person`: the search for a person in a gallery, by a photo.
//!
//! The photo comes as a form, is read into the memory, and is gone when its faces are found. With one face, the visitor is
//! sent to the gallery, whose address then holds the face, sealed; with several, they choose first. There is no script.

use super::{
    PageError,
    brand::Brand,
    link_path::LinkPath,
    open_link::open,
    templates::{self, FaceView, Frames, PersonPage},
    texts::{Texts, language_links},
    unlock_form::{self, Asked},
    workspace::with_query,
};
use crate::http::require_same_origin;
use actix_multipart::{Field, Multipart};
use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web,
};
use app::{
    Services,
    photos::{MAX_PHOTO_BYTES, PhotoError, SeenPhoto},
    visitor::{RequestedFile, Visit},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use domain::{LinkKind, access::Resource};
use faces::{Face, InPhoto};
use futures::StreamExt;

/// How many bytes of a photo that is too large are read and thrown away: a browser shows the answer only when it could send
/// everything.
const MOST_UNREAD: u64 = 64 * 1024 * 1024;

/// The most faces among which a visitor chooses.
const MAX_FACES: usize = 24;

/// Why there is no photo.
enum Unread {
    /// It was cut off, or took too long.
    TooSlow,
    /// What is wrong with the form or the photo, as a sentence for the visitor.
    Mistake(String),
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
    page(&visit, path, (&request, texts), None, Vec::new())
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
    let slot = visit.begin_search().await?;
    // Others wait for its room, which it has for a while only: a body that takes too long is an error.
    let photo = match read(&mut form, texts).await {
        Ok(photo) => photo,
        Err(Unread::TooSlow) => return Err(PageError::TooSlow),
        Err(Unread::Mistake(error)) => return page(&visit, path, (&request, texts), Some(error), Vec::new()),
    };
    // Sending it took a while, in which the owner may have ended the search.
    let visit = open(&request, &services, (&token, LinkKind::Public), RequestedFile::default()).await?;
    visit.searchable()?;
    let seen = match visit.look_at(slot, photo).await {
        Ok(seen) => seen,
        Err(PhotoError::Unreadable(_)) => {
            return page(&visit, path, (&request, texts), Some(texts.person_photo_unreadable()), Vec::new());
        }
        Err(PhotoError::Busy) => return Err(PageError::Unavailable("too many photos are being looked at".to_owned())),
        Err(PhotoError::Failed(error)) => return Err(error.into()),
    };
    let error = match &seen.found {
        InPhoto::Faces(faces) => match &faces[..] {
            [face] => {
                let found = with_query(&path.page(), &[("person", &visit.seal(face))]);
                return Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, found)).finish());
            }
            _ => return page(&visit, path, (&request, texts), None, views(&visit, &seen, texts)?),
        },
        InPhoto::TooSmall => texts.person_too_small(),
        InPhoto::TooBlurred => texts.person_too_blurred(),
        InPhoto::None => texts.person_nobody(),
    };
    page(&visit, path, (&request, texts), Some(error), Vec::new())
}

/// The photo of a form in which the visitor has agreed.
async fn read(form: &mut Multipart, texts: Texts) -> Result<Bytes, Unread> {
    let mut has_agreed = false;
    while let Some(part) = form.next().await {
        let Ok(mut part) = part else { return Err(Unread::TooSlow) };
        match part.name() {
            Some("consent") => {
                has_agreed = true;
                drain(&mut part).await;
            }
            Some("photo") if has_agreed => return read_photo(part, texts).await,
            // The box stands before the photo in the form.
            Some("photo") => {
                drain(&mut part).await;
                return Err(Unread::Mistake(texts.person_consent_missing()));
            }
            _ => drain(&mut part).await,
        }
    }
    Err(Unread::Mistake(texts.person_photo_missing()))
}

async fn read_photo(mut part: Field, texts: Texts) -> Result<Bytes, Unread> {
    let (mut photo, mut read) = (Vec::new(), 0);
    while let Some(bytes) = part.next().await {
        let Ok(bytes) = bytes else { return Err(Unread::TooSlow) };
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
        0 => Err(Unread::Mistake(texts.person_photo_missing())),
        read if read > MAX_PHOTO_BYTES => Err(Unread::Mistake(texts.person_photo_too_large())),
        _ => Ok(photo.into()),
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
fn views(visit: &Visit<'_>, seen: &SeenPhoto, texts: Texts) -> Result<Vec<FaceView>, PageError> {
    let InPhoto::Faces(faces) = &seen.found else { return Ok(Vec::new()) };
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
    error: Option<String>,
    faces: Vec<FaceView>,
) -> Result<HttpResponse, PageError> {
    let (permit, _) = visit.searchable()?;
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = PersonPage {
        texts,
        languages: language_links(texts, &path.person(), request.query_string()),
        brand: Brand::of(visit, permit),
        name: visit.link(permit).settings.name.clone(),
        gallery_url: path.page(),
        action: path.person(),
        error,
        faces,
    };
    let style = page.brand.style.clone();
    Ok(templates::page_in(Frames::None, HttpResponse::build(status), &page, Some(&style)))
}
