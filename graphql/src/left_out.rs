//! Variables that a client leaves out.
//!
//! A field of an input whose value is a variable without a value is left out itself, says the specification. To
//! async-graphql it is null, by which a client that sends the same document for every change would clear what it does
//! not mention: a link's password, say. So such fields are taken out before it sees them.
//!
//! Source: <https://spec.graphql.org/October2021/#sec-Input-Objects.Input-Coercion>

use async_graphql::{
    Name, Request, Variables,
    parser::types::{
        Directive, DocumentOperations, ExecutableDocument, OperationDefinition, Selection, SelectionSet,
        VariableDefinition,
    },
    parser::{Positioned, parse_query},
};
use async_graphql_value::Value;
use std::collections::HashSet;

/// Takes out of the request's document what its variables leave out.
pub(crate) fn take_out(mut request: Request) -> Request {
    let Ok(document) = parse_query(&request.query) else {
        // What is wrong with it is said when it is run.
        return request;
    };
    let left_out = left_out(&document, &request.variables);
    request.set_parsed_query(if left_out.is_empty() { document } else { without(document, &left_out) });
    request
}

/// Variables that may be left out, and are. Those that one operation gives another value than the next stay.
fn left_out(document: &ExecutableDocument, given: &Variables) -> HashSet<Name> {
    let definitions = || document.operations.iter().flat_map(|(_, operation)| &operation.node.variable_definitions);
    let may_be =
        |definition: &VariableDefinition| definition.var_type.node.nullable && definition.default_value.is_none();
    let must_not: HashSet<_> = definitions().filter(|it| !may_be(&it.node)).map(|it| &it.node.name.node).collect();
    let names = definitions().map(|definition| &definition.node.name.node);
    names.filter(|name| !given.contains_key(*name) && !must_not.contains(*name)).cloned().collect()
}

fn without(mut document: ExecutableDocument, left_out: &HashSet<Name>) -> ExecutableDocument {
    let mut pass = Pass { left_out, taken: HashSet::new(), kept: HashSet::new() };
    for fragment in document.fragments.values_mut() {
        pass.directives(&fragment.node.directives);
        pass.selection(&mut fragment.node.selection_set.node);
    }
    for operation in operations(&mut document) {
        pass.directives(&operation.directives);
        pass.selection(&mut operation.selection_set.node);
    }
    // A variable without any use left would be refused.
    let Pass { taken, kept, .. } = pass;
    for operation in operations(&mut document) {
        operation.variable_definitions.retain(|it| {
            let name = &it.node.name.node;
            !taken.contains(name) || kept.contains(name)
        });
    }
    document
}

fn operations(document: &mut ExecutableDocument) -> Vec<&mut OperationDefinition> {
    match &mut document.operations {
        DocumentOperations::Single(operation) => vec![&mut operation.node],
        DocumentOperations::Multiple(operations) => operations.values_mut().map(|it| &mut it.node).collect(),
    }
}

/// One way through a document.
struct Pass<'a> {
    left_out: &'a HashSet<Name>,
    /// Of these, those of which a use was taken out,
    taken: HashSet<Name>,
    /// and those that have another one: in a list, where they are null, or in a directive.
    kept: HashSet<Name>,
}

impl Pass<'_> {
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
            _ => {}
        }
        true
    }

    fn item(&mut self, item: &mut Value) {
        if let Value::Variable(name) = item {
            self.kept.insert(name.clone());
        } else {
            self.stays(item);
        }
    }

    fn directives(&mut self, directives: &[Positioned<Directive>]) {
        for (_, value) in directives.iter().flat_map(|directive| &directive.node.arguments) {
            if let Value::Variable(name) = &value.node {
                self.kept.insert(name.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value as Json, json};

    /// The document's operations as they would be run.
    fn run(query: &str, variables: Json) -> String {
        let mut request = take_out(Request::new(query).variables(Variables::from_json(variables)));
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
    fn operations_that_disagree_keep_it_and_fragments_are_looked_into() {
        let other = "query B($a: Int = 1) { f(a: $a) }";
        assert_eq!(run(&format!("query A($a: Int) {{ f(a: $a) }} {other}"), json!({})), r#"["a"] a: $a; ["a"] a: $a"#);
        assert_eq!(run("query A($a: Int) { ...F } fragment F on Q { f(a: $a, b: 2) }", json!({})), "[]; b: 2");
    }
}
