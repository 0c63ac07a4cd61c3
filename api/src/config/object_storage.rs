//! The options of S3, for blobs in a bucket.

use super::{StorageRedirect, Uploads};
use anyhow::Context;
use clap::{ArgAction, Args, builder::BoolishValueParser};
use std::{fmt, time::Duration};
use storage::{Credentials, S3Options};
use url::{Host, Url};

/// The options of S3.
#[derive(Clone, Args, Default)]
pub struct ObjectStorage {
    /// The URL of the S3 server, as in `https://s3.example.com`. Default: that of AWS.
    #[arg(long, env = "VITRINE_S3_ENDPOINT", global = true)]
    pub s3_endpoint: Option<String>,

    /// The region of the bucket. Default: what `AWS_REGION` says, or else `us-east-1`.
    #[arg(long, env = "VITRINE_S3_REGION", global = true)]
    pub s3_region: Option<String>,

    /// Whether URLs name the bucket in their path and not in their host: `on` or `off`. Default: `on` with an endpoint of
    /// one's own or a dot in the name of the bucket, or else `off`.
    #[arg(long, env = "VITRINE_S3_PATH_STYLE", global = true, action = ArgAction::Set,
        value_parser = BoolishValueParser::new())]
    pub s3_path_style: Option<bool>,

    /// The access key. Default: the credentials of the environment (`AWS_ACCESS_KEY_ID` …), of a web identity, of the
    /// container or of the machine.
    #[arg(long, env = "VITRINE_S3_ACCESS_KEY_ID", global = true)]
    pub s3_access_key_id: Option<String>,

    /// The secret that belongs to the access key.
    #[arg(long, env = "VITRINE_S3_SECRET_ACCESS_KEY", global = true, hide_env_values = true)]
    pub s3_secret_access_key: Option<String>,

    /// Whether browsers that download a file are sent to S3, and for how long the address opens that they get: `off`, or
    /// from `10s` to `60s`.
    #[arg(long, env = "VITRINE_STORAGE_REDIRECT", default_value_t, global = true)]
    pub storage_redirect: StorageRedirect,

    /// How long a request for bytes may take, with all its retries. Default: ten seconds.
    #[arg(skip)]
    pub patience: Option<Duration>,
}

impl fmt::Debug for ObjectStorage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            s3_endpoint,
            s3_region,
            s3_path_style,
            s3_access_key_id,
            s3_secret_access_key: _,
            storage_redirect,
            patience,
        } = self;
        f.debug_struct("ObjectStorage")
            .field("s3_endpoint", s3_endpoint)
            .field("s3_region", s3_region)
            .field("s3_path_style", s3_path_style)
            .field("s3_access_key_id", s3_access_key_id)
            .field("storage_redirect", storage_redirect)
            .field("patience", patience)
            .finish_non_exhaustive()
    }
}

impl ObjectStorage {
    /// What the storage wants to know.
    pub(super) fn options(&self, uploads: &Uploads) -> anyhow::Result<S3Options> {
        let usual = S3Options::default();
        let endpoint = given(self.s3_endpoint.as_deref()).map(endpoint).transpose()?;
        let is_address = |url: &Url| url.host().is_some_and(|host| !matches!(host, Host::Domain(_)));
        anyhow::ensure!(
            self.s3_path_style != Some(false) || !endpoint.as_ref().is_some_and(is_address),
            "VITRINE_S3_PATH_STYLE is off, but VITRINE_S3_ENDPOINT has an address instead of a host name, which the name of the \
             bucket could begin; set it to on, or name the host"
        );
        Ok(S3Options {
            endpoint: endpoint.map(|url| url.as_str().trim_end_matches('/').to_owned()),
            region: given(self.s3_region.as_deref()).map(str::to_owned),
            path_style: self.s3_path_style,
            credentials: self.credentials()?,
            largest_file: uploads.max_file.as_u64(),
            longest_upload: uploads.deadline,
            patience: self.patience.unwrap_or(usual.patience),
            addresses_last: self.storage_redirect.lasts(),
        })
    }

