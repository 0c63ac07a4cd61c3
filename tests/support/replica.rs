//! A Postgres of one test with a streaming replica, whose replay can be held.

use crate::{
    LONG, private,
    secured::{Process, free_port, until},
};
use api::installation::servers::{Durability, PrivateServers, programs, tie_to_parent, unprivileged};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use nix::{
    sys::signal::{self, Signal},
    unistd::Pid,
};
use std::{
    fs::{self, Permissions},
    os::unix::{
        fs::{PermissionsExt, chown},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};
use tempfile::TempDir;

/// A primary with a replica.
pub struct Replicated {
    replica: Option<Process>,
    data: PathBuf,
    port: u16,
    /// The address of the replica.
    pub replica_url: String,
    /// The primary, and a Redis.
    pub servers: PrivateServers,
    _folders: [TempDir; 2],
}

impl Replicated {
    /// Starts both, with a database that is ready.
    pub async fn start() -> Self {
        let folders = [tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder")];
        let servers = private(folders[0].path(), Durability::Throwaway).await;
        // What is not on the disk of the primary yet cannot be waited for.
        let mut conn = AsyncPgConnection::establish(servers.database_url()).await.expect("a connection");
        conn.batch_execute("ALTER ROLE vitrine SET synchronous_commit = on").await.expect("it is done");
        let sockets = servers.database_url().split_once("host=").and_then(|(_, rest)| rest.split('&').next());
        let sockets = sockets.expect("a folder").replace("%2F", "/");
        let own = folders[1].path();
        if let Some(user) = unprivileged().expect("a user") {
            chown(own, Some(user.uid.as_raw()), Some(user.gid.as_raw())).expect("an owner");
        }
        fs::set_permissions(own, Permissions::from_mode(0o755)).expect("a mode");
        let data = own.join("data");
        let mut copy = program("pg_basebackup");
        copy.args(["-h", &sockets, "-U", "vitrine", "-X", "stream", "-c", "fast", "-N", "-R", "-D"]).arg(&data);
        assert!(copy.status().expect("pg_basebackup runs").success());
        let port = free_port();
        let replica_url = format!("postgres:///postgres?host={}&port={port}&user=vitrine", own.display());
        let mut pair = Self { replica: None, data, port, replica_url, servers, _folders: folders };
        pair.start_replica();
        pair
    }

    /// Starts the replica, and waits until it can be read.
    pub fn start_replica(&mut self) {
        let mut command = program("postgres");
        let (data, port) = (&self.data, self.port.to_string());
        command.arg("-D").arg(data).arg("-k").arg(data.parent().expect("a folder")).args(["-p", &port]);
        command.args(["-c", "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=200"]);
        tie_to_parent(&mut command, Signal::SIGINT);
        self.replica = Some(Process(command.spawn().expect("Postgres starts")));
        let ready = data.join("postmaster.pid");
        until(|| fs::read_to_string(&ready).unwrap_or_default().lines().nth(7).is_some_and(|it| it.trim() == "ready"));
    }

    /// Kills the replica, and waits until it is gone.
    pub fn kill_replica(&mut self) {
        let replica = self.replica.take().expect("it runs");
        let id = i32::try_from(replica.0.id()).expect("a number");
        signal::kill(Pid::from_raw(id), Signal::SIGQUIT).expect("it runs");
        drop(replica);
    }

    /// Holds the replica where it is.
    pub async fn pause(&self) {
        self.tell("SELECT pg_wal_replay_pause()").await;
        self.replica_has("pg_get_wal_replay_pause_state() = 'paused'").await;
    }

    /// Lets the replica go on.
    pub async fn resume(&self) {
        self.tell("SELECT pg_wal_replay_resume()").await;
    }

    /// Waits until the replica has everything that was committed by now.
    pub async fn caught_up(&self) {
        #[derive(diesel::QueryableByName)]
        struct Position {
            #[diesel(sql_type = diesel::sql_types::Text)]
            position: String,
        }
        let mut primary = AsyncPgConnection::establish(self.servers.database_url()).await.expect("a connection");
        let asked = diesel::sql_query("SELECT pg_current_wal_flush_lsn()::text AS position");
        let Position { position } = asked.get_result(&mut primary).await.expect("a position");
        self.replica_has(&format!("pg_last_wal_replay_lsn() >= '{position}'")).await;
    }

    /// Waits until this is so on the replica.
    pub async fn replica_has(&self, condition: &str) {
        let mut conn = AsyncPgConnection::establish(&self.replica_url).await.expect("a connection");
        let query = format!("SELECT WHERE {condition}");
        let so = async {
            while diesel::sql_query(&query).execute(&mut conn).await.expect("an answer") == 0 {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(LONG, so).await.expect(condition);
    }

    async fn tell(&self, statement: &str) {
        let mut conn = AsyncPgConnection::establish(&self.replica_url).await.expect("a connection");
        conn.batch_execute(statement).await.expect("it is done");
    }
}

fn program(name: &str) -> Command {
    let mut command = Command::new(programs(None).expect("Postgres is installed").join(name));
    if let Some(user) = unprivileged().expect("a user") {
        command.uid(user.uid.as_raw()).gid(user.gid.as_raw());
    }
    command.current_dir(Path::new("/")).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}
