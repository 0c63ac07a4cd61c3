//! What a worker leaves behind that is told to stop, or is killed, in the middle of a video.

use api::{
    cli::NAMESPACE,
    installation::servers::{Durability, PrivateServers},
};
use nix::{
    sys::signal::{self, Signal},
    unistd::Pid,
};
use std::{
    fs::{self, File},
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, SystemTime},
};
use tempfile::TempDir;
use tests::{Options, Running, made, private, start_on};

/// A server with a long video to be made smaller, and everything that a worker of its own needs.
struct Scene {
    server: Running,
    temporary: TempDir,
    // A queue that no other worker looks at.
    _servers: PrivateServers,
    _folder: TempDir,
}

impl Scene {
    async fn set() -> Self {
        let (folder, temporary) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let servers = private(folder.path(), Durability::Throwaway).await;
        let (database_url, redis_url) = (servers.database_url().to_owned(), servers.redis_url().to_owned());
        let server = start_on(database_url, redis_url, Options::default());
        let admin = server.admin().await;
        server.upload(&admin, "a.mp4", made::video("a.mp4", "1920x1080", 20)).await;
        Self { server, temporary, _servers: servers, _folder: folder }
    }

    fn vitrine(&self, arguments: &[&str]) -> Command {
        let server = &self.server;
        let mut command = Command::new(env!("CARGO_BIN_EXE_vitrine-under-test"));
        let storage = format!("file:{}", server.folder.path().join("blobs").display());
        command.args(arguments).env("TMPDIR", self.temporary.path()).env("VITRINE_STORAGE", storage);
        command.envs([("DATABASE_URL", &server.database_url), ("REDIS_URL", &server.redis_url)]);
        command.env("VITRINE_SECRET_KEY", &server.secret_key).stdout(Stdio::null());
        command.env("VITRINE_WORKER_GRACE", "0");
        command
    }

    /// A worker that has begun.
    async fn at_work(&self) -> Child {
        let worker = self.vitrine(&["worker"]).spawn().unwrap();
        let began = async {
            while self.entries().is_empty() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(Duration::from_mins(1), began).await.expect("it begins");
        worker
    }

    fn entries(&self) -> Vec<PathBuf> {
        fs::read_dir(self.temporary.path()).unwrap().map(|entry| entry.unwrap().path()).collect()
    }

    /// How many jobs wait, and how many are running or dead.
    async fn jobs(&self) -> (usize, usize) {
        let server = &self.server;
        let queue = jobs::Queue::connect(&server.redis_server, NAMESPACE, server.services.clock.clone()).await.unwrap();
        let depths = queue.depths().await.unwrap().into_iter();
        depths
            .fold((0, 0), |(wait, other), lane| (wait + lane.ready + lane.scheduled, other + lane.running + lane.dead))
    }
}

#[tokio::test]
async fn a_worker_that_is_told_to_stop_gives_back_what_takes_too_long() {
    let scene = Scene::set().await;
    let mut worker = scene.at_work().await;
    signal::kill(Pid::from_raw(i32::try_from(worker.id()).unwrap()), Signal::SIGTERM).unwrap();
    let ended = tokio::task::spawn_blocking(move || worker.wait().unwrap());
    let status = tokio::time::timeout(Duration::from_secs(30), ended).await.expect("it ends").unwrap();
    assert!(status.success(), "{status}");
    let (wait, other) = scene.jobs().await;
    assert!(wait > 0 && other == 0, "{wait} wait, {other} do not");
    assert_eq!(scene.entries(), Vec::<PathBuf>::new());
}

#[tokio::test]
async fn the_temporary_files_of_a_worker_that_was_killed_go_after_a_day() {
    let scene = Scene::set().await;
    let mut worker = scene.at_work().await;
    worker.kill().unwrap();
    worker.wait().unwrap();
    let left = scene.entries();
    assert!(!left.is_empty(), "it had no time to tidy up");
    let other = scene.temporary.path().join("vitrine-notes");
    fs::create_dir(&other).unwrap();

    let collect = || assert!(scene.vitrine(&["job", "collect_garbage"]).status().unwrap().success());
    collect();
    assert_eq!(scene.entries().len(), left.len() + 1, "what is new may be another machine's");
    for entry in scene.entries() {
        File::open(entry).unwrap().set_modified(SystemTime::UNIX_EPOCH).unwrap();
    }
    collect();
    assert_eq!(scene.entries(), [other]);
}