    fn credentials(&self) -> anyhow::Result<Option<Credentials>> {
        let given = [&self.s3_access_key_id, &self.s3_secret_access_key].map(|value| given(value.as_deref()));
        match given.map(|value| value.map(str::to_owned)) {
            [None, None] => Ok(None),
            [Some(access_key_id), Some(secret_access_key)] => {
                Ok(Some(Credentials { access_key_id, secret_access_key }))
            }
            [Some(_), None] => anyhow::bail!(
                "VITRINE_S3_ACCESS_KEY_ID is set without its secret; set VITRINE_S3_SECRET_ACCESS_KEY, or \
                 VITRINE_S3_SECRET_ACCESS_KEY_FILE to a file with it"
            ),
            [None, Some(_)] => anyhow::bail!(
                "VITRINE_S3_SECRET_ACCESS_KEY is set without the access key; set VITRINE_S3_ACCESS_KEY_ID"
            ),
        }
    }
}

/// A value, unless it is empty.
fn given(value: Option<&str>) -> Option<&str> {
    value.map(str::trim).filter(|value| !value.is_empty())
}

/// The URL of a server.
fn endpoint(text: &str) -> anyhow::Result<Url> {
    let wrong = || format!("VITRINE_S3_ENDPOINT is {text:?}; it looks like https://s3.example.com");
    let url = Url::parse(text).with_context(wrong)?;
    let is_server = ["http", "https"].contains(&url.scheme())
        && url.has_host()
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    anyhow::ensure!(is_server, wrong());
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Debug, Parser)]
    struct Options {
        #[command(flatten)]
        storage: ObjectStorage,
    }

    fn read(arguments: &[&str]) -> anyhow::Result<S3Options> {
        let options = Options::try_parse_from(["x"].iter().chain(arguments))?;
        options.storage.options(&Uploads::default())
    }

    #[test]
    fn a_secret_comes_with_its_key() {
        let (id, secret) = ("--s3-access-key-id=key", "--s3-secret-access-key=hush");
        for (arguments, says) in [
            (vec![], None),
            (vec![id, secret], None),
            (vec![id], Some("without its secret")),
            (vec![secret], Some("without the access key")),
        ] {
            match (read(&arguments), says) {
                (Ok(options), None) => {
                    let secret = options.credentials.map(|credentials| credentials.secret_access_key);
                    assert_eq!(secret.as_deref(), (!arguments.is_empty()).then_some("hush"), "{arguments:?}");
                }
                (read, says) => {
                    let error = format!("{:#}", read.expect_err("it is wrong"));
                    assert!(error.contains(says.unwrap_or("nothing")), "{arguments:?}: {error}");
                }
            }
        }
        let shown = format!("{:?}", Options::try_parse_from(["x", id, secret]).unwrap());
        assert!(shown.contains("key") && !shown.contains("hush"), "{shown}");
    }

    #[test]
    fn an_endpoint_is_a_server() {
        for (text, read_as) in [
            ("https://s3.example.com/", Some("https://s3.example.com")),
            ("http://127.0.0.1:9000", Some("http://127.0.0.1:9000")),
            ("https://example.com/storage/s3", Some("https://example.com/storage/s3")),
            ("s3.example.com", None),
            ("ftp://s3.example.com", None),
            ("https://key:secret@s3.example.com", None),
            ("https://s3.example.com?x=1", None),
        ] {
            let read = read(&[&format!("--s3-endpoint={text}")]);
            assert_eq!(read.ok().and_then(|options| options.endpoint).as_deref(), read_as, "{text}");
        }
    }

    #[test]
    fn the_name_of_a_bucket_begins_no_address() {
        for (endpoint, style, is_good) in [
            ("http://127.0.0.1:9000", "off", false),
            ("http://[::1]:9000", "off", false),
            ("http://127.0.0.1:9000", "on", true),
            ("http://localhost:9000", "off", true),
        ] {
            let read = read(&[&format!("--s3-endpoint={endpoint}"), &format!("--s3-path-style={style}")]);
            assert_eq!(read.is_ok(), is_good, "{endpoint} {style}: {:?}", read.err());
        }
    }
}
