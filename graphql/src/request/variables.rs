//! Coerces the values of variables to their types, before anything runs.
//!
//! apollo-compiler has such a function, too, which stops at the first error, does not tell the path in the input, and
//! accepts any value of our own scalars. Rules: <https://spec.graphql.org/October2021/#sec-Coercing-Variable-Values>.

use super::{
    document::Variable,
    refusal::{MAX_ERRORS, Problem, Refusal, RequestErrorCode, written},
    scalars,
    suggestions::{did_you_mean, for_value},
};
use apollo_compiler::{
    Name, Schema, ast,
    schema::{ExtendedType, InputObjectType},
};
use async_graphql::{Name as Key, PathSegment, Value, Variables};
use serde_json::Number;

/// How many characters of a value a message repeats.
const SHOWN: usize = 60;

/// Checks the values of variables, and collects the errors.
pub(super) struct Coercion<'a> {
    schema: &'a Schema,
    suggests: bool,
    /// The most items of a list.
    items: usize,
    problems: Vec<Problem>,
    /// The present path, from the name of the variable.
    path: Vec<PathSegment>,
}

impl<'a> Coercion<'a> {
    pub(super) fn new(schema: &'a Schema, suggests: bool, items: usize) -> Self {
        Self { schema, suggests, items, problems: Vec::new(), path: Vec::new() }
    }

    /// Checks the values of an operation's variables, and adds defaults for undefined ones. Variables that the
    /// operation does not define are dropped.
    pub(super) fn coerce(mut self, defined: &'a [Variable], sent: &mut Variables) -> Result<(), Refusal> {
        let mut coerced = Variables::default();
        for Variable { name, ty, never_null, default } in defined {
            self.path = vec![PathSegment::Field(name.clone())];
            match (sent.remove(name.as_str()), default) {
                (Some(Value::Null), _) if *never_null && !ty.is_non_null() => {
                    self.add(format!("Variable \"${name}\" must not be null: it is used where a value is required."));
                }
                (Some(mut value), _) => {
                    self.value(&mut value, ty);
                    coerced.insert(Key::new(name), value);
                }
                (None, Some(default)) => {
                    coerced.insert(Key::new(name), default.clone());
                }
                (None, None) if ty.is_non_null() => {
                    self.add(format!("Variable \"${name}\" of required type \"{ty}\" was not provided."));
                }
                (None, None) => {}
            }
        }
        *sent = coerced;
        if self.problems.is_empty() { Ok(()) } else { Err(Refusal::of(self.problems, None)) }
    }

    fn value(&mut self, value: &mut Value, wanted: &'a ast::Type) {
        if self.problems.len() >= MAX_ERRORS {
            return;
        }
        match value {
            Value::Null if wanted.is_non_null() && self.path.len() == 1 => {
                let name = written(&self.path);
                self.add(format!("Variable \"${name}\" of non-null type \"{wanted}\" must not be null."));
            }
            Value::Null if wanted.is_non_null() => {
                self.invalid(value, &format!("Expected non-nullable type \"{wanted}\" not to be null."));
            }
            Value::Null => {}
            Value::List(items) if wanted.is_list() && items.len() > self.items => {
                let (has, most) = (items.len(), self.items);
                self.invalid(value, &format!("The list has {has} items, and {most} is the limit."));
            }
            Value::List(items) if wanted.is_list() => {
                for (index, item) in items.iter_mut().enumerate() {
                    self.within(PathSegment::Index(index), |this| this.value(item, wanted.item_type()));
                }
            }
            // A single value is accepted as a list of one item; async-graphql does the same.
            _ if wanted.is_list() => self.value(value, wanted.item_type()),
            _ => self.named(value, wanted.inner_named_type()),
        }
    }

    fn named(&mut self, value: &mut Value, name: &Name) {
        match self.schema.types.get(name) {
            Some(ExtendedType::InputObject(definition)) => self.object(value, definition),
            Some(ExtendedType::Enum(definition)) => {
                let names = definition.values.keys().map(Name::as_str);
                let (typed, message) = match &*value {
                    Value::String(typed) if definition.values.contains_key(typed.as_str()) => return,
                    Value::String(typed) => {
                        (typed.as_str(), format!("Value {} does not exist in \"{name}\" enum.", self.shown(value)))
                    }
                    other => ("", format!("Enum \"{name}\" cannot represent non-string value: {}.", self.shown(other))),
                };
                let question = if self.suggests { for_value(typed, names) } else { String::new() };
                self.invalid(value, &(message + &question));
            }
            _ => self.scalar(value, name),
        }
    }

