//! Enumerations of the API that mirror those of the domain, name by name.

use async_graphql::Enum;

/// What a user is in the workspace.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::Role")]
pub(crate) enum Role {
    /// Looks at the library.
    Viewer,
    /// Works with the library: uploads, shares, downloads.
    Editor,
    /// Runs the workspace: users, settings, everybody's links.
    Admin,
}

/// What sort of media an asset is.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::AssetKind")]
pub(crate) enum AssetKind {
    Image,
    Video,
    Audio,
    Document,
    Other,
}

/// Where an asset's bytes live.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::AssetSource")]
pub(crate) enum AssetSource {
    /// In Vitrine's own storage.
    Library,
    /// Elsewhere; only referenced here, and never shareable.
    External,
}

/// Whether the original can be had now.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::OriginalState")]
pub(crate) enum OriginalState {
    /// At once.
    Available,
    /// Put away; has to be brought back first.
    Archived,
    /// Not at all.
    Unavailable,
}

/// The kinds of link that are stored. An internal link is `Asset.internalUrl`.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::LinkKind")]
pub(crate) enum LinkKind {
    /// Opens a page.
    Public,
    /// Is the download of one original.
    Download,
}

/// Where a link stands in its life.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::LinkState")]
pub(crate) enum LinkState {
    /// Not open yet.
    Scheduled,
    /// Open.
    Active,
    /// Its time is over.
    Expired,
    /// Its downloads are used up.
    Exhausted,
    /// Switched off by hand.
    Disabled,
}

/// Why an asset cannot be shared.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::sharing::NotShareable")]
pub(crate) enum NotShareableReason {
    /// There is none, or you may not see it.
    NotFound,
    /// You lack the right to share it.
    NoRight,
    /// It is only a reference; its bytes live elsewhere.
    ExternalSource,
}

/// Whether a proxy can be had.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::ProxyState")]
pub(crate) enum ProxyState {
    /// It is being made.
    Pending,
    /// It is there.
    Ready,
    /// It could not be made.
    Failed,
}

/// The format of a QR code.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub(crate) enum QrFormat {
    Svg,
    Png,
}

/// How a collection came to be.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::CollectionKind")]
pub(crate) enum CollectionKind {
    /// Made by a person.
    Manual,
    /// Made by a bulk share, for its link.
    Automatic,
}

/// One thing that a user may do with an asset.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::Right")]
pub(crate) enum Right {
    /// See the asset and its pictures.
    Read,
    /// Make links to it.
    Share,
    /// Take the original file, and hand it out by links.
    DownloadOriginal,
    /// Take smaller versions, and hand them out by links.
    DownloadProxy,
    /// Take the files that hang on it, and hand them out by links.
    DownloadAttachment,
    /// Change it.
    Edit,
}

/// What somebody did to a link.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::LinkAction")]
pub(crate) enum LinkAction {
    Created,
    /// Changed its settings.
    Updated,
    Disabled,
    Enabled,
    /// Gave it another URL.
    Rotated,
    Deleted,
}

/// What links are sorted by.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LinkOrderField {
    Created,
    /// Links that never expire come after all that do.
    Expires,
    /// Without regard to case.
    Name,
    /// How many downloads were counted.
    Downloads,
}

/// Which way a list is sorted.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OrderDirection {
    Asc,
    Desc,
}

/// Where on a picture the watermark is.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::watermark::Placement")]
pub(crate) enum WatermarkPlacement {
    /// Once, in the middle.
    Center,
    /// All over the picture.
    Tile,
    /// Once, in the corner.
    BottomRight,
}
