//! `/a/{number}`: the internal link of an asset. Whoever is not signed in is asked to sign in, whether or not the
//! number has an asset.

use super::{
    PageError, sign_in,
    templates::{self, AssetPage},
    view_model::{self, human_size},
};
use crate::http::session_viewer;
use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use app::{
    Services, Viewer, assets,
    files::{AssetFiles, FileName},
};
use schema::assets::Asset;

/// The page, or the form to sign in.
pub(super) async fn page(
    request: HttpRequest,
    services: web::Data<Services>,
    number: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let Some(viewer) = session_viewer(&request, &services).await? else {
        return Ok(sign_in::form(StatusCode::OK, &number, None));
    };
    let opened = assets::open_by_number(&services, &viewer, &number).await?;
    let asset = &opened.asset;
    let base = format!("/a/{}-{}", viewer.workspace.number_prefix, asset.number);
    let files = AssetFiles::load(&services, &[asset.id]).await?;
    let view = view_model::asset_view(asset, &files, &base, false, |file: FileName| opened.may_download(file));
    let page = AssetPage {
        workspace_name: viewer.workspace.name.clone(),
        number: format!("{}-{}", viewer.workspace.number_prefix, asset.number),
        asset: view,
        facts: facts_of(asset, &viewer),
        user_name: viewer.user.name.clone(),
        sign_out_action: "/a/sign-out".to_owned(),
    };
    Ok(templates::page(HttpResponse::Ok(), &page))
}

fn facts_of(asset: &Asset, viewer: &Viewer) -> Vec<(String, String)> {
    let mut facts = vec![
        ("File".to_owned(), asset.file_name.clone()),
        ("Type".to_owned(), format!("{} ({})", view_model::kind_name(asset.kind), asset.media_type)),
    ];
    if let Some(bytes) = asset.byte_size {
        facts.push(("Size".to_owned(), human_size(bytes)));
    }
    if let (Some(width), Some(height)) = (asset.width, asset.height) {
        facts.push(("Dimensions".to_owned(), format!("{width} × {height} pixels")));
    }
    let added = asset.created_at.with_timezone(&viewer.workspace.zone());
    facts.push(("Added".to_owned(), added.format("%-d %B %Y, %H:%M").to_string()));
    facts
}
