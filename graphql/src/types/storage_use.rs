//! `StorageUse`.

use crate::types::byte_count::ByteCount;
use async_graphql::SimpleObject;

/// The storage that originals and attachments use. Proxies and the watermark do not count.
#[derive(SimpleObject)]
pub(crate) struct StorageUse {
    used: ByteCount,
    /// Null: no limit.
    limit: Option<ByteCount>,
}

impl StorageUse {
    pub(crate) fn new(used: i64, limit: Option<u64>) -> Self {
        let limit = limit.map(|limit| ByteCount(i64::try_from(limit).unwrap_or(i64::MAX)));
        Self { used: ByteCount(used), limit }
    }
}
