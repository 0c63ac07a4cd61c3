//! Where blobs are kept, as operators write it.

use object_store::path::Path as Key;
use std::{fmt, path::PathBuf, str::FromStr};

/// Where blobs are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A folder of a disk or of a shared file system.
    Folder(PathBuf),
    /// A bucket of S3, or the part of one whose keys begin with a prefix.
    Bucket {
        /// The name of the bucket.
        name: String,
        /// What the keys begin with; may be empty.
        prefix: Key,
    },
}

/// The text names no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it looks like file:/var/lib/vitrine/blobs or s3://bucket/prefix")]
pub struct InvalidPlace;

impl FromStr for Place {
    type Err = InvalidPlace;

    fn from_str(text: &str) -> Result<Self, InvalidPlace> {
        if let Some(folder) = text.strip_prefix("file:") {
            let folder = folder.strip_prefix("//").unwrap_or(folder);
            return if folder.is_empty() { Err(InvalidPlace) } else { Ok(Self::Folder(folder.into())) };
        }
        let (name, prefix) = match text.strip_prefix("s3://").ok_or(InvalidPlace)?.split_once('/') {
            Some((name, prefix)) => (name, prefix.trim_end_matches('/')),
            None => (text.trim_start_matches("s3://"), ""),
        };
        let is_name = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-_".contains(&byte);
        // An empty part of a key is a part of it to S3, and none to `Key`.
        let has_empty_part = prefix.starts_with('/') || prefix.contains("//");
        if name.is_empty() || !name.bytes().all(is_name) || has_empty_part {
            return Err(InvalidPlace);
        }
        Ok(Self::Bucket { name: name.to_owned(), prefix: Key::parse(prefix).map_err(|_| InvalidPlace)? })
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(folder) => write!(f, "file:{}", folder.display()),
            Self::Bucket { name, prefix } if prefix.is_root() => write!(f, "s3://{name}"),
            Self::Bucket { name, prefix } => write!(f, "s3://{name}/{prefix}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_as_operators_write_them() {
        for (text, read) in [
            ("file:/var/lib/blobs", Some("file:/var/lib/blobs")),
            ("file:///var/lib/blobs", Some("file:/var/lib/blobs")),
            ("file:blobs", Some("file:blobs")),
            ("s3://media", Some("s3://media")),
            ("s3://media/", Some("s3://media")),
            ("s3://media.example.com/vitrine/blobs/", Some("s3://media.example.com/vitrine/blobs")),
            ("file:", None),
            ("file://", None),
            ("s3://", None),
            ("s3:///prefix", None),
            ("s3:media", None),
            ("s3://Media Library", None),
            ("s3://key:secret@media", None),
            ("s3://media/../other", None),
            ("s3://media//twice", None),
            ("/var/lib/blobs", None),
            ("ftp", None),
            ("", None),
        ] {
            assert_eq!(text.parse::<Place>().ok().map(|place| place.to_string()).as_deref(), read, "{text}");
        }
    }
}
