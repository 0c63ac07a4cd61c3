//! What the errors of S3 mean: a missing blob, a server that is away, or a mistake in the configuration.

use crate::StorageError;
use object_store::Error;

/// The codes with which S3 refuses all requests, and what is to be done.
const REFUSALS: [(&str, &str); 11] = [
    ("RequestTimeTooSkewed", "the clock of this machine differs from that of S3; set it, best by NTP"),
    ("InvalidAccessKeyId", "it does not know the access key; correct VITRINE_S3_ACCESS_KEY_ID"),
    ("SignatureDoesNotMatch", "the secret does not belong to the access key; correct VITRINE_S3_SECRET_ACCESS_KEY"),
    ("AccessDenied", "the access key has no right to do this; the README lists the rights that it needs"),
    ("ExpiredToken", "the credentials of this machine have expired"),
    ("InvalidToken", "the credentials of this machine are not valid"),
    ("NoSuchBucket", "the bucket does not exist; create it, or correct VITRINE_STORAGE"),
    ("PermanentRedirect", "the bucket is in another region; correct VITRINE_S3_REGION or VITRINE_S3_ENDPOINT"),
    ("AuthorizationHeaderMalformed", "the bucket is in another region; correct VITRINE_S3_REGION"),
    ("IllegalLocationConstraintException", "the bucket is in another region; correct VITRINE_S3_REGION"),
    ("redirect without LOCATION", "the bucket is in another region; correct VITRINE_S3_REGION"),
];

/// The codes with which servers say that they are full.
const FULL: [&str; 3] = ["XMinioStorageFull", "InsufficientStorage", "QuotaExceeded"];

/// The end of an object comes before the range that was asked for, so that a part of the blob is missing.
const TOO_SHORT: &str = "InvalidRange";

/// The meaning of an error of S3.
pub(super) fn of(error: Error) -> StorageError {
    let text = error.to_string();
    let known = REFUSALS.iter().find(|(code, _)| text.contains(code));
    match (known, &error) {
        (Some((code, advice)), _) => StorageError::Refused(format!("{advice} ({code})")),
        (None, Error::NotFound { .. }) => StorageError::Missing,
        (None, Error::PermissionDenied { .. } | Error::Unauthenticated { .. }) => {
            StorageError::Refused(format!("the access key has no right to do this: {}", line(&text)))
        }
        (None, _) if FULL.iter().any(|code| text.contains(code)) => StorageError::Full,
        (None, _) if text.contains(TOO_SHORT) => StorageError::Missing,
        (None, _) => StorageError::Unavailable(line(&text)),
    }
}

/// Whether a server says that it does not know what it is asked for, such as conditional writes or the deletion of several
/// objects.
pub(super) fn is_not_implemented(error: &Error) -> bool {
    let text = error.to_string();
    ["NotImplemented", "MethodNotAllowed"].iter().any(|code| text.contains(code))
}

/// The text of an error in one line, for the log.
fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
