//! Parses and validates documents.

use super::{
    convert,
    limits::CallerLimits,
    listings,
    literals::{self, LITERAL_ERRORS},
    positions::Positions,
    refusal::{Problem, Refusal, RequestErrorCode},
    suggestions, syntax,
};
use apollo_compiler::{
    ExecutableDocument, Node, Schema, ast,
    diagnostic::{Diagnostic, ToCliReport},
    executable::{Operation, Selection, SelectionSet},
    introspection,
    parser::Parser,
    validation::{DiagnosticData, DiagnosticList, Valid, WithErrors},
};
use async_graphql::{
    Value,
    parser::types::{ExecutableDocument as Runnable, OperationType},
};
use std::collections::HashSet;

/// The deepest nesting of fields and of values in a document.
const NESTING: usize = 100;
/// The most operations of a document; each is validated with all fragments that it uses.
const OPERATIONS: usize = 100;
/// The largest product of operations and tokens, because every operation may use all fragments.
const TOKENS_OF_ALL_OPERATIONS: usize = 200_000;
/// The most variables of an operation; each usage searches for its definition.
const VARIABLES: usize = 500;

/// A validated document with the operation that is to run.
pub(super) struct CheckedDocument {
    /// The type of the operation.
    pub(super) kind: OperationType,
    /// Whether the operation only lists.
    pub(super) only_lists: bool,
    /// How many tokens the document has.
    pub(super) tokens: usize,
    /// The variables of the operation.
    pub(super) variables: Vec<Variable>,
    /// The operation and its fragments in the types of async-graphql.
    pub(super) runnable: Runnable,
    /// The document in the types of apollo-compiler, which know the types of fields.
    pub(super) document: Valid<ExecutableDocument>,
    pub(super) operation: Node<Operation>,
    /// The first introspection field of the operation, if it has one.
    introspects: Option<String>,
}

/// The definition of a variable.
pub(super) struct Variable {
    pub(super) name: String,
    pub(super) ty: ast::Type,
    /// Whether the variable is used at a position that must not be null, although its type may be nullable.
    pub(super) never_null: bool,
    pub(super) default: Option<Value>,
}

/// Parses and validates a document, and prepares the operation that is to run.
pub(super) fn check(
    schema: &Valid<Schema>,
    text: &str,
    operation_name: Option<&str>,
    limits: &CallerLimits,
) -> Result<CheckedDocument, Refusal> {
    let mut parser = Parser::new().recursion_limit(NESTING).token_limit(limits.tokens);
    let parsed = parser.parse_ast(text, "document").map_err(|invalid| syntax_error(&invalid.errors, text, limits))?;
    check_sizes(&parsed, parser.tokens_reached())?;
    let validated = match parsed.to_executable(schema) {
        Ok(document) => document.validate(schema),
        Err(invalid) => Err(invalid),
    };
    let positions = Positions::of(text);
    let document = match validated {
        Ok(document) => document,
        Err(WithErrors { partial, errors }) => {
            let mut problems = literals::check(schema, &partial, limits.introspects).problems;
            problems.extend(validation_errors(schema, &errors, !problems.is_empty(), limits.introspects));
            return Err(Refusal::of(problems, Some(&positions)));
        }
    };
    let found = literals::check(schema, &document, limits.introspects);
    if !found.problems.is_empty() {
        return Err(Refusal::of(found.problems, Some(&positions)));
    }
    let operation = chosen_operation(&document, operation_name)?.clone();
    let never_null = found.never_null(&operation);
    introspection::check_max_depth(&document, &operation)
        .map_err(|_| Refusal::one(RequestErrorCode::Validation, "Maximum introspection depth exceeded"))?;
    Ok(CheckedDocument {
        kind: convert::kind(operation.operation_type),
        only_lists: listings::only_lists(&document, &operation),
        tokens: parser.tokens_reached(),
        variables: operation.variables.iter().map(|definition| variable(definition, &never_null)).collect(),
        runnable: convert::runnable(&document, &operation, &positions),
        introspects: introspects(&document, &operation.selection_set, &mut HashSet::new()),
        document,
        operation,
    })
}

impl CheckedDocument {
    /// Refuses introspection if the caller may not read the schema.
    pub(super) fn introspection(&self, limits: &CallerLimits) -> Result<(), Refusal> {
        match &self.introspects {
            Some(field) if !limits.introspects => Err(Refusal::one(
                RequestErrorCode::Validation,
                format!(
                    "GraphQL introspection has been disabled, but the requested query contained the field \"{field}\"."
                ),
            )),
            _ => Ok(()),
        }
    }
}

