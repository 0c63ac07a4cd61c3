//! The scripts, each behind the prelude that they share.

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
    /// Adds jobs, or merges them into what is on its way already.
    PUSH, "lua/push.lua"
}
script! {
    /// Tells how attempts ended, and takes the next jobs.
    ACK_AND_FETCH, "lua/ack_and_fetch.lua"
}
script! {
    /// Prolongs leases.
    RENEW, "lua/renew.lua"
}
script! {
    /// Puts jobs back untouched.
    PUT_BACK, "lua/put_back.lua"
}
script! {
    /// Retries or discards what was given up on.
    DEAD, "lua/dead.lua"
}
