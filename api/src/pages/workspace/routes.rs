//! The routes of the pages for signed-in users, one line each.

use super::{
    account::{change_email, change_password, leave, new_token, overview},
    asset_file, asset_page, bin, bin_file, change_asset, change_link, change_links, choose_password, collection_link,
    deletion, edit_asset, edit_link, end_tokens, forgot_password, generated_password, library, link_qr_code,
    link_window, my_links, new_link,
    people::{access, delete, disable, invite, list, password_link, person},
    settings::{change, logo, overview as settings_page, person_search},
    share_selection, sign_in, sign_out,
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
        .service(get_and_head("/library/delete", share_selection::nothing).route(post().to(deletion::selection)))
        .service(get_and_head("/bin", bin::page))
        .service(web::resource("/bin/restore").route(post().to(bin::restore)))
        .service(get_and_head("/bin/deleted", deletion::deleted))
        .service(get_and_head("/bin/{number}/{file}", bin_file::file))
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
        .service(get_and_head("/a/{number}/edit", edit_asset::page).route(post().to(edit_asset::change)))
        .service(web::resource("/a/{number}/retry").route(post().to(change_asset::retry)))
        .service(
            get_and_head("/a/{number}/attachments/{id}/delete", change_asset::ask_detach)
                .route(post().to(change_asset::detach)),
        )
        .service(get_and_head("/a/{number}/delete", deletion::ask_one).route(post().to(deletion::delete_one)))
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
        .service(get_and_head("/links/{id}/delete", change_link::ask_delete).route(post().to(change_link::delete)))
        .configure(account)
        .configure(people)
        .configure(settings);
}

/// What people decide about their own accounts.
fn account(app: &mut web::ServiceConfig) {
    app.service(get_and_head("/account", overview::page))
        .service(get_and_head("/account/password", change_password::page).route(post().to(change_password::change)))
        .service(get_and_head("/account/email", change_email::page).route(post().to(change_email::change)))
        .service(web::resource("/account/sessions/end-all").route(post().to(end_tokens::end_sessions)))
        .service(web::resource("/account/sessions/{token}/end").route(post().to(end_tokens::end_session)))
        .service(get_and_head("/account/tokens/new", new_token::page).route(post().to(new_token::create)))
        .service(
            get_and_head("/account/tokens/revoke-all", end_tokens::ask_tokens)
                .route(post().to(end_tokens::revoke_tokens)),
        )
        .service(
            get_and_head("/account/tokens/{token}/revoke", end_tokens::ask_token)
                .route(post().to(end_tokens::revoke_token)),
        )
        .service(get_and_head("/account/leave", leave::ask).route(post().to(leave::leave)));
}

/// What administrators do about others.
fn people(app: &mut web::ServiceConfig) {
    app.service(get_and_head("/people", list::page))
        .service(get_and_head("/people/invite", invite::page).route(post().to(invite::invite)))
        .service(get_and_head("/people/{id}", person::page).route(post().to(person::change)))
        .service(web::resource("/people/{id}/password-link").route(post().to(password_link::create)))
        .service(get_and_head("/people/{id}/disable", disable::ask).route(post().to(disable::disable)))
        .service(web::resource("/people/{id}/enable").route(post().to(disable::enable)))
        .service(get_and_head("/people/{id}/delete", delete::ask).route(post().to(delete::delete)))
        .service(web::resource("/people/{id}/access").route(post().to(access::give)))
        .service(web::resource("/people/{id}/access/{rule}/revoke").route(post().to(access::take_back)))
        .service(web::resource("/people/{id}/sessions/end-all").route(post().to(end_tokens::end_sessions)))
        .service(web::resource("/people/{id}/sessions/{token}/end").route(post().to(end_tokens::end_session)))
        .service(
            get_and_head("/people/{id}/tokens/revoke-all", end_tokens::ask_tokens)
                .route(post().to(end_tokens::revoke_tokens)),
        )
        .service(
            get_and_head("/people/{id}/tokens/{token}/revoke", end_tokens::ask_token)
                .route(post().to(end_tokens::revoke_token)),
        );
}

/// What administrators decide about the workspace.
fn settings(app: &mut web::ServiceConfig) {
    app.service(get_and_head("/settings", settings_page::page).route(post().to(change::change)))
        .service(web::resource("/settings/logo").route(post().to(logo::upload)))
        .service(web::resource("/settings/logo/remove").route(post().to(logo::remove)))
        .service(web::resource("/settings/person-search").route(post().to(person_search::switch)));
}
