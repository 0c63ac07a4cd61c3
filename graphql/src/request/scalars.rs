//! Values of the scalars that are ours, which the validator takes for anything. They are read by the same code as by
//! the resolvers later.

use crate::{types::byte_count::ByteCount, upload::Upload};
use async_graphql::{ScalarType, Value};
use chrono::{DateTime, Utc};

/// What is wrong with a value of this scalar, as a sentence; nothing for scalars of GraphQL itself.
pub(super) fn refusal(scalar: &str, value: &Value) -> Option<&'static str> {
    let (fits, sentence) = match scalar {
        "DateTime" => (
            DateTime::<Utc>::parse(value.clone()).is_ok(),
            "Send RFC 3339 with an offset, as in \"2030-12-31T23:59:59Z\".",
        ),
        "ByteCount" => {
            (ByteCount::parse(value.clone()).is_ok(), "Send a whole number of bytes, from zero to 9007199254740992.")
        }
        "Upload" => (
            Upload::parse(value.clone()).is_ok(),
            "Send a GraphQL multipart request, with null in the place of the file.",
        ),
        _ => return None,
    };
    (!fits).then_some(sentence)
}

#[cfg(test)]
mod tests {
    use super::*;
    use apollo_compiler::schema::ExtendedType;

    #[test]
    fn each_scalar_of_the_schema_is_known_here() {
        for (name, definition) in &super::super::SCHEMA.types {
            if matches!(definition, ExtendedType::Scalar(_)) && !definition.is_built_in() {
                assert!(refusal(name, &Value::Boolean(true)).is_some(), "{name}");
            }
        }
    }
}
