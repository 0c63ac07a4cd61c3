//! How many files and connections the process may have open. Systems start processes with a low limit, for the sake of
//! old programs, and let each process raise it.

use nix::sys::resource::{Resource, getrlimit, setrlimit};

/// Raises the limit as far as the system allows. If that fails, the process works with fewer files.
pub fn raise_limit() {
    if let Ok((_, most)) = getrlimit(Resource::RLIMIT_NOFILE) {
        let _ = setrlimit(Resource::RLIMIT_NOFILE, most, most);
    }
}
