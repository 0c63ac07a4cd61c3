//! GraphQL multipart requests: files are stored as they arrive, before the operation runs.
//!
//! See <https://github.com/jaydenseric/graphql-multipart-request-spec>: first the field `operations`, then `map`,
//! then the files.

use super::graphql::MAX_BYTES;
use actix_multipart::{Field, Multipart};
use actix_web::{HttpRequest, web};
use futures::StreamExt;
use graphql::{
    ClientRequest, NotARequest, Refusal,
    upload::{Received, ReceivedFiles, reference},
};
use serde_json::Value;
use std::collections::HashMap;
use storage::{Blob, FileWriter, Storage, StorageError};

/// The most files in one request.
const MAX_FILES: usize = 20;

/// A request and its files.
pub(super) struct Incoming {
    pub(super) request: ClientRequest,
    pub(super) files: ReceivedFiles,
}

impl Incoming {
    pub(super) fn without_files(request: ClientRequest) -> Self {
        Self { request, files: ReceivedFiles::default() }
    }
}

/// Why a request was not taken. Nothing of it is left.
pub(super) enum Refused {
    /// It is not what it should be.
    Bad(String),
    /// It is a request that is not taken.
    Request(Refusal),
    /// Its files cannot be stored.
    Storage(StorageError),
}

/// Reads a request and stores its files.
pub(super) async fn receive(http: &HttpRequest, payload: web::Payload, storage: &Storage) -> Result<Incoming, Refused> {
    let mut parts = Multipart::new(http.headers(), payload);
    let mut operations: Value = json(next(&mut parts).await?, "operations").await?;
    let map: HashMap<String, Vec<String>> = json(next(&mut parts).await?, "map").await?;
    if map.len() > MAX_FILES {
        return Err(Refused::Bad(format!("At most {MAX_FILES} files are taken in one request.")));
    }
    let mut received = Vec::new();
    let stored = store_files(&mut parts, &map, &mut operations, storage, &mut received).await;
    let request = stored.and_then(|()| match ClientRequest::from_value(operations) {
        Ok(request) => request.map_err(Refused::Request),
        Err(NotARequest(message)) => Err(Refused::Bad(message)),
    });
    match request {
        Ok(request) => Ok(Incoming { request, files: ReceivedFiles::new(received) }),
        Err(refused) => {
            for file in received {
                storage.delete(Blob::File(file.file.id)).await.map_err(Refused::Storage)?;
            }
            Err(refused)
        }
    }
}

async fn store_files(
    parts: &mut Multipart,
    map: &HashMap<String, Vec<String>>,
    operations: &mut Value,
    storage: &Storage,
    received: &mut Vec<Received>,
) -> Result<(), Refused> {
    while let Some(part) = parts.next().await {
        let mut part = part.map_err(cut_off)?;
        let name = part.name().unwrap_or_default().to_owned();
        let Some(paths) = map.get(&name) else {
            return Err(Refused::Bad(format!("`map` does not say where the file {name:?} belongs.")));
        };
        for path in paths {
            let place = operations.pointer_mut(&format!("/{}", path.replace('.', "/")));
            let place = place.filter(|place| place.is_null());
            let place = place.ok_or_else(|| Refused::Bad(format!("`operations` has no null at {path:?}.")))?;
            *place = Value::String(reference(received.len()));
        }
        let disposition = part.content_disposition();
        let file_name = disposition.and_then(|header| header.get_filename()).unwrap_or_default().to_owned();
        let mut writer = storage.begin_file().await.map_err(Refused::Storage)?;
        if let Err(refused) = fill(&mut writer, &mut part).await {
            writer.abort().await;
            return Err(refused);
        }
        let file = writer.finish().await.map_err(Refused::Storage)?;
        received.push(Received { file_name, file });
    }
    Ok(())
}

async fn fill(writer: &mut FileWriter, part: &mut Field) -> Result<(), Refused> {
    while let Some(bytes) = part.next().await {
        writer.write(bytes.map_err(cut_off)?).await.map_err(Refused::Storage)?;
    }
    Ok(())
}

async fn next(parts: &mut Multipart) -> Result<Field, Refused> {
    match parts.next().await {
        Some(part) => part.map_err(cut_off),
        None => Err(Refused::Bad("The fields `operations` and `map` come first, then the files.".into())),
    }
}

async fn json<T: serde::de::DeserializeOwned>(mut part: Field, name: &str) -> Result<T, Refused> {
    if part.name() != Some(name) {
        return Err(Refused::Bad("The fields `operations` and `map` come first, then the files.".into()));
    }
    let bytes = match part.bytes(MAX_BYTES).await {
        Ok(bytes) => bytes.map_err(cut_off)?,
        Err(_) => return Err(Refused::Bad(format!("`{name}` has at most 1 MB."))),
    };
    serde_json::from_slice(&bytes).map_err(|_| Refused::Bad(format!("`{name}` is not the JSON it should be.")))
}

fn cut_off(error: impl std::fmt::Display) -> Refused {
    Refused::Bad(format!("The upload could not be read to its end: {error}"))
}
