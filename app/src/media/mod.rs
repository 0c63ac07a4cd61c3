//! Files for signed-in users by signed URLs, so that an `<img>` of any front end shows them without a token.
//!
//! A URL opens one file, for at most an hour, and only while the token for which it was made is valid. The rights of the
//! token's user are checked at each access, by the same rule that decides whether the API gives the URL.

mod assets;
mod media_file;
mod open;
mod url;

pub use assets::MediaAssets;
pub use media_file::{FileOwner, MediaFile};
pub use open::{MediaError, SignedRequest, open};
pub use url::{asset_file_url, watermark_url};
