//! The templates of the pages about one's own account.

use super::super::{Frame, errors::Form, issued::Issued};
use askama::Template;

/// Who the viewer is, where they are signed in, and the tokens of their programs.
#[derive(Template)]
#[template(path = "workspace/account.html")]
pub(super) struct AccountPage {
    pub(super) frame: Frame,
    pub(super) name: String,
    pub(super) email: String,
    pub(super) role: &'static str,
    pub(super) role_text: &'static str,
    /// The page on which an administrator changes their own name.
    pub(super) own_page: Option<String>,
    /// What has just been done.
    pub(super) notice: Option<&'static str>,
    /// The viewer has just changed their password.
    pub(super) has_new_password: bool,
    /// A token that is shown only now.
    pub(super) new_token: Option<String>,
    pub(super) issued: Issued,
    /// Below which path sessions and tokens are ended.
    pub(super) base: String,
    pub(super) zone: String,
}

/// The form for another password.
#[derive(Template)]
#[template(path = "workspace/change_password.html")]
pub(super) struct ChangePasswordPage {
    pub(super) frame: Frame,
    pub(super) email: String,
    pub(super) form: Form,
}

/// The form for another e-mail address.
#[derive(Template)]
#[template(path = "workspace/change_email.html")]
pub(super) struct ChangeEmailPage {
    pub(super) frame: Frame,
    /// The present one.
    pub(super) current: String,
    /// As it was typed.
    pub(super) email: String,
    pub(super) form: Form,
}

/// One thing that a token may be used for.
pub(super) struct ScopeChoice {
    pub(super) value: &'static str,
    pub(super) label: &'static str,
    pub(super) is_ticked: bool,
}

/// How long a token may last.
pub(super) struct Lifetime {
    /// In days.
    pub(super) days: i64,
    /// `90 days (27 Feb 2027)`.
    pub(super) label: String,
    pub(super) is_chosen: bool,
}

/// The form for a new token.
#[derive(Template)]
#[template(path = "workspace/new_token.html")]
pub(super) struct NewTokenPage {
    pub(super) frame: Frame,
    /// As it was typed.
    pub(super) name: String,
    pub(super) scopes: Vec<ScopeChoice>,
    pub(super) lifetimes: Vec<Lifetime>,
    pub(super) form: Form,
}
