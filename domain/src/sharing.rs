//! Decides which assets a user may share, and what a share of them offers.

use crate::{AssetId, AssetSource, OriginalState, Preset, Right, Rights, text_enum::text_enum};

text_enum! {
    /// Why an asset is skipped by a share.
    pub enum NotShareable {
        /// The asset does not exist, or the user may not see it.
        NotFound = "NOT_FOUND",
        /// The user lacks the right to share it.
        NoRight = "NO_RIGHT",
        /// The asset is only a reference to a file elsewhere.
        ExternalSource = "EXTERNAL_SOURCE",
    }
}

/// The facts of an asset that the rules need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssetFacts {
    /// Whether the asset is in the library or only referenced.
    pub source: AssetSource,
    /// Whether the original is available.
    pub original: OriginalState,
    /// The proxies that exist or are being made.
    pub presets: Vec<Preset>,
    /// How many attachments the asset has.
    pub attachments: i64,
    /// Whether it is a picture or video in which faces are found, or will be where the workspace wants that.
    pub searchable: bool,
}

/// Whether a user with these rights on an asset may share it.
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

/// Whether a user with these rights may create a download link to the original.
pub fn may_create_download_link(asset: &AssetFacts, rights: Rights) -> bool {
    may_share(asset.source, rights).is_ok() && offers_original(asset, rights)
}

fn offers_original(asset: &AssetFacts, rights: Rights) -> bool {
    asset.original == OriginalState::Available && rights.has(Right::DownloadOriginal)
}

/// What a share of some assets offers: for each version that the user may hand out, how many assets have it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Offer {
    /// How many originals are available.
    pub originals: usize,
    /// How many assets have attachments.
    pub attachments: usize,
    /// Proxy presets in the order of [`Preset::ALL`], and how many assets have each.
    pub presets: Vec<(Preset, usize)>,
    /// Whether the workspace has a watermark, and an asset has a picture or video that can carry it.
    pub watermark: bool,
    /// Whether visitors of a link to these assets can search for a person: the workspace has that on, and faces are found in
    /// one of them, or will be.
    pub person_search: bool,
    /// The shared assets, one of which can be the cover of the link. Who loads the assets fills this in.
    pub covers: Vec<AssetId>,
}

/// The result of a requested share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share<Id> {
    /// The shared assets, in the requested order.
    pub shared: Vec<Id>,
    /// The skipped assets, and why.
    pub skipped: Vec<(Id, NotShareable)>,
    /// What the shared assets offer.
    pub offer: Offer,
}

/// The abilities of a workspace that a share depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Workspace {
    /// Whether the workspace has a watermark.
    pub watermark: bool,
    /// Whether the workspace has the search by person on.
    pub person_search: bool,
}

/// Divides the requested assets into shared and skipped ones. `found` returns the facts of an asset and the user's
/// rights on it; none if the user cannot see the asset.
pub fn share<'a, Id: Copy>(
    workspace: Workspace,
    requested: impl IntoIterator<Item = Id>,
    found: impl Fn(Id) -> Option<(&'a AssetFacts, Rights)>,
) -> Share<Id> {
    let (mut shared, mut skipped, mut facts) = (Vec::new(), Vec::new(), Vec::new());
    for id in requested {
        let asset = found(id);
        match asset.map_or(Err(NotShareable::NotFound), |(asset, rights)| may_share(asset.source, rights)) {
            Ok(()) => {
                shared.push(id);
                facts.extend(asset);
            }
            Err(reason) => skipped.push((id, reason)),
        }
    }
    Share { shared, skipped, offer: offer(workspace, facts) }
}

impl Offer {
    /// What a download link offers: one original.
    pub fn original_only() -> Self {
        Self { originals: 1, ..Self::default() }
    }

    /// What a link to one asset offers: in it, nothing has to be searched.
    #[must_use]
    pub fn of_one_asset(self) -> Self {
        Self { person_search: false, ..self }
    }
}

