//! How many files and connections the process may have open. Systems begin with few, for the sake of old programs, and let
//! each take more.

use nix::sys::resource::{Resource, getrlimit, setrlimit};

/// Takes as many as the system lets us have. Where it lets us have no more, all works with fewer.
pub fn raise_limit() {
    if let Ok((_, most)) = getrlimit(Resource::RLIMIT_NOFILE) {
        let _ = setrlimit(Resource::RLIMIT_NOFILE, most, most);
    }
}
