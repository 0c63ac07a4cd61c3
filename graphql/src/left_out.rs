//! Variables that a client leaves out.
//!
//! A field of an input whose value is a variable without a value is left out itself, says the specification. To
//! async-graphql it is null, by which a client that sends the same document for every change would clear what it does
//! not mention: a link's password, say. So such fields are taken out before it sees them. (Whether they would fit is not
//! checked then.)
//!
//! Source: <https://spec.graphql.org/October2021/#sec-Input-Objects.Input-Coercion>

use async_graphql::{
    Name, Request, Variables,
    parser::{
        Positioned,
        types::{
            Directive, DocumentOperations, ExecutableDocument, OperationDefinition, Selection, SelectionSet,
            VariableDefinition,
        },
    },
};
use async_graphql_value::Value;
use std::collections::HashSet;

/// Takes out of the request's document what its variables leave out.
pub(crate) fn take_out(mut request: Request) -> Request {
    let Ok(document) = request.parsed_query() else {
        // What is wrong with it is said when it is run.
        return request;
    };
    let mut document = document.clone();
    if without(&mut document, request.operation_name.as_deref(), &request.variables).is_some() {
        request.set_parsed_query(document);
    }
    request
}

/// Nothing, where there is nothing to take out.
fn without(document: &mut ExecutableDocument, operation: Option<&str>, given: &Variables) -> Option<()> {
    let left_out = left_out(chosen(&mut document.operations, operation)?, given);
    if left_out.is_empty() {
        return None;
    }
    let mut pass = Pass { left_out: &left_out, taken: HashSet::new(), used: HashSet::new() };
    pass.operation(chosen(&mut document.operations, operation)?);
    for fragment in document.fragments.values_mut() {
        pass.directives(&fragment.node.directives);
        pass.selection(&mut fragment.node.selection_set.node);
    }
    let Pass { taken, used, .. } = pass;
    // A variable without any use left would be refused, also in an operation that is not run.
    for operation in all(&mut document.operations) {
        let mut own = Pass { left_out: &HashSet::new(), taken: HashSet::new(), used: HashSet::new() };
        own.operation(operation);
        operation.variable_definitions.retain(|definition| {
            let name = &definition.node.name.node;
            !taken.contains(name) || used.contains(name) || own.used.contains(name)
        });
    }
    Some(())
}

/// The operation that is to be run.
fn chosen<'a>(operations: &'a mut DocumentOperations, name: Option<&str>) -> Option<&'a mut OperationDefinition> {
    match (operations, name) {
        (DocumentOperations::Multiple(operations), Some(name)) => Some(&mut operations.get_mut(name)?.node),
        (operations, _) => all(operations).next(),
    }
}

fn all(operations: &mut DocumentOperations) -> Box<dyn Iterator<Item = &mut OperationDefinition> + '_> {
    match operations {
        DocumentOperations::Single(operation) => Box::new([&mut operation.node].into_iter()),
        DocumentOperations::Multiple(operations) => Box::new(operations.values_mut().map(|it| &mut it.node)),
    }
}

/// Variables that may be left out, and are.
fn left_out(operation: &OperationDefinition, given: &Variables) -> HashSet<Name> {
    let is_left_out = |definition: &&VariableDefinition| {
        let may_be = definition.var_type.node.nullable && definition.default_value.is_none();
        may_be && !given.contains_key(&definition.name.node)
    };
    let definitions = operation.variable_definitions.iter().map(|definition| &definition.node);
    definitions.filter(is_left_out).map(|definition| definition.name.node.clone()).collect()
}

/// A way through a document.
struct Pass<'a> {
    left_out: &'a HashSet<Name>,
    /// Of these, those of which a use was taken out.
    taken: HashSet<Name>,
    /// Those of which a use is left: of the others, and in lists and directives, where no value is null.
    used: HashSet<Name>,
}

