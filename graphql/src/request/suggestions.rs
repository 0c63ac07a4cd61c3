//! "Did you mean …?", as in graphql-js. Only for callers that may read the schema, because suggestions reveal its
//! names.

use apollo_compiler::{Name, Schema, coordinate::TypeAttributeCoordinate, schema::ExtendedType};
use std::str::FromStr;

/// The most names that are suggested.
const MOST: usize = 3;

/// The most values of an enum that are all listed.
const MOST_VALUES: usize = 12;

/// The suggestion to append to a message; empty if no name is similar.
pub(super) fn did_you_mean<'a>(typed: &str, names: impl Iterator<Item = &'a str>) -> String {
    let longest = typed.len() * 2 / 5 + 1;
    let mut near: Vec<(usize, &str)> = names
        .filter(|name| name.len().abs_diff(typed.len()) <= longest)
        .map(|name| (strsim::osa_distance(&typed.to_lowercase(), &name.to_lowercase()), name))
        .filter(|(distance, _)| *distance <= longest)
        .collect();
    near.sort_unstable();
    let near: Vec<&str> = near.into_iter().map(|(_, name)| name).collect();
    if near.is_empty() { String::new() } else { format!(" Did you mean {}?", one_of(&near)) }
}

/// The first few names, quoted, with "or" before the last.
fn one_of(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().take(MOST).map(|name| format!("\"{name}\"")).collect();
    match quoted.as_slice() {
        [one, other] => format!("{one} or {other}"),
        [first @ .., last] if !first.is_empty() => format!("{}, or {last}", first.join(", ")),
        one => one.concat(),
    }
}

/// The suggestion for an enum value. If no value is similar, and the enum is small, all values are listed.
pub(super) fn for_value<'a>(typed: &str, values: impl Iterator<Item = &'a str> + Clone) -> String {
    let question = did_you_mean(typed, values.clone());
    let all: Vec<&str> = values.take(MOST_VALUES + 1).collect();
    if question.is_empty() && all.len() <= MOST_VALUES {
        format!(" It is one of {}.", all.join(", "))
    } else {
        question
    }
}

/// The suggestion for a message of the validator, by the kind of the error and the names that the message quotes.
pub(super) fn for_message(schema: &Schema, kind: &str, message: &str) -> String {
    let mut quoted = message.split('"').skip(1).step_by(2);
    let (Some(typed), context) = (quoted.next(), quoted.next()) else { return String::new() };
    if typed.len() > 100 {
        return String::new();
    }
    match (kind, context) {
        ("UndefinedField", Some(parent)) => match types_with(schema, parent, typed).as_slice() {
            [] => did_you_mean(typed, fields(schema, parent).into_iter()),
            types => format!(" Did you mean to use an inline fragment on {}?", one_of(types)),
        },
        ("UndefinedArgument", Some(coordinate)) => {
            let field = TypeAttributeCoordinate::from_str(coordinate).ok();
            let field = field.and_then(|field| schema.type_field(&field.ty, &field.attribute).ok());
            let names = field.map(|field| field.arguments.iter().map(|argument| argument.name.as_str()));
            names.map(|names| did_you_mean(typed, names)).unwrap_or_default()
        }
        (
            "UndefinedDefinition"
            | "UndefinedTypeInNamedFragmentTypeCondition"
            | "UndefinedTypeInInlineFragmentTypeCondition",
            _,
        ) => did_you_mean(typed, schema.types.keys().map(Name::as_str)),
        _ => String::new(),
    }
}

/// The types that implement an interface and have this field, which the interface lacks.
fn types_with<'a>(schema: &'a Schema, parent: &str, field: &str) -> Vec<&'a str> {
    let is_there = |(name, ty): (&'a Name, &'a ExtendedType)| match ty {
        ExtendedType::Object(object) if object.fields.contains_key(field) => {
            object.implements_interfaces.iter().any(|interface| interface.as_str() == parent).then_some(name.as_str())
        }
        _ => None,
    };
    schema.types.iter().filter_map(is_there).collect()
}

fn fields<'a>(schema: &'a Schema, parent: &str) -> Vec<&'a str> {
    match schema.types.get(parent) {
        Some(ExtendedType::Object(object)) => object.fields.keys().map(Name::as_str).collect(),
        Some(ExtendedType::Interface(interface)) => interface.fields.keys().map(Name::as_str).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_suggested_nearest_first() {
        let names = ["expiresAt", "startsAt", "password", "name", "expiresIn"];
        for (typed, question) in [
            ("expireAt", r#" Did you mean "expiresAt" or "expiresIn"?"#),
            ("pasword", r#" Did you mean "password"?"#),
            ("NAME", r#" Did you mean "name"?"#),
            ("watermark", ""),
        ] {
            assert_eq!(did_you_mean(typed, names.into_iter()), question, "{typed}");
        }
        let states = ["ACTIVE", "EXPIRED"];
        assert_eq!(for_value("ACTIV", states.into_iter()), r#" Did you mean "ACTIVE"?"#);
        assert_eq!(for_value("DEAD", states.into_iter()), " It is one of ACTIVE, EXPIRED.");
    }
}
