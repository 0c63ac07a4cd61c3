//! What a killed worker leaves in the folder for temporary files.

use super::outage::private;
use api::servers::Durability;
use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, SystemTime},
};
use tests::{Options, made, start_on};

fn entries(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
}

#[tokio::test]
async fn the_temporary_files_of_a_worker_that_was_killed_go_after_a_day() {
    let (folder, temporary) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    // A queue of its own, which no other worker looks at.
    let servers = private(folder.path(), Durability::Throwaway).await;
    let (database_url, redis_url) = (servers.database_url().to_owned(), servers.redis_url().to_owned());
    let server = start_on(database_url, redis_url, Options::default());
    let admin = server.admin().await;
    server.upload(&admin, "a.mp4", made::video("a.mp4", "1920x1080", 20)).await;

    let vitrine = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_vitrine-under-test"));
        let storage = format!("file:{}", server.folder.path().join("blobs").display());
        command.args(arguments).env("TMPDIR", temporary.path()).env("VITRINE_STORAGE", storage);
        command.envs([("DATABASE_URL", &server.database_url), ("REDIS_URL", &server.redis_url)]);
        command.env("VITRINE_SECRET_KEY", &server.secret_key).stdout(Stdio::null());
        command
    };
    let mut worker = vitrine(&["worker"]).spawn().unwrap();
    let began = async {
        while entries(temporary.path()).is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_mins(1), began).await.expect("it begins");
    worker.kill().unwrap();
    worker.wait().unwrap();
    let left = entries(temporary.path());
    assert!(!left.is_empty(), "it had no time to tidy up");
    let other = temporary.path().join("vitrine-notes");
    fs::create_dir(&other).unwrap();

    let collect = || assert!(vitrine(&["job", "collect_garbage"]).status().unwrap().success());
    collect();
    assert_eq!(entries(temporary.path()).len(), left.len() + 1, "what is new may be another machine's");
    for entry in entries(temporary.path()) {
        File::open(entry).unwrap().set_modified(SystemTime::UNIX_EPOCH).unwrap();
    }
    collect();
    assert_eq!(entries(temporary.path()), [other]);
}
