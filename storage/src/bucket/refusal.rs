//! What the errors of S3 mean: a missing blob, a server that is away, or a mistake in the configuration.

use crate::StorageError;
use object_store::Error;

const CLOCK: &str = "the clock of this machine differs from that of S3; set it, best by NTP";
const KEY: &str = "it does not know the access key; correct VITRINE_S3_ACCESS_KEY_ID";
const SECRET: &str = "the secret does not belong to the access key; correct VITRINE_S3_SECRET_ACCESS_KEY";

/// The words with which servers refuse all requests, and what is to be done; the first that are found count. Mostly they are
/// codes. Garage has the same code for many causes, which only its message tells apart; `NotSignedUp` is what s3s says of an
/// unknown key.
const REFUSALS: [(&str, &str); 15] = [
    ("RequestTimeTooSkewed", CLOCK),
    ("Date is too old", CLOCK),
    ("InvalidAccessKeyId", KEY),
    ("NotSignedUp", KEY),
    ("Forbidden: No such key", KEY),
    ("SignatureDoesNotMatch", SECRET),
    ("Forbidden: Invalid signature", SECRET),
    ("AccessDenied", "the access key has no right to do this; the README lists the rights that it needs"),
    ("ExpiredToken", "the credentials of this machine have expired"),
    ("InvalidToken", "the credentials of this machine are not valid"),
    ("NoSuchBucket", "the bucket does not exist; create it, or correct VITRINE_STORAGE"),
    ("PermanentRedirect", "the bucket is in another region; correct VITRINE_S3_REGION or VITRINE_S3_ENDPOINT"),
    ("AuthorizationHeaderMalformed", "the bucket is in another region; correct VITRINE_S3_REGION"),
    ("IllegalLocationConstraintException", "the bucket is in another region; correct VITRINE_S3_REGION"),
    ("redirect without LOCATION", "the bucket is in another region; correct VITRINE_S3_REGION"),
];

/// The words with which servers say that they are full, some of them as a refusal.
const FULL: [&str; 4] = ["XMinioStorageFull", "InsufficientStorage", "QuotaExceeded", "quota is reached"];

/// The end of an object comes before the range that was asked for, so that a part of the blob is missing.
const TOO_SHORT: &str = "InvalidRange";

/// The meaning of an error of S3.
pub(super) fn of(error: Error) -> StorageError {
    let text = error.to_string();
    if FULL.iter().any(|words| text.contains(words)) {
        return StorageError::Full;
    }
    let known = REFUSALS.iter().find(|(words, _)| text.contains(words));
    match (known, &error) {
        (Some((words, advice)), _) => StorageError::Refused(format!("{advice} ({words})")),
        (None, Error::NotFound { .. }) => StorageError::Missing,
        (None, Error::PermissionDenied { .. } | Error::Unauthenticated { .. }) => {
            StorageError::Refused(format!("the access key has no right to do this: {}", line(&text)))
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    /// What an error with this answer of Garage 2.5 means. Its status of refusals is 403, but of a wrong date 400.
    fn of_garage(code: &str, message: &str) -> StorageError {
        let source = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>{code}</Code><Message>{message}</Message>\
             <Resource>/media/vitrine/blobs/installation</Resource><Region>eu-test-1</Region></Error>"
        );
        of(match code {
            "AccessDenied" => Error::PermissionDenied { path: "installation".to_owned(), source: source.into() },
            _ => Error::Generic { store: "S3", source: source.into() },
        })
    }

    #[test]
    fn the_words_of_garage_are_told_apart() {
        for (code, message, says) in [
            ("AccessDenied", "Forbidden: No such key: wrong-key", "VITRINE_S3_ACCESS_KEY_ID"),
            ("AccessDenied", "Forbidden: Invalid signature", "VITRINE_S3_SECRET_ACCESS_KEY"),
            ("AccessDenied", "Forbidden: Operation is not allowed for this key.", "has no right to do this"),
            ("InvalidRequest", "Bad request: Date is too old", "the clock of this machine"),
        ] {
            let StorageError::Refused(advice) = of_garage(code, message) else { panic!("{message}") };
            assert!(advice.contains(says), "{message}: {advice}");
        }
        for message in [
            "Forbidden: Object quota is reached, maximum objects for this bucket: 0",
            "Forbidden: Bucket size quota is reached, maximum total size of objects for this bucket: 0. \
             The bucket is already 0 bytes, and this object would add 38 bytes.",
        ] {
            assert!(matches!(of_garage("AccessDenied", message), StorageError::Full), "{message}");
        }
    }
}
