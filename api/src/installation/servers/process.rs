//! What both servers have in common as processes.

use super::ServersError;
use nix::{
    sys::signal::{Signal, kill},
    unistd::{Gid, Pid, Uid, User, geteuid},
};
use std::{
    env,
    ffi::OsStr,
    fs::{self, File, Permissions},
    hash::{DefaultHasher, Hash, Hasher},
    io::ErrorKind,
    os::unix::{
        ffi::OsStrExt,
        fs::{DirBuilderExt, MetadataExt, PermissionsExt, lchown},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

/// The longest path of a socket that every system takes, in bytes.
const MAX_SOCKET_PATH: usize = 100;

/// The users that may run a server which refuses to run as root.
#[derive(Debug, Clone, Copy)]
pub struct Identity {
    /// The user.
    pub uid: Uid,
    /// Their group.
    pub gid: Gid,
}

/// An unprivileged user, if we are root.
pub fn unprivileged() -> Result<Option<Identity>, ServersError> {
    if !Uid::effective().is_root() {
        return Ok(None);
    }
    let user = ["postgres", "nobody"].into_iter().find_map(|name| User::from_name(name).ok().flatten());
    user.map(|user| Some(Identity { uid: user.uid, gid: user.gid })).ok_or(ServersError::NoUser)
}

/// A folder that only this user can open. A folder of another user, or a symbolic link, is refused, because everybody
/// may be able to make folders in that place.
pub(super) fn make_private(folder: &Path, user: Option<Identity>) -> Result<(), ServersError> {
    if let Some(parent) = folder.parent() {
        fs::create_dir_all(parent).map_err(ServersError::folder(parent))?;
    }
    match fs::DirBuilder::new().mode(0o700).create(folder) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            let found = fs::symlink_metadata(folder).map_err(ServersError::folder(folder))?;
            let ours = [Some(geteuid()), user.map(|user| user.uid)]
                .into_iter()
                .flatten()
                .any(|uid| uid.as_raw() == found.uid());
            if !found.is_dir() || !ours {
                let reason = std::io::Error::other("it is not ours; remove it");
                return Err(ServersError::folder(folder)(reason));
            }
            fs::set_permissions(folder, Permissions::from_mode(0o700)).map_err(ServersError::folder(folder))?;
        }
        made => made.map_err(ServersError::folder(folder))?,
    }
    if let Some(user) = user {
        lchown(folder, Some(user.uid.as_raw()), Some(user.gid.as_raw())).map_err(ServersError::folder(folder))?;
    }
    Ok(())
}

/// Closes the data folder to other users. The user that runs Postgres for root belongs to the group of the folder, and
/// may pass through it, but not see what is in it.
pub(super) fn close(root: &Path, user: Option<Identity>) -> Result<(), ServersError> {
    let mode = if user.is_some() { 0o710 } else { 0o700 };
    let group = user.map(|user| user.gid.as_raw());
    let closed = lchown(root, None, group).and_then(|()| fs::set_permissions(root, Permissions::from_mode(mode)));
    match closed {
        // A folder of another user, such as a mounted one, is closed by its owner.
        Err(error) if error.kind() == ErrorKind::PermissionDenied => Ok(()),
        closed => closed.map_err(ServersError::folder(root)),
    }
}

/// The variables that servers get of our environment, which holds secrets.
const ENVIRONMENT: [&str; 5] = ["PATH", "HOME", "TMPDIR", "TZ", "LD_LIBRARY_PATH"];

/// A command whose program gets nothing of our environment but what it needs to run.
pub(super) fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    let known = ENVIRONMENT.into_iter().filter_map(|name| Some((name, env::var_os(name)?)));
    command.env_clear().envs(known);
    command
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
pub fn tie_to_parent(command: &mut Command, stop: Signal) {
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
    let path = env::var_os("PATH").unwrap_or_default();
    let all = folders.iter().cloned().chain(env::split_paths(&path)).chain([PathBuf::from("/usr/sbin")]);
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
        env::temp_dir().join(format!("vitrine-{}", digest(root)))
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
