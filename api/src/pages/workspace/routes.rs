//! The routes of the pages for signed-in users, one line each.

use super::{
    asset_file, asset_page, change_link, change_links, choose_password, collection_link, edit_link, forgot_password,
    generated_password, library, link_qr_code, link_window, my_links, new_link, share_selection, sign_in, sign_out,
};
use crate::http::get_and_head;
use actix_web::web::{self, post};
use domain::LinkKind;

/// Registers the routes.
pub(crate) fn configure(app: &mut web::ServiceConfig) {
    app.service(get_and_head("/sign-in", sign_in::page).route(post().to(sign_in::sign_in)))
        .service(get_and_head("/password/{token}", choose_password::page).route(post().to(choose_password::choose)))
        .service(get_and_head("/forgot-password", forgot_password::page).route(post().to(forgot_password::request)))
        .service(web::resource("/sign-out").route(post().to(sign_out::sign_out)))
        .service(get_and_head("/library", library::page).route(post().to(library::turn)))
        .service(get_and_head("/library/share", share_selection::nothing).route(post().to(share_selection::window)))
        .service(get_and_head("/library/link", share_selection::nothing).route(post().to(share_selection::create)))
        .service(get_and_head("/a/{number}", asset_page::page).route(post().to(sign_in::at_asset)))
        .service(
            get_and_head("/a/{number}/public-link", |viewer, services, number| {
                new_link::page(viewer, services, number, LinkKind::Public)
            })
            .route(post().to(|posted, services, number| new_link::create(posted, services, number, LinkKind::Public))),
        )
        .service(
            get_and_head("/a/{number}/download-link", |viewer, services, number| {
                new_link::page(viewer, services, number, LinkKind::Download)
            })
            .route(
                post().to(|posted, services, number| new_link::create(posted, services, number, LinkKind::Download)),
            ),
        )
        .service(get_and_head("/a/{number}/{file}", asset_file::file))
        .service(
            get_and_head("/collections/{id}/public-link", collection_link::page)
                .route(post().to(collection_link::create)),
        )
        .service(get_and_head("/links", my_links::page))
        .service(web::resource("/links/change").route(post().to(change_links::change)))
        .service(web::resource("/links/password").route(post().to(generated_password::generate)))
        .service(get_and_head("/links/{id}", link_window::page))
        .service(get_and_head("/links/{id}/qr-code.{format}", link_qr_code::picture))
        .service(get_and_head("/links/{id}/edit", edit_link::page).route(post().to(edit_link::change)))
        .service(
            web::resource("/links/{id}/enable")
                .route(post().to(|posted, services, id| change_link::switch(posted, services, id, true))),
        )
        .service(
            web::resource("/links/{id}/disable")
                .route(post().to(|posted, services, id| change_link::switch(posted, services, id, false))),
        )
        .service(get_and_head("/links/{id}/new-url", change_link::ask_rotate).route(post().to(change_link::rotate)))
        .service(get_and_head("/links/{id}/delete", change_link::ask_delete).route(post().to(change_link::delete)));
}
