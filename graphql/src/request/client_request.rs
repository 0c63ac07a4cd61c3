//! Parses a client's request from JSON.

use super::refusal::{Refusal, RequestErrorCode};
use async_graphql::Variables;
use serde::Deserialize;
use serde_json::Value;

/// A client's request.
#[derive(Debug, Default)]
pub struct ClientRequest {
    /// The GraphQL document.
    pub query: String,
    /// The name of the operation to run.
    pub operation_name: Option<String>,
    /// The values of the variables.
    pub variables: Variables,
    /// Whether the response has to contain the cost of the operation.
    pub tells_cost: bool,
    /// The length of the request in bytes, which decides where the request is checked.
    pub bytes: usize,
}

/// Why a body cannot be read as a request.
#[derive(Debug)]
pub enum ReadError {
    /// The body is not a request. The text says why, for people.
    NotARequest(String),
    /// The request is well-formed and needs something unsupported.
    Refused(Refusal),
}

/// The members of a request with their correct types. Nearly all requests parse as this, in one pass.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TypedMembers {
    query: String,
    operation_name: Option<String>,
    #[serde(default)]
    variables: Variables,
    extensions: Option<serde_json::Map<String, Value>>,
}

/// The members of a request with any types, to tell which member is wrong.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UntypedMembers {
    query: Option<Value>,
    operation_name: Option<Value>,
    variables: Option<Value>,
    extensions: Option<Value>,
}

impl ClientRequest {
    /// Parses a request.
    pub fn from_json(bytes: &[u8]) -> Result<Self, ReadError> {
        if bytes.starts_with(b"\xef\xbb\xbf") {
            return Err(no("The body begins with a byte order mark; send JSON without one."));
        }
        if let Ok(TypedMembers { query, operation_name, variables, extensions }) = serde_json::from_slice(bytes) {
            let tells_cost = extensions.is_some_and(|extensions| tells_cost(extensions.get("cost")));
            return Ok(Self { query, operation_name, variables, tells_cost, bytes: bytes.len() });
        }
        match serde_json::from_slice(bytes) {
            Ok(json) => Self::from_value(json, bytes.len()),
            Err(error) => {
                Err(no(&format!("The body is not JSON: {error}. Send {{\"query\": …, \"variables\": {{…}}}}.")))
            }
        }
    }

    /// The same from parsed JSON that was `bytes` long.
    pub fn from_value(json: Value, bytes: usize) -> Result<Self, ReadError> {
        match &json {
            Value::Object(_) => {}
            Value::Array(_) => return Err(no("Several requests in one are not taken; send one request at a time.")),
            _ => return Err(no("A request is a JSON object: {\"query\": …, \"variables\": {…}}.")),
        }
        let members: UntypedMembers = serde_json::from_value(json).map_err(|error| no(&error.to_string()))?;
        let extensions = match members.extensions {
            None | Some(Value::Null) => Value::Null,
            Some(extensions @ Value::Object(_)) => extensions,
            Some(_) => return Err(no("`extensions` is a JSON object.")),
        };
        let query = match members.query {
            Some(Value::String(query)) => query,
            None | Some(Value::Null) if !extensions["persistedQuery"].is_null() => {
                let refusal = Refusal::one(RequestErrorCode::PersistedQuery, "PersistedQueryNotSupported");
                return Err(ReadError::Refused(refusal));
            }
            None | Some(Value::Null) => {
                return Err(no("A request needs a `query`: the GraphQL document, as a string."));
            }
            Some(_) => return Err(no("`query` is a string, the GraphQL document.")),
        };
        let operation_name = match members.operation_name {
            None | Some(Value::Null) => None,
            Some(Value::String(name)) => Some(name),
            Some(_) => return Err(no("`operationName` is a string.")),
        };
        let variables = match members.variables {
            None | Some(Value::Null) => Variables::default(),
            Some(variables @ Value::Object(_)) => Variables::from_json(variables),
            Some(_) => return Err(no("`variables` is a JSON object.")),
        };
        let tells_cost = tells_cost(extensions.get("cost"));
        Ok(Self { query, operation_name, variables, tells_cost, bytes })
    }
}

/// Whether a client asks for the cost of its operation.
fn tells_cost(extension: Option<&Value>) -> bool {
    extension == Some(&Value::Bool(true))
}

fn no(message: &str) -> ReadError {
    ReadError::NotARequest(message.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_no_request_is_told_in_a_sentence() {
        for (body, sentence) in [
            ("", "The body is not JSON"),
            ("{", "The body is not JSON"),
            ("\u{feff}{}", "byte order mark"),
            ("[]", "one request at a time"),
            ("7", "JSON object"),
            ("{}", "needs a `query`"),
            (r#"{"query":null}"#, "needs a `query`"),
            (r#"{"query":{}}"#, "`query` is a string"),
            (r#"{"query":"{a}","variables":[]}"#, "`variables` is a JSON object"),
            (r#"{"query":"{a}","variables":"{}"}"#, "`variables` is a JSON object"),
            (r#"{"query":"{a}","operationName":1}"#, "`operationName` is a string"),
            (r#"{"query":"{a}","extensions":1}"#, "`extensions` is a JSON object"),
        ] {
            let refused = ClientRequest::from_json(body.as_bytes());
            assert!(
                matches!(&refused, Err(ReadError::NotARequest(text)) if text.contains(sentence)),
                "{body}: {refused:?}"
            );
        }
    }

    #[test]
    fn a_hash_in_the_place_of_a_document_gets_a_code_of_its_own() {
        let json = json!({ "extensions": { "persistedQuery": { "version": 1, "sha256Hash": "00" } } });
        let Err(ReadError::Refused(refused)) = ClientRequest::from_value(json, 0) else { panic!("it is refused") };
        assert_eq!(refused.errors[0].message, "PersistedQueryNotSupported");
    }

    #[test]
    fn what_may_be_left_out_may_be_null() {
        let json = json!({ "query": "{a}", "operationName": null, "variables": null, "extensions": null, "id": 1 });
        let request = ClientRequest::from_value(json, 0).unwrap();
        assert_eq!((request.query.as_str(), request.operation_name, request.variables.len()), ("{a}", None, 0));
    }
}
