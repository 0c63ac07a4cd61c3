//! Variables that a client leaves out.
//!
//! A field of an input whose value is a variable without a value is left out itself, says the specification. To
//! async-graphql it is null, by which a client that sends the same document for every change would clear what it does
//! not mention: a link's password, say. So such fields are taken out before it sees them. (Whether they would fit is not
//! checked then.)
//!
//! Source: <https://spec.graphql.org/October2021/#sec-Input-Objects.Input-Coercion>

use async_graphql::{
    Name, Request,
    parser::{
        Positioned,
        types::{Directive, DocumentOperations, ExecutableDocument, OperationDefinition, Selection, SelectionSet},
    },
};
use async_graphql_value::Value;
use std::collections::HashSet;

/// Takes out of the request's document what its variables leave out.
pub(crate) fn take_out(mut request: Request) -> Request {
    let operation = request.operation_name.clone();
    let Ok(document) = request.parsed_query() else {
        // What is wrong with it is said when it is run.
        return request;
    };
    let mut left_out = may_be_left_out(document, operation.as_deref());
    left_out.retain(|name| !request.variables.contains_key(name));
    if !left_out.is_empty()
        && let Ok(document) = request.parsed_query().cloned()
    {
        request.set_parsed_query(without(document, operation.as_deref(), &left_out));
    }
    request
}

/// Whether this is the operation that is to be run. One without a name is the only one.
fn is_run(name: Option<&Name>, wanted: Option<&str>) -> bool {
    name.zip(wanted).is_none_or(|(name, wanted)| name == wanted)
}

/// Variables that need no value.
fn may_be_left_out(document: &ExecutableDocument, wanted: Option<&str>) -> HashSet<Name> {
    let run = document.operations.iter().filter(|(name, _)| is_run(*name, wanted));
    let definitions = run.flat_map(|(_, operation)| &operation.node.variable_definitions).map(|it| &it.node);
    let optional = definitions.filter(|it| it.var_type.node.nullable && it.default_value.is_none());
    optional.map(|definition| definition.name.node.clone()).collect()
}

fn without(mut document: ExecutableDocument, wanted: Option<&str>, left_out: &HashSet<Name>) -> ExecutableDocument {
    let mut pass = Pass::new(left_out);
    for fragment in document.fragments.values_mut() {
        pass.directives(&fragment.node.directives);
        pass.selection(&mut fragment.node.selection_set.node);
    }
    let mut operations: Vec<(bool, &mut OperationDefinition)> = match &mut document.operations {
        DocumentOperations::Single(operation) => vec![(true, &mut operation.node)],
        DocumentOperations::Multiple(operations) => {
            operations.iter_mut().map(|(name, it)| (is_run(Some(name), wanted), &mut it.node)).collect()
        }
    };
    for (_, operation) in operations.iter_mut().filter(|(is_run, _)| *is_run) {
        pass.operation(operation);
    }
    // A variable without any use left would be refused, also in an operation that is not run.
    let Pass { taken, used, .. } = pass;
    for (_, operation) in operations {
        let nothing = HashSet::new();
        let mut own = Pass::new(&nothing);
        own.operation(operation);
        operation.variable_definitions.retain(|definition| {
            let name = &definition.node.name.node;
            !taken.contains(name) || used.contains(name) || own.used.contains(name)
        });
    }
    document
}

/// A way through a document.
struct Pass<'a> {
    left_out: &'a HashSet<Name>,
    /// Of these, those of which a use was taken out.
    taken: HashSet<Name>,
    /// Those of which a use is left: of the others, and in lists and directives, where no value is null.
    used: HashSet<Name>,
}

impl<'a> Pass<'a> {
    fn new(left_out: &'a HashSet<Name>) -> Self {
        Self { left_out, taken: HashSet::new(), used: HashSet::new() }
    }

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
            Value::List(items) => items.iter_mut().for_each(|item| self.item(item)),
            _ => self.uses(value),
        }
        true
    }

    fn item(&mut self, item: &mut Value) {
        match item {
            Value::Variable(_) => self.uses(item),
            _ => {
                self.stays(item);
            }
        }
    }

    fn directives(&mut self, directives: &[Positioned<Directive>]) {
        for (_, value) in directives.iter().flat_map(|directive| &directive.node.arguments) {
            self.uses(&value.node);
        }
    }

    fn uses(&mut self, value: &Value) {
        if let Value::Variable(name) = value {
            self.used.insert(name.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_graphql::Variables;
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
