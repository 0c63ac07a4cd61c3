//! What people do with assets, one action a file. What an import does, too, is in `library`.

mod attach_file;
mod delete_assets;
mod delete_attachment;
mod editable;
mod find_in_bin;
mod internal_link;
mod plan_deletion;
mod retry_proxies;
mod set_original_state;
mod update_asset;
mod upload_asset;

pub use attach_file::{NewAttachment, check_attachment};
pub(crate) use delete_assets::may_move;
pub use delete_assets::{Moved, delete_assets, restore_assets};
pub use delete_attachment::delete_attachment;
pub use find_in_bin::find_in_bin;
pub use internal_link::{OpenedAsset, open_by_number};
pub use plan_deletion::{DeletionPlan, plan_deletion};
pub use retry_proxies::retry_proxies;
pub use set_original_state::set_original_state;
pub use update_asset::{AssetInput, update_asset};
pub use upload_asset::{NewAsset, check_upload};
