//! What every page of the workspace shows around its content: the workspace, the sections, and the user.

use app::Viewer;

/// A part of the workspace that has an entry in the header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Section {
    Library,
    Links,
    People,
    Settings,
    Account,
    /// A page that belongs to no entry.
    None,
}

/// The header of a page.
pub(super) struct Frame {
    pub(super) workspace_name: String,
    pub(super) user_name: String,
    section: Section,
    /// Whether the viewer manages the others.
    pub(super) is_admin: bool,
}

impl Frame {
    /// The header that a viewer sees on a page of this section.
    pub(super) fn new(viewer: &Viewer, section: Section) -> Self {
        Self {
            workspace_name: viewer.workspace.name.clone(),
            user_name: viewer.user.name.clone(),
            section,
            is_admin: viewer.is_admin(),
        }
    }

    /// The name of the list of links: administrators see those of everybody.
    pub(super) fn links_name(&self) -> &'static str {
        if self.is_admin { "Links" } else { "My links" }
    }

    /// Whether the page belongs to the library.
    pub(super) fn in_library(&self) -> bool {
        self.section == Section::Library
    }

    /// Whether the page belongs to the list of links.
    pub(super) fn in_links(&self) -> bool {
        self.section == Section::Links
    }

    /// Whether the page is about the people of the workspace.
    pub(super) fn in_people(&self) -> bool {
        self.section == Section::People
    }

    /// Whether the page is about the settings of the workspace.
    pub(super) fn in_settings(&self) -> bool {
        self.section == Section::Settings
    }

    /// Whether the page is about the viewer's own account.
    pub(super) fn in_account(&self) -> bool {
        self.section == Section::Account
    }
}
