//! The way to the server: what is asked on it, and what goes wrong there.

use super::Server;
use bytes::Bytes;
use chrono::TimeDelta;
use futures::{StreamExt, stream};
use http_body_util::{BodyExt, StreamBody};
use hyper::{
    Method, Request, Response,
    body::{Frame, Incoming},
    header::HeaderMap,
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use s3s::Body;
use std::{
    io,
    net::TcpListener,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

/// Why there is no answer.
pub(super) type Error = Box<dyn std::error::Error + Send + Sync>;

/// What goes wrong with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The server answers that it has failed.
    Broken,
    /// The request is dated two days back, as by a client whose clock is wrong.
    Skewed,
    /// The server answers that the key may not do this.
    Denied,
    /// The server answers that it is full.
    Full,
    /// The server takes this long before it answers.
    Slow(Duration),
    /// The server does not know conditional writes.
    NoConditions,
    /// The server does not know what it is asked for.
    NotImplemented,
    /// The server answers that it has deleted none of the objects of a list.
    NoneDeleted,
    /// The connection ends before there is an answer.
    Away,
    /// The connection ends in the middle of the request.
    CutRequest,
    /// The connection ends in the middle of the answer.
    CutAnswer,
}

/// Which requests a fault is about, and how often it still comes.
struct Rule {
    method: Option<Method>,
    part: &'static str,
    fault: Fault,
    times: usize,
}

/// The way of one address to the server.
#[derive(Clone, Default)]
pub(super) struct Wire(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    rules: Vec<Rule>,
    seen: Vec<String>,
}

impl Wire {
    pub(super) fn fail(&self, method: &str, part: &'static str, fault: Fault, times: usize) {
        let method = (!method.is_empty()).then(|| method.parse().expect("a method"));
        self.state().rules.push(Rule { method, part, fault, times });
    }

    pub(super) fn heal(&self) -> usize {
        self.state().rules.drain(..).map(|rule| rule.times).sum()
    }

    pub(super) fn seen(&self) -> Vec<String> {
        std::mem::take(&mut self.state().seen)
    }

    /// Notes a request, and returns what goes wrong with it.
    fn pass(&self, request: &Request<Incoming>) -> Option<Fault> {
        let path = request.uri().path_and_query().map(ToString::to_string).unwrap_or_default();
        let mut state = self.state();
        state.seen.push(format!("{} {path}", request.method()));
        let is_meant = |rule: &&mut Rule| {
            let is_method = rule.method.as_ref().is_none_or(|method| method == request.method());
            is_method && path.contains(rule.part) && rule.times > 0
        };
        let rule = state.rules.iter_mut().find(is_meant)?;
        rule.times -= 1;
        Some(rule.fault)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("no panic")
    }

    /// Takes connections without end.
    pub(super) async fn accept(self, listener: TcpListener, server: Server) {
        let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
        loop {
            let Ok((stream, _)) = listener.accept().await else { continue };
            // As servers do; else the rest of an answer waits for an acknowledgement of its beginning.
            stream.set_nodelay(true).expect("a socket");
            let (server, wire) = (server.clone(), self.clone());
            let answered = service_fn(move |request| answer(server.clone(), wire.clone(), request));
            let connection =
                http1::Builder::new().timer(TokioTimer::new()).serve_connection(TokioIo::new(stream), answered);
            tokio::spawn(async move {
                // A fault ends it with an error.
                let _ = connection.await;
            });
        }
    }
}

async fn answer(server: Server, wire: Wire, request: Request<Incoming>) -> Result<Response<Body>, Error> {
    let fault = wire.pass(&request);
    let is_conditional = request.headers().contains_key("if-none-match");
    let mut request = request.map(Body::from);
    match fault {
        Some(Fault::NoConditions) if is_conditional => Ok(refusal(501, "NotImplemented")),
        None | Some(Fault::NoConditions) => server.answer(request).await,
        Some(Fault::NotImplemented) => Ok(refusal(501, "NotImplemented")),
        Some(Fault::NoneDeleted) => Ok(none_deleted(&BodyExt::collect(request.into_body()).await?.to_bytes())),
        Some(Fault::Broken) => Ok(refusal(500, "InternalError")),
        Some(Fault::Skewed) => {
            date_back(request.headers_mut());
            server.answer(request).await
        }
        Some(Fault::Denied) => Ok(refusal(403, "AccessDenied")),
        Some(Fault::Full) => Ok(refusal(403, "QuotaExceeded")),
        Some(Fault::Slow(time)) => {
            tokio::time::sleep(time).await;
            server.answer(request).await
        }
        Some(Fault::Away) => Err("away".into()),
        Some(Fault::CutRequest) => {
            let _ = request.into_body().next().await;
            Err("cut".into())
        }
        Some(Fault::CutAnswer) => {
            let (parts, body) = server.answer(request).await?.into_parts();
            let first = body.take(1).map(|piece| match piece {
                Ok(bytes) => Ok(Frame::data(bytes.slice(..bytes.len() / 2))),
                Err(error) => Err(error),
            });
            let cut = stream::once(async { Err::<Frame<Bytes>, Error>(io::Error::other("cut").into()) });
            Ok(Response::from_parts(parts, Body::http_body_unsync(StreamBody::new(first.chain(cut)))))
        }
    }
}

/// Dates a request two days back. Servers look at its date before its signature.
fn date_back(headers: &mut HeaderMap) {
    let old = (domain::Clock::system().now() - TimeDelta::days(2)).format("%Y%m%dT%H%M%SZ").to_string();
    let date = headers.insert("x-amz-date", old.parse().expect("a header")).expect("a signed request has a date");
    let (day, old_day) = (&date.to_str().expect("a date")[..8], &old[..8]);
    // The scope of the signature names the day.
    let signed = headers["authorization"].to_str().expect("text").replacen(day, old_day, 1);
    headers.insert("authorization", signed.parse().expect("a header"));
}

/// The answer to a list of objects that are to be deleted, and are not.
fn none_deleted(list: &[u8]) -> Response<Body> {
    let list = String::from_utf8_lossy(list);
    let keys = list.split("<Key>").skip(1).filter_map(|rest| rest.split("</Key>").next());
    let error = |key: &str| format!("<Error><Key>{key}</Key><Code>AccessDenied</Code><Message>No.</Message></Error>");
    let errors = keys.map(error).collect::<Vec<_>>().concat();
    Response::new(Body::from(format!("<?xml version=\"1.0\"?><DeleteResult>{errors}</DeleteResult>")))
}

fn refusal(status: u16, code: &str) -> Response<Body> {
    let text = format!("<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>It is a test.</Message></Error>");
    Response::builder().status(status).body(Body::from(text)).expect("an answer")
}
