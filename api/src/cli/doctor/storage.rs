//! The storage of blobs: a probe is written, read, listed and deleted.

use super::{Finding, Part};
use crate::config::Config;
use domain::InstallationId;
use storage::StorageError;

const PART: Part = Part::Storage;

pub(super) async fn examine(config: &Config, installation: Option<InstallationId>, findings: &mut Vec<Finding>) {
    // That the place cannot be read is told with the rest of the configuration.
    if config.storage_place().is_err() {
        return;
    }
    let advice = "Does VITRINE_STORAGE name the right place, is it there, and may this user write to it?";
    let storage = match config.open_storage() {
        Ok(storage) => storage,
        Err(error) => return findings.push(PART.failed(format!("{error:#}"), advice)),
    };
    match storage.probe().await {
        Ok(()) => findings.push(PART.good(format!("{storage:?} can be written, read, listed and deleted"))),
        Err((step, error)) => return findings.push(PART.failed(format!("{step}: {error}"), advice)),
    }
    if let Err(error) = storage.check_free_space(0, config.uploads.limits().min_free_disk).await {
        findings.push(
            PART.failed(full(&error), "Make space, or lower VITRINE_MIN_FREE_DISK; uploads are refused until then."),
        );
    }
    if let Some(installation) = installation {
        match storage.owner().await {
            Ok(None) => {}
            Ok(Some(owner)) if owner == installation.to_string() => {}
            Ok(Some(_)) => findings.push(PART.failed(
                "it belongs to another installation, so that nothing is cleaned up in it",
                "Name the storage that belongs to this database, or the database that belongs to this storage.",
            )),
            Err(error) => findings.push(PART.failed(error.to_string(), advice)),
        }
    }
}

fn full(error: &StorageError) -> String {
    format!("there is too little space: {error}")
}
