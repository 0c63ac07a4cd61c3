//! Registers what is read: GET, and HEAD with it.

use actix_web::{FromRequest, Handler, Resource, Responder, web};

/// A path that answers GET, and HEAD by the same handler. Other methods are answered with 405 and `Allow`.
#[expect(clippy::disallowed_methods, reason = "HEAD is registered, too")]
pub(crate) fn get_and_head<F, Args>(path: &str, handler: F) -> Resource
where
    F: Handler<Args>,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    web::resource(path).route(web::get().to(handler.clone())).route(web::head().to(handler))
}
