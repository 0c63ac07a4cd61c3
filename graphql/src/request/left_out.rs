//! Variables that a client leaves out.
//!
//! A field of an input whose value is a variable without a value is left out itself, says the specification. To
//! async-graphql it is null, by which a client that sends the same document for every change would clear what it does
//! not mention: a link's password, say. So such fields are taken out before it sees them.
//!
//! Source: <https://spec.graphql.org/October2021/#sec-Input-Objects.Input-Coercion>

use super::document::Variable;
use async_graphql::{
    Variables,
    parser::types::{DocumentOperations, ExecutableDocument, Selection, SelectionSet},
};
use async_graphql_value::Value;
use std::collections::HashSet;

/// The document without the arguments and fields of inputs whose variables have no value.
pub(super) fn without(mut document: ExecutableDocument, defined: &[Variable], sent: &Variables) -> ExecutableDocument {
    let names = defined.iter().map(|variable| variable.name.as_str());
    let left_out: HashSet<&str> = names.filter(|name| !sent.contains_key(*name)).collect();
    if left_out.is_empty() {
        return document;
    }
    for fragment in document.fragments.values_mut() {
        of_selection(&mut fragment.node.selection_set.node, &left_out);
    }
    match &mut document.operations {
        DocumentOperations::Single(operation) => of_selection(&mut operation.node.selection_set.node, &left_out),
        DocumentOperations::Multiple(operations) => {
            for operation in operations.values_mut() {
                of_selection(&mut operation.node.selection_set.node, &left_out);
            }
        }
    }
    document
}

fn of_selection(set: &mut SelectionSet, left_out: &HashSet<&str>) {
    for selection in &mut set.items {
        match &mut selection.node {
            Selection::Field(field) => {
                field.node.arguments.retain_mut(|(_, value)| stays(&mut value.node, left_out));
                of_selection(&mut field.node.selection_set.node, left_out);
            }
            Selection::InlineFragment(fragment) => of_selection(&mut fragment.node.selection_set.node, left_out),
            Selection::FragmentSpread(_) => {}
        }
    }
}

/// Whether a value stays; in a list a variable without a value is null, and stays.
fn stays(value: &mut Value, left_out: &HashSet<&str>) -> bool {
    match value {
        Value::Variable(name) => return !left_out.contains(name.as_str()),
        Value::Object(fields) => fields.retain(|_, value| stays(value, left_out)),
        Value::List(items) => {
            for item in items.iter_mut().filter(|item| !matches!(item, Value::Variable(_))) {
                stays(item, left_out);
            }
        }
        _ => {}
    }
    true
}
