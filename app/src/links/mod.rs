//! What people do with links, one action a file. Each action checks, writes its event, and queues its follow-up work.

mod action;
mod change_links;
mod change_selected;
mod create_collection_link;
mod create_download_link;
mod create_public_link;
mod embed_code;
mod generated_password;
mod new_link;
mod not_found;
mod qr_code;
mod rotate_link;
mod store;
mod stored_settings;
mod switch_link;
mod targets;
mod update_link;

pub use action::Action;
pub use change_links::{Changed, change_links};
pub use change_selected::{MAX_SELECTED, change_selected, too_many_selected};
pub use create_collection_link::create_collection_link;
pub use create_download_link::create_download_link;
pub use create_public_link::create_public_link;
pub use embed_code::{EMBED_SIZE, embed_code};
pub use generated_password::password_of_form;
pub(crate) use new_link::{NewLink, Target};
pub use qr_code::{QrCode, QrFormat, qr_code};
pub use rotate_link::rotate_link;
pub use stored_settings::current as current_settings;
pub use switch_link::switch_link;
pub use targets::Targets;
pub use update_link::update_link;
