//! The roles and the states of people, in words.

use super::templates::RoleChoice;
use domain::{Role, UserState};

/// The name of a role.
pub(super) const fn name(role: Role) -> &'static str {
    match role {
        Role::Guest => "Guest",
        Role::Viewer => "Viewer",
        Role::Editor => "Editor",
        Role::Admin => "Administrator",
    }
}

/// What people with a role may do.
pub(super) const fn text(role: Role) -> &'static str {
    match role {
        Role::Guest => "Sees only the collections and assets that administrators show them.",
        Role::Viewer => "Sees the library, and downloads smaller versions.",
        Role::Editor => "Edits assets, uploads them (by the API), downloads originals, and shares.",
        Role::Admin => "Does what editors do, and manages people, settings and everybody's links.",
    }
}

/// The roles to choose from.
pub(super) fn choices(chosen: &str) -> Vec<RoleChoice> {
    let choice = |role: &Role| RoleChoice {
        value: role.as_str(),
        name: name(*role),
        text: text(*role),
        is_chosen: role.as_str() == chosen,
    };
    Role::ALL.iter().map(choice).collect()
}

/// The name of a state, and the class of its colour.
pub(super) const fn state(state: UserState) -> (&'static str, &'static str) {
    match state {
        UserState::Active => ("Active", "state-open"),
        UserState::Invited => ("Invited", "state-waiting"),
        UserState::Disabled => ("Disabled", "state-over"),
        UserState::Deleted => ("Deleted", "state-over"),
    }
}
