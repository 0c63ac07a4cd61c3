//! The options of a bucket, and the clients that they make.
//!
//! A request is tried again for as long as `patience` lasts, so that what waits for it knows soon. Requests with bodies may
//! take longer, because they are as long as the line to S3 is slow.

use super::Bucket;
use crate::StorageError;
use chrono::TimeDelta;
use object_store::{
    BackoffConfig, ClientOptions, RetryConfig,
    aws::{AmazonS3, AmazonS3Builder, AmazonS3ConfigKey},
    path::Path as Key,
};
use std::{fmt, time::Duration};

/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(3);

/// How long the sending of a part of an upload may take.
const SEND: Duration = Duration::from_mins(3);

/// The size of the parts of an upload, if the largest file fits into [`MOST_PARTS`] of them.
const PART_BYTES: u64 = 8 * 1024 * 1024;

/// How many parts S3 takes.
const MOST_PARTS: u64 = 10_000;

/// Sizes of parts are multiples of this.
const STEP_BYTES: u64 = 1024 * 1024;

/// What is to be known of S3, besides the name of a bucket.
#[derive(Debug, Clone)]
pub struct S3Options {
    /// The URL of the server; none for that of AWS.
    pub endpoint: Option<String>,
    /// The region of the bucket; none for what `AWS_REGION` says, or else `us-east-1`.
    pub region: Option<String>,
    /// Whether the bucket is named in the path, and not in the host; none for what is usual at the endpoint.
    pub path_style: Option<bool>,
    /// None for those that the environment or the machine has.
    pub credentials: Option<Credentials>,
    /// The largest file that is written, in bytes.
    pub largest_file: u64,
    /// How long an upload may take.
    pub longest_upload: Duration,
    /// How long a request for bytes may take, with all its retries.
    pub patience: Duration,
    /// How long the addresses open that clients get, as [`crate::Storage::address`] says; none: there are none.
    pub addresses_last: Option<Duration>,
}

impl Default for S3Options {
    fn default() -> Self {
        Self {
            endpoint: None,
            region: None,
            path_style: None,
            credentials: None,
            largest_file: 100_000_000_000,
            longest_upload: Duration::from_hours(24),
            patience: Duration::from_secs(10),
            addresses_last: None,
        }
    }
}

/// The key of an account at S3.
#[derive(Clone)]
pub struct Credentials {
    /// Its name.
    pub access_key_id: String,
    /// What requests are signed with.
    pub secret_access_key: String,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Credentials({})", self.access_key_id)
    }
}

