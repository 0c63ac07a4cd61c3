//! The question before somebody is disabled or deleted, or leaves: who gets their links and collections.

use super::{
    Fields, Frame,
    errors::{Form, Mistakes, mistakes},
    links_of::LinksOf,
    templates::{LeavingPage, SuccessorChoice},
    whose::Whose,
};
use crate::pages::{PageError, templates};
use actix_web::{HttpResponse, http::StatusCode};
use app::{
    MutationError, Services, UserError, UserErrorCode, Viewer,
    users::{Leaver, Successor},
};
use domain::{UserId, UserState, short_id};
use schema::users::{self, User};

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
    links: LinksOf,
    successors: Vec<User>,
}

impl Leaving {
    /// Loads what the question names. Only administrators hand links over.
    pub(super) async fn new(services: &Services, viewer: &Viewer, whose: Whose, way: Way) -> Result<Self, PageError> {
        let (workspace, id) = (viewer.workspace.id, whose.user.id);
        let links = LinksOf::load(services, viewer, id).await?;
        let successors = if viewer.is_admin() {
            users::who_share_everything(&mut *services.pool.get().await?, workspace, id, SUCCESSORS).await?
        } else {
            Vec::new()
        };
        Ok(Self { whose, way, links, successors })
    }

    /// The path of the page about the account.
    pub(super) fn path(&self) -> &str {
        &self.whose.base
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
            of_links: way.of_links(!successors.is_empty()),
            of_successor: way.of_successor(),
            links,
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

/// What became of the links, as the end of a query string tells it to the page that follows.
pub(super) fn became(successor: Successor, moved: usize, deleted: usize) -> String {
    match successor {
        Successor::User(to) if moved > 0 => format!("&moved={moved}&to={}", short_id::encode(to)),
        _ if deleted > 0 => format!("&deleted={deleted}"),
        Successor::User(_) | Successor::Nobody | Successor::Invalid => String::new(),
    }
}

/// What such a query string says, for people; empty, if nothing became of any link.
pub(super) async fn what_became(services: &Services, viewer: &Viewer, fields: &Fields) -> Result<String, PageError> {
    let count = |name: &str| fields.text(name).parse::<u32>().ok().filter(|count| *count > 0);
    let links = |count: u32| if count == 1 { "1 link".to_owned() } else { format!("{count} links") };
    if let Some(moved) = count("moved") {
        let to: Vec<UserId> = short_id::decode(fields.text("to")).into_iter().collect();
        let found = users::existing(&mut *services.pool.get().await?, viewer.workspace.id, &to).await?;
        let to = found.first().map_or("another person", |user| &user.name);
        return Ok(format!(" {} went to {to}.", links(moved)));
    }
    Ok(count("deleted").map_or_else(String::new, |deleted| {
        format!(" {} {} deleted.", links(deleted), if deleted == 1 { "was" } else { "were" })
    }))
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

    /// What it means to get the links.
    const fn of_successor(self) -> &'static str {
        match self {
            Self::Disable => {
                "Whoever gets them keeps them, also when this person is enabled again, and can change them. Visitors then \
                 download at most what that person may."
            }
            Self::Delete | Self::Leave => {
                "Whoever gets them can change them. Visitors then download at most what that person may."
            }
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
