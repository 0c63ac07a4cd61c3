//! What stands in the place of the page of an asset that is in the bin, for those who may restore it. For everybody else it
//! is not found.

use super::{Frame, Section, bin, templates::InBinPage};
use crate::pages::{PageError, templates};
use actix_web::HttpResponse;
use app::{Error, Services, Viewer, assets};

/// The asset of a number, or else what stands in the place of its page.
pub(super) async fn opened(
    services: &Services,
    viewer: &Viewer,
    number: &str,
) -> Result<Result<assets::OpenedAsset, HttpResponse>, PageError> {
    match assets::open_by_number(services, viewer, number).await {
        Ok(opened) => Ok(Ok(opened)),
        Err(Error::NotFound) => {
            let asset = assets::find_in_bin(services, viewer, number).await?.ok_or(PageError::NotFound)?;
            let tile = bin::tiles(services, viewer, &[asset]).await?.pop().ok_or(PageError::NotFound)?;
            let page = InBinPage {
                frame: Frame::new(viewer, Section::Library),
                zone: viewer.workspace.zone().to_string(),
                tile,
            };
            Ok(Err(templates::scripted_page(HttpResponse::NotFound(), &page)))
        }
        Err(error) => Err(error.into()),
    }
}
