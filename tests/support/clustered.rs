//! A cluster of Redis, in which another node takes over from each.

use crate::{
    LONG,
    secured::{Process, until},
    watched::{connection, until_followed},
};
use api::installation::servers::tie_to_parent;
use nix::sys::signal::Signal;
use redis::{aio::MultiplexedConnection, cmd};
use std::{
    net::{TcpListener, TcpStream},
    path::PathBuf,
    process::{Command, Stdio},
    time::Duration,
};
use tempfile::TempDir;
use tokio::time::{sleep, timeout};

/// How many slots of keys a cluster has.
const SLOTS: u16 = 16_384;
/// How many nodes have slots.
const PARTS: u16 = 3;

/// Three nodes that have slots, and three that follow them. Their password is `secret`.
pub struct RedisCluster {
    /// First those that have slots.
    nodes: Vec<Process>,
    folder: TempDir,
    ports: Vec<u16>,
}

impl RedisCluster {
    /// Starts it.
    pub async fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let ports: Vec<u16> = (0..2 * PARTS).map(|_| port_of_node()).collect();
        let start = |port: &u16| {
            let mut command = Command::new("redis-server");
            command.current_dir(folder.path()).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
            let options = format!(
                "--port {port} --bind 127.0.0.1 --requirepass secret --masterauth secret --cluster-enabled yes \
                 --cluster-node-timeout 500 --cluster-config-file {port}.conf --dbfilename {port}.rdb --save"
            );
            command.args(options.split(' ')).arg("");
            tie_to_parent(&mut command, Signal::SIGINT);
            Process(command.spawn().expect("Redis starts"))
        };
        let nodes = ports.iter().map(start).collect();
        until(|| ports.iter().all(|port| TcpStream::connect(("127.0.0.1", *port)).is_ok()));
        let cluster = Self { nodes, folder, ports };
        timeout(LONG, cluster.join()).await.expect("they become a cluster");
        cluster
    }

    /// Lets them know of each other, and distributes the slots.
    async fn join(&self) {
        let mut nodes = Vec::new();
        for &port in &self.ports {
            nodes.push(connection(port).await);
        }
        let (having, following) = nodes.split_at_mut(PARTS.into());
        for (part, node) in (0..PARTS).zip(&mut *having) {
            let slots: Vec<u16> = (0..SLOTS).filter(|slot| part_of(*slot) == part).collect();
            let _: () = cmd("CLUSTER").arg("ADDSLOTS").arg(slots).query_async(node).await.expect("slots");
            let _: () = cmd("CLUSTER").arg("SET-CONFIG-EPOCH").arg(part + 1).query_async(node).await.expect("an epoch");
        }
        for port in &self.ports[1..] {
            let meet = cmd("CLUSTER").arg("MEET").arg("127.0.0.1").arg(port).clone();
            let _: () = meet.query_async(&mut having[0]).await.expect("a node");
        }
        let all = format!("cluster_known_nodes:{}", self.ports.len());
        for node in having.iter_mut().chain(&mut *following) {
            until_told(node, "INFO", |told| told.contains("cluster_state:ok") && told.contains(&all)).await;
        }
        for (node, follower) in having.iter_mut().zip(&mut *following) {
            let id: String = cmd("CLUSTER").arg("MYID").query_async(node).await.expect("its name");
            let _: () = cmd("CLUSTER").arg("REPLICATE").arg(id).query_async(follower).await.expect("it follows");
        }
        // All must know who follows, or nobody takes over.
        for node in having.iter_mut().chain(following) {
            until_told(node, "NODES", |told| told.matches("slave ").count() == usize::from(PARTS)).await;
        }
    }

    /// The hosts of its URL. The first is away.
    pub fn hosts(&self) -> String {
        let hosts = [1].iter().chain(&self.ports).map(|port| format!("127.0.0.1:{port}"));
        hosts.collect::<Vec<_>>().join(",")
    }

    /// A file in its folder.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Begins to move the slot of a key to another node, or leaves it where it was.
    pub async fn move_slot(&self, key: &str, begin: bool) {
        let (slot, owner) = self.slot(key).await;
        let nodes = [self.ports[owner], self.ports[(owner + 1) % usize::from(PARTS)]];
        let mut ids = Vec::new();
        for port in nodes {
            let id: String =
                cmd("CLUSTER").arg("MYID").query_async(&mut connection(port).await).await.expect("its name");
            ids.push(id);
        }
        for (port, other, state) in [(nodes[1], &ids[0], "IMPORTING"), (nodes[0], &ids[1], "MIGRATING")] {
            let mut command = cmd("CLUSTER").arg("SETSLOT").arg(slot).clone();
            if begin {
                command.arg(state).arg(other)
            } else {
                command.arg("STABLE")
            };
            let _: () = command.query_async(&mut connection(port).await).await.expect("it is done");
        }
    }

    /// How many keys of the slot of a key the node has to which it would be moved.
    pub async fn moved_keys(&self, key: &str) -> usize {
        let (slot, owner) = self.slot(key).await;
        let mut node = connection(self.ports[(owner + 1) % usize::from(PARTS)]).await;
        cmd("CLUSTER").arg("COUNTKEYSINSLOT").arg(slot).query_async(&mut node).await.expect("a number")
    }

    /// The slot of a key, and which node has it.
    async fn slot(&self, key: &str) -> (u16, usize) {
        let slot = cmd("CLUSTER").arg("KEYSLOT").arg(key).clone();
        let slot: u16 = slot.query_async(&mut connection(self.ports[0]).await).await.expect("a slot");
        (slot, part_of(slot).into())
    }

    /// Kills the node that has a key, as soon as the one that follows has all of it.
    pub async fn kill_owner(&mut self, key: &str) {
        let (_, owner) = self.slot(key).await;
        until_followed(self.ports[owner], key).await;
        self.nodes[owner].0.kill().expect("it runs");
    }
}

/// Waits until a node answers so.
async fn until_told(node: &mut MultiplexedConnection, what: &str, is_so: impl Fn(&str) -> bool) {
    while !is_so(&cmd("CLUSTER").arg(what).query_async::<String>(node).await.expect("an answer")) {
        sleep(Duration::from_millis(20)).await;
    }
}

fn part_of(slot: u16) -> u16 {
    slot / SLOTS.div_ceil(PARTS)
}

/// A free port whose bus, 10,000 above, is free, too.
fn port_of_node() -> u16 {
    let found = || {
        let listener = TcpListener::bind("127.0.0.1:0").ok()?;
        let port = listener.local_addr().ok()?.port();
        TcpListener::bind(("127.0.0.1", port.checked_add(10_000)?)).ok()?;
        Some(port)
    };
    (0..1000).find_map(|_| found()).expect("two ports")
}
