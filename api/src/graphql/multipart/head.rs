//! The fields before the files: `operations`, and the `map` that says where in `operations` each file belongs.

use super::reader::Reader;
use crate::graphql::limits::MAX_BYTES;
use app::Error;
use futures::StreamExt;
use graphql::{ClientRequest, ReadError, Refusal, upload::reference};
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, MapAccess, Visitor},
};
use serde_json::Value;
use std::{collections::HashSet, fmt};

/// The most files in one request.
const MAX_FILES: usize = 20;

/// How many characters of a name an error shows.
const LONGEST_SHOWN: usize = 60;

/// The GraphQL request, and the names of the files' parts in the order that [`reference()`] counts.
pub(super) struct Head {
    pub(super) request: ClientRequest,
    pub(super) names: Vec<String>,
}

/// Why the fields are no request that can be run.
pub(super) enum NoRequest {
    /// The fields could not be read, or are malformed.
    Bad(Error),
    /// The request was refused by its checks.
    Refused(Refusal),
}

impl From<ReadError> for NoRequest {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::NotARequest(message) => Self::Bad(bad(message)),
            ReadError::Refused(refusal) => Self::Refused(refusal),
        }
    }
}

impl From<Error> for NoRequest {
    fn from(error: Error) -> Self {
        Self::Bad(error)
    }
}

/// The two fields as they were sent.
pub(super) struct Fields {
    operations: Vec<u8>,
    map: Vec<u8>,
}

impl Fields {
    /// Reads the two fields.
    pub(super) async fn receive(reader: &mut Reader) -> Result<Self, Error> {
        Ok(Self { operations: field(reader, "operations").await?, map: field(reader, "map").await? })
    }

    /// The length of both fields, in bytes.
    pub(super) const fn bytes(&self) -> usize {
        self.operations.len() + self.map.len()
    }

    /// Parses the fields, and puts references where the files belong.
    pub(super) fn parse(self) -> Result<Head, NoRequest> {
        let bytes = self.bytes();
        let mut operations: Value = json("operations", &self.operations)?;
        let Entries(map) = json("map", &self.map)?;
        put_references(&mut operations, &map)?;
        let request = ClientRequest::from_value(operations, bytes)?;
        Ok(Head { request, names: map.into_iter().map(|(name, _)| name).collect() })
    }
}

/// The entries of `map` as they were sent. A name that occurs twice must be noticed, which a map would not.
struct Entries(Vec<(String, Vec<String>)>);

impl<'de> Deserialize<'de> for Entries {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct All;

        impl<'de> Visitor<'de> for All {
            type Value = Entries;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("for each file a list of paths, as in {\"0\": [\"variables.input.file\"]}")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Entries(entries))
            }
        }

        deserializer.deserialize_map(All)
    }
}

fn put_references(operations: &mut Value, map: &[(String, Vec<String>)]) -> Result<(), Error> {
    if map.len() > MAX_FILES {
        return Err(bad(format!("At most {MAX_FILES} files are taken in one request.")));
    }
    let mut names = HashSet::new();
    for (index, (name, paths)) in map.iter().enumerate() {
        if !names.insert(name) {
            return Err(bad(format!("`map` names the file {} twice.", shown(name))));
        }
        if paths.is_empty() {
            return Err(bad(format!("`map` does not say where the file {} belongs.", shown(name))));
        }
        for path in paths {
            let place = place(operations, path).filter(|place| place.is_null());
            *place.ok_or_else(|| {
                bad(format!("`operations` has no null at {}; a path looks like \"variables.input.file\".", shown(path)))
            })? = reference(index).into();
        }
    }
    Ok(())
}

/// The value that a path such as `variables.input.file` leads to. Files are allowed in variables only.
fn place<'a>(operations: &'a mut Value, path: &str) -> Option<&'a mut Value> {
    let steps = path.split('.');
    steps.clone().next().filter(|first| *first == "variables")?;
    steps.into_iter().try_fold(operations, |value, step| match value {
        Value::Object(fields) => fields.get_mut(step),
        Value::Array(items) => step.parse::<usize>().ok().and_then(|index| items.get_mut(index)),
        _ => None,
    })
}

/// A name as an error shows it, shortened if the client made it very long.
pub(super) fn shown(name: &str) -> String {
    match name.char_indices().nth(LONGEST_SHOWN) {
        Some((end, _)) => format!("{:?}…", &name[..end]),
        None => format!("{name:?}"),
    }
}

/// The next part, which must have this name.
async fn field(reader: &mut Reader, name: &str) -> Result<Vec<u8>, Error> {
    let part = reader.next().await?.filter(|part| part.name() == Some(name));
    let mut part = part.ok_or_else(|| bad("The fields `operations` and `map` come first, then the files."))?;
    let mut text = Vec::new();
    while let Some(bytes) = part.next().await {
        text.extend_from_slice(&bytes.map_err(|error| reader.explain(error))?);
        if text.len() > MAX_BYTES {
            return Err(bad(format!("`{name}` has at most 1 MB.")));
        }
    }
    Ok(text)
}

fn json<T: DeserializeOwned>(name: &str, text: &[u8]) -> Result<T, Error> {
    serde_json::from_slice(text).map_err(|error| bad(format!("`{name}` is not the JSON it should be: {error}.")))
}

fn bad(message: impl Into<String>) -> Error {
    Error::BadInput(message.into())
}
