//! Times and limits of connections. They are no options; tests set them.

use app::listings::ReplicaTimes;
use std::time::Duration;

/// How long a request waits for Postgres and Redis. The times are short, so that a client learns soon that one is away.
#[derive(Debug, Clone, Copy)]
pub struct Timeouts {
    /// For a connection to Postgres. Without one, the request fails.
    pub postgres: Duration,
    /// For a statement of Postgres. As long as an answer may take to begin: nobody waits for it any longer.
    pub statement: Duration,
    /// For a lock that a statement wants.
    pub lock: Duration,
    /// For a replica from which listings are read.
    pub replica: ReplicaTimes,
    /// For Redis to count an attempt to guess. Without an answer, this process counts by itself.
    pub redis: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        let [statement, lock, max_lag] = [15, 5, 10].map(Duration::from_secs);
        let [postgres, wait, redis] = [1500, 500, 250].map(Duration::from_millis);
        Self { postgres, statement, lock, replica: ReplicaTimes { wait, max_lag }, redis }
    }
}

/// How long the parts of a request may take to arrive, and its answer to begin. An upload and a WebSocket have times of
/// their own.
#[derive(Debug, Clone, Copy)]
pub struct RequestTimes {
    /// For the headers of the first request of a connection.
    pub head: Duration,
    /// Between two requests of a connection.
    pub keep_alive: Duration,
    /// Between two pieces of a body.
    pub idle: Duration,
    /// For the whole body, unless it is a large one that keeps coming.
    pub body: Duration,
    /// For the answer to begin, where a request only reads: Postgres may have taken a statement and say nothing.
    pub answer: Duration,
}

impl Default for RequestTimes {
    fn default() -> Self {
        let [keep_alive, head, idle, body, answer] = [5, 10, 10, 60, 15].map(Duration::from_secs);
        Self { head, keep_alive, idle, body, answer }
    }
}

/// How many connections of one address, or of one /64 of IPv6, may be a WebSocket at a time.
#[derive(Debug, Clone, Copy)]
pub struct SocketLimits {
    /// Of signed-in users.
    pub signed_in: usize,
    /// Of others, and as many again that are not initialised yet; of more, the oldest is closed.
    pub anonymous: usize,
}

impl Default for SocketLimits {
    fn default() -> Self {
        Self { signed_in: 100, anonymous: 10 }
    }
}

/// How long a WebSocket waits.
#[derive(Debug, Clone, Copy)]
pub struct SocketTimes {
    /// For the client to initialise the connection.
    pub init: Duration,
    /// Between two pings. A client that has sent nothing when the next ping is due has gone.
    pub ping: Duration,
    /// Between two checks that its token has not ended.
    pub check: Duration,
}

impl Default for SocketTimes {
    fn default() -> Self {
        Self { init: Duration::from_secs(10), ping: Duration::from_secs(12), check: Duration::from_mins(1) }
    }
}
