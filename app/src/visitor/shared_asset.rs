//! An asset as a page of another site shows it: addresses of pictures and downloads, and sizes known ahead.

use super::{MemberQuery, PersonMatch, Visit, VisitError, decision::target_facts};
use crate::files::{AssetFiles, FileName, ReadyProxy, Shown, offered_files, prioritize, tracks};
use chrono::NaiveDate;
use domain::{
    AssetId, LinkKind, Rights,
    access::{Permit, Refusal, Resource},
    short_id,
};
use faces::Band;
use schema::{Count, assets::Asset, collections};

/// A picture, a video or a sound that a page shows.
#[derive(Debug, Clone)]
pub struct SharedPicture {
    /// Its address.
    pub url: String,
    /// In pixels; none of a sound.
    pub dimensions: Option<(i32, i32)>,
    /// Its media type.
    pub media_type: String,
}

/// The captions of a video that a page shows.
#[derive(Debug, Clone)]
pub struct SharedTrack {
    /// Their address.
    pub url: String,
    /// Their language as a tag of BCP 47, if it is known.
    pub language: Option<String>,
    /// What people choose.
    pub label: String,
}

/// A file that a page offers.
#[derive(Debug, Clone)]
pub struct SharedDownload {
    /// Which file.
    pub file: FileName,
    /// What people read.
    pub label: String,
    /// Its address.
    pub url: String,
    /// Its media type.
    pub media_type: String,
    /// In bytes, if known.
    pub byte_size: Option<i64>,
}

/// An asset that a link leads to.
#[derive(Debug, Clone)]
pub struct SharedAsset {
    /// The asset.
    pub asset: Asset,
    /// A small picture, if it is ready.
    pub thumbnail: Option<SharedPicture>,
    /// The picture of a page, if it is ready.
    pub picture: Option<SharedPicture>,
    /// A video to be played, if it is ready.
    pub video: Option<SharedPicture>,
    /// The video for large screens, if it is ready and the link shows it.
    pub large_video: Option<SharedPicture>,
    /// The sound of a recording to be played, if it is ready.
    pub sound: Option<SharedPicture>,
    /// The captions of the video.
    pub tracks: Vec<SharedTrack>,
    /// Whether the picture, the video or the sound is still being made.
    pub is_pending: bool,
    /// The files that may be downloaded.
    pub downloads: Vec<SharedDownload>,
    /// The day on which it was taken, if the link shows days.
    pub captured_day: Option<NaiveDate>,
}

/// How the URLs of the files of an asset begin.
struct FileUrls {
    asset: AssetId,
    beginning: String,
}

/// A page of the assets that a link leads to.
pub struct SharedAssets {
    /// The assets, each with the place after which the next page begins.
    pub assets: Vec<(i64, SharedAsset)>,
    /// Whether more come after them.
    pub has_next: bool,
}

