//! The options of the command line.

use super::{ObjectStorage, RequestTimes, SocketLimits, SocketTimes, Timeouts, Uploads, public_url};
use crate::installation::secret_file;
use anyhow::Context;
use app::{
    face_models::FaceModels,
    mailer::Mailer,
    redis_server::{RedisFiles, RedisServer},
    throttle::RequestRate,
};
use clap::{ArgAction, Args, builder::BoolishValueParser};
use domain::{Presets, VideoQuality, token::Keyring};
use ipnet::IpNet;
use schema::Database;
use std::{
    net::{IpAddr, SocketAddr},
    path::PathBuf,
};
use storage::{Place, Storage};

/// The configuration of every command.
#[derive(Debug, Clone, Args)]
pub struct Config {
    /// Folder of `vitrine up`: databases, blobs, key.
    #[arg(long, env = "VITRINE_DATA", default_value = ".vitrine", global = true)]
    pub data: PathBuf,

    /// Address of the server.
    #[arg(long, env = "VITRINE_LISTEN", default_value = "127.0.0.1:4000", global = true, value_parser = address)]
    pub listen: SocketAddr,

    /// Address of its own for `/metrics`, with `/healthz` and `/readyz`. Default: none; `serve` and `up` then answer
    /// `/metrics` at their address, and `worker` does not.
    #[arg(long, env = "VITRINE_METRICS_LISTEN", global = true)]
    pub metrics_listen: Option<SocketAddr>,

    /// What links begin with. Default: <http://localhost> and the port of the server.
    #[arg(long, env = "VITRINE_PUBLIC_URL", global = true)]
    pub public_url: Option<String>,

    /// Addresses or networks of reverse proxies, separated by commas. Only these are believed when they say where a
    /// request comes from (`X-Forwarded-For`), which is what guessing is throttled by.
    #[arg(long, env = "VITRINE_TRUSTED_PROXIES", global = true, value_delimiter = ',', value_parser = network)]
    pub trusted_proxies: Vec<IpNet>,

    /// Postgres. Default: a private server that `up` starts.
    #[arg(long, env = "DATABASE_URL", global = true, hide_env_values = true)]
    pub database_url: Option<String>,

    /// Postgres past `PgBouncer`, where the other address is that of `PgBouncer`: for announcements and migrations. Default:
    /// the other address.
    #[arg(long, env = "DATABASE_DIRECT_URL", global = true, hide_env_values = true)]
    pub database_direct_url: Option<String>,

    /// A replica of Postgres, from which the listings of signed-in users are read. Default: none; they are read where
    /// everything is.
    #[arg(long, env = "DATABASE_REPLICA_URL", global = true, hide_env_values = true)]
    pub database_replica_url: Option<String>,

    /// File with the password of Postgres, which is read at every connection. Default: the password is in the URL.
    #[arg(long, env = "DATABASE_PASSWORD_FILE", global = true)]
    pub database_password_file: Option<PathBuf>,

    /// Redis. Default: a private server that `up` starts.
    #[arg(long, env = "REDIS_URL", global = true, hide_env_values = true)]
    pub redis_url: Option<String>,

    /// File with the password of Redis, which is read at every connection. Default: the password is in the URL.
    #[arg(long, env = "REDIS_PASSWORD_FILE", global = true)]
    pub redis_password_file: Option<PathBuf>,

    /// File with the password of the Sentinels of Redis, which is read whenever they are asked. Default: they have none.
    #[arg(long, env = "VITRINE_REDIS_SENTINEL_PASSWORD_FILE", global = true)]
    pub redis_sentinel_password_file: Option<PathBuf>,

    /// File with the certificate authority of Redis, for `rediss://`. Default: those that this machine trusts.
    #[arg(long, env = "VITRINE_REDIS_CA", global = true)]
    pub redis_ca: Option<PathBuf>,

    /// File with the certificate that we show Redis.
    #[arg(long, env = "VITRINE_REDIS_CERT", global = true)]
    pub redis_cert: Option<PathBuf>,

    /// File with the key of this certificate.
    #[arg(long, env = "VITRINE_REDIS_KEY", global = true)]
    pub redis_key: Option<PathBuf>,

    /// Where blobs are kept: `file:` and a folder, or `s3://bucket/prefix`. Default: `blobs` in the data folder.
    #[arg(long, env = "VITRINE_STORAGE", global = true)]
    pub storage: Option<String>,