impl Bucket {
    /// A bucket with this name. It is not asked for anything yet.
    pub(crate) fn open(name: &str, prefix: &Key, options: &S3Options) -> Result<Self, StorageError> {
        // Another part of the process may have chosen the cryptography of TLS already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let unusable = |error: object_store::Error| StorageError::Options(error.to_string());
        let S3Options {
            endpoint,
            region,
            path_style,
            credentials,
            largest_file,
            longest_upload,
            patience,
            addresses_last,
        } = options;
        let mut builder = match credentials {
            None => AmazonS3Builder::from_env(),
            Some(Credentials { access_key_id, secret_access_key }) => AmazonS3Builder::new()
                .with_access_key_id(access_key_id)
                .with_secret_access_key(secret_access_key)
                .with_region(std::env::var("AWS_REGION").unwrap_or_else(|_| "us-east-1".to_owned())),
        };
        if let Some(region) = region {
            builder = builder.with_region(region);
        }
        let of_environment = [AmazonS3ConfigKey::S3Endpoint, AmazonS3ConfigKey::Endpoint];
        let endpoint = endpoint.clone().or_else(|| of_environment.iter().find_map(|key| builder.get_config_value(key)));
        // A certificate for all buckets of a host does not cover names with a dot.
        let path_style = path_style.unwrap_or(endpoint.is_some() || name.contains('.'));
        let mut is_plain = false;
        if let Some(endpoint) = endpoint {
            is_plain = endpoint.starts_with("http://");
            let endpoint = if path_style { endpoint } else { with_bucket(&endpoint, name)? };
            builder = builder.with_config(AmazonS3ConfigKey::S3Endpoint, endpoint);
        }
        let retry = RetryConfig {
            backoff: BackoffConfig { max_backoff: Duration::from_secs(2), ..BackoffConfig::default() },
            max_retries: 20,
            retry_timeout: *patience,
        };
        let client = |timeout| {
            ClientOptions::new()
                .with_allow_http(is_plain)
                .with_connect_timeout(CONNECT.min(*patience))
                .with_timeout(timeout)
                // Systems without certificates can use a server without TLS.
                .with_no_system_certificates(is_plain && credentials.is_some())
        };
        let builder = builder
            .with_bucket_name(name)
            .with_virtual_hosted_style_request(!path_style)
            // What is to be deleted alone is not asked for as a list of one: not all servers know such lists.
            .with_disable_bulk_delete(true)
            .with_retry(retry);
        let reader = builder.clone().with_client_options(client(*patience)).build().map_err(unusable)?;
        let credentials = AmazonS3::credentials(&reader).clone();
        let builder = builder.with_credentials(credentials);
        let bulk = builder.clone().with_client_options(client(*patience)).with_disable_bulk_delete(false).build();
        let writer = builder.with_client_options(client(SEND)).build();
        Ok(Self {
            reader,
            writer: writer.map_err(unusable)?,
            bulk: bulk.map_err(unusable)?,
            deletes_singly: std::sync::Arc::default(),
            prefix: prefix.clone(),
            part_bytes: part_bytes(*largest_file)?,
            longest_upload: TimeDelta::from_std(*longest_upload).unwrap_or(TimeDelta::MAX),
            addresses_last: *addresses_last,
        })
    }
}

/// The size of parts, so that the largest file has no more of them than S3 takes.
fn part_bytes(largest_file: u64) -> Result<usize, StorageError> {
    let bytes = largest_file.div_ceil(MOST_PARTS).next_multiple_of(STEP_BYTES).max(PART_BYTES);
    usize::try_from(bytes).map_err(|_| StorageError::Options("a file of this size does not fit into S3".to_owned()))
}

/// The URL of an endpoint whose host begins with the name of the bucket.
fn with_bucket(endpoint: &str, bucket: &str) -> Result<String, StorageError> {
    match endpoint.split_once("://") {
        Some((scheme, host)) => Ok(format!("{scheme}://{bucket}.{}", host.trim_end_matches('/'))),
        None => Err(StorageError::Options(format!("{endpoint:?} is no URL"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_thousand_parts_hold_the_largest_file() {
        for largest in [1, 5_000_000, 83_886_080_000, 83_886_080_001, 100_000_000_000, 5_000_000_000_000] {
            let part = part_bytes(largest).unwrap() as u64;
            assert!(part >= PART_BYTES && part * MOST_PARTS >= largest, "{largest}: {part}");
            assert!(part == PART_BYTES || (part - STEP_BYTES) * MOST_PARTS < largest, "{largest}: {part} is too large");
        }
    }

    #[test]
    fn no_text_for_the_log_has_the_secret() {
        let credentials = Credentials { access_key_id: "AKIA".to_owned(), secret_access_key: "hush".to_owned() };
        let options = S3Options { credentials: Some(credentials), ..S3Options::default() };
        let bucket = Bucket::open("media", &Key::from("vitrine"), &options).unwrap();
        for text in [format!("{options:?}"), bucket.to_string()] {
            assert!(!text.contains("hush"), "{text}");
        }
    }

    #[test]
    fn the_bucket_is_in_the_host_or_in_the_path() {
        let host = with_bucket("https://s3.example.com/", "media").unwrap();
        assert_eq!(host, "https://media.s3.example.com");
        assert!(with_bucket("s3.example.com", "media").is_err());
    }
}
