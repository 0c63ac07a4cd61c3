//! The routes of pages, one line each.
//!
//! Every path below a link is in the scope of its token, whose middleware throttles requests that find nothing. HEAD
//! comes with GET by itself.

use super::{
    PageError, archive, brand, download_link, gallery, home, link_asset, link_cover, link_file, link_page, link_unlock,
    media, oembed,
    open_link::no_such_page,
    person, static_files,
    texts::{Texts, in_language},
    throttle_not_found::throttle_not_found,
    workspace,
};
use crate::http::{for_all_origins, get_and_head};
use actix_web::{HttpRequest, HttpResponse, middleware::from_fn, web};
use domain::LinkKind;

/// Registers what visitors and pictures ask for most. It comes before everything else, because routes are tried one after
/// the other.
pub(crate) fn configure_links(app: &mut web::ServiceConfig) {
    app.service(
        web::scope("/media")
            .wrap(from_fn(in_language))
            .service(for_all_origins(get_and_head("/{path:.*}", media::file))),
    )
    .service(
        web::scope("/s/{token}")
            .wrap(from_fn(throttle_not_found))
            .wrap(from_fn(in_language))
            .service(get_and_head("", link_page::page))
            .service(get_and_head("/embed", link_page::embed))
            .service(get_and_head("/embed/{asset}", link_asset::embedded_member))
            // A visitor who reloads the page after a wrong password gets the page.
            .service(get_and_head("/unlock", link_page::page).route(web::post().to(link_unlock::unlock)))
            .service(for_all_origins(get_and_head("/archive.zip", archive::archive)))
            .service(get_and_head("/cover.jpg", link_cover::cover))
            .service(get_and_head("/layout", gallery::layout))
            .service(get_and_head("/person", person::show).route(web::post().to(person::search)))
            .service(get_and_head("/assets/{asset}", link_asset::member))
            .service(for_all_origins(get_and_head("/assets/{asset}/{file}", link_file::file)))
            .default_service(web::to(|request, services, token| {
                no_such_page(request, services, token, LinkKind::Public)
            })),
    )
    .service(
        web::scope("/d/{token}")
            .wrap(from_fn(throttle_not_found))
            .wrap(from_fn(in_language))
            .service(for_all_origins(
                get_and_head("", download_link::download).route(web::post().to(download_link::unlock)),
            ))
            .default_service(web::to(|request, services, token| {
                no_such_page(request, services, token, LinkKind::Download)
            })),
    );
}

/// Registers the other routes.
pub(crate) fn configure(app: &mut web::ServiceConfig) {
    app.service(get_and_head("/", home::home))
        .service(get_and_head("/assets/pages.css", static_files::stylesheet))
        .service(get_and_head("/assets/workspace.css", static_files::workspace_stylesheet))
        .service(get_and_head("/assets/gallery.css", static_files::gallery_stylesheet))
        .service(get_and_head("/assets/gallery/{name}.js", static_files::gallery_script))
        .service(get_and_head("/assets/{name}.js", static_files::script))
        .service(get_and_head("/assets/icon.svg", static_files::icon))
        .service(for_all_origins(get_and_head("/assets/placeholder-{kind}.svg", static_files::placeholder_of)))
        .service(for_all_origins(get_and_head("/logo/{id}.png", brand::logo)))
        .service(web::scope("/oembed").wrap(from_fn(throttle_not_found)).service(get_and_head("", oembed::oembed)))
        .configure(workspace::configure);
}

/// The answer to every unknown path, which is also that of dead and unknown links.
pub(crate) async fn not_found(request: HttpRequest) -> HttpResponse {
    PageError::NotFound.page(Texts::of(&request))
}
