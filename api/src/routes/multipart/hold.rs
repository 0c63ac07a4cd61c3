//! Answers that go out although the request was not read to its end.
//!
//! Where somebody still holds the unread body when the answer is out, the server closes the connection: after it has
//! thrown away for a moment what still comes, because a client that is sending would not see the answer otherwise. Where
//! nobody holds it, the server reads on for as long as a client sends that has not said how much it will be.

use actix_web::{
    HttpResponse,
    body::{BodySize, BoxBody, MessageBody},
};
use bytes::Bytes;
use std::{
    pin::Pin,
    task::{Context, Poll},
};

/// The body of an answer, and what is left of the request.
struct Holding<T> {
    body: BoxBody,
    _unread: T,
}

/// Keeps what is left of a request until the answer is out.
pub(super) fn hold<T: Unpin + 'static>(response: HttpResponse, unread: T) -> HttpResponse {
    response.map_body(|_, body| BoxBody::new(Holding { body, _unread: unread }))
}

impl<T: Unpin> MessageBody for Holding<T> {
    type Error = Box<dyn std::error::Error>;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.get_mut().body).poll_next(cx)
    }
}