/// The first syntax error of a text.
fn syntax_error(errors: &DiagnosticList, text: &str, limits: &CallerLimits) -> Refusal {
    let positions = Positions::of(text);
    let Some(first) = errors.iter().next() else {
        return Refusal::one(RequestErrorCode::Parse, "Syntax Error: the document cannot be read.");
    };
    let offset = first.error.location().map_or(text.len(), |location| location.offset());
    let parsers = first.error.to_string();
    // If the token limit is reached within a construct, the parser reports an error of the construct first.
    let over_limit = errors.iter().any(|error| error.error.to_string().contains("token limit"));
    let message = if over_limit {
        format!("The document has more than {} words and signs. Send values as variables.", limits.tokens)
    } else if parsers.contains("recursion limit") {
        format!("The document is nested deeper than {NESTING} levels.")
    } else {
        syntax::message(parsers.strip_prefix("syntax error: ").unwrap_or(&parsers), text, offset)
    };
    Refusal::of(vec![Problem::new(RequestErrorCode::Parse, message).at(Some(offset))], Some(&positions))
}

/// Refuses documents whose validation would take more than linear time.
fn check_sizes(parsed: &ast::Document, tokens: usize) -> Result<(), Refusal> {
    let operations = || {
        parsed.definitions.iter().filter_map(|definition| match definition {
            ast::Definition::OperationDefinition(operation) => Some(operation),
            _ => None,
        })
    };
    let count = operations().count();
    let variables = operations().map(|operation| operation.variables.len()).max().unwrap_or_default();
    for (has, limit, what) in [(count, OPERATIONS, "operations"), (variables, VARIABLES, "variables of one operation")]
    {
        if has > limit {
            let message = format!("The document has {has} {what}, and {limit} is the limit.");
            return Err(Refusal::one(RequestErrorCode::Validation, message));
        }
    }
    if count > 1 && count * tokens > TOKENS_OF_ALL_OPERATIONS {
        let message = format!(
            "The document has {count} operations and {tokens} words and signs, and {} is the limit for so many operations. \
             Send only the operation that is to run.",
            TOKENS_OF_ALL_OPERATIONS / count
        );
        return Err(Refusal::one(RequestErrorCode::Validation, message));
    }
    Ok(())
}

/// The validator's errors. If [`literals`] has found errors, the validator's errors about literals are left out,
/// because the former are more precise.
fn validation_errors(
    schema: &Schema,
    errors: &DiagnosticList,
    literals_are_told: bool,
    suggests: bool,
) -> Vec<Problem> {
    let told = errors.iter().filter_map(|diagnostic| {
        let kind = diagnostic.error.unstable_error_name().unwrap_or_default();
        if literals_are_told && LITERAL_ERRORS.contains(&kind) {
            return None;
        }
        let mut message = compat_message(kind, &diagnostic);
        if suggests {
            message.push_str(&suggestions::for_message(schema, kind, &message));
        }
        Some(Problem::validation(message).at(diagnostic.error.location().map(|location| location.offset())))
    });
    told.take(super::refusal::MAX_ERRORS).collect()
}

/// A message in the words of graphql-js, if the validator has one, with its mistakes corrected.
fn compat_message(kind: &str, diagnostic: &Diagnostic<'_, DiagnosticData>) -> String {
    let message = diagnostic.error.unstable_compat_message();
    match (kind, message) {
        ("RecursionError" | "RecursionLimitError", _) => "The document is nested too deeply.".to_owned(),
        ("RecursiveFragmentDefinition", Some(message)) => match message.split_once(" via ") {
            Some((itself, "\"\"" | "")) => format!("{itself}."),
            _ => format!("{message}."),
        },
        ("ConflictingFieldType", Some(message)) => message.replacen(" and \"", "\" and \"", 1),
        (_, Some(message)) => message,
        (_, None) => diagnostic.error.to_string(),
    }
}

fn chosen_operation<'a>(document: &'a ExecutableDocument, name: Option<&str>) -> Result<&'a Node<Operation>, Refusal> {
    document.operations.get(name).map_err(|_| {
        let message = match name {
            Some(name) => format!("Unknown operation named \"{}\".", name.chars().take(100).collect::<String>()),
            None => "Must provide operation name if query contains multiple operations.".to_owned(),
        };
        Refusal::one(RequestErrorCode::Input, message)
    })
}

fn variable(definition: &ast::VariableDefinition, never_null: &HashSet<String>) -> Variable {
    Variable {
        name: definition.name.to_string(),
        ty: (*definition.ty).clone(),
        never_null: never_null.contains(definition.name.as_str()),
        default: definition.default_value.as_ref().and_then(|value| convert::constant(value)),
    }
}

/// The first introspection field, which can only be a field of the query type itself.
fn introspects<'a>(
    document: &'a ExecutableDocument,
    set: &'a SelectionSet,
    seen: &mut HashSet<&'a str>,
) -> Option<String> {
    set.selections.iter().find_map(|selection| match selection {
        Selection::Field(field) => matches!(field.name.as_str(), "__schema" | "__type").then(|| field.name.to_string()),
        Selection::InlineFragment(fragment) => introspects(document, &fragment.selection_set, seen),
        Selection::FragmentSpread(spread) => {
            let fragment = document.fragments.get(&spread.fragment_name)?;
            seen.insert(&fragment.name).then(|| introspects(document, &fragment.selection_set, seen)).flatten()
        }
    })
}
