//! Checks whether each literal value has the expected type. The messages are those of graphql-js.

use super::super::{
    convert,
    refusal::{Problem, RequestErrorCode},
    scalars,
    suggestions::{did_you_mean, for_value},
};
use super::variable_usages::{Usages, VariableUsage};
use apollo_compiler::{
    Name, Node, Schema, ast,
    ast::Value,
    schema::{ExtendedType, InputObjectType},
};
use async_graphql::PathSegment;
use std::collections::HashSet;

/// How many characters of a value a message repeats.
const SHOWN: usize = 60;
/// After this many errors the search ends, because only the first few are reported.
const ENOUGH: usize = 100;

/// The errors and usages that were found so far.
pub(super) struct Values<'a> {
    schema: &'a Schema,
    suggests: bool,
    pub(super) problems: Vec<Problem>,
    usages: Usages<'a>,
    /// The present path in the input, from the name of the argument.
    path: Vec<PathSegment>,
}

impl<'a> Values<'a> {
    pub(super) fn new(schema: &'a Schema, suggests: bool) -> Self {
        Self { schema, suggests, problems: Vec::new(), usages: Usages::default(), path: Vec::new() }
    }

    pub(super) fn spreads(&mut self, fragment: &'a Name) {
        self.usages.fragments.push(fragment);
    }

    /// The usages since the last call.
    pub(super) fn take_usages(&mut self) -> Usages<'a> {
        std::mem::take(&mut self.usages)
    }

    pub(super) fn argument(&mut self, argument: &'a ast::Argument, definition: &'a ast::InputValueDefinition) {
        self.path = vec![PathSegment::Field(argument.name.to_string())];
        self.value(&argument.value, &definition.ty, definition.default_value.is_some());
    }

    pub(super) fn default(&mut self, variable: &'a ast::VariableDefinition, default: &'a Node<Value>) {
        self.path = vec![PathSegment::Field(variable.name.to_string())];
        self.value(default, &variable.ty, false);
    }

    fn value(&mut self, value: &'a Node<Value>, wanted: &'a ast::Type, has_default: bool) {
        match &**value {
            Value::Variable(name) => {
                self.usages.variables.push(VariableUsage { name, wanted, has_default, offset: offset(value) });
            }
            Value::Null if wanted.is_non_null() => {
                self.problem(value, format!("Expected value of type \"{wanted}\", found null."));
            }
            Value::Null => {}
            Value::List(items) if wanted.is_list() => {
                for (index, item) in items.iter().enumerate() {
                    self.within(PathSegment::Index(index), |this| this.value(item, wanted.item_type(), false));
                }
            }
            _ if wanted.is_list() => self.value(value, wanted.item_type(), false),
            _ => self.named(value, wanted),
        }
    }

    fn named(&mut self, value: &'a Node<Value>, wanted: &'a ast::Type) {
        let name = wanted.inner_named_type();
        match self.schema.types.get(name) {
            Some(ExtendedType::InputObject(definition)) => match &**value {
                Value::Object(fields) => self.object(value, fields, definition),
                _ => self.problem(value, format!("Expected value of type \"{wanted}\", found {}.", shown(value))),
            },
            Some(ExtendedType::Enum(definition)) => {
                let names = definition.values.keys().map(Name::as_str);
                let (typed, message) = match &**value {
                    Value::Enum(typed) if definition.values.contains_key(typed) => return,
                    Value::Enum(typed) => {
                        (typed.as_str(), format!("Value \"{typed}\" does not exist in \"{name}\" enum."))
                    }
                    other => {
                        let typed = if let Value::String(text) = other { text.as_str() } else { "" };
                        (typed, format!("Enum \"{name}\" cannot represent non-enum value: {}.", shown(value)))
                    }
                };
                let question = if self.suggests { for_value(typed, names) } else { String::new() };
                self.problem(value, message + &question);
            }
            Some(ExtendedType::Scalar(_)) => self.scalar(value, name),
            _ => {}
        }
    }

    fn object(&mut self, value: &'a Node<Value>, fields: &'a [(Name, Node<Value>)], definition: &'a InputObjectType) {
        let mut given = HashSet::new();
        for (name, field) in fields {
            if !given.insert(name) {
                self.problem(field, format!("There can be only one input field named \"{name}\"."));
            }
            let Some(expected) = definition.fields.get(name) else {
                let names = definition.fields.keys().map(Name::as_str);
                let question = if self.suggests { did_you_mean(name, names) } else { String::new() };
                let message = format!("Field \"{name}\" is not defined by type \"{}\".{question}", definition.name);
                self.within(PathSegment::Field(name.to_string()), |this| this.problem(field, message));
                continue;
            };
            let segment = PathSegment::Field(name.to_string());
            self.within(segment, |this| this.value(field, &expected.ty, expected.default_value.is_some()));
        }
        for (name, expected) in &definition.fields {
            if expected.is_required() && !given.contains(name) {
                let message = format!(
                    "Field \"{}.{name}\" of required type \"{}\" was not provided.",
                    definition.name, expected.ty
                );
                self.within(PathSegment::Field(name.to_string()), |this| this.problem(value, message));
            }
        }
    }

    fn scalar(&mut self, value: &'a Node<Value>, name: &Name) {
        let refused = match (name.as_str(), &**value) {
            ("Int", Value::Int(number)) if number.try_to_i32().is_ok() => None,
            ("Int", Value::Int(_)) => Some("Int cannot represent non 32-bit signed integer value"),
            ("Int", _) => Some("Int cannot represent non-integer value"),
            ("Float", Value::Int(number)) if number.try_to_f64().is_ok() => None,
            ("Float", Value::Float(number)) if number.try_to_f64().is_ok() => None,
            ("Float", _) => Some("Float cannot represent non numeric value"),
            ("String" | "ID", Value::String(_)) | ("Boolean", Value::Boolean(_)) => None,
            ("String", _) => Some("String cannot represent a non string value"),
            ("Boolean", _) => Some("Boolean cannot represent a non boolean value"),
            // async-graphql accepts no larger number as an id; no id of ours is a number.
            ("ID", Value::Int(number)) if number.as_str().parse::<i64>().is_ok() => None,
            ("ID", _) => Some("ID cannot represent a non-string and non-integer value"),
            _ => return self.own_scalar(value, name),
        };
        if let Some(refused) = refused {
            self.problem(value, format!("{refused}: {}", shown(value)));
        }
    }

    /// Checks a value of one of our own scalars, which must not contain variables.
    fn own_scalar(&mut self, value: &'a Node<Value>, name: &Name) {
        let constant = convert::constant(value).unwrap_or_default();
        if let Some(sentence) = scalars::refusal(name, &constant) {
            let message = format!("Expected value of type \"{name}\", found {}. {sentence}", shown(value));
            self.add(Problem::new(RequestErrorCode::Input, message), value);
        }
    }

    fn within(&mut self, segment: PathSegment, look: impl FnOnce(&mut Self)) {
        self.path.push(segment);
        look(self);
        self.path.pop();
    }

    fn problem(&mut self, value: &Node<Value>, message: String) {
        self.add(Problem::validation(message), value);
    }

    fn add(&mut self, problem: Problem, value: &Node<Value>) {
        if self.problems.len() < ENOUGH {
            self.problems.push(problem.at(offset(value)).in_input(self.path.clone()));
        }
    }
}

fn offset(value: &Node<Value>) -> Option<usize> {
    value.location().map(|location| location.offset())
}

/// The text of a value in the document, shortened for messages.
fn shown(value: &Value) -> String {
    let text = value.serialize().no_indent().to_string();
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
