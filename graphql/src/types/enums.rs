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
