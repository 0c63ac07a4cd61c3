//! Decides what a visitor gets under a link: the one function behind every response to a visitor.
//!
//! The page, its pictures, every download and every description of a link ask [`decide`] with the present time. No
//! other code decides about access, so that no check can be forgotten elsewhere.

#[cfg(test)]
mod model;

use crate::{
    AssetSource, LinkKind, LinkState, OriginalState, Preset, Right, Rights, link::Lifetime, sharing::may_share,
};
use chrono::{DateTime, TimeDelta, Utc};

/// The longest time for which an address of the storage opens, whatever happens to the link meanwhile.
pub const LONGEST_ADDRESS: TimeDelta = TimeDelta::seconds(60);

/// The facts of a link that decide about access.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkFacts {
    /// Whether the link opens a page or is a download.
    pub kind: LinkKind,
    /// The facts from which the link's state is derived.
    pub lifetime: Lifetime,
    /// Whether the link leads to an asset that is deleted.
    pub target_is_gone: bool,
    /// Whether a visitor needs the password.
    pub has_password: bool,
    /// Whether originals may be downloaded.
    pub allow_original: bool,
    /// Whether proxies may be downloaded.
    pub allow_proxies: bool,
    /// Whether attachments may be downloaded.
    pub allow_attachments: bool,
    /// Which proxies may be downloaded; none: all that exist.
    pub proxy_presets: Option<Vec<Preset>>,
    /// Whether every picture carries the watermark.
    pub watermark: bool,
}

/// The facts of the requested asset that decide about access.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TargetFacts {
    /// Whether the link leads to this asset, directly or through its collection.
    pub in_link: bool,
    /// Whether the asset is in the library or only referenced.
    pub source: AssetSource,
    /// Whether the original is available.
    pub original: OriginalState,
    /// The present rights of the link's creator on the asset.
    pub creator: Rights,
}

/// The grants that the visitor's browser sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct VisitorFacts {
    /// Whether a grant says that the visitor knew the link's password.
    pub unlocked: bool,
    /// Whether a grant says that this download of the visitor was already counted.
    pub counted: bool,
}

/// What a visitor requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resource {
    /// The page itself, or a description of the link.
    Page,
    /// The entry of an asset on the page.
    Entry(TargetFacts),
    /// A picture, a video or a sound that the page shows.
    Picture(TargetFacts, Preset),
    /// The captions of a video that the page shows.
    Captions(TargetFacts),
    /// A file to download.
    Download(TargetFacts, Version),
}

/// A file that a link may hand out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// The asset's own file.
    Original,
    /// A smaller version.
    Proxy(Preset),
    /// An attachment of the asset.
    Attachment,
}

/// How an allowed request is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Permit {
    /// Only the watermarked version may be sent; while it is pending, a placeholder is sent.
    pub watermarked: bool,
    /// Whether the visitor may be sent to an address of the storage, which opens for up to [`LONGEST_ADDRESS`] and asks
    /// nobody meanwhile.
    pub by_address: bool,
}

/// Why a request is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The link is unknown, dead or deleted, or does not offer the resource. The visitor cannot tell these cases apart.
    NotFound,
    /// The password is missing.
    Locked,
    /// The page is open, but every download that the link allows was counted.
    UsedUp,
}

/// Decides whether a visitor gets a resource at an instant.
pub fn decide(
    link: &LinkFacts,
    visitor: VisitorFacts,
    resource: Resource,
    now: DateTime<Utc>,
) -> Result<Permit, Refusal> {
    let is_download = matches!(resource, Resource::Download(..));
    let is_used_up = link.lifetime.state(now) == LinkState::Exhausted;
    // The visitor resumes a download that was already counted. The password was checked when the download began.
    let is_resumed = is_used_up && is_download && visitor.counted && !link.target_is_gone && has_started(link, now);
    if !is_open(link, now) && !is_resumed {
        return Err(Refusal::NotFound);
    }
    if link.has_password && !visitor.unlocked && !is_resumed {
        return Err(Refusal::Locked);
    }
    let offered = match resource {
        Resource::Page => link.kind == LinkKind::Public,
        // What is said in a video that everybody sees is not kept from those who cannot hear it.
        Resource::Entry(target) | Resource::Captions(target) => link.kind == LinkKind::Public && reaches(target),
        Resource::Picture(target, preset) => {
            link.kind == LinkKind::Public && reaches(target) && shows(link, target, preset)
        }
        Resource::Download(target, version) => reaches(target) && hands_out(link, target, version),
    };
    if !offered {
        return Err(Refusal::NotFound);
    }
    if is_used_up && is_download && !is_resumed {
        return Err(Refusal::UsedUp);
    }
    let preset = match resource {
        Resource::Picture(_, preset) | Resource::Download(_, Version::Proxy(preset)) => Some(preset),
        Resource::Page
        | Resource::Entry(_)
        | Resource::Captions(_)
        | Resource::Download(_, Version::Original | Version::Attachment) => None,
    };
    let watermarked = preset.is_some_and(|preset| preset.in_link(link.watermark).watermarked);
    Ok(Permit { watermarked, by_address: is_download && !watermarked && is_unguarded(link, now) })
}