    /// S3, for blobs in a bucket.
    #[command(flatten)]
    pub object_storage: ObjectStorage,

    /// What link tokens are derived from: at least 32 characters. Several, the newest first, are separated by
    /// commas. Default: made by `up` and kept in the data folder.
    #[arg(long, env = "VITRINE_SECRET_KEY", global = true, hide_env_values = true)]
    pub secret_key: Option<String>,

    /// The server that sends mail, as in `smtps://user:password@mail.example.com`. Default: none; administrators then pass on
    /// invitations and links for other passwords themselves.
    #[arg(long, env = "VITRINE_SMTP_URL", global = true, hide_env_values = true)]
    pub smtp_url: Option<String>,

    /// Whom mail comes from, as in `Press Office <press@example.com>`.
    #[arg(long, env = "VITRINE_MAIL_FROM", global = true)]
    pub mail_from: Option<String>,

    /// How long a worker that is told to stop waits for its running jobs, in seconds. Jobs that are not done by then go
    /// back to the queue.
    #[arg(long, env = "VITRINE_WORKER_GRACE", default_value_t = 20, global = true)]
    pub worker_grace: u64,

    /// How much a user may ask of the API: units of cost in a second on average, or `off`. Twenty seconds' worth may
    /// come at once. Whoever is not signed in has a tenth, by address.
    #[arg(long, env = "VITRINE_REQUEST_RATE", default_value_t, global = true)]
    pub request_rate: RequestRate,

    /// The most assets of one bulk share.
    #[arg(long, env = "VITRINE_MAX_SHARE", default_value_t = 10_000, global = true)]
    pub max_share: usize,

    /// Whether clients may ask for the GraphQL schema, and are told which name a misspelt one is near to: `on` or
    /// `off`.
    #[arg(long, env = "VITRINE_INTROSPECTION", default_value = "on", global = true, action = ArgAction::Set,
        value_parser = BoolishValueParser::new())]
    pub introspection: bool,

    /// What uploads may take.
    #[command(flatten)]
    pub uploads: Uploads,

    /// The smaller versions that new assets get: the longest edge of each in pixels, the kilobits of sound in a second, or
    /// `off`, as in `thumbnail=400,video-1080p=off`. Those that are not named are as usual.
    #[arg(long, env = "VITRINE_PRESETS", default_value = "", global = true)]
    pub presets: Presets,

    /// How good the smaller versions of videos look: from 16 (large files) to 32 (small files), the constant rate factor
    /// of the encoder x264.
    #[arg(long, env = "VITRINE_VIDEO_QUALITY", default_value_t, global = true)]
    pub video_quality: VideoQuality,

    /// Folder with the weights of the models that find faces and tell them apart, and their version. Default: those that come
    /// with the program.
    #[arg(long, env = "VITRINE_FACE_MODELS", global = true)]
    pub face_models: Option<PathBuf>,

    /// The first administrator.
    #[arg(long, env = "VITRINE_ADMIN_EMAIL", default_value = "admin@example.com", global = true)]
    pub admin_email: String,

    /// The first administrator's password. Default: generated, and printed by `up`.
    #[arg(long, env = "VITRINE_ADMIN_PASSWORD", global = true, hide_env_values = true)]
    pub admin_password: Option<String>,

    /// How long the parts of a request may take to arrive.
    #[arg(skip)]
    pub request_times: RequestTimes,

    /// How long a WebSocket waits.
    #[arg(skip)]
    pub socket_times: SocketTimes,

    /// How many connections of one address may be a WebSocket at a time.
    #[arg(skip)]
    pub socket_limits: SocketLimits,

    /// How long requests wait for Postgres and Redis.
    #[arg(skip)]
    pub timeouts: Timeouts,
}

fn address(text: &str) -> Result<SocketAddr, String> {
    text.trim().parse().map_err(|_| format!("{text:?} is no address with a port; it looks like 127.0.0.1:4000"))
}

