//! The storage of blobs: a probe is written, read, listed and deleted.

use super::{Finding, Part, database::Belongings};
use crate::config::Config;
use std::time::Duration;
use storage::{Blob, Storage, StorageError};
use tokio::time::timeout;

const PART: Part = Part::Storage;

/// How long the probe may take. Requests to S3 are tried again for ten seconds.
const WITHIN: Duration = Duration::from_secs(15);

pub(super) async fn examine(config: &Config, belongings: Option<Belongings>, findings: &mut Vec<Finding>) {
    // That the place cannot be read is told with the rest of the configuration.
    if config.storage_place().is_err() {
        return;
    }
    let advice = "Does VITRINE_STORAGE name the right place, is it there, and may this user write to it?";
    let storage = match config.open_storage() {
        Ok(storage) => storage,
        Err(error) => return findings.push(PART.failed(format!("{error:#}"), advice)),
    };
    let Ok(probed) = timeout(WITHIN, storage.probe()).await else {
        let advice = "Is there a firewall in between? Is the server stopped or overloaded?";
        return findings.push(PART.failed("no answer in time", advice));
    };
    match probed {
        Ok(()) => findings.push(PART.good(format!("{} can be written, read, listed and deleted", place(config)))),
        Err((step, error)) => return findings.push(PART.failed(format!("{step}: {error}"), advice)),
    }
    if let Err(error) = storage.check_free_space(0, config.uploads.limits().min_free_disk).await {
        findings.push(
            PART.failed(full(&error), "Make space, or lower VITRINE_MIN_FREE_DISK; uploads are refused until then."),
        );
    }
    if let Some(Belongings { installation, blobs }) = belongings {
        match storage.owner().await {
            Ok(None) => {}
            Ok(Some(owner)) if owner == installation.to_string() => {}
            Ok(Some(_)) => findings.push(PART.failed(
                "it belongs to another installation, so that nothing is cleaned up in it",
                "Name the storage that belongs to this database, or the database that belongs to this storage.",
            )),
            Err(error) => findings.push(PART.failed(error.to_string(), advice)),
        }
        match missing(&storage, &blobs).await {
            Ok(missing) if missing.is_empty() => {}
            Ok(missing) => findings.push(PART.failed(
                format!(
                    "of {} files that the database names, {} are missing, one of them {}",
                    blobs.len(),
                    missing.len(),
                    missing[0].key()
                ),
                "Is it the storage of this database, and did its copy end? Copy what is missing from the backup: \
                 vitrine storage copy FROM TO.",
            )),
            Err(error) => findings.push(PART.failed(error.to_string(), advice)),
        }
    }
}

/// Those of some blobs that are not there.
async fn missing(storage: &Storage, blobs: &[Blob]) -> Result<Vec<Blob>, StorageError> {
    let mut missing = Vec::new();
    for blob in blobs {
        if !storage.has(*blob).await? {
            missing.push(*blob);
        }
    }
    Ok(missing)
}

/// The place as it is configured.
fn place(config: &Config) -> String {
    config.storage_place().map_or_else(|error| error.to_string(), |place| place.to_string())
}

fn full(error: &StorageError) -> String {
    format!("there is too little space: {error}")
}