/// How much later than the decision an address may be made: the storage is asked first whether the file is there.
const UNTIL_SIGNED: TimeDelta = TimeDelta::seconds(15);

/// Whether nothing about the link could refuse the same download as long as an address opens, unless somebody changes the
/// link or its asset: whoever has an address can pass it on, past a password and past a limit of downloads.
fn is_unguarded(link: &LinkFacts, now: DateTime<Utc>) -> bool {
    let Lifetime { disabled: _, starts_at: _, expires_at, max_downloads, download_count: _ } = link.lifetime;
    !link.has_password
        && max_downloads.is_none()
        && expires_at.is_none_or(|end| end - now >= UNTIL_SIGNED + LONGEST_ADDRESS)
}

/// Whether whoever knows the password of a link gets anything of it at an instant. The page of a public link is there to
/// look at when no download is left; a download link is then dead.
pub fn is_open(link: &LinkFacts, now: DateTime<Utc>) -> bool {
    let is_open = match link.lifetime.state(now) {
        LinkState::Active => true,
        LinkState::Exhausted => link.kind == LinkKind::Public && has_started(link, now),
        LinkState::Scheduled | LinkState::Expired | LinkState::Disabled => false,
    };
    is_open && !link.target_is_gone
}

/// Whether the instant from which the link is open has come: a link that is used up may open later nevertheless.
fn has_started(link: &LinkFacts, now: DateTime<Utc>) -> bool {
    link.lifetime.starts_at.is_none_or(|start| now >= start)
}

/// Whether the link leads to the asset, and the link's creator may still share the asset.
fn reaches(target: TargetFacts) -> bool {
    target.in_link && may_share(target.source, target.creator).is_ok()
}

/// Whether a page of the link shows this version: those for pages, and a large one that visitors may download as often
/// as they like anyway.
fn shows(link: &LinkFacts, target: TargetFacts, preset: Preset) -> bool {
    preset.is_shown() || link.lifetime.max_downloads.is_none() && hands_out(link, target, Version::Proxy(preset))
}

/// Whether the link and the rights of its creator allow the download of this version.
fn hands_out(link: &LinkFacts, target: TargetFacts, version: Version) -> bool {
    let (right, allowed) = match version {
        Version::Original => {
            let allowed = link.kind == LinkKind::Download || link.allow_original;
            (Right::DownloadOriginal, allowed && target.original == OriginalState::Available)
        }
        Version::Proxy(preset) => {
            let chosen = link.proxy_presets.as_ref().is_none_or(|presets| presets.contains(&preset));
            (Right::DownloadProxy, link.kind == LinkKind::Public && link.allow_proxies && chosen)
        }
        Version::Attachment => (Right::DownloadAttachment, link.kind == LinkKind::Public && link.allow_attachments),
    };
    allowed && target.creator.has(right)
}

/// Whether a signed-in user with these rights on an asset gets a version of it through its internal link. No version
/// stands for the page and its pictures.
pub fn decide_internal(asset: (AssetSource, OriginalState), rights: Rights, version: Option<Version>) -> bool {
    let (source, original) = asset;
    let ours = source == AssetSource::Library;
    let allowed = match version {
        None => true,
        Some(Version::Original) => ours && original == OriginalState::Available && rights.has(Right::DownloadOriginal),
        Some(Version::Proxy(_)) => ours && rights.has(Right::DownloadProxy),
        Some(Version::Attachment) => ours && rights.has(Right::DownloadAttachment),
    };
    allowed && rights.has(Right::Read)
}
