//! Reads a request that comes as the query string of a GET.

use graphql::ReadError;
use serde::Deserialize;

/// The parameters of a GET.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct QueryString {
    query: Option<String>,
    variables: Option<String>,
    operation_name: Option<String>,
    extensions: Option<String>,
}

impl QueryString {
    /// The same request as the JSON of a body.
    pub(super) fn request(self) -> Result<serde_json::Value, ReadError> {
        let json = |name: &str, text: Option<String>| match text.filter(|text| !text.is_empty()) {
            None => Ok(serde_json::Value::Null),
            Some(text) => {
                serde_json::from_str(&text).map_err(|_| ReadError::NotARequest(format!("`{name}` is not JSON.")))
            }
        };
        Ok(serde_json::json!({
            "query": self.query,
            "operationName": self.operation_name.filter(|name| !name.is_empty()),
            "variables": json("variables", self.variables)?,
            "extensions": json("extensions", self.extensions)?,
        }))
    }
}
