//! Uploaded files: the `Upload` scalar, and files that arrive only when a resolver asks for them.
//!
//! The server reads of a multipart request what is to be done, puts references into the variables, and begins. A resolver
//! checks all that can be checked first (who, rights, the other fields, the room that is left), and then asks for its
//! file; so that nobody sends gigabytes only to be refused, or fills the disk without the right to add anything.

mod files;
mod receive;

pub use files::{Files, Received, Refusal, Wanted};
pub(crate) use receive::receive;

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};

/// How a reference to a file looks in the variables. The control character keeps clients from writing one by accident;
/// writing one on purpose only names a file of the same request.
const MARK: &str = "\u{1}file:";

/// The value that stands for the `index`th file of a request.
pub fn reference(index: usize) -> String {
    format!("{MARK}{index}")
}

/// A file of the request.
#[derive(Debug, Clone, Copy)]
pub struct Upload(usize);

/// A file, sent as GraphQL multipart request: see <https://github.com/jaydenseric/graphql-multipart-request-spec>. Send
/// the files in the order in which the operation uses them: each is read when its field is at work.
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
