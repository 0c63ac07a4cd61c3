//! What is done to an asset from its page by those with the right to edit it: another attempt at its smaller versions, and
//! the end of an attachment, which asks first.

use super::{Fields, Frame, Posted, Section, SignedIn, asset_path, in_bin::opened, templates::Confirm};
use crate::pages::{PageError, redirect::see_other, templates};
use actix_web::{HttpResponse, web};
use app::{Error, MissingPermission, MutationError, Services, Viewer, assets as operations};
use domain::{AttachmentId, Right, node_id::NodeId};
use schema::{assets::Asset, attachments};

/// An asset that is to be changed.
pub(super) enum Editable {
    /// The viewer may change it.
    Asset(Box<Asset>),
    /// It is in the bin: the page that says so.
    InBin(HttpResponse),
}

impl Editable {
    /// The asset of a number. Refused without the right to edit it.
    pub(super) async fn open(services: &Services, viewer: &Viewer, number: &str) -> Result<Self, PageError> {
        match opened(services, viewer, number).await? {
            Ok(opened) if opened.may_edit() => Ok(Self::Asset(Box::new(opened.asset))),
            Ok(_) => Err(PageError::Refused(Error::Forbidden(MissingPermission::Right(Right::Edit)).message())),
            Err(in_bin) => Ok(Self::InBin(in_bin)),
        }
    }
}

/// Has everything tried again that could not be made of the original.
pub(super) async fn retry(
    posted: Posted,
    services: web::Data<Services>,
    number: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let viewer = posted.viewer;
    match Editable::open(&services, &viewer, &number).await? {
        Editable::InBin(page) => Ok(page),
        Editable::Asset(asset) => {
            let asset = operations::retry_proxies(&services, &viewer, Some(asset.id)).await?;
            Ok(done(&viewer, &asset, "retried"))
        }
    }
}

/// Asks before an attachment is deleted.
pub(super) async fn ask_detach(
    SignedIn(viewer): SignedIn,
    services: web::Data<Services>,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, PageError> {
    let (number, id) = path.into_inner();
    let asset = match Editable::open(&services, &viewer, &number).await? {
        Editable::Asset(asset) => *asset,
        Editable::InBin(page) => return Ok(page),
    };
    let id = AttachmentId::from_node_id(&id).ok_or(PageError::NotFound)?;
    let found = attachments::get(&mut *services.pool.get().await?, asset.id, id).await?.ok_or(PageError::NotFound)?;
    let here = asset_path(&viewer, &asset);
    let page = Confirm {
        frame: Frame::new(&viewer, Section::Library),
        heading: "Delete this attachment?".to_owned(),
        text: "It is deleted at once, and cannot be brought back: attachments do not go to the bin. Links no longer hand it \
               out. The asset stays."
            .to_owned(),
        names: vec![found.file_name],
        action: format!("{here}/attachments/{}/delete", id.node_id()),
        fields: Vec::new(),
        button: "Delete for good".to_owned(),
        to: here,
        operation: "deleteAttachment",
    };
    Ok(templates::scripted_page(HttpResponse::Ok(), &page))
}

/// Deletes an attachment, and leads to its asset.
pub(super) async fn detach(
    posted: Posted,
    services: web::Data<Services>,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, PageError> {
    let ((number, id), viewer) = (path.into_inner(), posted.viewer);
    let asset = match Editable::open(&services, &viewer, &number).await? {
        Editable::Asset(asset) => *asset,
        Editable::InBin(page) => return Ok(page),
    };
    let id = AttachmentId::from_node_id(&id).ok_or(PageError::NotFound)?;
    let is_there = attachments::get(&mut *services.pool.get().await?, asset.id, id).await?.is_some();
    // The second of two clicks finds nothing, and leads to where the first one leads.
    if !is_there {
        return Ok(done(&viewer, &asset, "detached=gone"));
    }
    match operations::delete_attachment(&services, &viewer, Some(id)).await {
        Ok(_) => Ok(done(&viewer, &asset, "detached")),
        Err(MutationError::User(_)) => Ok(done(&viewer, &asset, "detached=gone")),
        Err(error) => Err(error.into()),
    }
}

/// What the page of an asset says after a change.
pub(super) fn notice(fields: &Fields) -> Option<&'static str> {
    if fields.has("changed") {
        Some("The changes are saved.")
    } else if fields.has("retried") {
        Some("What could not be made is being tried once more. Load the page again in a while to see what came of it.")
    } else if fields.text("detached") == "gone" {
        Some("The attachment was deleted already.")
    } else if fields.has("detached") {
        Some("The attachment is deleted.")
    } else {
        None
    }
}

/// Leads to the asset, whose page says what was done.
pub(super) fn done(viewer: &Viewer, asset: &Asset, what: &str) -> HttpResponse {
    let to = format!("{}?{what}", asset_path(viewer, asset));
    see_other(&to)
}
