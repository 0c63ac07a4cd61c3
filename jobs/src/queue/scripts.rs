//! The Lua scripts, each prefixed with the shared prelude.

use redis::Script;
use std::sync::LazyLock;

macro_rules! script {
    ($(#[$meta:meta])* $name:ident, $file:literal) => {
        $(#[$meta])*
        pub(super) static $name: LazyLock<Script> =
            LazyLock::new(|| Script::new(concat!(include_str!("lua/prelude.lua"), include_str!($file))));
    };
}

script! {
    /// Adds jobs, or merges them with queued jobs of the same key.
    PUSH, "lua/push.lua"
}
script! {
    /// Acknowledges ended attempts, and fetches the next jobs.
    ACK_AND_FETCH, "lua/ack_and_fetch.lua"
}
script! {
    /// Extends leases.
    RENEW, "lua/renew.lua"
}
script! {
    /// Puts running jobs back without counting an attempt.
    PUT_BACK, "lua/put_back.lua"
}
script! {
    /// Retries or discards dead jobs.
    DEAD, "lua/dead.lua"
}
