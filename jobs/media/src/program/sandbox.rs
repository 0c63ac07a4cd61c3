//! Keeps a program from the network, and from all files but its own and those of the system.
//!
//! What decodes strangers' files may be made to do what a stranger wants. The kernel is asked to deny it the rest, as
//! far as it can: Landlock for files, seccomp for sockets. The rules are made in this process and only put into force in
//! the child, before it executes the program.

use super::Files;
use std::{io, process::Command};

/// A part of the isolation that this machine does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gap {
    /// Programs may read all files that we may read.
    Files,
    /// Programs may use the network.
    Network,
}

impl Gap {
    /// What programs could do.
    pub const fn what(self) -> &'static str {
        match self {
            Self::Files => {
                "this kernel has no Landlock: programs that decode originals could read other files that this user can read"
            }
            Self::Network => "sockets cannot be forbidden here: programs that decode originals could use the network",
        }
    }

    /// What keeps them from it all the same.
    pub const fn advice(self) -> &'static str {
        match self {
            Self::Files => "Let `vitrine worker` run as a user of its own, or in a container",
            Self::Network => "Let `vitrine worker` run where it reaches Postgres and Redis only",
        }
    }
}

#[cfg(target_os = "linux")]
pub(super) use linux::restrict;

/// What this machine cannot keep from the programs that decode files.
#[cfg(target_os = "linux")]
pub fn gaps() -> Vec<Gap> {
    let file = std::path::Path::new("/dev/null");
    let files = linux::rules(Files::of(file)).is_ok_and(|rules| rules.is_some());
    let network = linux::without_sockets().is_ok();
    [(files, Gap::Files), (network, Gap::Network)].into_iter().filter(|(has, _)| !has).map(|(_, gap)| gap).collect()
}

/// What this machine cannot keep from the programs that decode files.
#[cfg(not(target_os = "linux"))]
pub fn gaps() -> Vec<Gap> {
    vec![Gap::Files, Gap::Network]
}

#[cfg(not(target_os = "linux"))]
pub(super) fn restrict(_: &mut Command, _: Files<'_>) -> io::Result<()> {
    Ok(())
}

#[cfg(target_os = "linux")]
mod linux {
    use super::{Command, Files, io};
    use landlock::{ABI, Access, AccessFs, Ruleset, RulesetAttr, RulesetCreatedAttr, RulesetError, path_beneath_rules};
    use seccompiler::{BpfProgram, SeccompAction, SeccompFilter, apply_filter};
    use std::{
        env,
        os::{
            fd::{AsRawFd, OwnedFd},
            unix::process::CommandExt,
        },
        path::Path,
    };

    /// The newest rules that are known here. An older kernel enforces what it knows of them.
    const KNOWN: ABI = ABI::V5;

    /// Programs, their libraries and their data. Nothing of `/proc`, which tells the environment of other processes, and
    /// of `/etc` nothing that may be secret.
    const SYSTEM: [&str; 19] = [
        "/usr",
        "/bin",
        "/sbin",
        "/lib",
        "/lib32",
        "/lib64",
        "/opt",
        "/nix/store",
        "/gnu/store",
        "/etc/alternatives",
        "/etc/fonts",
        "/etc/ld.so.cache",
        "/etc/ld.so.preload",
        "/etc/localtime",
        "/sys/devices/system",
        "/proc/cpuinfo",
        "/var/cache/fontconfig",
        "/dev/urandom",
        "/dev/zero",
    ];

    /// Lets the program of this command see these files only, and no network.
    pub(in super::super) fn restrict(command: &mut Command, files: Files<'_>) -> io::Result<()> {
        let rules = rules(files).map_err(io::Error::other)?;
        let filter = without_sockets().ok();
        #[expect(unsafe_code, reason = "only code in the child can restrict the child; it only makes system calls")]
        // SAFETY: the system calls are async-signal-safe, and nothing is allocated unless one fails.
        unsafe {
            command.pre_exec(move || {
                nix::sys::prctl::set_no_new_privs()?;
                if let Some(rules) = &rules
                    && libc::syscall(libc::SYS_landlock_restrict_self, rules.as_raw_fd(), 0) != 0
                {
                    return Err(io::Error::last_os_error());
                }
                match &filter {
                    Some(filter) => apply_filter(filter).map_err(|_| io::Error::last_os_error()),
                    None => Ok(()),
                }
            });
        }
        Ok(())
    }

    /// The rules about files; none if the kernel has no such rules.
    pub(super) fn rules(Files { original, output, folder }: Files<'_>) -> Result<Option<OwnedFd>, RulesetError> {
        let (read, all) = (AccessFs::from_read(KNOWN), AccessFs::from_all(KNOWN));
        let path = env::var_os("PATH").unwrap_or_default();
        let programs = env::split_paths(&path).filter(|folder| folder.is_absolute());
        let rules = Ruleset::default()
            .handle_access(all)?
            .create()?
            .add_rules(path_beneath_rules(SYSTEM, read))?
            .add_rules(path_beneath_rules(programs, read))?
            .add_rules(path_beneath_rules([original], AccessFs::ReadFile))?
            .add_rules(path_beneath_rules([Path::new("/dev/null")].into_iter().chain(output).chain(folder), all))?;
        Ok(rules.into())
    }

    /// A filter that refuses to make sockets; an error where the processor is not known.
    pub(super) fn without_sockets() -> Result<BpfProgram, seccompiler::Error> {
        let refused = [libc::SYS_socket, libc::SYS_io_uring_setup].map(|call| (call, Vec::new()));
        let denied = SeccompAction::Errno(libc::EACCES.cast_unsigned());
        let filter = SeccompFilter::new(
            refused.into_iter().collect(),
            SeccompAction::Allow,
            denied,
            env::consts::ARCH.try_into()?,
        )?;
        Ok(filter.try_into()?)
    }
}
