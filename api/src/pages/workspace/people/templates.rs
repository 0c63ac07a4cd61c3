//! The templates of the pages about people.

use super::super::{Frame, errors::Form, issued::Issued, links_of::LinksOf, templates::RoleChoice};
use super::access::Access;
use askama::Template;

/// A person in the list.
pub(super) struct PersonRow {
    pub(super) path: String,
    pub(super) name: String,
    pub(super) email: String,
    pub(super) role: &'static str,
    pub(super) state: &'static str,
    /// For the colour.
    pub(super) state_class: &'static str,
    pub(super) is_viewer: bool,
    /// `28 November 2026, 14:30`.
    pub(super) added: String,
}

/// A page of the people.
#[derive(Template)]
#[template(path = "workspace/people.html")]
pub(super) struct PeoplePage {
    pub(super) frame: Frame,
    pub(super) rows: Vec<PersonRow>,
    /// `12 people`.
    pub(super) total: String,
    pub(super) notice: Option<String>,
    pub(super) zone: String,
    pub(super) previous_url: Option<String>,
    pub(super) next_url: Option<String>,
}

/// The form that invites somebody.
#[derive(Template)]
#[template(path = "workspace/invite.html")]
pub(super) struct InvitePage {
    pub(super) frame: Frame,
    /// As it was typed.
    pub(super) email: String,
    /// As it was typed.
    pub(super) name: String,
    pub(super) roles: Vec<RoleChoice>,
    /// Who has the typed address already, if they are in this workspace: the path of their page, and their name.
    pub(super) taken_by: Option<(String, String)>,
    pub(super) sends_mail: bool,
    pub(super) form: Form,
}

/// A person, and what can be done about their account.
#[derive(Template)]
#[template(path = "workspace/person.html")]
pub(super) struct PersonPage {
    pub(super) frame: Frame,
    /// The path of this page, below which the others are.
    pub(super) base: String,
    pub(super) title: String,
    pub(super) email: String,
    pub(super) state: &'static str,
    /// For the colour.
    pub(super) state_class: &'static str,
    pub(super) role: &'static str,
    pub(super) is_viewer: bool,
    pub(super) is_invited: bool,
    pub(super) is_disabled: bool,
    pub(super) added: String,
    /// What has just been done.
    pub(super) notice: Option<String>,
    /// Why something was not done.
    pub(super) error: Option<&'static str>,
    /// A link to choose a password, which is shown only now.
    pub(super) password_link: Option<String>,
    pub(super) is_mailed: bool,
    /// The name as it was typed.
    pub(super) name: String,
    pub(super) roles: Vec<RoleChoice>,
    pub(super) links: LinksOf,
    pub(super) access: Access,
    pub(super) is_guest: bool,
    pub(super) issued: Issued,
    pub(super) zone: String,
    pub(super) form: Form,
}
