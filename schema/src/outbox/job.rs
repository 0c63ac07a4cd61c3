//! What jobs there are, and what the rest of the program must know of each: its lane, subject, key and time.
//!
//! Every `match` here is exhaustive, so that a new job does not compile until each of these questions is answered.

use super::Subject;
use chrono::{DateTime, Utc};
use domain::{AssetId, LinkId, PasswordLinkId, UserId};
use serde::{Deserialize, Serialize};
use strum::{FromRepr, IntoStaticStr, VariantArray, VariantNames};

/// Something to be done later.
///
/// The outbox and the queue store jobs as JSON, and versions that run side by side read each other's jobs. So the name
/// and the fields of a variant never change: a job that needs other fields is a new variant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, IntoStaticStr, VariantNames)]
#[serde(tag = "job", rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Job {
    /// Examine a new original and make its pictures.
    IngestAsset {
        /// The asset of the original.
        asset_id: AssetId,
    },
    /// Make the pictures of an asset that are pending, and those that carry an old watermark.
    RenderProxy {
        /// The asset.
        asset_id: AssetId,
    },
    /// Make the videos of an asset, or its sound, that are pending, and those videos that carry an old watermark.
    RenderVideo {
        /// The asset.
        asset_id: AssetId,
    },
    /// Examine the files of an asset that were stored before this version; see [`INGEST_VERSION`](crate::assets::INGEST_VERSION).
    ReingestAsset {
        /// The asset.
        asset_id: AssetId,
    },
    /// Find the faces in an asset, if its workspace has the search by person on.
    IndexFaces {
        /// The asset.
        asset_id: AssetId,
    },
    /// Clean up after a link at the instant of its expiry.
    ExpireLink {
        /// The link.
        link_id: LinkId,
        /// When the link expires.
        at: DateTime<Utc>,
    },
    /// Mail a person the link by which they choose their password.
    MailPasswordLink {
        /// The link.
        password_link_id: PasswordLinkId,
        /// The person.
        user_id: UserId,
    },
    /// See [`PeriodicJob::SweepExpired`](crate::periodic::PeriodicJob::SweepExpired).
    SweepExpired,
    /// See [`PeriodicJob::CollectGarbage`](crate::periodic::PeriodicJob::CollectGarbage).
    CollectGarbage,
    /// See [`PeriodicJob::Reconcile`](crate::periodic::PeriodicJob::Reconcile).
    Reconcile,
    /// See [`PeriodicJob::PruneLogs`](crate::periodic::PeriodicJob::PruneLogs).
    PruneLogs,
}

/// How urgent a job is. Whoever pushes a job says so, because the same job may be urgent once and not the next time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, FromRepr)]
#[repr(u8)]
pub enum Priority {
    /// A visitor is waiting for the result.
    Visitor = 0,
    /// The asset was just shared, so that visitors will come soon.
    Shared = 1,
    /// Nobody is waiting.
    Background = 2,
}

impl Priority {
    /// The priority of a row of the outbox. An unknown number comes from a newer version and is not urgent here.
    pub(super) fn from_number(number: i16) -> Self {
        u8::try_from(number).ok().and_then(Self::from_repr).unwrap_or(Self::Background)
    }
}

/// Which workers run a job. A lane never waits for another, so that a video never delays a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Lane {
    /// Jobs that only run SQL statements and delete files.
    Upkeep,
    /// Jobs that make still pictures.
    Pictures,
    /// Jobs that may take minutes: they make videos and sounds, or read large files.
    Videos,
    /// Jobs that find faces, for which nobody waits.
    Faces,
}

impl Lane {
    /// All lanes.
    pub const ALL: &[Self] = Self::VARIANTS;

    /// The lane's name, which is part of keys in Redis.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

impl Job {
    /// The names of all jobs that this version can read.
    pub const NAMES: &[&str] = Self::VARIANTS;

    /// The job's name, as it is stored.
    pub fn name(&self) -> &'static str {
        self.into()
    }

    /// Which workers run the job.
    pub const fn lane(&self) -> Lane {
        match self {
            Self::IngestAsset { .. } | Self::RenderProxy { .. } => Lane::Pictures,
            Self::RenderVideo { .. } | Self::ReingestAsset { .. } => Lane::Videos,
            Self::IndexFaces { .. } => Lane::Faces,
            Self::ExpireLink { .. }
            | Self::MailPasswordLink { .. }
            | Self::SweepExpired
            | Self::CollectGarbage
            | Self::Reconcile
            | Self::PruneLogs => Lane::Upkeep,
        }
    }

    /// What the job works on, which decides whose the job is.
    pub const fn subject(&self) -> Subject {
        match self {
            Self::IngestAsset { asset_id }
            | Self::RenderProxy { asset_id }
            | Self::RenderVideo { asset_id }
            | Self::ReingestAsset { asset_id }
            | Self::IndexFaces { asset_id } => Subject::Asset(*asset_id),
            Self::ExpireLink { link_id, at: _ } => Subject::Link(*link_id),
            Self::MailPasswordLink { user_id, password_link_id: _ } => Subject::User(*user_id),
            Self::SweepExpired | Self::CollectGarbage | Self::Reconcile | Self::PruneLogs => Subject::Installation,
        }
    }

