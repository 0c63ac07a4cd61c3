//! The question before somebody is disabled or deleted, or leaves: who gets their links and collections.

use super::{
    Fields, Frame,
    errors::{Form, Mistakes, mistakes},
    templates::{LeavingPage, SuccessorChoice},
    whose::Whose,
};
use crate::pages::{PageError, templates, view_model};
use actix_web::{HttpResponse, http::StatusCode};
use app::{
    MutationError, Services, UserError, UserErrorCode, Viewer,
    users::{Leaver, Successor},
};
use domain::{UserId, UserState, node_id::NodeId, short_id};
use schema::{
    Count, VisibleLinks,
    link_listing::{self, LinkFilter},
    users::{self, User},
};

/// How many people can be chosen.
const SUCCESSORS: i64 = 500;

/// How an account ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// An administrator disables it; it can be enabled again.
    Disable,
    /// An administrator deletes it.
    Delete,
    /// Its owner deletes it.
    Leave,
}

/// Somebody whose account ends, and who could get their links.
pub(super) struct Leaving {
    whose: Whose,
    way: Way,
    links: Count,
    successors: Vec<User>,
}

impl Leaving {
    /// Loads what the question names. Only administrators hand links over.
    pub(super) async fn new(services: &Services, viewer: &Viewer, whose: Whose, way: Way) -> Result<Self, PageError> {
        let (workspace, id) = (viewer.workspace.id, whose.user.id);
        let mut conn = services.pool.get().await?;
        let theirs = VisibleLinks { workspace, created_by: Some(id) };
        let links = link_listing::count(&mut conn, theirs, &LinkFilter::default(), services.now()).await?;
        let successors = if viewer.is_admin() {
            users::who_share_everything(&mut conn, workspace, id, SUCCESSORS).await?
        } else {
            Vec::new()
        };
        Ok(Self { whose, way, links, successors })
    }

    /// What a form asks for. Somebody who has left since the form was shown cannot be chosen any more.
    pub(super) fn leaver(&self, fields: &Fields) -> Result<Leaver, MutationError> {
        let id = Some(self.whose.user.id);
        let chosen = fields.text("transferLinksTo");
        if chosen.is_empty() {
            return Ok(Leaver { id, successor: Successor::Nobody });
        }
        let chosen: Option<UserId> = short_id::decode(chosen);
        let known = self.successors.iter().find(|user| Some(user.id) == chosen);
        let successor = known.map(|user| Successor::User(user.id)).ok_or_else(|| {
            let message = "This person cannot get the links any more; choose another one.";
            UserError::new(UserErrorCode::InvalidInput, &["transferLinksTo"], message)
        })?;
        Ok(Leaver { id, successor })
    }

    /// Asks.
    pub(super) fn show(self, status: StatusCode, viewer: &Viewer, fields: &Fields, mistakes: Mistakes) -> HttpResponse {
        let Self { whose, way, links, successors } = self;
        let chosen = fields.text("transferLinksTo");
        let choice = |user: User| {
            let id = short_id::encode(user.id);
            let is_me = user.id == viewer.user.id;
            let name = if is_me { format!("{} (you)", user.name) } else { format!("{} · {}", user.name, user.email) };
            SuccessorChoice { is_chosen: id == chosen, id, name }
        };
        let is_own = way == Way::Leave;
        let fields: &[&str] = if is_own { &["transferLinksTo", "currentPassword"] } else { &["transferLinksTo"] };
        let page = LeavingPage {
            frame: Frame::new(viewer, whose.section),
            heading: way.heading(viewer, &whose.user),
            email: viewer.user.email.clone(),
            says: way.says(whose.user.state()),
            links: view_model::counted(links, "link"),
            has_links: links.rows > 0,
            links_url: format!("/links?createdById={}", whose.user.id.node_id()),
            of_links: way.of_links(!successors.is_empty()),
            successors: successors.into_iter().map(choice).collect(),
            is_own,
            action: format!("{}/{}", whose.base, way.path()),
            button: way.button(),
            to: whose.base,
            operation: if way == Way::Disable { "disableUser" } else { "deleteUser" },
            form: Form::new(fields).with(mistakes),
        };
        templates::scripted_page(HttpResponse::build(status), &page)
    }
}

/// Asks once more, and says what was wrong.
pub(super) fn refused(
    leaving: Leaving,
    viewer: &Viewer,
    fields: &Fields,
    error: MutationError,
) -> Result<HttpResponse, PageError> {
    Ok(leaving.show(StatusCode::UNPROCESSABLE_ENTITY, viewer, fields, mistakes(error)?))
}

impl Way {
    fn heading(self, viewer: &Viewer, user: &User) -> String {
        match self {
            Self::Disable => format!("Disable {}?", user.name),
            Self::Delete => format!("Delete {}?", user.name),
            Self::Leave => format!("Leave {}?", viewer.workspace.name),
        }
    }

    /// What happens.
    fn says(self, state: UserState) -> Vec<&'static str> {
        match self {
            Self::Disable => vec![
                "They are signed out everywhere at once, and cannot sign in until you enable them again.",
                "Their personal tokens and password links end for good.",
            ],
            Self::Delete if state == UserState::Invited => {
                vec!["Their invitation ends at once.", "This cannot be undone."]
            }
            Self::Delete => vec![
                "They are signed out everywhere at once, and their name and e-mail address are deleted.",
                "What they uploaded stays in the library.",
                "This cannot be undone. To be able to bring them back, disable them instead.",
            ],
            Self::Leave => vec![
                "Your account is deleted: name, e-mail address, sessions and tokens.",
                "What you uploaded stays in the library.",
                "This cannot be undone.",
            ],
        }
    }

    /// What becomes of the links that nobody gets.
    const fn of_links(self, has_choice: bool) -> &'static str {
        match (self, has_choice) {
            (Self::Disable, true) => "Links that nobody gets answer “not found” until this person is enabled again.",
            (Self::Disable, false) => "Their links answer “not found” until this person is enabled again.",
            (Self::Delete | Self::Leave, true) => "Links that nobody gets are deleted, and stop working at once.",
            (Self::Delete | Self::Leave, false) => "The links are deleted, and stop working at once.",
        }
    }

    const fn path(self) -> &'static str {
        match self {
            Self::Disable => "disable",
            Self::Delete => "delete",
            Self::Leave => "leave",
        }
    }

    const fn button(self) -> &'static str {
        match self {
            Self::Disable => "Disable",
            Self::Delete => "Delete for good",
            Self::Leave => "Delete my account",
        }
    }
}
