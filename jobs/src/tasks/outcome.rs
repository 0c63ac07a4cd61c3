//! What a task returns beside `Ok`: why it is given up on, or what a periodic job did.

/// Why another attempt would not help. The job is dead at once, and administrators read the reason.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Abort(pub String);

/// What a periodic job did: names and counts.
pub type Report = Vec<(&'static str, usize)>;
