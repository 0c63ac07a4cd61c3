//! The files of assets, for visitors of links and for signed-in users: what a URL calls them, where their bytes are, and
//! what is shown while a picture is being made. Whether a file may be sent is decided before.

mod asset_file;
mod asset_files;
mod captions;
mod file_name;
mod pictures;
mod ready_proxy;
mod shown;

pub(crate) use asset_file::proxy_name;
pub(crate) use asset_file::to_show;
pub use asset_file::{AssetFile, Original, to_save};
pub use asset_files::AssetFiles;
pub use captions::{Track, captions, tracks};
pub use file_name::FileName;
pub use pictures::{Picture, picture, prioritize};
pub use ready_proxy::ReadyProxy;
pub use shown::{OfferedFile, Shown, failure_reason, offered_files, thumbnail};
