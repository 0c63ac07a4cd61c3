//! Garage, an S3 server that many people run: a process of one node, with a folder of its own.
//!
//! It answers on sockets in its folder, so that no port can be taken from it.

use super::{BUCKET, KEY_ID, REGION, SECRET, wire::Error};
use crate::{LONG, client, client_builder};
use api::installation::servers::tie_to_parent;
use hyper::{Request, Response, client::conn::http1};
use hyper_util::rt::TokioIo;
use nix::sys::signal::Signal;
use object_store::{
    aws::AmazonS3,
    path::Path as Key,
    signer::{Method, SignedUrlOptions, Signer},
};
use s3s::Body;
use serde_json::{Value, json};
use std::{
    ffi::OsStr,
    fs::{self, File},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};
use tempfile::TempDir;
use tokio::{
    net::UnixStream,
    time::{sleep, timeout},
};

/// The socket of S3, in the folder.
const S3: &str = "s3";

/// The socket of the administration, in the folder.
const ADMIN: &str = "admin";

const ADMIN_TOKEN: &str = "vitrine-admin-token";

/// A running Garage. It is killed when this is dropped, and when the thread ends that has started it.
pub(super) struct Garage {
    process: Child,
    folder: TempDir,
}

impl Garage {
    /// Starts this program, and waits until it can be asked.
    pub(super) async fn start(program: &OsStr) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let [settings, log] = ["settings", "log"].map(|name| folder.path().join(name));
        fs::write(&settings, text(folder.path())).expect("a file");
        let mut command = Command::new(program);
        let kept = ["PATH", "HOME", "TMPDIR"].into_iter().filter_map(|name| Some((name, std::env::var_os(name)?)));
        command.env_clear().envs(kept).env("RUST_LOG", "garage=warn").env("GARAGE_DEFAULT_BUCKET", BUCKET);
        command.env("GARAGE_DEFAULT_ACCESS_KEY", KEY_ID).env("GARAGE_DEFAULT_SECRET_KEY", SECRET);
        command.arg("-c").arg(settings).args(["server", "--single-node", "--default-bucket"]).current_dir("/");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(File::create(&log).expect("a file"));
        tie_to_parent(&mut command, Signal::SIGKILL);
        let process = command.spawn().unwrap_or_else(|error| {
            panic!("{}: {error}; ./dev test --s3 garage builds Garage and names its program", program.display())
        });
        let mut garage = Self { process, folder };
        let said = || fs::read_to_string(&log).unwrap_or_default();
        let ready = async {
            for socket in [S3, ADMIN] {
                while garage.connect(socket).await.is_err() {
                    let ended = garage.process.try_wait().expect("a status");
                    assert!(ended.is_none(), "Garage has ended: {}", said());
                    sleep(Duration::from_millis(10)).await;
                }
            }
        };
        timeout(LONG, ready).await.unwrap_or_else(|_| panic!("Garage does not answer: {}", said()));
        garage
    }

    async fn connect(&self, socket: &str) -> std::io::Result<UnixStream> {
        UnixStream::connect(self.folder.path().join(socket)).await
    }

    /// Passes a request on with all its headers, because they are signed.
    pub(super) async fn answer(&self, request: Request<Body>) -> Result<Response<Body>, Error> {
        let stream = TokioIo::new(self.connect(S3).await?);
        let (mut sender, connection) = http1::handshake(stream).await?;
        tokio::spawn(async move {
            // Who waits for the answer sees the error, too.
            let _ = connection.await;
        });
        Ok(sender.send_request(request).await?.map(Body::from))
    }

    /// How many uploads in parts are neither completed nor aborted.
    pub(super) async fn unfinished(bucket: &AmazonS3) -> usize {
        let options = SignedUrlOptions::new().with_query([("uploads", "")]);
        let url = bucket.signed_url_opts(Method::GET, &Key::default(), LONG, &options).await.expect("an address");
        let answer = client().get(url).send().await.and_then(reqwest::Response::error_for_status).expect("an answer");
        answer.text().await.expect("a list").matches("<UploadId>").count()
    }

    /// Sets the quota of the bucket to nothing.
    pub(super) async fn fill(&self) {
        let admin = client_builder().unix_socket(self.folder.path().join(ADMIN)).build().expect("a client");
        let url = |call: &str| format!("http://localhost/v2/{call}");
        let info = admin.get(url(&format!("GetBucketInfo?globalAlias={BUCKET}"))).bearer_auth(ADMIN_TOKEN);
        let info: Value = info.send().await.expect("an answer").json().await.expect("JSON");
        let id = info["id"].as_str().unwrap_or_else(|| panic!("{info}"));
        let quotas = json!({ "quotas": { "maxSize": 0, "maxObjects": 0 } });
        let update = admin.post(url(&format!("UpdateBucket?id={id}"))).bearer_auth(ADMIN_TOKEN).json(&quotas);
        assert_eq!(update.send().await.expect("an answer").status(), 200);
    }
}

impl Drop for Garage {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The settings of a Garage in this folder. Other nodes would reach it at a port that nobody is told.
fn text(folder: &Path) -> String {
    let folder = folder.display();
    format!(
        r#"
metadata_dir = "{folder}/metadata"
data_dir = "{folder}/data"
db_engine = "lmdb"
replication_factor = 1
rpc_bind_addr = "127.0.0.1:0"
rpc_secret = "{secret}"

[s3_api]
s3_region = "{REGION}"
api_bind_addr = "{folder}/{S3}"

[admin]
api_bind_addr = "{folder}/{ADMIN}"
admin_token = "{ADMIN_TOKEN}"
"#,
        secret = "5".repeat(64)
    )
}
