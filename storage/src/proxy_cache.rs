//! An in-memory cache of small proxies, so that popular pictures are read from the disk once.
//!
//! A blob never changes, so that no entry has to be invalidated. Whether a visitor may see a proxy is decided before
//! its bytes are read.

use crate::Blob;
use bytes::Bytes;
use domain::FileId;
use quick_cache::{Weighter, sync::Cache};
use std::{fmt, ops::Range};

/// The size of the cache, in bytes.
const CAPACITY_BYTES: u64 = 32 * 1024 * 1024;

/// About how many proxies the cache holds.
const ESTIMATED_ITEMS: usize = 500;

#[derive(Clone)]
struct BySize;

impl Weighter<FileId, Bytes> for BySize {
    fn weight(&self, _: &FileId, bytes: &Bytes) -> u64 {
        bytes.len() as u64
    }
}

/// The cache.
pub(crate) struct ProxyCache(Cache<FileId, Bytes, BySize>);

impl Default for ProxyCache {
    fn default() -> Self {
        Self(Cache::with_weighter(ESTIMATED_ITEMS, CAPACITY_BYTES, BySize))
    }
}

impl ProxyCache {
    /// A range of a blob, if the blob is in the cache.
    pub(crate) fn get(&self, blob: Blob, range: &Range<u64>) -> Option<Bytes> {
        let Blob::Proxy(id) = blob else { return None };
        let bytes = self.0.get(&id)?;
        let (start, end) = (usize::try_from(range.start).ok()?, usize::try_from(range.end).ok()?);
        (end <= bytes.len()).then(|| bytes.slice(start..end))
    }

    /// Adds a whole blob. Only proxies are cached: originals are large, and rarely read twice.
    pub(crate) fn insert(&self, blob: Blob, bytes: &Bytes) {
        if let Blob::Proxy(id) = blob {
            self.0.insert(id, bytes.clone());
        }
    }

    /// Removes a blob that is deleted.
    pub(crate) fn remove(&self, blob: Blob) {
        if let Blob::Proxy(id) = blob {
            self.0.remove(&id);
        }
    }
}

impl fmt::Debug for ProxyCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ProxyCache({} bytes)", self.0.weight())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_here_is_given_in_parts_and_the_rest_is_not() {
        let (cache, id) = (ProxyCache::default(), FileId::new());
        let bytes = Bytes::from_static(b"0123456789");
        cache.insert(Blob::Proxy(id), &bytes);
        cache.insert(Blob::File(id), &bytes);
        assert_eq!(cache.get(Blob::Proxy(id), &(2..5)).as_deref(), Some(&b"234"[..]));
        assert_eq!(cache.get(Blob::Proxy(id), &(5..11)), None);
        assert_eq!(cache.get(Blob::File(id), &(0..10)), None);
        cache.remove(Blob::Proxy(id));
        assert_eq!(cache.get(Blob::Proxy(id), &(0..10)), None);
        let large = Bytes::from(vec![0; 1024 * 1024]);
        (0..100).for_each(|_| cache.insert(Blob::Proxy(FileId::new()), &large));
        assert!(cache.0.weight() <= CAPACITY_BYTES, "{cache:?}");
    }
}
