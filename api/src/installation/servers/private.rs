//! Starts both servers, and finds those of another process.

use super::{Durability, ServersError, postgres, process, redis};
use std::{
    fs::{self, File},
    path::Path,
};

/// Running servers. Dropped, they stop in order.
pub struct PrivateServers {
    // Fields are dropped from the first to the last.
    redis: redis::Redis,
    postgres: postgres::Postgres,
    _lock: Lock,
}

impl PrivateServers {
    /// Starts both servers on the data in `root`, which is made if it is missing. The calling thread must live as
    /// long as they are needed.
    pub fn start(root: &Path, durability: Durability) -> Result<Self, ServersError> {
        fs::create_dir_all(root).map_err(ServersError::folder(root))?;
        let root = root.canonicalize().map_err(ServersError::folder(root))?;
        process::close(&root, process::unprivileged()?)?;
        let lock = lock(&root)?;
        let logs = root.join("logs");
        fs::create_dir_all(&logs).map_err(ServersError::folder(&logs))?;
        let postgres = postgres::Postgres::start(&root, &logs, durability)?;
        let redis = redis::Redis::start(&root, &logs, durability)?;
        Ok(Self { redis, postgres, _lock: lock })
    }

    /// Where Postgres answers.
    pub fn database_url(&self) -> &str {
        self.postgres.url()
    }

    /// Where Redis answers.
    pub fn redis_url(&self) -> &str {
        self.redis.url()
    }

    /// The addresses of the servers that another process runs in `root` now: Postgres and Redis.
    pub fn attach(root: &Path) -> Option<(String, String)> {
        let root = root.canonicalize().ok()?;
        let lock = Lock(File::open(root.join("lock")).ok()?);
        let free = lock.0.try_lock().is_ok();
        drop(lock);
        let alive = !free && postgres::answers(&root) && redis::answers(&root);
        alive.then(|| (postgres::url(&root), redis::url(&root)))
    }
}

/// The lock of a folder. It ends with the process, even if the process is killed.
struct Lock(File);

impl Drop for Lock {
    fn drop(&mut self) {
        // A process that another thread is about to start has the file as well, until it becomes its program: closing alone would not
        // unlock it. If this fails, closing has to do.
        let _ = self.0.unlock();
    }
}

/// Locks a folder for one process.
fn lock(root: &Path) -> Result<Lock, ServersError> {
    let path = root.join("lock");
    let file = File::create(&path).map_err(ServersError::folder(&path))?;
    match file.try_lock() {
        Ok(()) => Ok(Lock(file)),
        Err(fs::TryLockError::WouldBlock) => Err(ServersError::Running(root.to_owned())),
        Err(fs::TryLockError::Error(error)) => Err(ServersError::Folder(path, error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{fs::Permissions, os::unix::fs::PermissionsExt};

    #[test]
    fn servers_start_stop_and_find_their_data_again() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("data #1? 100%25, of mine");
        assert!(PrivateServers::attach(&root).is_none());
        let servers = PrivateServers::start(&root, Durability::Throwaway).unwrap();
        let urls = (servers.database_url().to_owned(), servers.redis_url().to_owned());
        let mode = fs::metadata(&root).unwrap().permissions().mode() & 0o777;
        // Root's Postgres passes through.
        assert_eq!(mode, if nix::unistd::geteuid().is_root() { 0o710 } else { 0o700 });
        for name in ["postgres", "redis"] {
            let folder = root.join(name);
            assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700, "{name}");
        }
        #[cfg(target_os = "linux")]
        {
            // The test's environment has this variable of Cargo; the servers have nothing of it.
            let is_server = |process: &fs::DirEntry| {
                let line = fs::read_to_string(process.path().join("cmdline")).unwrap_or_default();
                line.contains("redis-server") || line.contains("postgres")
            };
            let of_ours = |process: &fs::DirEntry| {
                let environment = fs::read(process.path().join("environ")).unwrap_or_default();
                String::from_utf8_lossy(&environment).contains("CARGO_MANIFEST_DIR")
            };
            let me = std::process::id().to_string();
            let mut servers = 0;
            for process in fs::read_dir("/proc").unwrap().flatten().filter(is_server) {
                let stat = fs::read_to_string(process.path().join("stat")).unwrap_or_default();
                let is_child = stat.rsplit(") ").next().and_then(|rest| rest.split(' ').nth(1)) == Some(&me);
                servers += usize::from(is_child);
                assert!(!is_child || !of_ours(&process), "{stat}");
            }
            assert!(servers >= 2, "{servers}");
        }
        assert!(matches!(PrivateServers::start(&root, Durability::Throwaway), Err(ServersError::Running(_))));
        assert_eq!(PrivateServers::attach(&root), Some(urls.clone()));
        // As a process has it that is being started meanwhile.
        #[expect(clippy::used_underscore_binding, reason = "nothing else reads it")]
        let copy = servers._lock.0.try_clone().unwrap();
        drop(servers);
        assert!(PrivateServers::attach(&root).is_none());
        let again = PrivateServers::start(&root, Durability::Durable).unwrap();
        assert_eq!((again.database_url().to_owned(), again.redis_url().to_owned()), urls);
        drop(copy);
    }

    #[test]
    fn a_moved_folder_takes_its_database_along_and_a_lost_one_is_missed() {
        // The folder is closed to other users, so that root's database is in another folder.
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(&folder, Permissions::from_mode(0o700)).unwrap();
        let (one, two) = (folder.path().join("one"), folder.path().join("two"));
        let start = |root: &Path| PrivateServers::start(root, Durability::Throwaway).map(drop);
        start(&one).unwrap();
        let database = |root: &Path| root.join("postgres").canonicalize().unwrap();
        fs::write(database(&one).join("marker"), "").unwrap();
        fs::rename(&one, &two).unwrap();
        start(&one).unwrap();
        assert!(!database(&one).join("marker").exists(), "a new one");
        assert!(database(&two).join("marker").exists(), "which leaves the moved one alone");
        start(&two).unwrap();
        for root in [one, two] {
            fs::remove_dir_all(database(&root)).unwrap();
            if root.join("postgres").is_symlink() {
                assert!(matches!(start(&root), Err(ServersError::Gone(..))));
            }
        }
    }
}
