//! The links of a person: how many there are, and where they are listed.

use crate::pages::view_model;
use app::{Services, Viewer};
use domain::{UserId, node_id::NodeId};
use schema::{
    VisibleLinks,
    link_listing::{self, LinkFilter},
};

/// The links that a person has made.
pub(super) struct LinksOf {
    /// `12 links`.
    pub(super) counted: String,
    /// The list of them.
    pub(super) url: String,
    /// Whether there are any.
    pub(super) any: bool,
}

impl LinksOf {
    /// Counts the links of a person of the viewer's workspace.
    pub(super) async fn load(services: &Services, viewer: &Viewer, person: UserId) -> Result<Self, app::Error> {
        let theirs = VisibleLinks { workspace: viewer.workspace.id, created_by: Some(person) };
        let mut conn = services.pool.get().await?;
        let links = link_listing::count(&mut conn, theirs, &LinkFilter::default(), services.now()).await?;
        Ok(Self {
            any: links.rows > 0,
            counted: view_model::counted(links, "link"),
            url: format!("/links?createdById={}", person.node_id()),
        })
    }
}
