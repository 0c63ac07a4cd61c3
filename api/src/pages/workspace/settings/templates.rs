//! The template of the settings.

use super::super::{Frame, errors::Form, templates::Choice};
use crate::pages::brand::LogoView;
use askama::Template;
use schema::faces::Progress;

/// The settings.
#[derive(Template)]
#[template(path = "workspace/settings.html")]
pub(super) struct SettingsPage {
    pub(super) frame: Frame,
    /// What has just been done.
    pub(super) notice: Option<&'static str>,
    /// As they are, or as they were typed.
    pub(super) typed: TypedSettings,
    /// Whether the workspace has a colour of its own.
    pub(super) has_accent: bool,
    /// All time zones: the name, and whether it is chosen.
    pub(super) zones: Vec<(&'static str, bool)>,
    pub(super) backgrounds: Vec<Choice>,
    pub(super) logo: Option<LogoView>,
    /// The colours of the preview, which the template engine must not escape: written by `Shades` only.
    pub(super) style: String,
    /// How many pictures are searched by person already; none: the search is off.
    pub(super) progress: Option<Progress>,
    pub(super) what_is_stored: &'static str,
    pub(super) form: Form,
}

/// What is typed and chosen in the form.
pub(super) struct TypedSettings {
    pub(super) name: String,
    pub(super) time_zone: String,
    pub(super) accent_color: String,
    /// Whether the usual colour is wanted instead.
    pub(super) default_accent: bool,
    pub(super) gallery_background: String,
    pub(super) imprint: String,
    pub(super) contact: String,
}
