//! The deadlines of bodies and answers, in one place for every route.
//!
//! Uploads have deadlines of their own (`graphql/multipart/body.rs`), and a WebSocket lasts as long as its client
//! likes.

use crate::config::RequestTimes;
use actix_web::{
    HttpMessage, HttpRequest,
    body::{BodySize, BoxBody, MessageBody},
    dev::{Payload, ServiceRequest, ServiceResponse},
    error::PayloadError,
    http::{
        Method,
        header::{CONTENT_TYPE, TRANSFER_ENCODING},
    },
    middleware::Next,
    web::{self, Bytes},
};
use futures::{Stream, StreamExt, future::poll_fn, stream};
use std::{
    cell::RefCell,
    error, io,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll},
    time::Duration,
};
use tokio::time::{Instant, timeout, timeout_at};

/// Each time that so many bytes have come, the body has a second more. A photo from a phone on a slow line then arrives,
/// and a body of which next to nothing comes still ends.
const SLOWEST_BYTES_PER_SECOND: u64 = 64 * 1024;

/// However many come, a body has no more than so many times its usual time.
const LONGEST: u32 = 5;

/// The part of a body that has not been read yet.
type Unread = Rc<RefCell<Payload>>;

/// Ends a body that does not arrive in time, with an error that [`is_too_slow`] knows.
pub(crate) async fn limit(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let times = request.app_data::<web::Data<RequestTimes>>().map(|times| ***times);
    let is_upload = is_upload(&request);
    let is_chunked = request.headers().contains_key(TRANSFER_ENCODING);
    let unread = match (times, request.take_payload()) {
        // Nothing comes.
        (_, Payload::None) => None,
        (Some(times), payload) if request.path().trim_end_matches('/') != "/graphql/ws" => {
            let unread = Rc::new(RefCell::new(payload));
            let end = (!is_upload).then_some(times);
            request.set_payload(Payload::Stream { payload: timed(Rc::clone(&unread), end).fuse().boxed_local() });
            Some(unread)
        }
        (_, payload) => {
            request.set_payload(payload);
            None
        }
    };
    let response = next.call(request).await?.map_into_boxed_body();
    Ok(match unread.filter(|_| is_chunked) {
        Some(unread) => response.map_body(|_, body| BoxBody::new(Answer { body, _unread: unread })),
        None => response,
    })
}

fn is_upload(request: &ServiceRequest) -> bool {
    let content_type = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media_type = content_type.split(';').next().unwrap_or_default().trim();
    let is_multipart = request.method() == Method::POST && media_type.eq_ignore_ascii_case("multipart/form-data");
    is_multipart && request.match_pattern().is_some_and(|pattern| pattern.trim_end_matches('/') == "/graphql")
}

fn timed(unread: Unread, times: Option<RequestTimes>) -> impl Stream<Item = Result<Bytes, PayloadError>> {
    let begin = Instant::now();
    stream::unfold(Some((unread, 0)), move |unread| async move {
        let (unread, read) = unread?;
        let piece = poll_fn(|cx| unread.borrow_mut().poll_next_unpin(cx));
        let piece = match times {
            Some(times) => {
                let more = Duration::from_secs(read / SLOWEST_BYTES_PER_SECOND);
                let end = begin + (times.body + more).min(times.body * LONGEST);
                timeout_at(end.min(Instant::now() + times.idle), piece).await
            }
            None => Ok(piece.await),
        };
        match piece {
            Ok(piece) => piece.map(|piece| {
                let read = read + piece.as_ref().map_or(0, |bytes| bytes.len() as u64);
                (piece, Some((unread, read)))
            }),
            Err(_) => Some((Err(PayloadError::Io(io::ErrorKind::TimedOut.into())), None)),
        }
    })
}

/// What work that only reads results in, unless its time is over: Postgres may have taken a statement and say nothing.
pub(crate) async fn in_time<T>(
    request: &HttpRequest,
    work: impl Future<Output = Result<T, app::Error>>,
) -> Result<T, app::Error> {
    let Some(times) = request.app_data::<web::Data<RequestTimes>>() else { return work.await };
    let late = |_| Err(app::Error::Unavailable("the answer did not begin in time".to_owned()));
    timeout(times.answer, work).await.unwrap_or_else(late)
}

/// Whether a body ended because it did not arrive in time.
pub(crate) fn is_too_slow(error: &PayloadError) -> bool {
    matches!(error, PayloadError::Io(error) if error.kind() == io::ErrorKind::TimedOut)
}

/// An answer that keeps the unread part of a chunked request alive. The HTTP server then closes the connection when it
/// has sent the answer; otherwise it would read on to the end of the request, whenever that comes.
struct Answer {
    body: BoxBody,
    _unread: Unread,
}

impl MessageBody for Answer {
    type Error = Box<dyn error::Error>;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.body).poll_next(cx)
    }
}
