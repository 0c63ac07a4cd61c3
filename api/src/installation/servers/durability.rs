//! How carefully the servers write.

/// How carefully the servers write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Committed data survives a crash of the machine.
    Durable,
    /// Fast, but lost after a crash; for tests.
    Throwaway,
}