/// Reads a network or one address. An IPv4 network that is written as IPv6 becomes IPv4, as the addresses do that it is
/// compared to.
fn network(text: &str) -> Result<IpNet, String> {
    let text = text.trim();
    let one = text.parse::<IpAddr>().map(IpNet::from);
    let network = one
        .or_else(|_| text.parse())
        .map_err(|_| format!("{text:?} is no address; it looks like 10.0.0.1 or 10.0.0.0/8"))?;
    let mapped = match network {
        IpNet::V6(network) => network.addr().to_ipv4_mapped().zip(network.prefix_len().checked_sub(96)),
        IpNet::V4(_) => None,
    };
    Ok(mapped.and_then(|(address, prefix)| IpNet::new(address.into(), prefix).ok()).unwrap_or(network))
}

impl Config {
    /// What links begin with, without a slash at the end.
    pub fn public_url(&self) -> anyhow::Result<String> {
        match &self.public_url {
            Some(url) => public_url::origin(url),
            None => Ok(format!("http://localhost:{}", self.listen.port())),
        }
    }

    /// Postgres, where it is configured.
    pub fn database(&self) -> anyhow::Result<Option<Database>> {
        let Some(url) = &self.database_url else { return Ok(None) };
        let database = self.database_at(url, "DATABASE_URL")?;
        Ok(Some(match &self.database_direct_url {
            Some(url) => database.with_direct(self.database_at(url, "DATABASE_DIRECT_URL")?),
            None => database,
        }))
    }

    /// A replica of Postgres, where one is configured.
    pub(crate) fn replica(&self) -> anyhow::Result<Option<Database>> {
        let Some(url) = &self.database_replica_url else { return Ok(None) };
        anyhow::ensure!(
            self.database_url.is_some(),
            "DATABASE_REPLICA_URL is set, and DATABASE_URL is not, whose replica it is to name"
        );
        self.database_at(url, "DATABASE_REPLICA_URL").map(Some)
    }

    fn database_at(&self, url: &str, name: &'static str) -> anyhow::Result<Database> {
        Database::new(url, self.database_password_file.as_deref()).with_context(|| format!("{name} cannot be used"))
    }

    /// Redis, where it is configured.
    pub fn redis(&self) -> anyhow::Result<Option<RedisServer>> {
        let files = RedisFiles {
            ca: self.redis_ca.clone(),
            certificate: self.redis_cert.clone(),
            key: self.redis_key.clone(),
            password: self.redis_password_file.clone(),
            sentinel_password: self.redis_sentinel_password_file.clone(),
        };
        let read = |url: &String| RedisServer::new(url, &files).context("REDIS_URL cannot be used");
        self.redis_url.as_ref().map(read).transpose()
    }

    /// What sends mail; none without a mail server.
    pub(crate) fn mailer(&self) -> anyhow::Result<Option<Mailer>> {
        let Some(url) = self.smtp_url.as_deref().map(str::trim).filter(|url| !url.is_empty()) else { return Ok(None) };
        let from = self.mail_from.as_deref().context("VITRINE_MAIL_FROM is not set: whom is mail to come from?")?;
        Ok(Some(Mailer::new(url, from)?))
    }

    /// The models that find faces.
    pub(crate) fn face_models(&self) -> anyhow::Result<FaceModels> {
        FaceModels::new(self.face_models.clone()).context("VITRINE_FACE_MODELS names no folder of models")
    }

    /// Where the blobs are kept.
    pub(crate) fn storage_place(&self) -> anyhow::Result<Place> {
        match self.storage.as_deref() {
            None => Ok(Place::Folder(self.data.join("blobs"))),
            Some(text) => text.parse().map_err(|error| anyhow::anyhow!("VITRINE_STORAGE is {text:?}; {error}")),
        }
    }

    /// What keeps the blobs.
    pub(crate) fn open_storage(&self) -> anyhow::Result<Storage> {
        self.open_storage_at(&self.storage_place()?)
    }

    /// What keeps blobs at a place. The options of S3 apply to each bucket.
    pub(crate) fn open_storage_at(&self, place: &Place) -> anyhow::Result<Storage> {
        let options = self.object_storage.options(&self.uploads)?;
        Storage::open(place, &options).with_context(|| format!("cannot use the storage {place}"))
    }

