//! Small proxies that were read of late, in memory: what many visitors look at is read from the disk once.
//!
//! A blob never changes under its id, so there is nothing to invalidate; and whether a visitor gets it is decided
//! before anybody asks for its bytes.

use crate::Blob;
use bytes::Bytes;
use domain::FileId;
use quick_cache::{Weighter, sync::Cache};
use std::{fmt, ops::Range};

/// The most that is kept, in bytes.
const CAPACITY: u64 = 32 * 1024 * 1024;

/// About how many proxies that is.
const ITEMS: usize = 500;

#[derive(Clone)]
struct BySize;

impl Weighter<FileId, Bytes> for BySize {
    fn weight(&self, _: &FileId, bytes: &Bytes) -> u64 {
        bytes.len() as u64
    }
}

/// The proxies in memory.
pub(crate) struct Recent(Cache<FileId, Bytes, BySize>);

impl Default for Recent {
    fn default() -> Self {
        Self(Cache::with_weighter(ITEMS, CAPACITY, BySize))
    }
}

impl Recent {
    /// A part of a blob, if it is here.
    pub(crate) fn part(&self, blob: Blob, range: &Range<u64>) -> Option<Bytes> {
        let Blob::Proxy(id) = blob else { return None };
        let bytes = self.0.get(&id)?;
        let (start, end) = (usize::try_from(range.start).ok()?, usize::try_from(range.end).ok()?);
        (end <= bytes.len()).then(|| bytes.slice(start..end))
    }

    /// Keeps a whole blob for a while. Originals are large and rarely asked for twice.
    pub(crate) fn keep(&self, blob: Blob, bytes: &Bytes) {
        if let Blob::Proxy(id) = blob {
            self.0.insert(id, bytes.clone());
        }
    }

    /// Lets go of a blob that is deleted.
    pub(crate) fn forget(&self, blob: Blob) {
        if let Blob::Proxy(id) = blob {
            self.0.remove(&id);
        }
    }
}

impl fmt::Debug for Recent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Recent({} bytes)", self.0.weight())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_here_is_given_in_parts_and_the_rest_is_not() {
        let (recent, id) = (Recent::default(), FileId::new());
        let bytes = Bytes::from_static(b"0123456789");
        recent.keep(Blob::Proxy(id), &bytes);
        recent.keep(Blob::File(id), &bytes);
        assert_eq!(recent.part(Blob::Proxy(id), &(2..5)).as_deref(), Some(&b"234"[..]));
        assert_eq!(recent.part(Blob::Proxy(id), &(5..11)), None);
        assert_eq!(recent.part(Blob::File(id), &(0..10)), None);
        recent.forget(Blob::Proxy(id));
        assert_eq!(recent.part(Blob::Proxy(id), &(0..10)), None);
        let large = Bytes::from(vec![0; 1024 * 1024]);
        (0..100).for_each(|_| recent.keep(Blob::Proxy(FileId::new()), &large));
        assert!(recent.0.weight() <= CAPACITY, "{recent:?}");
    }
}
