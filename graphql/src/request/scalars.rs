//! Checks values of our own scalars, for which apollo-compiler accepts any value. The resolvers parse them with the
//! same code later.

use crate::{types::byte_count::ByteCount, upload::Upload};
use async_graphql::{ScalarType, Value};
use chrono::{DateTime, Utc, format::ParseErrorKind};

/// Why a value of this scalar is invalid, as a sentence; none for valid values and for other scalars.
pub(super) fn refusal(scalar: &str, value: &Value) -> Option<&'static str> {
    let (fits, sentence) = match scalar {
        "DateTime" if is_no_day(value) => (false, "There is no such day, or no such time of a day."),
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

/// Whether a time has the correct format but does not exist, such as the 30th of February.
fn is_no_day(value: &Value) -> bool {
    let Value::String(text) = value else { return false };
    let error = DateTime::parse_from_rfc3339(text).err().map(|error| error.kind());
    matches!(error, Some(ParseErrorKind::OutOfRange | ParseErrorKind::Impossible))
}

#[cfg(test)]
mod tests {
    use super::*;
    use apollo_compiler::schema::ExtendedType;

    #[test]
    fn a_time_that_is_none_is_told_from_one_that_is_written_otherwise() {
        for (text, part) in [
            ("2030-02-30T00:00:00Z", "no such day"),
            ("2030-02-01T25:00:00Z", "no such day"),
            ("30.2.2030", "RFC 3339"),
            ("2030-02-01T10:00:00", "RFC 3339"),
        ] {
            assert!(refusal("DateTime", &text.into()).is_some_and(|sentence| sentence.contains(part)), "{text}");
        }
        assert_eq!(refusal("DateTime", &"2030-02-28T00:00:00Z".into()), None);
    }

    #[test]
    fn each_scalar_of_the_schema_is_known_here() {
        for (name, definition) in &super::super::SCHEMA.types {
            if matches!(definition, ExtendedType::Scalar(_)) && !definition.is_built_in() {
                assert!(refusal(name, &Value::Boolean(true)).is_some(), "{name}");
            }
        }
    }
}