    fn object(&mut self, value: &mut Value, definition: &'a InputObjectType) {
        let Value::Object(fields) = value else {
            return self.invalid(value, &format!("Expected type \"{}\" to be an object.", definition.name));
        };
        let missing = definition
            .fields
            .iter()
            .filter(|(name, expected)| expected.is_required() && !fields.contains_key(name.as_str()));
        let mut messages: Vec<(String, String)> = missing
            .map(|(name, expected)| {
                let message = format!("Field \"{name}\" of required type \"{}\" was not provided.", expected.ty);
                (name.to_string(), message)
            })
            .collect();
        for (name, field) in fields.iter_mut() {
            if let Some(expected) = definition.fields.get(name.as_str()) {
                let segment = PathSegment::Field(name.to_string());
                self.within(segment, |this| this.value(field, &expected.ty));
            } else if messages.len() < MAX_ERRORS {
                let names = definition.fields.keys().map(Name::as_str);
                let question = if self.suggests { did_you_mean(name, names) } else { String::new() };
                let name = name.chars().take(SHOWN).collect::<String>();
                let message = format!("Field \"{name}\" is not defined by type \"{}\".{question}", definition.name);
                messages.push((name, message));
            }
        }
        for (name, message) in messages {
            let message = self.of_value(value, &message);
            self.within(PathSegment::Field(name), |this| this.add(message));
        }
    }

    fn scalar(&mut self, value: &mut Value, name: &Name) {
        // In JSON, 1.0 is a whole number.
        if matches!(name.as_str(), "Int" | "ID")
            && let Value::Number(number) = value
            && let Some(whole) = whole(number)
        {
            *value = Value::Number(whole.into());
        }
        let number = if let Value::Number(number) = &*value { Some(number) } else { None };
        let refused = match name.as_str() {
            "Int" => match number.map(|number| number.as_i64().and_then(|number| i32::try_from(number).ok())) {
                Some(Some(_)) => None,
                Some(None) if number.is_some_and(|number| number.is_i64() || number.is_u64()) => {
                    Some("Int cannot represent non 32-bit signed integer value")
                }
                _ => Some("Int cannot represent non-integer value"),
            },
            "Float" => number.is_none().then_some("Float cannot represent non numeric value"),
            "String" => (!matches!(value, Value::String(_))).then_some("String cannot represent a non string value"),
            "Boolean" => {
                (!matches!(value, Value::Boolean(_))).then_some("Boolean cannot represent a non boolean value")
            }
            "ID" => {
                let fits = matches!(value, Value::String(_)) || number.is_some_and(Number::is_i64);
                (!fits).then_some("ID cannot represent value")
            }
            own => {
                if let Some(sentence) = scalars::refusal(own, value) {
                    self.invalid(value, &format!("Expected type \"{own}\". {sentence}"));
                }
                return;
            }
        };
        if let Some(refused) = refused {
            let message = format!("{refused}: {}", self.shown(value));
            self.invalid(value, &message);
        }
    }

    fn within(&mut self, segment: PathSegment, look: impl FnOnce(&mut Self)) {
        self.path.push(segment);
        look(self);
        self.path.pop();
    }

    fn invalid(&mut self, value: &Value, message: &str) {
        let message = self.of_value(value, message);
        self.add(message);
    }

    /// A message about the value at the present path.
    fn of_value(&self, value: &Value, message: &str) -> String {
        let variable = written(self.path.get(..1).unwrap_or_default());
        let place = if self.path.len() > 1 { format!(" at \"{}\"", written(&self.path)) } else { String::new() };
        format!("Variable \"${variable}\" got invalid value {}{place}; {message}", self.shown(value))
    }

    fn add(&mut self, message: String) {
        if self.problems.len() < MAX_ERRORS {
            self.problems.push(Problem::new(RequestErrorCode::Input, message).in_input(self.path.clone()));
        }
    }

    /// A value as messages show it: long ones shortened, secrets hidden.
    fn shown(&self, value: &Value) -> String {
        let is_secret = self.path.iter().any(|segment| match segment {
            PathSegment::Field(name) => {
                ["password", "token", "grant"].iter().any(|it| name.to_lowercase().contains(it))
            }
            PathSegment::Index(_) => false,
        });
        match value {
            _ if is_secret => "…".to_owned(),
            Value::Object(_) => "{…}".to_owned(),
            Value::List(_) => "[…]".to_owned(),
            Value::String(text) => match text.char_indices().nth(SHOWN) {
                Some((end, _)) => format!("\"{}…\"", &text[..end]),
                None => Value::String(text.clone()).to_string(),
            },
            short => short.to_string(),
        }
    }
}

/// The integer that a float represents, if it is whole.
fn whole(number: &Number) -> Option<i64> {
    #[expect(clippy::cast_possible_truncation, reason = "it is checked to be whole, and small enough for a float")]
    number.as_f64().filter(|float| float.fract() == 0.0 && float.abs() < 9e15 && !number.is_i64()).map(|it| it as i64)
}
