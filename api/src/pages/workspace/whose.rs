//! Whose account a page is about: the viewer's own, below `/account`, or for administrators that of another person, below
//! `/people/{id}`.

use super::Section;
use crate::pages::PageError;
use app::{Services, Viewer};
use domain::{UserId, short_id};
use schema::users::{self, User};

/// Whose account it is.
pub(super) struct Whose {
    pub(super) user: User,
    /// The path of the page that the others are below.
    pub(super) base: String,
    pub(super) section: Section,
}

impl Whose {
    /// The viewer's own account, or that of the person with this id in the path.
    pub(super) async fn find(services: &Services, viewer: &Viewer, id: Option<&str>) -> Result<Self, PageError> {
        let Some(id) = id else { return Ok(Self::own(viewer)) };
        let user = person(services, viewer, id).await?;
        Ok(Self { base: path_of(user.id), user, section: Section::People })
    }

    /// The viewer's own account.
    pub(super) fn own(viewer: &Viewer) -> Self {
        Self { user: viewer.user.clone(), base: "/account".to_owned(), section: Section::Account }
    }
}

/// The person of an id in a path, for administrators. Nobody of another workspace exists, and nobody who was deleted.
pub(super) async fn person(services: &Services, viewer: &Viewer, id: &str) -> Result<User, PageError> {
    viewer.require_admin()?;
    let id = short_id::decode(id).ok_or(PageError::NotFound)?;
    let found = users::existing(&mut *services.pool.get().await?, viewer.workspace.id, &[id]).await?;
    found.into_iter().next().ok_or(PageError::NotFound)
}

/// The path of a person's page.
pub(super) fn path_of(id: UserId) -> String {
    format!("/people/{}", short_id::encode(id))
}
