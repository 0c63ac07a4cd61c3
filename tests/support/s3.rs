//! An S3 server of this process, which keeps its objects in a folder, and what goes wrong on the way to it.
//!
//! It has a thread of its own, so that it answers while a test blocks.

use api::config::{ObjectStorage, StorageRedirect};
use bytes::Bytes;
use futures::{StreamExt, stream};
use http_body_util::{BodyExt, StreamBody};
use hyper::{
    Method, Request, Response,
    body::{Frame, Incoming},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use s3s::{
    Body,
    auth::SimpleAuth,
    service::{S3Service, S3ServiceBuilder},
};
use std::{
    fs, io,
    net::TcpListener,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    time::Duration,
};
use tempfile::TempDir;
use tokio::sync::oneshot;

const BUCKET: &str = "media";
const PREFIX: &str = "vitrine/blobs";
const KEY_ID: &str = "vitrine-key";
const SECRET: &str = "vitrine-secret";

/// What goes wrong with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The server answers that it has failed.
    Broken,
    /// The server answers that the clock of the client is wrong.
    Skewed,
    /// The server answers that the key may not do this.
    Denied,
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

#[derive(Default)]
struct Wire {
    rules: Vec<Rule>,
    seen: Vec<String>,
}

impl Wire {
    /// Notes a request, and returns what goes wrong with it.
    fn pass(&mut self, request: &Request<Incoming>) -> Option<Fault> {
        let path = request.uri().path_and_query().map(ToString::to_string).unwrap_or_default();
        self.seen.push(format!("{} {path}", request.method()));
        let is_meant = |rule: &&mut Rule| {
            let is_method = rule.method.as_ref().is_none_or(|method| method == request.method());
            is_method && path.contains(rule.part) && rule.times > 0
        };
        let rule = self.rules.iter_mut().find(is_meant)?;
        rule.times -= 1;
        Some(rule.fault)
    }
}

/// A running S3 server with one bucket. It ends when it is dropped.
pub struct S3 {
    /// Its URL.
    pub url: String,
    folder: TempDir,
    wire: Arc<Mutex<Wire>>,
    _stop: oneshot::Sender<()>,
}

type Error = Box<dyn std::error::Error + Send + Sync>;

impl S3 {
    /// Starts a server.
    pub fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir(folder.path().join(BUCKET)).expect("a bucket");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.set_nonblocking(true).expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let wire = Arc::new(Mutex::new(Wire::default()));
        let mut builder = S3ServiceBuilder::new(s3s_fs::FileSystem::new(folder.path()).expect("a folder"));
        builder.set_auth(SimpleAuth::from_single(KEY_ID, SECRET));
        let (service, shared) = (builder.build(), Arc::clone(&wire));
        let (stop, stopped) = oneshot::channel();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                tokio::select! {
                    () = accept(listener, service, shared) => {}
                    _ = stopped => {}
                }
            });
        });
        Self { url, folder, wire, _stop: stop }
    }

    /// The place of the blobs and the options of a process that uses this server. It gives a request up after
    /// `patience`.
    pub fn storage(&self, patience: Duration) -> (String, ObjectStorage) {
        let options = ObjectStorage {
            s3_endpoint: Some(self.url.clone()),
            s3_region: Some("eu-test-1".to_owned()),
            s3_path_style: None,
            s3_access_key_id: Some(KEY_ID.to_owned()),
            s3_secret_access_key: Some(SECRET.to_owned()),
            storage_redirect: StorageRedirect::Off,
            patience: Some(patience),
        };
        (format!("s3://{BUCKET}/{PREFIX}"), options)
    }

    /// The same as environment variables.
    pub fn variables(&self) -> Vec<(&'static str, String)> {
        vec![
            ("VITRINE_STORAGE", format!("s3://{BUCKET}/{PREFIX}")),
            ("VITRINE_S3_ENDPOINT", self.url.clone()),
            ("VITRINE_S3_ACCESS_KEY_ID", KEY_ID.to_owned()),
            ("VITRINE_S3_SECRET_ACCESS_KEY", SECRET.to_owned()),
        ]
    }

    /// Lets this go wrong with the next requests of a method (any, if it is empty) whose path and query contain a text.
    pub fn fail(&self, method: &str, part: &'static str, fault: Fault, times: usize) {
        let method = (!method.is_empty()).then(|| method.parse().expect("a method"));
        self.wire().rules.push(Rule { method, part, fault, times });
    }

    /// Lets nothing go wrong any more, and returns how many of the announced faults have not come.
    pub fn heal(&self) -> usize {
        self.wire().rules.drain(..).map(|rule| rule.times).sum()
    }

    /// The requests since the last call: method, path and query.
    pub fn seen(&self) -> Vec<String> {
        std::mem::take(&mut self.wire().seen)
    }

    /// The files of the objects below a part of the storage: `files`, `proxies` or `unfinished`.
    pub fn objects(&self, area: &str) -> Vec<PathBuf> {
        below(&self.folder.path().join(BUCKET).join(PREFIX).join(area))
    }

    /// How many blobs there are.
    pub fn blobs(&self) -> usize {
        self.objects("files").len() + self.objects("proxies").len()
    }

    /// How many files the server keeps of uploads in parts that are neither completed nor aborted.
    pub fn unfinished(&self) -> usize {
        let entries = fs::read_dir(self.folder.path()).expect("a folder").flatten();
        entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(".upload")).count()
    }

    fn wire(&self) -> std::sync::MutexGuard<'_, Wire> {
        self.wire.lock().expect("no panic")
    }
}

