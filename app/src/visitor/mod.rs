//! What visitors of a link can do, without HTTP: open it, unlock it, see what it shows, and download.
//!
//! A caller describes the visitor as a [`Visitor`], opens the link by its token as a [`Visit`], and asks the visit for
//! the rest. Whether something is allowed is always decided by `domain::access::decide`. What a visitor is to remember
//! is returned as a [`Grant`]; a page keeps it in a cookie.

mod counting;
mod cover;
mod decision;
mod error;
mod grants;
mod members;
mod open;
mod opened_links;
mod people;
mod preparation;
mod presented;
mod seen;
mod shared_asset;
mod unlock;
mod views;

pub use counting::{CountedDownload, CountedPage};
pub use cover::Cover;
pub use error::VisitError;
pub use grants::Grant;
pub use members::{MemberQuery, Members};
pub use open::{RequestedFile, Visit};
pub use opened_links::OpenedLinks;
pub use people::{FoundPeople, MAX_WANTED, PersonMatch, Wanted};
pub use preparation::Preparation;
pub use presented::Visitor;
pub use shared_asset::{SharedAsset, SharedAssets, SharedDownload, SharedPicture, SharedTrack};
pub use unlock::{Unlock, Unlocked};
pub use views::Views;