/// Counts what the shareable ones among `assets` offer to a user.
pub fn offer<'a>(workspace: Workspace, assets: impl IntoIterator<Item = (&'a AssetFacts, Rights)>) -> Offer {
    let mut offer = Offer::default();
    let mut counts = vec![0; Preset::ALL.len()];
    for (asset, rights) in assets {
        if may_share(asset.source, rights).is_err() {
            continue;
        }
        // A link always shows the pictures of a shared asset, even if its creator may not hand them out.
        offer.watermark |= workspace.watermark && !asset.presets.is_empty();
        offer.person_search |= workspace.person_search && asset.searchable;
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

    const NONE: Workspace = Workspace { watermark: false, person_search: false };

    #[test]
    fn sharing_needs_the_right_and_bytes_of_our_own() {
        use AssetSource::{External, Library};
        assert_eq!(may_share(Library, Role::Editor.rights()), Ok(()));
        assert_eq!(may_share(External, Role::Editor.rights()), Err(NotShareable::ExternalSource));
        assert_eq!(may_share(Library, Role::Viewer.rights()), Err(NotShareable::NoRight));
        assert_eq!(may_share(External, Role::Viewer.rights()), Err(NotShareable::NoRight));
        assert_eq!(may_share(Library, Role::Guest.rights()), Err(NotShareable::NotFound));
    }

    #[test]
    fn a_person_can_be_searched_where_the_workspace_wants_it_and_faces_can_be_found_in_what_is_shared() {
        let may_share = Rights::of(&[Right::Read, Right::Share]);
        for (on, searchable, source, rights) in [true, false].into_iter().flat_map(|on| {
            let sources = [AssetSource::Library, AssetSource::External].into_iter();
            let assets = sources.flat_map(|source| [(true, source), (false, source)]);
            let cases = assets.flat_map(move |(searchable, source)| {
                [Rights::ALL, may_share, Rights::of(&[Right::Read])].map(|rights| (searchable, source, rights))
            });
            cases.map(move |(searchable, source, rights)| (on, searchable, source, rights))
        }) {
            let (original, presets) = (OriginalState::Available, Vec::new());
            let asset = AssetFacts { source, original, presets, attachments: 0, searchable };
            let expected = on && searchable && source == AssetSource::Library && rights.has(Right::Share);
            let text = AssetFacts { searchable: false, ..asset.clone() };
            let found = offer(Workspace { person_search: on, ..NONE }, [(&text, rights), (&asset, rights)]);
            assert_eq!(found.person_search, expected, "{on} {searchable} {source:?} {rights:?}");
            assert!(!found.of_one_asset().person_search);
        }
    }

    #[test]
    fn an_offer_counts_what_the_user_may_hand_out() {
        let photo = AssetFacts {
            source: AssetSource::Library,
            original: OriginalState::Available,
            presets: vec![Preset::Preview, Preset::Thumbnail],
            attachments: 2,
            searchable: true,
        };
        let archived = AssetFacts { original: OriginalState::Archived, attachments: 0, ..photo.clone() };
        let external = AssetFacts { source: AssetSource::External, ..photo.clone() };
        let all = offer(NONE, [(&photo, Rights::ALL), (&archived, Rights::ALL), (&external, Rights::ALL)]);
        assert_eq!((all.originals, all.attachments), (1, 1));
        assert_eq!(all.presets, [(Preset::Thumbnail, 2), (Preset::Preview, 2)]);
        let little = offer(NONE, [(&photo, Rights::of(&[Right::Read, Right::Share]))]);
        assert_eq!(little, Offer::default());
        let with = Workspace { watermark: true, ..NONE };
        assert!(offer(with, [(&photo, Rights::of(&[Right::Read, Right::Share]))]).watermark);
        let text = AssetFacts { presets: Vec::new(), ..photo.clone() };
        assert!(!offer(with, [(&text, Rights::ALL), (&external, Rights::ALL)]).watermark, "nothing to put it on");
        let assets = [&photo, &external];
        let found = |index: usize| assets.get(index).map(|asset| (*asset, Rights::ALL));
        let share = share(NONE, [1, 0, 2], found);
        assert_eq!(share.shared, [0]);
        assert_eq!(share.skipped, [(1, NotShareable::ExternalSource), (2, NotShareable::NotFound)]);
        assert_eq!(share.offer, offer(NONE, [(&photo, Rights::ALL)]));
        assert!(may_create_download_link(&photo, Rights::ALL));
        assert!(!may_create_download_link(&archived, Rights::ALL));
        assert!(!may_create_download_link(&photo, Rights::of(&[Right::Read, Right::Share, Right::DownloadProxy])));
    }
}
