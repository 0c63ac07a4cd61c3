//! All mistakes that can be made in a call and seen before it runs.

use super::input_types::{Fields, InputTypes, base};
use serde_json::{Map, Value, json};

/// What begins a text that stands in a literal as it is.
const RAW: &str = "RAW:";

/// One call in a document.
#[derive(Clone, Default)]
pub(super) struct Call {
    /// Definitions of its variables, as in `$id: ID!`.
    pub(super) definitions: Vec<String>,
    /// What follows the field's name, without the selection.
    pub(super) arguments: String,
    pub(super) variables: Map<String, Value>,
    /// Where in the variables files are to be put.
    pub(super) files: Vec<String>,
}

/// A way into arguments, and the type of what is there.
type Place = (Vec<String>, String);

/// Writes calls of one mutation.
pub(super) struct Writer<'a> {
    pub(super) types: &'a InputTypes,
    pub(super) arguments: &'a Fields,
    /// What begins the names of its variables.
    pub(super) prefix: &'a str,
}

impl Writer<'_> {
    /// A call whose arguments are variables.
    pub(super) fn by_variables(&self, values: &Map<String, Value>) -> Call {
        let mut call = Call::default();
        let mut written = Vec::new();
        for (name, of_type) in self.arguments.iter().filter(|(name, _)| values.contains_key(name)) {
            let variable = format!("{}_{name}", self.prefix);
            call.definitions.push(format!("${variable}: {of_type}"));
            written.push(format!("{name}: ${variable}"));
            if values[name].get("file").is_some_and(Value::is_null) {
                call.files.push(format!("variables.{variable}.file"));
            } else if values[name].is_null() && base(of_type) == "Upload" {
                call.files.push(format!("variables.{variable}"));
            }
            call.variables.insert(variable, values[name].clone());
        }
        call.arguments = in_brackets(&written);
        call
    }

    /// The same with literals.
    fn by_literals(&self, values: &Map<String, Value>) -> Call {
        let mut call = Call::default();
        let given = self.arguments.iter().filter(|(name, _)| values.contains_key(name));
        let written: Vec<_> =
            given.map(|(name, of_type)| format!("{name}: {}", self.literal(&values[name], of_type))).collect();
        call.arguments = in_brackets(&written);
        if call.arguments.contains("$file") {
            call.definitions.push("$file: Upload!".to_owned());
            call.variables.insert("file".to_owned(), Value::Null);
            call.files.push("variables.file".to_owned());
        }
        call
    }

    fn literal(&self, value: &Value, of_type: &str) -> String {
        if let Some(fields) = self.types.fields(of_type)
            && let Some(object) = value.as_object()
        {
            let type_of = |name: &String| fields.iter().find(|(known, _)| known == name).map_or("String", |(_, of)| of);
            let fields: Vec<_> =
                object.iter().map(|(name, value)| format!("{name}: {}", self.literal(value, type_of(name)))).collect();
            return format!("{{ {} }}", fields.join(", "));
        }
        match value {
            Value::String(text) if text.starts_with(RAW) => text[RAW.len()..].to_owned(),
            Value::String(text) if self.types.is_enum(of_type) => text.clone(),
            Value::Null if base(of_type) == "Upload" => "$file".to_owned(),
            Value::Array(list) => {
                format!("[{}]", list.iter().map(|item| self.literal(item, of_type)).collect::<Vec<_>>().join(", "))
            }
            other => other.to_string(),
        }
    }

    /// Every wrong call, by what is wrong with it, made of one that would succeed.
    pub(super) fn mistakes(&self, good: &Map<String, Value>) -> Vec<(String, Call)> {
        let mut wrong = self.of_the_call(good);
        for (name, of_type) in self.arguments.iter().filter(|(name, _)| good.contains_key(name)) {
            wrong.extend(self.of_a_variable(good, name, of_type));
        }
        for (path, of_type) in self.places(self.arguments, &[]) {
            let at = path.join(".");
            for (what, value) in self.wrong_values(&of_type) {
                let values = with(good, &path, value);
                if !what.contains("literal") {
                    wrong.push((format!("{at}: {what}, in a variable"), self.by_variables(&values)));
                }
                wrong.push((format!("{at}: {what}, in a literal"), self.by_literals(&values)));
            }
            wrong.extend(self.of_an_object(good, &path, &of_type));
        }
        wrong
    }

    /// Mistakes of names and of what is required, which any call can have.
    fn of_the_call(&self, good: &Map<String, Value>) -> Vec<(String, Call)> {
        let changed = |change: &dyn Fn(&mut Call)| {
            let mut call = self.by_variables(good);
            change(&mut call);
            call
        };
        let with_argument = |written: &str| {
            changed(&|call| {
                let inside = call.arguments.trim_matches(&['(', ')'][..]).to_owned();
                call.arguments = format!("({})", [inside.as_str(), written].join(" ").trim());
            })
        };
        let with_condition = |definition: Option<&str>, condition: &str, value: Option<Value>| {
            changed(&|call| {
                call.definitions.extend(definition.map(str::to_owned));
                call.arguments.push_str(" @include(if: ");
                call.arguments.push_str(condition);
                call.arguments.push(')');
                call.variables.extend(value.clone().map(|value| ("when".to_owned(), value)));
            })
        };
        let mut wrong = vec![
            ("unknown argument", with_argument("nonsense: 1")),
            ("undefined variable", with_argument("nonsense: $nonsense")),
            ("unused variable", changed(&|call| call.definitions.push("$unused: Int".to_owned()))),
            ("unknown directive", changed(&|call| call.arguments += " @nonsense")),
            ("condition's variable missing", with_condition(Some("$when: Boolean!"), "$when", None)),
            ("condition's variable wrong", with_condition(Some("$when: Boolean!"), "$when", Some(json!("true")))),
            ("condition's variable null", with_condition(Some("$when: Boolean!"), "$when", Some(Value::Null))),
            ("condition wrong", with_condition(None, "\"true\"", None)),
        ];
        if let Some((name, _)) = self.arguments.iter().find(|(name, of)| of.ends_with('!') && good.contains_key(name)) {
            let mut rest = good.clone();
            rest.remove(name);
            wrong.push(("required argument left out", self.by_variables(&rest)));
        }
        wrong.into_iter().map(|(what, call)| (what.to_owned(), call)).collect()
    }

    /// Mistakes of one argument that is a variable.
    fn of_a_variable(&self, good: &Map<String, Value>, name: &str, of_type: &str) -> Vec<(String, Call)> {
        let variable = format!("{}_{name}", self.prefix);
        let defined = |other: &str| {
            let mut call = self.by_variables(good);
            call.definitions.retain(|definition| !definition.starts_with(&format!("${variable}:")));
            call.definitions.push(format!("${variable}: {other}"));
            call
        };
        let other = if base(of_type) == "String" { "Int" } else { "String" };
        let mut other_type = defined(&of_type.replace(base(of_type), other));
        other_type.variables.insert(variable.clone(), if other == "Int" { json!(1) } else { json!("text") });
        let mut twice = self.by_variables(good);
        twice.arguments = twice.arguments.replacen('(', &format!("({name}: ${variable} "), 1);
        let mut wrong = vec![
            ("variable of another type", other_type),
            ("variable of an unknown type", defined("Nonsense")),
            ("variable of an output type", defined("Asset")),
            ("argument repeated", twice),
        ];
        if of_type.ends_with('!') {
            let mut missing = self.by_variables(good);
            missing.variables.remove(&variable);
            missing.files.clear();
            wrong.push(("variable missing", missing));
            wrong.push(("variable may be null", defined(of_type.trim_end_matches('!'))));
        }
        if of_type.starts_with('[') {
            wrong.push(("variable of a list of nulls", defined(&of_type.replace("!]", "]"))));
        }
        wrong.into_iter().map(|(what, call)| (format!("{name}: {what}"), call)).collect()
    }

    /// Mistakes of the names in an input object.
    fn of_an_object(&self, good: &Map<String, Value>, path: &[String], of_type: &str) -> Vec<(String, Call)> {
        let Some(fields) = self.types.fields(of_type) else { return Vec::new() };
        let at = path.join(".");
        let inside = path.iter().skip(1).fold(good.get(&path[0]), |value, key| value?.get(key)).cloned();
        let object = inside.filter(Value::is_object).unwrap_or_else(|| json!({}));
        let unknown = with_field(&object, "nonsense", json!(1));
        let written = self.literal(&object, of_type);
        let open = written.trim_end_matches('}').trim_end();
        // The same field twice, in an object that is whole otherwise.
        let (name, field_type) = &fields[0];
        let value = object.get(name).cloned().unwrap_or(Value::String(format!("{RAW}null")));
        let again = format!("{name}: {}", self.literal(&value, field_type));
        let comma = if open == "{" { "" } else { "," };
        let first = if object.get(name).is_some() { String::new() } else { format!("{comma} {again}") };
        let twice = Value::String(format!("{RAW}{open}{first}, {again} }}"));
        vec![
            (
                format!("{at}: unknown input field, in a variable"),
                self.by_variables(&with(good, path, unknown.clone())),
            ),
            (format!("{at}: unknown input field, in a literal"), self.by_literals(&with(good, path, unknown))),
            (format!("{at}: input field repeated"), self.by_literals(&with(good, path, twice))),
        ]
    }

    /// Every place in the arguments.
    fn places(&self, fields: &Fields, above: &[String]) -> Vec<Place> {
        let below = fields.iter().flat_map(|(name, of_type)| {
            let path: Vec<String> = above.iter().chain([name]).cloned().collect();
            let inside = self.types.fields(of_type).map_or_else(Vec::new, |fields| self.places(fields, &path));
            [(path, of_type.clone())].into_iter().chain(inside)
        });
        below.collect()
    }

    /// What a place does not take.
    fn wrong_values(&self, of_type: &str) -> Vec<(&'static str, Value)> {
        let raw = |text: &str| Value::String(format!("{RAW}{text}"));
        let mut wrong = match base(of_type) {
            "DateTime" => vec![("no date", json!("tomorrow")), ("a number for a date", json!(1_893_456_000))],
            "Int" => vec![("Int out of range", json!(2_147_483_648_u32)), ("a text for Int", json!("1"))],
            "Float" => vec![("a text for Float", json!("0.5"))],
            "Boolean" => vec![("a text for Boolean", json!("true")), ("a number for Boolean", json!(1))],
            "String" => vec![("a number for String", json!(1)), ("an object for String", json!({}))],
            "ID" => vec![("a boolean for ID", json!(true)), ("a fraction for ID", json!(1.5))],
            "Upload" => vec![("a text for a file", json!("a.png"))],
            _ if self.types.is_enum(of_type) => vec![
                ("unknown enum", json!("NONSENSE")),
                ("a number for an enum", json!(1)),
                ("a text for an enum, as a literal", raw("\"EDITOR\"")),
            ],
            _ => vec![("a text for an object", json!("text")), ("a number for an object", json!(1))],
        };
        if of_type.starts_with('[') {
            wrong.push(("null in a list", json!([null])));
        }
        if of_type.ends_with('!') {
            if base(of_type) == "Upload" {
                wrong.push(("null, as a literal", raw("null")));
            } else {
                wrong.push(("null", Value::Null));
            }
        }
        wrong
    }
}

fn in_brackets(written: &[String]) -> String {
    if written.is_empty() { String::new() } else { format!("({})", written.join(", ")) }
}

fn with_field(object: &Value, name: &str, value: Value) -> Value {
    let mut object = object.clone();
    object[name] = value;
    object
}

/// Arguments with another value at a place, which is made where it is not there.
fn with(arguments: &Map<String, Value>, path: &[String], value: Value) -> Map<String, Value> {
    let mut changed = Value::Object(arguments.clone());
    let place = path.iter().fold(&mut changed, |object, key| {
        if !object.is_object() {
            *object = json!({});
        }
        &mut object[key.as_str()]
    });
    *place = value;
    match changed {
        Value::Object(changed) => changed,
        _ => unreachable!("arguments are an object"),
    }
}
