//! Registers pages.

use actix_web::{FromRequest, Handler, Resource, Responder, web};

/// A path that answers GET, and HEAD by the same handler. Other methods are answered with 405 and `Allow`.
pub(crate) fn page<F, Args>(path: &str, handler: F) -> Resource
where
    F: Handler<Args>,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    web::resource(path).route(web::get().to(handler.clone())).route(web::head().to(handler))
}
