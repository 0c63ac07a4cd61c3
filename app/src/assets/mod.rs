//! What people do with assets, one action a file. What an import does, too, is in `library`.

mod attach_file;
mod editable;
mod internal_link;
mod set_original_state;
mod update_asset;
mod upload_asset;

pub use attach_file::{NewAttachment, check_attachment};
pub use internal_link::{OpenedAsset, open_by_number};
pub use set_original_state::set_original_state;
pub use update_asset::{AssetInput, update_asset};
pub use upload_asset::{NewAsset, check_upload};
