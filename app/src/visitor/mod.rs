//! What visitors of a link can do, without HTTP: open it, unlock it, see what it shows, and download.
//!
//! A caller describes the visitor as a [`Visitor`], opens the link by its token as a [`Visit`], and asks the visit for
//! the rest. Whether something is allowed is always decided by `domain::access::decide`. What a visitor is to remember
//! is returned as a [`Grant`]; a page keeps it in a cookie. The files of assets are found here for the pages of
//! signed-in users, too.

mod counting;
mod decision;
mod error;
mod file_name;
mod files;
mod grants;
mod members;
mod open;
mod pictures;
mod ready_proxy;
mod unlock;
mod who;

pub use error::VisitError;
pub use file_name::FileName;
pub use files::{AssetFile, AssetFiles, to_save};
pub use grants::Grant;
pub use members::Members;
pub use open::{RequestedFile, Visit};
pub use pictures::{Picture, picture, prioritize};
pub use ready_proxy::ReadyProxy;
pub use unlock::{Unlock, Unlocked};
pub use who::Visitor;
