//! Measures inputs: resolvers copy, look up or hash what they are given.
//!
//! A variable counts at each position where it is used, because each position gets a copy.

use apollo_compiler::ast;
use async_graphql::{Value, Variables};
use std::{collections::HashMap, ops::Add};

/// A text counts as one more value for each of this many bytes.
const BYTES: usize = 100;

/// The size of an input.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct InputSize {
    /// Values; long texts count several times.
    pub(super) values: u64,
    /// Items of all lists together.
    pub(super) items: u64,
    /// Passwords, each of which will be hashed or compared.
    pub(super) passwords: u64,
}

impl Add for InputSize {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            values: self.values.saturating_add(other.values),
            items: self.items.saturating_add(other.items),
            passwords: self.passwords.saturating_add(other.passwords),
        }
    }
}

/// The sizes of an operation's variables.
pub(super) struct VariableSizes<'a>(HashMap<&'a str, InputSize>);

impl<'a> VariableSizes<'a> {
    pub(super) fn of(variables: &'a Variables) -> Self {
        Self(variables.iter().map(|(name, value)| (name.as_str(), of_value(value))).collect())
    }

    /// The size of the arguments of one field.
    pub(super) fn of_arguments(&self, arguments: &[apollo_compiler::Node<ast::Argument>]) -> InputSize {
        let sizes = arguments.iter().map(|argument| self.of_field(&argument.name, &argument.value));
        sizes.fold(InputSize::default(), Add::add)
    }

    fn of_field(&self, name: &str, value: &ast::Value) -> InputSize {
        password(name, value.is_null()) + self.of_literal(value)
    }

    fn of_literal(&self, value: &ast::Value) -> InputSize {
        match value {
            ast::Value::Variable(name) => self.0.get(name.as_str()).copied().unwrap_or_default(),
            ast::Value::List(items) => items.iter().fold(list(items.len()), |sum, item| sum + self.of_literal(item)),
            ast::Value::Object(fields) => {
                fields.iter().fold(InputSize::default(), |sum, (name, value)| sum + self.of_field(name, value))
            }
            ast::Value::String(text) => scalar(text.len()),
            _ => scalar(0),
        }
    }
}

fn of_value(value: &Value) -> InputSize {
    match value {
        Value::List(items) => items.iter().fold(list(items.len()), |sum, item| sum + of_value(item)),
        Value::Object(fields) => fields.iter().fold(InputSize::default(), |sum, (name, value)| {
            sum + password(name, matches!(value, Value::Null)) + of_value(value)
        }),
        Value::String(text) => scalar(text.len()),
        _ => scalar(0),
    }
}

fn scalar(bytes: usize) -> InputSize {
    InputSize { values: 1 + (bytes / BYTES) as u64, ..InputSize::default() }
}

fn list(items: usize) -> InputSize {
    InputSize { items: items as u64, ..InputSize::default() }
}

/// One password, if the field has such a name and a value.
fn password(name: &str, is_null: bool) -> InputSize {
    let is_password = matches!(name, "password" | "currentPassword" | "newPassword");
    InputSize { passwords: u64::from(is_password && !is_null), ..InputSize::default() }
}
