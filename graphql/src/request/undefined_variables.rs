//! Removes input fields and arguments whose variable is undefined: the client has sent no value, and there is no
//! default.
//!
//! The specification says that such a field counts as not sent. async-graphql takes it for null, so that a client that
//! sends the same document for every change would clear what it does not mention, such as a link's password. So these
//! fields and arguments are removed before async-graphql sees them.
//!
//! Source: <https://spec.graphql.org/October2021/#sec-Input-Objects.Input-Coercion>

use super::document::Variable;
use async_graphql::{
    Variables,
    parser::types::{DocumentOperations, ExecutableDocument, Selection, SelectionSet},
};
use async_graphql_value::Value;
use std::collections::HashSet;

/// The document without arguments and input fields whose variables are undefined.
pub(super) fn remove(mut document: ExecutableDocument, defined: &[Variable], sent: &Variables) -> ExecutableDocument {
    let names = defined.iter().map(|variable| variable.name.as_str());
    let undefined: HashSet<&str> = names.filter(|name| !sent.contains_key(*name)).collect();
    if undefined.is_empty() {
        return document;
    }
    for fragment in document.fragments.values_mut() {
        remove_from_selection(&mut fragment.node.selection_set.node, &undefined);
    }
    match &mut document.operations {
        DocumentOperations::Single(operation) => {
            remove_from_selection(&mut operation.node.selection_set.node, &undefined);
        }
        DocumentOperations::Multiple(operations) => {
            for operation in operations.values_mut() {
                remove_from_selection(&mut operation.node.selection_set.node, &undefined);
            }
        }
    }
    document
}

fn remove_from_selection(set: &mut SelectionSet, undefined: &HashSet<&str>) {
    for selection in &mut set.items {
        match &mut selection.node {
            Selection::Field(field) => {
                field.node.arguments.retain_mut(|(_, value)| has_value(&mut value.node, undefined));
                remove_from_selection(&mut field.node.selection_set.node, undefined);
            }
            Selection::InlineFragment(fragment) => {
                remove_from_selection(&mut fragment.node.selection_set.node, undefined);
            }
            Selection::FragmentSpread(_) => {}
        }
    }
}

/// Whether a value is defined. In a list, an undefined variable is null and stays.
fn has_value(value: &mut Value, undefined: &HashSet<&str>) -> bool {
    match value {
        Value::Variable(name) => return !undefined.contains(name.as_str()),
        Value::Object(fields) => fields.retain(|_, value| has_value(value, undefined)),
        Value::List(items) => {
            for item in items.iter_mut().filter(|item| !matches!(item, Value::Variable(_))) {
                has_value(item, undefined);
            }
        }
        _ => {}
    }
    true
}