    /// Fails if browsers would be sent to a storage that they cannot reach.
    fn check_redirect(&self) -> anyhow::Result<()> {
        // What cannot be read at all is a mistake of its own.
        let (Some(_), Ok(place)) = (self.object_storage.storage_redirect.lasts(), self.storage_place()) else {
            return Ok(());
        };
        anyhow::ensure!(
            matches!(place, Place::Bucket { .. }),
            "VITRINE_STORAGE_REDIRECT is set, but files are in {place}, where no browser can be sent to; set \
             VITRINE_STORAGE to a bucket of S3, or leave the other one out"
        );
        let is_plain = self.object_storage.s3_endpoint.as_deref().is_some_and(|url| url.trim().starts_with("http:"));
        let is_secure = self.public_url().is_ok_and(|url| url.starts_with("https:"));
        anyhow::ensure!(
            !(is_plain && is_secure),
            "VITRINE_STORAGE_REDIRECT is set, but VITRINE_S3_ENDPOINT begins with http, and browsers refuse a download \
             without TLS from a page with it; set an endpoint with https"
        );
        Ok(())
    }

    /// What is wrong with the values, each by itself.
    pub(crate) fn mistakes(&self) -> Vec<String> {
        let key = if self.has_key() { self.keyring().map(drop) } else { Ok(()) };
        let all = [
            self.public_url().map(drop),
            self.storage_place().map(drop),
            self.object_storage.options(&self.uploads).map(drop),
            self.check_redirect(),
            key,
            self.database().map(drop),
            self.replica().map(drop),
            self.redis().map(drop),
            self.mailer().map(drop),
            self.face_models().map(drop),
        ];
        all.into_iter().filter_map(Result::err).map(|error| format!("{error:#}")).collect()
    }

    /// Whether there is a key, configured or made by `up`, which may be broken.
    pub(crate) fn has_key(&self) -> bool {
        self.secret_key.is_some() || self.key_file().exists()
    }

    /// The file in the data folder that holds the secret key.
    pub(crate) fn key_file(&self) -> PathBuf {
        self.data.join("secret-key")
    }

    /// The configured keys, or the key that `up` has made.
    pub(crate) fn keyring(&self) -> anyhow::Result<Keyring> {
        if let Some(text) = &self.secret_key {
            return text.parse().map_err(|error| anyhow::anyhow!("VITRINE_SECRET_KEY: {error}"));
        }
        let file = self.key_file();
        let text = secret_file::read(&file)?
            .with_context(|| format!("VITRINE_SECRET_KEY is not set, and there is no {}", file.display()))?;
        text.parse().map_err(|error| {
            anyhow::anyhow!(
                "the key in {} is broken: {error}. Bring it back from a backup; or delete it to have a new one made, \
                 and the URLs of older links cannot be shown any more",
                file.display()
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        config: Config,
    }

    #[test]
    fn browsers_are_only_sent_where_they_can_go() {
        let (bucket, lasts) = ("--storage=s3://media", "--storage-redirect=60s");
        let (secure, plain) = ("--s3-endpoint=https://s3.example.com", "--s3-endpoint=http://s3.example.com");
        let public = "--public-url=https://media.example.com";
        for (arguments, says) in [
            (vec![bucket, lasts], None),
            (vec![bucket, lasts, secure, public], None),
            (vec![bucket, lasts, plain], None),
            (vec![bucket, plain, public], None),
            (vec![bucket, lasts, plain, public], Some("VITRINE_S3_ENDPOINT begins with http")),
            (vec!["--storage=file:/blobs", lasts], Some("files are in file:/blobs")),
            (vec![lasts], Some("VITRINE_STORAGE_REDIRECT is set, but")),
            (vec!["--storage=file:/blobs", "--storage-redirect=off"], None),
        ] {
            let line = Line::try_parse_from(["x"].iter().chain(&arguments)).expect("options");
            let mistakes = line.config.mistakes().join(" ");
            match says {
                Some(says) => assert!(mistakes.contains(says), "{arguments:?}: {mistakes}"),
                None => assert_eq!(mistakes, "", "{arguments:?}"),
            }
        }
    }

    #[test]
    fn networks_are_read_in_every_notation() {
        for (text, read) in [
            ("10.0.0.1", Some("10.0.0.1/32")),
            (" 10.0.0.0/8", Some("10.0.0.0/8")),
            ("2001:db8::/32", Some("2001:db8::/32")),
            ("::ffff:10.0.0.0/104", Some("10.0.0.0/8")),
            ("::ffff:10.0.0.1", Some("10.0.0.1/32")),
            ("::/0", Some("::/0")),
            ("10.0.0.0/33", None),
            ("proxy", None),
        ] {
            assert_eq!(network(text).ok().map(|network| network.to_string()).as_deref(), read, "{text}");
        }
    }
}