fn below(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    entries.flat_map(|path| if path.is_dir() { below(&path) } else { vec![path] }).collect()
}

async fn accept(listener: TcpListener, service: S3Service, wire: Arc<Mutex<Wire>>) {
    let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        let (service, wire) = (service.clone(), Arc::clone(&wire));
        let answered = service_fn(move |request| answer(service.clone(), Arc::clone(&wire), request));
        let connection =
            http1::Builder::new().timer(TokioTimer::new()).serve_connection(TokioIo::new(stream), answered);
        tokio::spawn(async move {
            // A fault ends it with an error.
            let _ = connection.await;
        });
    }
}

async fn answer(
    service: S3Service,
    wire: Arc<Mutex<Wire>>,
    request: Request<Incoming>,
) -> Result<Response<Body>, Error> {
    let fault = wire.lock().expect("no panic").pass(&request);
    let is_conditional = request.headers().contains_key("if-none-match");
    let request = request.map(Body::from);
    match fault {
        Some(Fault::NoConditions) if is_conditional => Ok(refusal(501, "NotImplemented")),
        None | Some(Fault::NoConditions) => Ok(service.call(request).await?),
        Some(Fault::NotImplemented) => Ok(refusal(501, "NotImplemented")),
        Some(Fault::NoneDeleted) => Ok(none_deleted(&BodyExt::collect(request.into_body()).await?.to_bytes())),
        Some(Fault::Broken) => Ok(refusal(500, "InternalError")),
        Some(Fault::Skewed) => Ok(refusal(403, "RequestTimeTooSkewed")),
        Some(Fault::Denied) => Ok(refusal(403, "AccessDenied")),
        Some(Fault::Slow(time)) => {
            tokio::time::sleep(time).await;
            Ok(service.call(request).await?)
        }
        Some(Fault::Away) => Err("away".into()),
        Some(Fault::CutRequest) => {
            let _ = request.into_body().next().await;
            Err("cut".into())
        }
        Some(Fault::CutAnswer) => {
            let (parts, body) = service.call(request).await?.into_parts();
            let first = body.take(1).map(|piece| match piece {
                Ok(bytes) => Ok(Frame::data(bytes.slice(..bytes.len() / 2))),
                Err(error) => Err(error),
            });
            let cut = stream::once(async { Err::<Frame<Bytes>, Error>(io::Error::other("cut").into()) });
            Ok(Response::from_parts(parts, Body::http_body_unsync(StreamBody::new(first.chain(cut)))))
        }
    }
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
