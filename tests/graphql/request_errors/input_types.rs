//! What mutations take, by introspection.

use serde_json::Value;
use std::collections::BTreeMap;
use tests::Running;

/// The names of arguments or input fields, with their types as they are written.
pub(super) type Fields = Vec<(String, String)>;

/// The input side of the schema.
pub(super) struct InputTypes {
    /// The arguments of each mutation.
    pub(super) mutations: BTreeMap<String, Fields>,
    inputs: BTreeMap<String, Fields>,
    enums: Vec<String>,
}

const QUERY: &str = "{ __schema {
    mutationType { fields { name args { ...Input } } }
    types { kind name inputFields { ...Input } }
} }
fragment Input on __InputValue { name type { kind name ofType { kind name ofType { kind name ofType { name } } } } }";

impl InputTypes {
    /// Asks a server.
    pub(super) async fn of(server: &Running) -> Self {
        let schema = server.data("", QUERY, Value::Null).await["__schema"].clone();
        let of_kind = |kind: &'static str| {
            schema["types"].as_array().unwrap().iter().filter(move |of_type| of_type["kind"] == kind)
        };
        let mutations = schema["mutationType"]["fields"].as_array().unwrap().iter();
        Self {
            mutations: mutations.map(|field| (text(&field["name"]), fields(&field["args"]))).collect(),
            inputs: of_kind("INPUT_OBJECT")
                .map(|of_type| (text(&of_type["name"]), fields(&of_type["inputFields"])))
                .collect(),
            enums: of_kind("ENUM").map(|of_type| text(&of_type["name"])).collect(),
        }
    }

    /// The fields of a type, if that is an input object.
    pub(super) fn fields(&self, of_type: &str) -> Option<&Fields> {
        self.inputs.get(base(of_type))
    }

    /// Whether a type is an enum, or a list of one.
    pub(super) fn is_enum(&self, of_type: &str) -> bool {
        self.enums.iter().any(|name| name == base(of_type))
    }
}

/// The name in a type, as `ID` in `[ID!]!`.
pub(super) fn base(of_type: &str) -> &str {
    of_type.trim_matches(&['[', ']', '!'][..])
}

fn fields(list: &Value) -> Fields {
    list.as_array().unwrap().iter().map(|field| (text(&field["name"]), written(&field["type"]))).collect()
}

fn written(of_type: &Value) -> String {
    match of_type["kind"].as_str() {
        Some("NON_NULL") => format!("{}!", written(&of_type["ofType"])),
        Some("LIST") => format!("[{}]", written(&of_type["ofType"])),
        _ => text(&of_type["name"]),
    }
}

fn text(value: &Value) -> String {
    value.as_str().expect("text").to_owned()
}
