//! Which operations only list, so that they may be read from a replica (`app::listings`). All root fields of such an operation are
//! named here: a field that looks one thing up, decides, or is for visitors keeps the whole operation on the primary.

use apollo_compiler::{ExecutableDocument, executable::Operation};

/// The root fields that list.
const LISTINGS: &[&str] =
    &["accessRules", "assets", "collections", "linkEvents", "links", "securityEvents", "userGroups", "users"];

/// The root fields that may be beside them: the viewer is known already, and the fields below count or are told by the viewer's
/// workspace.
const BESIDE: &[&str] = &["viewer", "workspace", "__typename"];

/// Whether an operation only lists.
pub(super) fn only_lists(document: &ExecutableDocument, operation: &Operation) -> bool {
    let mut lists = false;
    for field in operation.root_fields(document) {
        let name = field.name.as_str();
        if LISTINGS.contains(&name) {
            lists = true;
        } else if !BESIDE.contains(&name) {
            return false;
        }
    }
    lists
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::SCHEMA;

    #[test]
    fn the_fields_are_there() {
        let fields = &SCHEMA.get_object("Query").unwrap().fields;
        for name in LISTINGS.iter().chain(BESIDE).filter(|name| !name.starts_with("__")) {
            assert!(fields.contains_key(*name), "{name}");
        }
        // Every list with a `first` in the schema is one of them.
        for (name, field) in fields.iter().filter(|(_, field)| field.argument_by_name("first").is_some()) {
            assert!(LISTINGS.contains(&name.as_str()), "{}", field.name);
        }
    }

    #[test]
    fn one_other_field_is_enough_to_stay_on_the_primary() {
        let token = "AAAAAAAAAAAAAAAAAAAAAA";
        for (text, lists) in [
            ("{ links { nodes { id } } }".to_owned(), true),
            ("{ __typename a: assets { totalCount } viewer { id } ...F } fragment F on Query { users { totalCount } }".to_owned(), true),
            ("{ viewer { id } }".to_owned(), false),
            ("{ links { nodes { id } } link(id: \"x\") { id } }".to_owned(), false),
            (format!("{{ links {{ nodes {{ id }} }} ...F }} fragment F on Query {{ sharedLink(token: \"{token}\") {{ __typename }} }}"), false),
            ("{ shareOptions(assetIds: []) { shareable } links { totalCount } }".to_owned(), false),
            ("mutation { signOut { userErrors { message } } }".to_owned(), false),
        ] {
            let document = ExecutableDocument::parse_and_validate(&SCHEMA, &text, "document").unwrap();
            assert_eq!(only_lists(&document, document.operations.get(None).unwrap()), lists, "{text}");
        }
    }
}
