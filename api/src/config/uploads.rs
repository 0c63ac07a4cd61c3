//! The limits of uploads: bytes, room, and time.

use app::Limits;
use bytesize::ByteSize;
use clap::Args;
use std::time::Duration;

/// The limits of uploads.
#[derive(Debug, Clone, Args)]
pub struct Uploads {
    /// The largest file, as in `500MB` or `100GB`.
    #[arg(long, env = "VITRINE_MAX_FILE", default_value = "100GB", value_parser = size, global = true)]
    pub max_file: ByteSize,

    /// The most that the originals and attachments of a workspace may take up. Default: no limit.
    #[arg(long, env = "VITRINE_WORKSPACE_QUOTA", value_parser = size, global = true)]
    pub workspace_quota: Option<ByteSize>,

    /// The most that the originals and attachments that one user has added may take up. Default: no limit.
    #[arg(long, env = "VITRINE_USER_QUOTA", value_parser = size, global = true)]
    pub user_quota: Option<ByteSize>,

    /// How much must stay free on the disk of the blobs. With less, no file is accepted.
    #[arg(long, env = "VITRINE_MIN_FREE_DISK", default_value = "2GB", value_parser = size, global = true)]
    pub min_free_disk: ByteSize,

    /// How many requests with files a user may have running at a time, in each process.
    #[arg(long = "uploads-per-user", env = "VITRINE_UPLOADS_PER_USER", default_value_t = 8, global = true)]
    pub per_user: usize,

    /// How long an upload may go without a byte, as in `30s`.
    #[arg(long = "upload-idle", env = "VITRINE_UPLOAD_IDLE", default_value = "30s", value_parser = humantime::parse_duration, global = true)]
    pub idle: Duration,

    /// How long a request with files may take in all, as in `24h`.
    #[arg(long = "upload-deadline", env = "VITRINE_UPLOAD_DEADLINE", default_value = "24h", value_parser = humantime::parse_duration, global = true)]
    pub deadline: Duration,
}

fn size(text: &str) -> Result<ByteSize, String> {
    text.parse().map_err(|_| format!("{text:?} is no size; it looks like 500MB, 1.5GB or 2GiB"))
}

impl Default for Uploads {
    fn default() -> Self {
        Self {
            max_file: ByteSize::gb(100),
            workspace_quota: None,
            user_quota: None,
            min_free_disk: ByteSize::gb(2),
            per_user: 8,
            idle: Duration::from_secs(30),
            deadline: Duration::from_hours(24),
        }
    }
}

impl Uploads {
    /// The limits that the library enforces.
    pub(crate) fn limits(&self) -> Limits {
        Limits {
            largest: self.max_file.as_u64(),
            workspace_quota: self.workspace_quota.map(|quota| quota.as_u64()),
            user_quota: self.user_quota.map(|quota| quota.as_u64()),
            min_free_disk: self.min_free_disk.as_u64(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Options {
        #[command(flatten)]
        uploads: Uploads,
    }

    #[test]
    fn sizes_and_times_are_read_as_people_write_them() {
        let limits =
            |arguments: &[&str]| Options::try_parse_from(["x"].iter().chain(arguments)).map(|read| read.uploads);
        assert_eq!(format!("{:?}", limits(&[]).ok()), format!("{:?}", Some(Uploads::default())));
        for (text, bytes) in [
            ("100GB", Some(100_000_000_000)),
            ("1.5 GB", Some(1_500_000_000)),
            ("2GiB", Some(2 * 1024 * 1024 * 1024)),
            ("123", Some(123)),
            ("0", Some(0)),
            ("", None),
            ("-1", None),
            ("many", None),
        ] {
            let read = limits(&[&format!("--workspace-quota={text}")]);
            assert_eq!(read.ok().and_then(|read| read.limits().workspace_quota), bytes, "{text}");
        }
        let read = limits(&["--upload-idle", "90s", "--upload-deadline", "1h 30m"])
            .ok()
            .map(|read| (read.idle, read.deadline));
        assert_eq!(read, Some((Duration::from_secs(90), Duration::from_mins(90))));
        assert!(limits(&["--upload-idle", "soon"]).is_err());
    }
}
