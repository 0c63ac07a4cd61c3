//! An S3 server of a test, and what goes wrong on the way to it.
//!
//! It is the crate `s3s-fs` in this process, or where `VITRINE_TEST_GARAGE` names the program of Garage, such a process: a
//! second server shows what only one of them does. Either has a thread of its own, so that it answers while a test blocks.

mod garage;
mod in_process;
mod wire;

pub use wire::Fault;

use api::config::{ObjectStorage, StorageRedirect};
use futures::{StreamExt, TryStreamExt, stream};
use garage::Garage;
use hyper::{Request, Response};
use in_process::InProcess;
use object_store::{
    ClientOptions, ObjectStore, ObjectStoreExt,
    aws::{AmazonS3, AmazonS3Builder},
    path::Path as Key,
    prefix::PrefixStore,
};
use s3s::Body;
use std::{
    net::TcpListener,
    sync::{Arc, mpsc},
    thread::{self, JoinHandle},
    time::Duration,
};
use tokio::{runtime::Handle, sync::oneshot};
use wire::Wire;

const BUCKET: &str = "media";
const PREFIX: &str = "vitrine/blobs";
const REGION: &str = "eu-test-1";
const KEY_ID: &str = "vitrine-key";
const SECRET: &str = "vitrine-secret-key";

/// How many objects a test writes at a time.
const AT_A_TIME: usize = 20;

/// What answers requests. Cheap to clone.
#[derive(Clone)]
enum Server {
    InProcess(Arc<InProcess>),
    Garage(Arc<Garage>),
}

impl Server {
    async fn start() -> Self {
        match std::env::var_os("VITRINE_TEST_GARAGE") {
            None => Self::InProcess(Arc::new(InProcess::start())),
            Some(program) => Self::Garage(Arc::new(Garage::start(&program).await)),
        }
    }

    async fn answer(&self, request: Request<Body>) -> Result<Response<Body>, wire::Error> {
        match self {
            Self::InProcess(server) => server.answer(request).await,
            Self::Garage(server) => server.answer(request).await,
        }
    }
}

/// A running S3 server with one bucket. It ends when it is dropped.
pub struct S3 {
    /// Its URL.
    pub url: String,
    wire: Wire,
    /// The bucket by a way of its own, on which nothing goes wrong and nothing is seen.
    bucket: AmazonS3,
    server: Server,
    runtime: Handle,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl S3 {
    /// Starts a server.
    pub fn start() -> Self {
        let ((front, url), (back, behind)) = (listen(), listen());
        let wire = Wire::default();
        let (ready, started) = mpsc::channel();
        let (stop, stopped) = oneshot::channel();
        let faulty = wire.clone();
        let thread = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                let server = Server::start().await;
                ready.send((Handle::current(), server.clone())).expect("somebody waits");
                tokio::select! {
                    () = faulty.accept(front, server.clone()) => {}
                    () = Wire::default().accept(back, server) => {}
                    _ = stopped => {}
                }
            });
        });
        let (runtime, server) = started.recv().expect("the S3 server starts");
        Self { url, wire, bucket: bucket(&behind), server, runtime, stop: Some(stop), thread: Some(thread) }
    }

    /// The place of the blobs and the options of a process that uses this server. It gives a request up after
    /// `patience`.
    pub fn storage(&self, patience: Duration) -> (String, ObjectStorage) {
        let options = ObjectStorage {
            s3_endpoint: Some(self.url.clone()),
            s3_region: Some(REGION.to_owned()),
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
            ("VITRINE_S3_REGION", REGION.to_owned()),
            ("VITRINE_S3_ACCESS_KEY_ID", KEY_ID.to_owned()),
            ("VITRINE_S3_SECRET_ACCESS_KEY", SECRET.to_owned()),
        ]
    }

    /// Lets this go wrong with the next requests of a method (any, if it is empty) whose path and query contain a text.
    pub fn fail(&self, method: &str, part: &'static str, fault: Fault, times: usize) {
        self.wire.fail(method, part, fault, times);
    }

    /// Lets nothing go wrong any more, and returns how many of the announced faults have not come.
    pub fn heal(&self) -> usize {
        self.wire.heal()
    }

    /// The requests since the last call: method, path and query.
    pub fn seen(&self) -> Vec<String> {
        self.wire.seen()
    }

    /// The keys of the objects below a part of the storage: `files`, `proxies` or `unfinished`.
    pub fn objects(&self, area: &str) -> Vec<Key> {
        let found = self.storage_of_blobs().list(Some(&Key::from(area)));
        self.wait_for(found.map_ok(|found| found.location).try_collect::<Vec<_>>()).expect("a list")
    }

    /// How many blobs there are.
    pub fn blobs(&self) -> usize {
        self.objects("files").len() + self.objects("proxies").len()
    }

    /// Writes these objects, behind the back of who uses the bucket.
    pub fn put(&self, keys: Vec<Key>, bytes: &'static str) {
        let storage = self.storage_of_blobs();
        self.wait_for(async move {
            let written = stream::iter(keys).map(|key| {
                let storage = storage.clone();
                async move { storage.put(&key, bytes.into()).await }
            });
            written.buffer_unordered(AT_A_TIME).try_for_each(async |_| Ok(())).await.expect("they are written");
        });
    }

    /// Deletes an object, behind the back of who uses the bucket.
    pub fn delete(&self, key: Key) {
        let storage = self.storage_of_blobs();
        self.wait_for(async move { storage.delete(&key).await }).expect("it is deleted");
    }

    /// How many uploads in parts the server keeps that are neither completed nor aborted.
    pub fn unfinished(&self) -> usize {
        match &self.server {
            Server::InProcess(server) => server.unfinished(),
            Server::Garage(_) => {
                let bucket = self.bucket.clone();
                self.wait_for(async move { Garage::unfinished(&bucket).await })
            }
        }
    }

    /// Lets the bucket take nothing more.
    pub fn fill(&self) {
        match &self.server {
            // It has no quotas.
            Server::InProcess(_) => self.fail("PUT", "", Fault::Full, usize::MAX),
            Server::Garage(server) => {
                let server = Arc::clone(server);
                self.wait_for(async move { server.fill().await });
            }
        }
    }

    fn storage_of_blobs(&self) -> PrefixStore<AmazonS3> {
        PrefixStore::new(self.bucket.clone(), PREFIX)
    }

    /// What comes of this on the thread of the server.
    fn wait_for<T: Send + 'static>(&self, future: impl Future<Output = T> + Send + 'static) -> T {
        let (done, wait) = mpsc::channel();
        self.runtime.spawn(async move {
            // Nobody waits any more where the test has failed.
            let _ = done.send(future.await);
        });
        wait.recv().expect("the server runs")
    }
}

impl Drop for S3 {
    /// Waits until nothing of the server is in use, so that its folder can be removed.
    fn drop(&mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            // If it has failed, that was told already.
            let _ = thread.join();
        }
    }
}

/// A listener at a free port, and its URL.
fn listen() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.set_nonblocking(true).expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    (listener, url)
}

fn bucket(url: &str) -> AmazonS3 {
    // The storage uses the same cryptography, and may have chosen it already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = AmazonS3Builder::new().with_endpoint(url).with_region(REGION).with_bucket_name(BUCKET);
    let builder = builder.with_access_key_id(KEY_ID).with_secret_access_key(SECRET);
    let options = ClientOptions::new().with_allow_http(true).with_no_system_certificates(true);
    builder.with_client_options(options).build().expect("a bucket")
}
