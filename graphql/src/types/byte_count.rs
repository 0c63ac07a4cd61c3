//! Sizes in bytes, which outgrow GraphQL's 32-bit `Int`.

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};

/// A whole number of bytes as a JSON number, up to 2^53.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ByteCount(pub(crate) i64);

#[Scalar]
impl ScalarType for ByteCount {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::Number(number) => number.as_i64().filter(|count| *count >= 0).map(Self),
            _ => None,
        }
        .ok_or_else(|| InputValueError::custom("A byte count is a whole number, not below zero."))
    }

    fn to_value(&self) -> Value {
        Value::from(self.0)
    }
}
