//! What of an asset may be shared, by whom, and what a share of it can offer.

use crate::{AssetSource, OriginalState, Preset, Right, Rights, text_enum::text_enum};

text_enum! {
    /// Why an asset is left out of a share.
    pub enum NotShareable {
        /// There is none, or the user may not see it.
        NotFound = "NOT_FOUND",
        /// The user lacks the right to share it.
        NoRight = "NO_RIGHT",
        /// Its bytes are not ours.
        ExternalSource = "EXTERNAL_SOURCE",
    }
}

/// What the rules need to know of an asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssetFacts {
    /// Where its bytes live.
    pub source: AssetSource,
    /// Whether the original can be had.
    pub original: OriginalState,
    /// The proxies that exist or are being made.
    pub presets: Vec<Preset>,
    /// How many files hang on it.
    pub attachments: i64,
}

/// Whether a user with these rights on an asset may link to it.
pub fn may_share(source: AssetSource, rights: Rights) -> Result<(), NotShareable> {
    if !rights.has(Right::Read) {
        Err(NotShareable::NotFound)
    } else if !rights.has(Right::Share) {
        Err(NotShareable::NoRight)
    } else if source == AssetSource::External {
        Err(NotShareable::ExternalSource)
    } else {
        Ok(())
    }
}

/// Whether a user with these rights may link to the download of the original.
pub fn may_create_download_link(asset: &AssetFacts, rights: Rights) -> bool {
    may_share(asset.source, rights).is_ok() && offers_original(asset, rights)
}

fn offers_original(asset: &AssetFacts, rights: Rights) -> bool {
    asset.original == OriginalState::Available && rights.has(Right::DownloadOriginal)
}

/// What a share of some assets can offer: how many of them have each version that the user may hand out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Offer {
    /// Originals that are available.
    pub originals: usize,
    /// Assets with attachments.
    pub attachments: usize,
    /// Proxies, in the order of [`Preset::ALL`], with how many assets have each.
    pub presets: Vec<(Preset, usize)>,
    /// Whether the workspace has a watermark, and there is a picture or video to put it on.
    pub watermark: bool,
    /// Whether the workspace can search by a person's photo.
    pub person_search: bool,
}

/// What of a requested share comes about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share<Id> {
    /// The assets that are shared, in the order they were asked for.
    pub shared: Vec<Id>,
    /// Those left out, and why.
    pub left_out: Vec<(Id, NotShareable)>,
    /// What the shared ones offer.
    pub offer: Offer,
}

/// What the workspace of a share can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Workspace {
    /// It has a watermark.
    pub watermark: bool,
}

/// Sorts what is asked for into what may be shared and what is left out. `found` tells of an asset what the rules
/// need to know, or nothing where the user sees none.
pub fn share<'a, Id: Copy>(
    workspace: Workspace,
    requested: impl IntoIterator<Item = Id>,
    found: impl Fn(Id) -> Option<(&'a AssetFacts, Rights)>,
) -> Share<Id> {
    let (mut shared, mut left_out, mut facts) = (Vec::new(), Vec::new(), Vec::new());
    for id in requested {
        let asset = found(id);
        match asset.map_or(Err(NotShareable::NotFound), |(asset, rights)| may_share(asset.source, rights)) {
            Ok(()) => {
                shared.push(id);
                facts.extend(asset);
            }
            Err(reason) => left_out.push((id, reason)),
        }
    }
    Share { shared, left_out, offer: offer(workspace, facts) }
}

impl Offer {
    /// What a download link is about: one original, and nothing else.
    pub fn original_only() -> Self {
        Self { originals: 1, ..Self::default() }
    }
}

/// Adds up what the shareable ones among `assets` offer to a user.
pub fn offer<'a>(workspace: Workspace, assets: impl IntoIterator<Item = (&'a AssetFacts, Rights)>) -> Offer {
    let mut offer = Offer::default();
    let mut counts = vec![0; Preset::ALL.len()];
    for (asset, rights) in assets {
        if may_share(asset.source, rights).is_err() {
            continue;
        }
        // Whoever may share an asset shows its pictures, whether or not he may hand them out.
        offer.watermark |= workspace.watermark && !asset.presets.is_empty();
        offer.originals += usize::from(offers_original(asset, rights));
        offer.attachments += usize::from(asset.attachments > 0 && rights.has(Right::DownloadAttachment));
        if rights.has(Right::DownloadProxy) {
            for (count, preset) in counts.iter_mut().zip(Preset::ALL) {
                *count += usize::from(asset.presets.contains(preset));
            }
        }
    }
    offer.presets = Preset::ALL.iter().copied().zip(counts).filter(|(_, count)| *count > 0).collect();
    offer
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Role;

    const NONE: Workspace = Workspace { watermark: false };

    #[test]
    fn sharing_needs_the_right_and_bytes_of_our_own() {
        use AssetSource::{External, Library};
        assert_eq!(may_share(Library, Role::Editor.rights()), Ok(()));
        assert_eq!(may_share(External, Role::Editor.rights()), Err(NotShareable::ExternalSource));
        assert_eq!(may_share(Library, Role::Viewer.rights()), Err(NotShareable::NoRight));
        assert_eq!(may_share(External, Role::Viewer.rights()), Err(NotShareable::NoRight));
        assert_eq!(may_share(Library, Rights::NONE), Err(NotShareable::NotFound));
    }

    #[test]
    fn an_offer_counts_what_the_user_may_hand_out() {
        let photo = AssetFacts {
            source: AssetSource::Library,
            original: OriginalState::Available,
            presets: vec![Preset::Preview, Preset::Thumbnail],
            attachments: 2,
        };
        let archived = AssetFacts { original: OriginalState::Archived, attachments: 0, ..photo.clone() };
        let external = AssetFacts { source: AssetSource::External, ..photo.clone() };
        let all = offer(NONE, [(&photo, Rights::ALL), (&archived, Rights::ALL), (&external, Rights::ALL)]);
        assert_eq!((all.originals, all.attachments), (1, 1));
        assert_eq!(all.presets, [(Preset::Thumbnail, 2), (Preset::Preview, 2)]);
        let little = offer(NONE, [(&photo, Rights::of(&[Right::Read, Right::Share]))]);
        assert_eq!(little, Offer::default());
        let with = Workspace { watermark: true };
        assert!(offer(with, [(&photo, Rights::of(&[Right::Read, Right::Share]))]).watermark);
        let text = AssetFacts { presets: Vec::new(), ..photo.clone() };
        assert!(!offer(with, [(&text, Rights::ALL), (&external, Rights::ALL)]).watermark, "nothing to put it on");
        let assets = [&photo, &external];
        let found = |index: usize| assets.get(index).map(|asset| (*asset, Rights::ALL));
        let share = share(NONE, [1, 0, 2], found);
        assert_eq!(share.shared, [0]);
        assert_eq!(share.left_out, [(1, NotShareable::ExternalSource), (2, NotShareable::NotFound)]);
        assert_eq!(share.offer, offer(NONE, [(&photo, Rights::ALL)]));
        assert!(may_create_download_link(&photo, Rights::ALL));
        assert!(!may_create_download_link(&archived, Rights::ALL));
        assert!(!may_create_download_link(&photo, Rights::of(&[Right::Read, Right::Share, Right::DownloadProxy])));
    }
}