    /// Two jobs with the same key are the same work, so that the queue keeps one of them.
    pub fn key(&self) -> String {
        let name = self.name();
        match self {
            Self::IngestAsset { asset_id }
            | Self::RenderProxy { asset_id }
            | Self::RenderVideo { asset_id }
            | Self::ReingestAsset { asset_id }
            | Self::IndexFaces { asset_id } => format!("{name}:{asset_id}"),
            Self::ExpireLink { link_id, at } => format!("{name}:{link_id}:{}", at.timestamp_millis()),
            Self::MailPasswordLink { password_link_id, user_id: _ } => format!("{name}:{password_link_id}"),
            Self::SweepExpired | Self::CollectGarbage | Self::Reconcile | Self::PruneLogs => name.to_owned(),
        }
    }

    /// The earliest time to run the job; none, if the job is to run at once.
    pub const fn not_before(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::ExpireLink { at, link_id: _ } => Some(*at),
            Self::IngestAsset { .. }
            | Self::RenderProxy { .. }
            | Self::RenderVideo { .. }
            | Self::ReingestAsset { .. }
            | Self::IndexFaces { .. }
            | Self::MailPasswordLink { .. }
            | Self::SweepExpired
            | Self::CollectGarbage
            | Self::Reconcile
            | Self::PruneLogs => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::periodic::PeriodicJob;
    use serde_json::json;

    /// Every job as it is stored. Rows of the outbox, jobs in Redis and names in `periodic_jobs` outlive a version, so
    /// that a line here may be added and never changed.
    fn stored() -> Vec<(serde_json::Value, Job, &'static str)> {
        let id = "01890a5d-ac96-774b-bcce-b302099a8057";
        let (asset_id, link_id) = (id.parse().unwrap(), id.parse().unwrap());
        let at = DateTime::from_timestamp_millis(1_700_000_000_123).unwrap();
        vec![
            (
                json!({ "job": "ingest_asset", "asset_id": id }),
                Job::IngestAsset { asset_id },
                "ingest_asset:01890a5d-ac96-774b-bcce-b302099a8057",
            ),
            (
                json!({ "job": "render_proxy", "asset_id": id }),
                Job::RenderProxy { asset_id },
                "render_proxy:01890a5d-ac96-774b-bcce-b302099a8057",
            ),
            (
                json!({ "job": "render_video", "asset_id": id }),
                Job::RenderVideo { asset_id },
                "render_video:01890a5d-ac96-774b-bcce-b302099a8057",
            ),
            (
                json!({ "job": "reingest_asset", "asset_id": id }),
                Job::ReingestAsset { asset_id },
                "reingest_asset:01890a5d-ac96-774b-bcce-b302099a8057",
            ),
            (
                json!({ "job": "index_faces", "asset_id": id }),
                Job::IndexFaces { asset_id },
                "index_faces:01890a5d-ac96-774b-bcce-b302099a8057",
            ),
            (
                json!({ "job": "expire_link", "link_id": id, "at": "2023-11-14T22:13:20.123Z" }),
                Job::ExpireLink { link_id, at },
                "expire_link:01890a5d-ac96-774b-bcce-b302099a8057:1700000000123",
            ),
            (
                json!({ "job": "mail_password_link", "password_link_id": id, "user_id": id }),
                Job::MailPasswordLink { password_link_id: id.parse().unwrap(), user_id: id.parse().unwrap() },
                "mail_password_link:01890a5d-ac96-774b-bcce-b302099a8057",
            ),
            (json!({ "job": "sweep_expired" }), Job::SweepExpired, "sweep_expired"),
            (json!({ "job": "collect_garbage" }), Job::CollectGarbage, "collect_garbage"),
            (json!({ "job": "reconcile" }), Job::Reconcile, "reconcile"),
            (json!({ "job": "prune_logs" }), Job::PruneLogs, "prune_logs"),
        ]
    }

    #[test]
    fn jobs_are_stored_as_they_always_were() {
        for (json, job, key) in stored() {
            assert_eq!(serde_json::to_value(&job).unwrap(), json);
            assert_eq!(serde_json::from_value::<Job>(json.clone()).unwrap(), job);
            assert_eq!((job.name(), job.key().as_str()), (json["job"].as_str().unwrap(), key));
        }
        let names: Vec<&str> = stored().iter().map(|(_, job, _)| job.name()).collect();
        assert_eq!(names, Job::NAMES, "each job has its line in `stored`");
        assert_eq!(
            Lane::ALL.iter().map(|lane| lane.name()).collect::<Vec<_>>(),
            ["upkeep", "pictures", "videos", "faces"]
        );
        let priorities = [Priority::Visitor, Priority::Shared, Priority::Background];
        assert_eq!(priorities.map(|priority| priority as u8), [0, 1, 2]);
        assert_eq!([0, 1, 2].map(Priority::from_number), priorities);
        assert_eq!([-1, 3, 256].map(Priority::from_number), [Priority::Background; 3]);
    }

    #[test]
    fn a_job_without_arguments_is_periodic_and_no_other_is() {
        let without_arguments = Job::NAMES.iter().filter(|name| {
            let job = serde_json::from_value::<Job>(json!({ "job": name }));
            job.is_ok()
        });
        let periodic: Vec<&str> = PeriodicJob::ALL.iter().map(|job| job.name()).collect();
        assert_eq!(without_arguments.copied().collect::<Vec<_>>(), periodic);
        for job in PeriodicJob::ALL {
            assert_eq!(Job::from(*job).name(), job.name());
        }
    }
}
