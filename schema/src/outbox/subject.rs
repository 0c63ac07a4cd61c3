//! What a job works on, and whose that is.

use crate::{assets, collections, links, users, workspaces};
use diesel::QueryResult;
use diesel_async::AsyncPgConnection;
use domain::{AssetId, CollectionId, LinkId, UserId, WorkspaceId};
use std::collections::HashMap;

/// What a job works on. The workspace of the subject decides which administrators see and retry the job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Subject {
    /// The asset of this id.
    Asset(AssetId),
    /// The link of this id.
    Link(LinkId),
    /// The collection of this id.
    Collection(CollectionId),
    /// The user of this id.
    User(UserId),
    /// The workspace of this id.
    Workspace(WorkspaceId),
    /// All workspaces together. Every administrator sees and retries such a job.
    Installation,
}

/// The workspace of each of these subjects that exists; one statement for each kind of subject. The installation
/// belongs to no workspace.
pub async fn workspaces_of(
    conn: &mut AsyncPgConnection,
    subjects: &[Subject],
) -> QueryResult<HashMap<Subject, WorkspaceId>> {
    let (mut asset_ids, mut link_ids, mut collection_ids) = (Vec::new(), Vec::new(), Vec::new());
    let (mut user_ids, mut workspace_ids) = (Vec::new(), Vec::new());
    for subject in subjects {
        match subject {
            Subject::Asset(id) => asset_ids.push(*id),
            Subject::Link(id) => link_ids.push(*id),
            Subject::Collection(id) => collection_ids.push(*id),
            Subject::User(id) => user_ids.push(*id),
            Subject::Workspace(id) => workspace_ids.push(*id),
            Subject::Installation => {}
        }
    }
    let mut found = HashMap::new();
    if !asset_ids.is_empty() {
        let rows = assets::workspaces(conn, &asset_ids).await?;
        found.extend(rows.into_iter().map(|(id, workspace)| (Subject::Asset(id), workspace)));
    }
    if !link_ids.is_empty() {
        let rows = links::workspaces(conn, &link_ids).await?;
        found.extend(rows.into_iter().map(|(id, workspace)| (Subject::Link(id), workspace)));
    }
    if !collection_ids.is_empty() {
        let rows = collections::workspaces(conn, &collection_ids).await?;
        found.extend(rows.into_iter().map(|(id, workspace)| (Subject::Collection(id), workspace)));
    }
    if !user_ids.is_empty() {
        let rows = users::workspaces(conn, &user_ids).await?;
        found.extend(rows.into_iter().map(|(id, workspace)| (Subject::User(id), workspace)));
    }
    if !workspace_ids.is_empty() {
        let rows = workspaces::existing(conn, &workspace_ids).await?;
        found.extend(rows.into_iter().map(|id| (Subject::Workspace(id), id)));
    }
    Ok(found)
}