impl Visit<'_> {
    /// Decides whether the visitor may see what the link leads to: the page of a collection, the entry of an asset, or
    /// the download, which is all that a download link has.
    pub fn enter(&self) -> Result<Permit, Refusal> {
        match self.opened.link.kind {
            LinkKind::Public if self.opened.link.collection_id.is_some() => self.decide(Resource::Page),
            LinkKind::Public => self.decide(Resource::Entry(self.target())),
            LinkKind::Download => self.decide_download(FileName::Original),
        }
    }

    /// At most `limit` of the assets that the link leads to, in its order, after a place. Pictures that are still to be made get the
    /// priority of a waiting visitor.
    pub async fn shared_assets(&self, limit: i64, after: Option<i64>) -> Result<SharedAssets, VisitError> {
        self.enter()?;
        let page = match self.opened.link.collection_id {
            Some(collection) => {
                let (members, places) = self.members_after(collection, limit, after).await?;
                let shows_days = self.shows_days(&self.usual_query());
                let shared = members.shown.into_iter().zip(places).map(|(member, place)| {
                    let day = member.asset.captured_at.filter(|_| shows_days).map(|at| at.date());
                    let shared = self.shared_asset(member.asset, member.rights, &members.files);
                    (place, SharedAsset { captured_day: day, ..shared })
                });
                SharedAssets { assets: shared.collect(), has_next: members.has_next }
            }
            None if after.is_some() || limit < 1 => SharedAssets { assets: Vec::new(), has_next: after.is_none() },
            None => {
                let asset = self.found_asset()?;
                let files = AssetFiles::load(self.services, &[asset.id]).await?;
                let shared = self.shared_asset(asset.clone(), self.target().creator, &files);
                SharedAssets { assets: vec![(0, shared)], has_next: false }
            }
        };
        let pending = page.assets.iter().filter(|(_, shared)| shared.is_pending);
        let pending: Vec<AssetId> = pending.map(|(_, shared)| shared.asset.id).collect();
        if !pending.is_empty() {
            prioritize(self.services, &pending, self.opened.link.settings.watermark).await?;
        }
        Ok(page)
    }

    /// The assets in which somebody was found, in this order. Those that have left the collection meanwhile are left out.
    pub async fn shared_members(&self, found: &[PersonMatch]) -> Result<Vec<(SharedAsset, Band)>, VisitError> {
        let (_, collection) = self.searchable()?;
        let among = found.iter().map(|found| found.asset).collect();
        let query = MemberQuery { among: Some(among), ..MemberQuery::ALL };
        let limit = i64::try_from(found.len()).unwrap_or(i64::MAX);
        let members = self.member_page(collection, &query, (limit, 1)).await?;
        let shared = |found: &PersonMatch| {
            let member = members.shown.iter().find(|member| member.asset.id == found.asset)?;
            Some((self.shared_asset(member.asset.clone(), member.rights, &members.files), found.band))
        };
        Ok(found.iter().filter_map(shared).collect())
    }

    /// How many assets the link leads to; an estimate, if there are too many to be counted.
    pub async fn shared_asset_count(&self) -> Result<Count, VisitError> {
        self.enter()?;
        let Some(collection) = self.opened.link.collection_id else { return Ok(Count::exact(1)) };
        if let Some(count) = self.member_count(collection, &MemberQuery::ALL).await? {
            return Ok(Count::exact(count));
        }
        let mut conn = self.services.pool.get().await?;
        let members = collections::member_counts(&mut conn, &[collection.uuid()], None).await?;
        Ok(members.get(&collection.uuid()).copied().unwrap_or(Count::exact(0)))
    }

    fn shared_asset(&self, asset: Asset, creator: Rights, files: &AssetFiles) -> SharedAsset {
        let watermarked = self.opened.link.settings.watermark;
        let shown = Shown::of(&asset, files, watermarked);
        let target = target_facts(&asset, true, creator);
        let urls = self.file_urls(asset.id);
        let picture = |proxy: Option<ReadyProxy<'_>>| {
            let proxy = proxy?;
            let permit = self.decide(Resource::Picture(target, proxy.preset)).ok()?;
            Some(SharedPicture {
                url: self.file_url(permit, &urls, FileName::Proxy(proxy.preset), false),
                dimensions: proxy.dimensions,
                media_type: proxy.media_type.to_owned(),
            })
        };
        let tracks = tracks(&asset, files).into_iter().filter_map(|track| {
            let permit = self.decide(Resource::Captions(target)).ok()?;
            let (url, captions) = (self.file_url(permit, &urls, track.file, false), track.captions);
            Some(SharedTrack { url, language: captions.language, label: captions.label })
        });
        let tracks = tracks.collect();
        let offered = offered_files(&asset, files, watermarked, |file| self.offers(&asset, creator, file).is_ok());
        let downloads = offered.into_iter().filter_map(|offered| {
            let permit = self.offers(&asset, creator, offered.file).ok()?;
            Some(SharedDownload {
                url: self.file_url(permit, &urls, offered.file, true),
                file: offered.file,
                label: offered.label,
                media_type: offered.media_type.to_owned(),
                byte_size: offered.byte_size,
            })
        });
        let downloads = downloads.collect();
        let is_pending = shown.is_pending || shown.video_is_pending || shown.sound_is_pending;
        SharedAsset {
            thumbnail: picture(shown.thumbnail),
            picture: picture(shown.picture),
            video: picture(shown.video),
            large_video: picture(shown.large_video),
            sound: picture(shown.sound),
            tracks,
            is_pending: is_pending && self.opened.link.kind == LinkKind::Public,
            downloads,
            captured_day: None,
            asset,
        }
    }

    /// How the URLs of all files of an asset begin.
    fn file_urls(&self, asset: AssetId) -> FileUrls {
        let (base, token) = (&self.services.public_url, self.token.expose_secret());
        let beginning = match self.opened.link.kind {
            LinkKind::Public => format!("{base}/s/{token}/assets/{}/", short_id::encode(asset)),
            LinkKind::Download => format!("{base}/d/{token}"),
        };
        FileUrls { asset, beginning }
    }

    /// The URL of a file, for a visitor who is permitted to have it. That of a link with a password holds a grant for
    /// this file, because the page of another site sends no cookie along.
    fn file_url(&self, _: Permit, urls: &FileUrls, file: FileName, save: bool) -> String {
        let mut url = urls.beginning.clone();
        if self.opened.link.kind == LinkKind::Public {
            url += &file.to_string();
        }
        let saves = save && file.is_shown_in_place();
        if saves {
            url += "?download";
        }
        if self.opened.link.password_hash.is_some() {
            url += if saves { "&grant=" } else { "?grant=" };
            url += &self.grant_file(urls.asset, file);
        }
        url
    }
}
