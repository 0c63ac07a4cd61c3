//! Enumerations of the API, with the same variants as those of the domain.

use async_graphql::Enum;

/// The role of a user in the workspace.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::Role")]
pub(crate) enum Role {
    /// Sees only the assets and collections that access rules name, and the names of the people who made them.
    Guest,
    /// May see the library.
    Viewer,
    /// May upload, share and download.
    Editor,
    /// Manages the workspace: users, settings, and the links of everybody.
    Admin,
}

/// Whether a person can sign in.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::UserState")]
pub(crate) enum UserState {
    /// They are invited, and have not chosen a password yet.
    Invited,
    /// They can.
    Active,
    /// An administrator has disabled the account. Its sessions and tokens have ended, and its links are dead.
    Disabled,
    /// The account is deleted. Only a pseudonym is left, to which the audit trail refers.
    Deleted,
}

/// What a personal access token may be used for. A scope gives no rights: the token still does only what its owner may do.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::TokenScope")]
pub(crate) enum TokenScope {
    /// Read links.
    LinksRead,
    /// Make, change and delete links. Includes `LINKS_READ`.
    LinksWrite,
    /// Read assets and collections, and open their files.
    AssetsRead,
    /// Add and change assets and collections. Includes `ASSETS_READ`.
    AssetsWrite,
    /// Do what is for administrators: users, groups, access rules, settings, jobs, and the logs. Includes no other scope.
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

/// Where the file of an asset is stored.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::AssetSource")]
pub(crate) enum AssetSource {
    /// In Vitrine's own storage.
    Library,
    /// Elsewhere; the library only refers to it. Such an asset cannot be shared.
    External,
}

/// Whether the original can be downloaded now.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::OriginalState")]
pub(crate) enum OriginalState {
    /// It can be downloaded.
    Available,
    /// It is archived and has to be restored first.
    Archived,
    /// It cannot be downloaded.
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

/// The state of a link.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::LinkState")]
pub(crate) enum LinkState {
    /// The link opens later.
    Scheduled,
    /// The link is open.
    Active,
    /// The link has expired.
    Expired,
    /// All downloads that the link allows were counted. Its page, if it has one, can still be looked at.
    Exhausted,
    /// The link was disabled by a user, or its creator is disabled.
    Disabled,
}

/// Why an asset cannot be shared.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::sharing::NotShareable")]
pub(crate) enum NotShareableReason {
    /// The asset does not exist, or you may not see it.
    NotFound,
    /// You lack the right to share it.
    NoRight,
    /// The asset is only a reference to a file elsewhere.
    ExternalSource,
}

/// The state of a proxy.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::ProxyState")]
pub(crate) enum ProxyState {
    /// It is still to be made.
    Pending,
    /// It was made.
    Ready,
    /// It cannot be made.
    Failed,
}

/// The format of a QR code.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "app::links::QrFormat")]
pub(crate) enum QrFormat {
    Svg,
    Png,
}

/// How a collection was created.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::CollectionKind")]
pub(crate) enum CollectionKind {
    /// Created by a person.
    Manual,
    /// Created by a bulk share, for its link.
    Automatic,
}

/// One thing that a user may do with an asset.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::Right")]
pub(crate) enum Right {
    /// See the asset and its pictures.
    Read,
    /// Create links to the asset.
    Share,
    /// Download the original, and let others download it by links.
    DownloadOriginal,
    /// Download proxies, and let others download them by links.
    DownloadProxy,
    /// Download attachments, and let others download them by links.
    DownloadAttachment,
    /// Change the asset.
    Edit,
}

/// What somebody did to a link.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::LinkAction")]
pub(crate) enum LinkAction {
    Created,
    /// The settings were changed.
    Updated,
    Disabled,
    Enabled,
    /// The link got another URL.
    Rotated,
    Deleted,
}

/// What happened to an account, or to what people may do, and what was deleted.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::SecurityAction")]
pub(crate) enum SecurityAction {
    SignedIn,
    /// A wrong password was typed for an account.
    SignInFailed,
    /// Too many wrong passwords were typed for an account, so that strangers wait.
    SignInLocked,
    SignedOut,
    UserCreated,
    UserInvited,
    /// The name or role of a user was changed.
    UserUpdated,
    /// A user was disabled.
    UserDisabled,
    /// A disabled user may sign in again.
    UserEnabled,
    /// A user was deleted, or left. Other events about them have a pseudonym since then, and no address.
    UserDeleted,
    GroupCreated,
    /// The members of a group were changed.
    GroupUpdated,
    /// A group was deleted, with the rules about it.
    GroupDeleted,
    /// A rule gave rights.
    AccessGranted,
    /// A rule was taken back.
    AccessRevoked,
    TokenCreated,
    TokenRevoked,
    /// A session was ended from elsewhere.
    SessionRevoked,
    /// A link was made by which a person chooses a password; without an actor, the person asked for it, or whoever runs the
    /// server did.
    PasswordLinkCreated,
    PasswordChanged,
    EmailChanged,
    /// The settings of the workspace were changed.
    SettingsChanged,
    /// An asset was put into the bin.
    AssetDeleted,
    /// An asset was taken out of the bin.
    AssetRestored,
    /// An attachment of an asset was deleted. The event is about the asset.
    AttachmentDeleted,
}

/// The field by which links are sorted.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LinkOrderField {
    Created,
    /// By expiration; links that never expire come after all others.
    Expires,
    /// By name, ignoring case.
    Name,
    /// How many downloads were counted.
    Downloads,
}

/// The direction of an order.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OrderDirection {
    Asc,
    Desc,
}

/// The order in which a link shows the assets of its collection.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::MemberOrder")]
pub(crate) enum MemberOrder {
    /// As they were put into the collection.
    Position,
    /// By title, as people sort: `2` comes before `10`.
    Name,
    /// The last that was added to the library comes first.
    Newest,
    /// The first that was added to the library comes first.
    Oldest,
    /// The first that was taken comes first; what has no date comes last, in the order of `OLDEST`. Visitors then see the days
    /// on which pictures were taken, which they are told under no other order: pages have a heading for each day, and the
    /// assets of `sharedLink` have `capturedDay`. Visitors of a link with another order cannot choose this one.
    Captured,
}

/// Whether the pages that visitors of links see are light or dark.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "domain::branding::GalleryBackground")]
pub(crate) enum GalleryBackground {
    /// As the visitor's system is.
    Auto,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

/// Where on a picture the watermark is placed.
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