impl Pass<'_> {
    fn operation(&mut self, operation: &mut OperationDefinition) {
        self.directives(&operation.directives);
        self.selection(&mut operation.selection_set.node);
    }

    fn selection(&mut self, set: &mut SelectionSet) {
        for selection in &mut set.items {
            self.directives(selection.node.directives());
            match &mut selection.node {
                Selection::Field(field) => {
                    field.node.arguments.retain_mut(|(_, value)| self.stays(&mut value.node));
                    self.selection(&mut field.node.selection_set.node);
                }
                Selection::InlineFragment(fragment) => self.selection(&mut fragment.node.selection_set.node),
                Selection::FragmentSpread(_) => {}
            }
        }
    }

    fn stays(&mut self, value: &mut Value) -> bool {
        match value {
            Value::Variable(name) if self.left_out.contains(name) => {
                self.taken.insert(name.clone());
                return false;
            }
            Value::Object(fields) => fields.retain(|_, value| self.stays(value)),
            _ => self.keep(value),
        }
        true
    }

    fn keep(&mut self, value: &mut Value) {
        match value {
            Value::Variable(name) => {
                self.used.insert(name.clone());
            }
            Value::List(items) => items.iter_mut().for_each(|item| self.keep(item)),
            Value::Object(_) => {
                self.stays(value);
            }
            _ => {}
        }
    }

    fn directives(&mut self, directives: &[Positioned<Directive>]) {
        for (_, value) in directives.iter().flat_map(|directive| &directive.node.arguments) {
            self.keep(&mut value.node.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value as Json, json};

    /// The document's operations as they would be run.
    fn run(query: &str, variables: Json) -> String {
        let request = Request::new(query).variables(Variables::from_json(variables)).operation_name("A");
        let mut request = take_out(request);
        let document = request.parsed_query().unwrap();
        let mut shown: Vec<String> = document
            .operations
            .iter()
            .map(|(_, operation)| {
                let defined: Vec<_> =
                    operation.node.variable_definitions.iter().map(|it| it.node.name.node.as_str()).collect();
                format!("{defined:?} {}", arguments(&operation.node.selection_set.node)).trim_end().to_owned()
            })
            .chain(document.fragments.values().map(|it| arguments(&it.node.selection_set.node)))
            .collect();
        shown.sort();
        shown.join("; ")
    }

    fn arguments(set: &SelectionSet) -> String {
        let shown = set.items.iter().map(|selection| match &selection.node {
            Selection::Field(field) => {
                let mut shown: Vec<_> =
                    field.node.arguments.iter().map(|(name, value)| format!("{name}: {value}")).collect();
                shown.push(arguments(&field.node.selection_set.node));
                shown.join(" ")
            }
            Selection::InlineFragment(fragment) => arguments(&fragment.node.selection_set.node),
            Selection::FragmentSpread(_) => String::new(),
        });
        shown.collect::<String>().trim().to_owned()
    }

    #[test]
    fn what_has_no_value_is_taken_out_and_null_is_a_value() {
        let query = "query($a: Int, $b: Int) { f(a: $a, o: { b: $b, c: 1, l: [{ b: $b }] }) { ... { g(a: $a) } } }";
        for (variables, expected) in [
            (json!({}), "[] o: {c: 1, l: [{}]}"),
            (json!({ "a": null }), r#"["a"] a: $a o: {c: 1, l: [{}]} a: $a"#),
            (json!({ "a": 1, "b": 2 }), r#"["a", "b"] a: $a o: {b: $b, c: 1, l: [{b: $b}]} a: $a"#),
        ] {
            assert_eq!(run(query, variables), expected);
        }
    }

    #[test]
    fn a_variable_stays_that_has_a_default_or_is_needed_or_is_used_where_null_means_null() {
        for (query, expected) in [
            ("query($a: Int = 1) { f(a: $a) }", r#"["a"] a: $a"#),
            ("query($a: Int!) { f(a: $a) }", r#"["a"] a: $a"#),
            ("query($a: Int) { f(a: $a, l: [$a, [$a]]) }", r#"["a"] l: [$a, [$a]]"#),
            ("query($a: Boolean) { f(a: $a) @skip(if: $a) }", r#"["a"]"#),
            ("query($a: Int) { f }", r#"["a"]"#),
        ] {
            assert_eq!(run(query, json!({})), expected, "{query}");
        }
    }

    #[test]
    fn only_the_operation_that_is_run_counts_and_fragments_are_looked_into() {
        let fragment = "fragment F on Q { f(a: $a, b: 2) }";
        assert_eq!(run(&format!("query A($a: Int) {{ ...F }} {fragment}"), json!({})), "[]; b: 2");
        for other in ["query B($a: Int!) { f(a: $a) }", "query B($a: Int = 1) { ...F f(a: $a) }"] {
            let document = format!("query A($a: Int) {{ ...F f(a: $a) }} {other} {fragment}");
            assert_eq!(run(&document, json!({})), "[\"a\"] a: $a; []; b: 2", "{other}");
        }
        let document = format!("query A($a: Int) {{ ...F }} query B($a: Int!) {{ ...F }} {fragment}");
        assert_eq!(run(&document, json!({})), "[]; []; b: 2", "none has a use for it");
        let document = "query B($a: Int) { f(a: $a) } query A($a: Int!) { f(a: $a) }";
        assert_eq!(run(document, json!({})), "[\"a\"] a: $a; [\"a\"] a: $a");
    }
}
