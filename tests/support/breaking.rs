//! Servers of a test's own, and what breaks them: a kill, or a stop for a while.

use crate::{ADMIN_EMAIL, ADMIN_PASSWORD, add_workspace, redis};
use api::installation::servers::{Durability, PrivateServers};
use diesel_async::{AsyncConnection, AsyncPgConnection};
use domain::password::Password;
use nix::{
    sys::signal::{self, Signal},
    unistd::Pid,
};
use std::path::Path;

/// Servers of this test's own, with a database that is ready.
pub async fn private(folder: &Path, durability: Durability) -> PrivateServers {
    let servers = PrivateServers::start(folder, durability).expect("servers start");
    let url = servers.database_url();
    // Needs threads of its own, which the test has not.
    let migrated: schema::Database = url.parse().expect("an address");
    let threads = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    threads
        .spawn(async move { schema::migrations::run(&migrated).await.map(drop) })
        .await
        .expect("no panic")
        .expect("migrations run");
    threads.shutdown_background();
    let mut conn = AsyncPgConnection::establish(url).await.expect("a connection");
    let hash = Password::for_user(ADMIN_PASSWORD, &[]).expect("a good password").hash();
    add_workspace(&mut conn, "VTR", ADMIN_EMAIL, &hash).await;
    servers
}

/// The process of the Redis at this address.
pub async fn redis_process(url: &str) -> String {
    let mut redis = redis(url).await;
    let info: String = redis::cmd("INFO").arg("server").query_async(&mut redis).await.expect("an answer");
    info.lines().find_map(|line| line.strip_prefix("process_id:")).expect("its process").trim().to_owned()
}

/// Kills a process.
pub fn kill(process: &str) {
    signal::kill(pid(process), Signal::SIGKILL).expect("it runs");
}

/// Kills all processes of the Postgres in this folder, in the middle of their work.
pub fn kill_postgres(folder: &Path) {
    let postmaster = pid(&postmaster(folder));
    // It is held still first, so that it starts no others and ends none. Each of them leads a session of its own.
    signal::kill(postmaster, Signal::SIGSTOP).expect("it runs");
    let children = children(postmaster);
    assert!(!children.is_empty() || !cfg!(target_os = "linux"), "it has none");
    for process in children.into_iter().chain([postmaster]) {
        // One that has ended by itself is gone, too.
        let _ = signal::kill(process, Signal::SIGKILL);
    }
}

/// Stops all processes of the Postgres in this folder, until what is returned is dropped.
pub fn pause_postgres(folder: &Path) -> Vec<Paused> {
    let postmaster = postmaster(folder);
    let mut paused = vec![Paused::new(&postmaster)];
    // One that has just ended by itself is left out.
    paused.extend(
        children(pid(&postmaster))
            .into_iter()
            .filter(|child| signal::kill(*child, Signal::SIGSTOP).is_ok())
            .map(Paused),
    );
    paused
}

fn postmaster(folder: &Path) -> String {
    let file = std::fs::read_to_string(folder.join("postgres/postmaster.pid")).expect("it runs");
    file.lines().next().expect("a number").to_owned()
}

/// The processes that this one has started; none, where there is no `/proc` to tell.
fn children(parent: Pid) -> Vec<Pid> {
    let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let stats = processes.filter_map(|process| std::fs::read_to_string(process.path().join("stat")).ok());
    // Number, name in brackets, state, parent.
    let parsed = stats.filter_map(|stat| {
        let (process, parent) = (stat.split_once(' ')?.0, stat.rsplit_once(") ")?.1.split(' ').nth(1)?);
        Some((process.parse().ok()?, parent.parse::<i32>().ok()?))
    });
    parsed.filter(|(_, of)| *of == parent.as_raw()).map(|(process, _)| Pid::from_raw(process)).collect()
}

fn pid(process: &str) -> Pid {
    Pid::from_raw(process.parse().expect("a number"))
}

/// A process that is there and does nothing, until this is dropped.
#[must_use = "it goes on when this is dropped"]
pub struct Paused(Pid);

impl Paused {
    /// Stops this process.
    pub fn new(process: &str) -> Self {
        signal::kill(pid(process), Signal::SIGSTOP).expect("it runs");
        Self(pid(process))
    }
}

impl Drop for Paused {
    fn drop(&mut self) {
        // One that is gone needs no more.
        let _ = signal::kill(self.0, Signal::SIGCONT);
    }
}
