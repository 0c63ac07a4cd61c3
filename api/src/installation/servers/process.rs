//! What both servers have in common as processes.

use super::ServersError;
use nix::{
    sys::signal::{Signal, kill},
    unistd::{Gid, Pid, Uid, User},
};
use std::{
    fs::{self, File},
    hash::{DefaultHasher, Hash, Hasher},
    os::unix::{ffi::OsStrExt, fs::MetadataExt, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

/// The longest path of a socket that every system takes, in bytes.
const MAX_SOCKET_PATH: usize = 100;

/// The users that may run a server which refuses to run as root.
#[derive(Debug, Clone, Copy)]
pub(super) struct Identity {
    pub(super) uid: Uid,
    pub(super) gid: Gid,
}

/// An unprivileged user, if we are root.
pub(super) fn unprivileged() -> Result<Option<Identity>, ServersError> {
    if !Uid::effective().is_root() {
        return Ok(None);
    }
    let user = ["postgres", "nobody"].into_iter().find_map(|name| User::from_name(name).ok().flatten());
    user.map(|user| Some(Identity { uid: user.uid, gid: user.gid })).ok_or(ServersError::NoUser)
}

/// A child that stops when it is dropped.
pub(super) struct Server {
    child: Child,
    program: &'static str,
    log: PathBuf,
    stop: Signal,
}

impl Server {
    pub(super) fn spawn(
        command: &mut Command,
        program: &'static str,
        log: PathBuf,
        stop: Signal,
    ) -> Result<Self, ServersError> {
        let output = File::create(&log).map_err(ServersError::folder(&log))?;
        let errors = output.try_clone().map_err(ServersError::folder(&log))?;
        command.current_dir("/").stdin(Stdio::null()).stdout(output).stderr(errors).env("LC_ALL", "C");
        tie_to_parent(command, stop);
        let child = command.spawn().map_err(|error| ServersError::Start {
            program,
            reason: error.to_string(),
            log: log.clone(),
        })?;
        Ok(Self { child, program, log, stop })
    }

    pub(super) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits until the server is ready, ends, or takes too long.
    pub(super) fn wait_until(&mut self, timeout: Duration, ready: impl Fn() -> bool) -> Result<(), ServersError> {
        let start = Instant::now();
        loop {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Err(self.failed(&status.to_string()));
            }
            if ready() {
                return Ok(());
            }
            if start.elapsed() > timeout {
                return Err(self.failed("it does not answer"));
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    fn failed(&self, otherwise: &str) -> ServersError {
        let text = fs::read_to_string(&self.log).unwrap_or_default();
        ServersError::Start { program: self.program, reason: last_words(&text, otherwise), log: self.log.clone() }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Ok(id) = i32::try_from(self.child.id()) {
            // The process may have ended already.
            let _ = kill(Pid::from_raw(id), self.stop);
        }
        let _ = self.child.wait();
    }
}

/// The line of a log that most likely names the cause.
pub(super) fn last_words(text: &str, otherwise: &str) -> String {
    // All later errors are consequences of a full disk.
    if ["No space left on device", "Check free disk space"].iter().any(|words| text.contains(words)) {
        return "there is no space left on the disk".to_owned();
    }
    let bad = ["FATAL", "PANIC", "error", "Error"];
    let lines = || text.lines().rev().filter(|line| !line.trim().is_empty());
    let line = lines().find(|line| bad.iter().any(|word| line.contains(word))).or_else(|| lines().next());
    line.map_or_else(|| otherwise.to_owned(), |line| line.trim().to_owned())
}

/// The child ends when the thread that starts it does, and a Ctrl-C at the terminal reaches only us: we stop our
/// children in order.
pub(super) fn tie_to_parent(command: &mut Command, stop: Signal) {
    command.process_group(0);
    #[cfg(target_os = "linux")]
    {
        #[expect(
            unsafe_code,
            reason = "only code in the child can ask the kernel for this; it only makes system calls"
        )]
        // SAFETY: `prctl` is async-signal-safe, and nothing is allocated.
        unsafe {
            command.pre_exec(move || Ok(nix::sys::prctl::set_pdeathsig(stop)?));
        }
    }
    #[cfg(not(target_os = "linux"))]
    let _ = stop;
}

/// Finds a program in `folders`, then in the search path.
pub(super) fn find(names: &[&str], folders: &[PathBuf]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let all = folders.iter().cloned().chain(std::env::split_paths(&path)).chain([PathBuf::from("/usr/sbin")]);
    all.flat_map(|folder| names.iter().map(move |name| folder.join(name))).find(|program| program.is_file())
}

/// A number that stands for a path.
pub(super) fn digest(path: &Path) -> String {
    let mut hasher = DefaultHasher::new();
    path.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

/// A path as part of a URL, percent-encoded.
pub(super) fn url_encoded(path: &Path) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"/-._~".contains(byte);
    let bytes = path.as_os_str().as_bytes().iter();
    bytes.map(|byte| if plain(byte) { char::from(*byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

/// Where the sockets of the servers in `root` are: below it, or in a short place if its path is too long or would be
/// taken for a list.
pub(super) fn socket_folder(root: &Path) -> PathBuf {
    let folder = root.join("run");
    let path = folder.as_os_str();
    if path.len() + "/.s.PGSQL.5432".len() <= MAX_SOCKET_PATH && !path.as_bytes().contains(&b',') {
        folder
    } else {
        std::env::temp_dir().join(format!("vitrine-{}", digest(root)))
    }
}

/// Whether a user can reach `path`: every folder above it lets them through.
pub(super) fn reachable(path: &Path, user: Identity) -> bool {
    path.ancestors().skip(1).all(|folder| {
        fs::metadata(folder).is_ok_and(|found| {
            let bit = if found.uid() == user.uid.as_raw() {
                0o100
            } else if found.gid() == user.gid.as_raw() {
                0o010
            } else {
                0o001
            };
            found.mode() & bit != 0
        })
    })
}
