//! The scalar `Upload`, and the references to files that stand in its place among the variables.

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};

/// The prefix of a reference to a file in the variables. The control character prevents that clients write one by
/// accident; on purpose they can only refer to a file of the same request.
const MARK: &str = "\u{1}file:";

/// The reference to the `index`th file of a request.
pub fn reference(index: usize) -> String {
    format!("{MARK}{index}")
}

/// A file of the request.
#[derive(Debug, Clone, Copy)]
pub struct Upload(pub(super) usize);

/// A file, sent as a GraphQL multipart request: see <https://github.com/jaydenseric/graphql-multipart-request-spec>.
/// Send the files in the order in which the operation uses them, because each file is read when its field runs.
#[Scalar]
impl ScalarType for Upload {
    fn parse(value: Value) -> InputValueResult<Self> {
        let index = match &value {
            Value::String(text) => text.strip_prefix(MARK).and_then(|index| index.parse().ok()),
            _ => None,
        };
        index.map(Self).ok_or_else(|| {
            InputValueError::custom("A file is sent as a GraphQL multipart request, with null in its place here.")
        })
    }

    fn to_value(&self) -> Value {
        Value::Null
    }
}
