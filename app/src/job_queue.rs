//! The queue of background jobs, as an administrator of one workspace sees it.
//!
//! All workspaces share one queue; a job belongs to the workspace of its subject.

use crate::{Error, Services, Viewer, backlog::Backlog};
use diesel_async::AsyncPgConnection;
use schema::outbox::{self, Job, Subject};

/// The queue, for an administrator.
pub fn backlog<'a>(services: &'a Services, viewer: &Viewer) -> Result<&'a dyn Backlog, Error> {
    viewer.require_admin()?;
    services.backlog.as_deref().ok_or_else(|| Error::Unavailable("this server has no Redis".into()))
}

/// The subject of a job; none if this version cannot read the job.
pub fn subject(args: &str) -> Option<Subject> {
    serde_json::from_str::<Job>(args).ok().map(|job| job.subject())
}

/// Which workspace a job belongs to, as seen by a viewer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ownership {
    /// The subject is in the viewer's workspace, or is the whole installation.
    Own,
    /// The subject is in another workspace.
    Foreign,
    /// The subject was deleted.
    Deleted,
    /// This version cannot read the job, which may belong to any workspace.
    Unreadable,
}

impl Ownership {
    /// Whether the viewer sees the job's arguments and why it failed.
    pub fn is_shown(self) -> bool {
        match self {
            Self::Own => true,
            Self::Foreign | Self::Deleted | Self::Unreadable => false,
        }
    }

    /// Whether the viewer may retry and discard the job. A job whose subject was deleted does no work, and harms
    /// nobody.
    pub fn may_be_changed(self) -> bool {
        match self {
            Self::Own | Self::Deleted => true,
            Self::Foreign | Self::Unreadable => false,
        }
    }
}

/// The ownership of each job; one statement for each kind of subject.
pub async fn ownership(conn: &mut AsyncPgConnection, viewer: &Viewer, jobs: &[&str]) -> Result<Vec<Ownership>, Error> {
    let workspace = viewer.workspace.id;
    let subjects: Vec<Option<Subject>> = jobs.iter().map(|args| subject(args)).collect();
    let known: Vec<Subject> = subjects.iter().flatten().copied().collect();
    let owners = outbox::workspaces_of(conn, &known).await?;
    let of = |subject: Option<Subject>| match subject {
        None => Ownership::Unreadable,
        Some(Subject::Installation) => Ownership::Own,
        Some(
            subject @ (Subject::Asset(_)
            | Subject::Link(_)
            | Subject::Collection(_)
            | Subject::User(_)
            | Subject::Workspace(_)),
        ) => match owners.get(&subject) {
            Some(owner) if *owner == workspace => Ownership::Own,
            Some(_) => Ownership::Foreign,
            None => Ownership::Deleted,
        },
    };
    Ok(subjects.into_iter().map(of).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::AssetId;

    #[test]
    fn a_subject_is_known_of_jobs_that_this_version_can_read_and_of_no_others() {
        let id = AssetId::new();
        // An older version gave it more fields.
        let args = format!(r#"{{"job":"render_proxy","asset_id":"{id}","preset":"preview","watermarked":true}}"#);
        assert_eq!(subject(&args), Some(Subject::Asset(id)));
        assert_eq!(subject(r#"{"job":"reconcile"}"#), Some(Subject::Installation));
        let newer = format!(r#"{{"job":"of_the_future","asset_id":"{id}"}}"#);
        for unreadable in ["", "[]", "7", &newer, r#"{"job":"ingest_asset","asset_id":7}"#, r#"{"asset_id":7}"#] {
            assert_eq!(subject(unreadable), None, "{unreadable}");
        }
    }
}
