//! `/s/{token}/archive.zip`: the files that a public link hands out, in one archive.
//!
//! The archive is not made before it is sent: every byte of it is known from the list of its files. So its length is told
//! beforehand, and a download that was interrupted can go on anywhere, also at another server.

use super::{
    PageError,
    conditions::Validators,
    file_response::{FileHead, send_or_replaced},
    link_path::LinkPath,
    open_link::open,
};
use crate::http::remember_counted;
use actix_web::{
    HttpRequest, HttpResponse,
    body::{MessageBody, SizedStream},
    http::header::EntityTag,
    web,
};
use app::{
    Services,
    archive::{Archive, ArchiveError},
    visitor::{RequestedFile, VisitError},
};
use domain::{LinkKind, access::Resource, archive::ArchiveRequest};
use futures::TryStreamExt;

/// The archive of the files that the query asks for.
pub(super) async fn archive(
    request: HttpRequest,
    services: web::Data<Services>,
    token: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let answer = send_or_replaced(async || send(&request, &services, &token).await).await;
    answer.map_err(|error| error.with_way_back(LinkPath::asked_from(&request, &token)))
}

async fn send(request: &HttpRequest, services: &web::Data<Services>, token: &str) -> Result<HttpResponse, PageError> {
    let visit = open(request, services, (token, LinkKind::Public), RequestedFile::default()).await?;
    let Some(wanted) = wanted(request.query_string()) else {
        visit.decide(Resource::Page)?;
        return Err(PageError::NothingToArchive(None));
    };
    let visit = visit.of_archive(&wanted);
    let archive = visit.archive(wanted).await?;
    let head = head(request, &archive);
    let mut response = HttpResponse::Ok();
    // nginx would write the archive to its disk, and cut it off at a gigabyte.
    response.insert_header(("x-accel-buffering", "no"));
    let body = match head.range(request) {
        Some(range) => {
            let mut reader = archive.reader(services.clone().into_inner(), &visit, range.clone());
            reader.begin().await?;
            if let Some(grant) = reader.count(&visit, range.start == 0).await? {
                remember_counted(&mut response, services, grant, request.path());
            }
            let bytes = reader.into_stream().inspect_err(report);
            Some(SizedStream::new(range.end - range.start, bytes).boxed())
        }
        None => None,
    };
    Ok(head.respond(response, body))
}

/// The client only sees that the transfer breaks off.
fn report(error: &ArchiveError) {
    match error {
        ArchiveError::Refused(VisitError::NotFound | VisitError::Locked) => {
            tracing::info!(%error, "an archive ends before its end");
        }
        error => tracing::warn!(%error, "an archive ends before its end"),
    }
}

/// What the query of a request asks for.
fn wanted(query: &str) -> Option<ArchiveRequest> {
    let parameters = web::Query::<Vec<(String, String)>>::from_query(query).ok()?;
    ArchiveRequest::parse(parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())))
}

fn head(request: &HttpRequest, archive: &Archive) -> FileHead {
    let layout = archive.layout();
    let tag = format!("{:032x}", u128::from_be_bytes(layout.tag()));
    let validators = Validators { tag: EntityTag::new_strong(tag), modified: Some(layout.newest().into()) };
    let save_as = Some(archive.save_as().to_owned());
    FileHead::new(request, validators, layout.byte_size(), "application/zip", save_as)
}
