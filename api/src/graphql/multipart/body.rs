//! The body of a request with files. It has two deadlines: one between two bytes, and one for all of it. It counts the
//! bytes that were read.

use actix_web::{error::PayloadError, web};
use app::Error;
use bytes::Bytes;
use futures::{Stream, StreamExt};
use humantime::format_duration;
use std::{
    cell::RefCell,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll, ready},
    time::Duration,
};
use tokio::time::{Instant, Sleep, sleep};

/// How many bytes may come after the last part. Correct clients send none.
const EPILOGUE: usize = 64 * 1024;

/// A body. Its clones read the same body.
#[derive(Clone)]
pub(super) struct Body(Rc<RefCell<Inner>>);

struct Inner {
    payload: web::Payload,
    read: u64,
    idle: Duration,
    deadline: Duration,
    /// Ends when no byte has come for too long. It runs only while the body is waited for.
    silence: Pin<Box<Sleep>>,
    is_waiting: bool,
    end: Pin<Box<Sleep>>,
    late: Option<String>,
}

impl Body {
    pub(super) fn new(payload: web::Payload, idle: Duration, deadline: Duration) -> Self {
        Self(Rc::new(RefCell::new(Inner {
            payload,
            read: 0,
            idle,
            deadline,
            silence: Box::pin(sleep(idle)),
            is_waiting: false,
            end: Box::pin(sleep(deadline)),
            late: None,
        })))
    }

    /// How many bytes have been read.
    pub(super) fn read(&self) -> u64 {
        self.0.borrow().read
    }

    /// The error of a body that could not be read to its end.
    pub(super) fn explain(&self, error: impl std::fmt::Display) -> Error {
        match &self.0.borrow().late {
            Some(late) => Error::TimedOut(late.clone()),
            None => Error::BadInput(format!("The upload could not be read to its end: {error}.")),
        }
    }

    /// Reads the bytes after the last part, of which there should be none.
    pub(super) async fn finish(&mut self) -> Result<(), Error> {
        let mut more = 0;
        while let Some(bytes) = self.next().await {
            more += bytes.map_err(|error| self.explain(error))?.len();
            if more > EPILOGUE {
                return Err(Error::BadInput("The request goes on after its last part.".into()));
            }
        }
        Ok(())
    }
}

impl Stream for Body {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.borrow_mut().poll(cx)
    }
}

impl Inner {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, PayloadError>>> {
        if self.end.as_mut().poll(cx).is_ready() {
            let late =
                format!("The upload took longer than {}; this file was not kept.", format_duration(self.deadline));
            return self.too_late(late);
        }
        if let Poll::Ready(next) = self.payload.poll_next_unpin(cx) {
            self.is_waiting = false;
            if let Some(Ok(bytes)) = &next {
                self.read += bytes.len() as u64;
            }
            return Poll::Ready(next);
        }
        if !self.is_waiting {
            self.silence.as_mut().reset(Instant::now() + self.idle);
            self.is_waiting = true;
        }
        ready!(self.silence.as_mut().poll(cx));
        self.too_late(format!("Nothing came for {}; this file was not kept.", format_duration(self.idle)))
    }

    fn too_late(&mut self, late: String) -> Poll<Option<Result<Bytes, PayloadError>>> {
        self.late = Some(late);
        Poll::Ready(Some(Err(PayloadError::Incomplete(None))))
    }
}
