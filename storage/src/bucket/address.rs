//! Addresses at which a client gets an object from S3 itself, for a short time.

use super::{Bucket, refusal};
use crate::{StorageError, address::SavedAs};
use object_store::{
    path::Path as Key,
    signer::{Method, SignedUrlOptions, Signer},
};

/// As no cached file may outlive what it was decided by.
const CACHE_CONTROL: &str = "private, no-store";

impl Bucket {
    /// An address that answers GET with the object, under the headers of `saved`. S3 is asked whether the object is there,
    /// because whoever follows an address cannot come back with a failure.
    pub(crate) async fn address(&self, key: &Key, saved: SavedAs<'_>) -> Result<Option<String>, StorageError> {
        let Some(lasts) = self.addresses_last else { return Ok(None) };
        let SavedAs { media_type, disposition } = saved;
        self.head(key).await?;
        let key = self.key(key);
        let answer = SignedUrlOptions::new().with_query([
            ("response-content-type", media_type),
            ("response-content-disposition", disposition),
            ("response-cache-control", CACHE_CONTROL),
        ]);
        let url = self.reader.signed_url_opts(Method::GET, &key, lasts, &answer).await.map_err(refusal::of)?;
        Ok(Some(url.into()))
    }
}
