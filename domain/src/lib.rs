//! The rules of sharing, as pure functions.
//!
//! Every question of the kind "may this happen?" is answered here by a pure function: without database, network or
//! framework, and with time and randomness as arguments. The page, the GraphQL mutation and the background job
//! therefore give the same answer, and tests can try every combination.

pub mod access;
pub mod archive;
pub mod asset;
pub mod asset_text;
pub mod bearer;
pub mod branding;
pub mod captions;
pub mod captured;
pub mod clock;
pub mod collection;
pub mod device;
pub mod email;
pub mod embed_origin;
pub mod grant;
mod ids;
pub mod link;
pub mod link_description;
pub mod media;
pub mod media_url;
pub mod name;
pub mod network;
pub mod node_id;
pub mod password;
pub mod password_link;
pub mod person_search;
pub mod preset;
pub mod retention;
pub mod rights;
mod scope;
pub mod sealed_face;
mod security;
pub mod settings;
pub mod sharing;
pub mod short_id;
mod signature;
pub mod statistics;
mod text_enum;
pub mod token;
pub mod video_quality;
pub mod watermark;

pub use asset::{AssetKind, AssetNumber, AssetSource, KEPT_IN_BIN, OriginalState};
pub use clock::Clock;
pub use collection::{CollectionKind, MemberOrder};
pub use ids::{
    AccessRuleId, AssetId, AttachmentId, BearerTokenId, CollectionId, DeviceId, FileId, InstallationId, LinkId,
    PasswordLinkId, UserGroupId, UserId, WorkspaceId,
};
pub use link::{LinkAction, LinkKind, LinkState};
pub use preset::{Preset, Presets, ProxyState, Rendition};
pub use rights::{Right, Rights, Role, UserState};
pub use scope::{Scopes, TokenScope};
pub use security::SecurityAction;
pub use text_enum::UnknownName;
pub use video_quality::VideoQuality;
