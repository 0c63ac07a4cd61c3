//! The configured limits of uploads and imports.

/// The configured limits of uploads and imports, in bytes.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The largest file.
    pub largest: u64,
    /// The quota of a workspace: the most bytes of all its files.
    pub workspace_quota: Option<u64>,
    /// The quota of a user: the most bytes of all files that the user added.
    pub user_quota: Option<u64>,
    /// How much of the disk must stay free.
    pub min_free_disk: u64,
}
