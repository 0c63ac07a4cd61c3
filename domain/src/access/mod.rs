//! The one decision behind every byte that leaves under a link.
//!
//! The page, its pictures, every download and every description of a link ask [`decide`] with the present
//! time. There is no second place to forget a check in.

#[cfg(test)]
mod model;

use crate::{
    AssetSource, LinkKind, LinkState, OriginalState, Preset, Right, Rights, link::Lifetime, sharing::may_share,
};
use chrono::{DateTime, Utc};

/// What the decision needs to know of a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkFacts {
    /// Page or download.
    pub kind: LinkKind,
    /// What its state follows from.
    pub lifetime: Lifetime,
    /// Whether a visitor needs the password.
    pub has_password: bool,
    /// Hands out originals.
    pub allow_original: bool,
    /// Hands out proxies.
    pub allow_proxies: bool,
    /// Hands out attachments.
    pub allow_attachments: bool,
    /// Which proxies; none: all that exist.
    pub proxy_presets: Option<Vec<Preset>>,
    /// Every picture carries the watermark.
    pub watermark: bool,
}

/// What the decision needs to know of the asset that a visitor resources something of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TargetFacts {
    /// Whether the link leads to this asset, directly or through its collection.
    pub in_link: bool,
    /// Where its bytes live.
    pub source: AssetSource,
    /// Whether the original can be had.
    pub original: OriginalState,
    /// What the link's creator may do with it now.
    pub creator: Rights,
}

/// What the visitor has shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct VisitorFacts {
    /// A grant for the link's password.
    pub unlocked: bool,
    /// A grant for having been counted for this very download.
    pub counted: bool,
}

/// What the visitor resources.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resource {
    /// The page itself, or a description of the link.
    Page,
    /// The page's entry for an asset.
    Entry(TargetFacts),
    /// A picture to look at.
    Picture(TargetFacts, Preset),
    /// A file to keep.
    Download(TargetFacts, Version),
}

/// A file that a link may hand out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// The asset's own file.
    Original,
    /// A smaller version.
    Proxy(Preset),
    /// A file that hangs on the asset.
    Attachment,
}

/// How an allowed request is to be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Permit {
    /// Only the watermarked version may be sent; a placeholder until there is one.
    pub watermarked: bool,
}

/// Why a request is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// To the visitor there is nothing: an unknown, dead or deleted link, or something it does not offer.
    NotFound,
    /// The password is missing.
    Locked,
}

/// Decides whether a visitor gets what he resources, at an instant.
pub fn decide(
    link: &LinkFacts,
    visitor: VisitorFacts,
    resource: Resource,
    now: DateTime<Utc>,
) -> Result<Permit, Refusal> {
    let is_counted = matches!(resource, Resource::Download(..)) && visitor.counted;
    let is_resumed = match link.lifetime.state(now) {
        LinkState::Active => false,
        // The last download counted was this visitor's own, and it goes on. Who has begun it knew the password, and
        // there is no page left to type it on.
        LinkState::Exhausted if is_counted && link.lifetime.starts_at.is_none_or(|start| now >= start) => true,
        _ => return Err(Refusal::NotFound),
    };
    if link.has_password && !visitor.unlocked && !is_resumed {
        return Err(Refusal::Locked);
    }
    let offered = match resource {
        Resource::Page => link.kind == LinkKind::Public,
        Resource::Entry(target) => link.kind == LinkKind::Public && reaches(target),
        Resource::Picture(target, preset) => link.kind == LinkKind::Public && reaches(target) && preset.is_shown(),
        Resource::Download(target, version) => reaches(target) && hands_out(link, target, version),
    };
    if !offered {
        return Err(Refusal::NotFound);
    }
    let is_picture = matches!(resource, Resource::Picture(..) | Resource::Download(_, Version::Proxy(_)));
    Ok(Permit { watermarked: link.watermark && is_picture })
}

/// Whether the link leads to the asset, and its creator might still link to it today.
fn reaches(target: TargetFacts) -> bool {
    target.in_link && may_share(target.source, target.creator).is_ok()
}

/// Whether link and creator let this version out.
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

/// Whether a signed-in user with these rights on an asset gets a version of it through its internal link.
/// Without a version, the page and its pictures are meant.
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
