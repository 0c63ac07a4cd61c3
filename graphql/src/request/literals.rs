//! Checks what apollo-compiler does not check, or not completely: duplicate fields of input objects, values of our own
//! scalars, and variables within lists and input objects.
//!
//! Each operation and fragment is walked once. The variables of a fragment are checked for each operation that uses the
//! fragment. Rules: <https://spec.graphql.org/October2021/#sec-Values>,
//! <https://spec.graphql.org/October2021/#sec-All-Variable-Usages-are-Allowed>.

mod values;
mod variable_usages;

use super::refusal::Problem;
use apollo_compiler::{
    ExecutableDocument, Schema, ast,
    executable::{self, Operation},
};
use std::collections::HashSet;
use values::Values;
use variable_usages::VariableUsages;

/// The kinds of validation errors that this module reports more precisely, in the words of graphql-js.
pub(super) const LITERAL_ERRORS: [&str; 8] = [
    "UnsupportedValueType",
    "IntCoercionError",
    "FloatCoercionError",
    "UndefinedEnumValue",
    "UndefinedInputValue",
    "RequiredField",
    "DisallowedVariableUsage",
    "UndefinedVariable",
];

/// The result of checking the values of a document.
pub(super) struct Findings<'a> {
    /// All errors.
    pub(super) problems: Vec<Problem>,
    usages: VariableUsages<'a>,
}

impl Findings<'_> {
    /// The variables of an operation that are used at positions that must not be null. A nullable variable with a
    /// default may be used there, so that its value decides.
    pub(super) fn never_null(&self, operation: &Operation) -> HashSet<String> {
        self.usages.never_null(operation)
    }
}

/// Checks all values of a document.
pub(super) fn check<'a>(schema: &'a Schema, document: &'a ExecutableDocument, suggests: bool) -> Findings<'a> {
    let mut walk = Walk { schema, values: Values::new(schema, suggests) };
    let mut usages = VariableUsages::default();
    for fragment in document.fragments.values() {
        walk.directives(&fragment.directives);
        walk.set(&fragment.selection_set);
        usages.fragment(&fragment.name, walk.values.take_usages());
    }
    for operation in document.operations.iter() {
        walk.defaults(&operation.variables);
        walk.directives(&operation.directives);
        walk.set(&operation.selection_set);
        usages.operation(operation, walk.values.take_usages());
    }
    let mut problems = walk.values.problems;
    problems.extend(usages.disallowed());
    Findings { problems, usages }
}

/// Walks a document to all its values.
struct Walk<'a> {
    schema: &'a Schema,
    values: Values<'a>,
}

impl<'a> Walk<'a> {
    fn set(&mut self, set: &'a executable::SelectionSet) {
        for selection in &set.selections {
            self.directives(selection.directives());
            match selection {
                executable::Selection::Field(field) => {
                    self.arguments(&field.arguments, &field.definition.arguments);
                    self.set(&field.selection_set);
                }
                executable::Selection::InlineFragment(fragment) => self.set(&fragment.selection_set),
                executable::Selection::FragmentSpread(spread) => self.values.spreads(&spread.fragment_name),
            }
        }
    }

    fn directives(&mut self, directives: &'a ast::DirectiveList) {
        for directive in &directives.0 {
            if let Some(definition) = self.schema.directive_definitions.get(&directive.name) {
                self.arguments(&directive.arguments, &definition.arguments);
            }
        }
    }

    fn arguments(
        &mut self,
        given: &'a [apollo_compiler::Node<ast::Argument>],
        defined: &'a [apollo_compiler::Node<ast::InputValueDefinition>],
    ) {
        for argument in given {
            if let Some(definition) = defined.iter().find(|definition| definition.name == argument.name) {
                self.values.argument(argument, definition);
            }
        }
    }

    fn defaults(&mut self, variables: &'a [apollo_compiler::Node<ast::VariableDefinition>]) {
        for variable in variables {
            self.directives(&variable.directives);
            if let Some(default) = &variable.default_value {
                self.values.default(variable, default);
            }
        }
    }
}
