//! Sizes in bytes, which outgrow GraphQL's 32-bit `Int`.

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};

/// The largest integer that JSON numbers represent exactly.
const MOST: i64 = 1 << 53;

/// How many bytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ByteCount(pub(crate) i64);

/// A whole number of bytes, as a JSON number from 0 to 9007199254740992, which is 2^53.
#[Scalar]
impl ScalarType for ByteCount {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::Number(number) => number.as_i64().filter(|count| (0..=MOST).contains(count)).map(Self),
            _ => None,
        }
        .ok_or_else(|| InputValueError::custom("A byte count is a whole number from 0 to 9007199254740992."))
    }

    fn to_value(&self) -> Value {
        Value::from(self.0)
    }
}
