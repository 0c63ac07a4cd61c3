//! `SharedLink`: what visitors of a link get, for pages of other sites.

use crate::{
    context,
    paging::{CountCursor, PageArgs, connect},
    types::{
        branding::Branding,
        byte_count::ByteCount,
        enums::{AssetKind, LinkKind},
        link::LinkPreparation,
        person_match::{self, PersonMatchConnection},
        quick::{PlainFields, Quick},
        shared_archive::{self, SharedArchive},
    },
};
use app::{
    Error,
    visitor::{self, Visit, VisitError, Wanted},
};
use async_graphql::{Context, ID, Object, SimpleObject, connection::Connection};
use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, Utc};
use domain::{access::Permit, node_id::NodeId};
use schema::{Count, Slice, links};

/// The assets that a link leads to, in its order.
pub(crate) type SharedAssetConnection = Connection<CountCursor, Quick<SharedAsset>, SharedAssetTotal>;

/// The number of assets that a link leads to.
#[derive(SimpleObject)]
pub(crate) struct SharedAssetTotal {
    /// How many assets there are on all pages. Up to 10,000 the number is exact; above, it is an estimate.
    pub(crate) total_count: i32,
    /// Whether `totalCount` is an estimate.
    pub(crate) is_estimate: bool,
}

/// A link as its visitor sees it. While it is locked, only its kind, and the name and the look of its
/// workspace are told.
pub(crate) struct SharedLink<'a> {
    pub(crate) visit: Visit<'a>,
    /// None while the password is missing.
    pub(crate) permit: Option<Permit>,
    /// The grant by which later calls belong to this visit.
    pub(crate) grant: Option<String>,
}

impl SharedLink<'_> {
    /// The link, unless the password is missing.
    fn link(&self) -> Option<&links::Link> {
        self.permit.map(|permit| self.visit.link(permit))
    }

    async fn find_archive(
        &self,
        ctx: &Context<'_>,
        assets: Option<Vec<ID>>,
        version: Option<String>,
    ) -> Result<Option<SharedArchive>, Error> {
        let Some(permit) = self.permit.filter(|_| self.visit.kind() == domain::LinkKind::Public) else {
            return Ok(None);
        };
        let _permit = context::permit(ctx).await?;
        let request = shared_archive::parse(&self.visit, assets, version.as_deref()).await?;
        shared_archive::archive(&self.visit, permit, &request).await.map_err(refused)
    }

    async fn page(&self, ctx: &Context<'_>, page: PageArgs) -> Result<SharedAssetConnection, Error> {
        let (limit, after) = page.counted()?;
        let _permit = context::permit(ctx).await?;
        let page = self.visit.shared_assets(limit, after).await.map_err(refused)?;
        let is_counted = ["totalCount", "isEstimate"].iter().any(|field| ctx.look_ahead().field(field).exists());
        let count = if is_counted { self.visit.shared_asset_count().await.map_err(refused)? } else { Count::exact(0) };
        let total_count = i32::try_from(count.rows).unwrap_or(i32::MAX);
        let total = SharedAssetTotal { total_count, is_estimate: count.is_estimate };
        let slice = Slice { rows: page.assets, has_next: page.has_next, has_previous: after.is_some(), is_all: false };
        Ok(connect(slice, total, |row: &(i64, _)| CountCursor(row.0), |row| Quick(SharedAsset(row.1))))
    }
}

/// Each field decides anew; what has become unavailable since is not found.
pub(crate) fn refused(error: VisitError) -> Error {
    match error {
        VisitError::Failed(error) => error,
        VisitError::NotFound
        | VisitError::Locked
        | VisitError::UsedUp
        | VisitError::NothingToArchive
        | VisitError::NotForBots
        | VisitError::NotAhead => Error::NotFound,
        VisitError::NoPersonSearch => Error::BadInput("This link has no search by person.".to_owned()),
        VisitError::SearchEnded => {
            Error::BadInput("The search has ended, or was for another link: send the photo again.".to_owned())
        }
    }
}

#[Object]
impl SharedLink<'_> {
    async fn kind(&self) -> LinkKind {
        self.visit.kind().into()
    }

    /// Whether the password is missing: get a grant with `unlockSharedLink`.
    async fn locked(&self) -> bool {
        self.permit.is_none()
    }

    async fn workspace_name(&self) -> &str {
        self.visit.workspace_name_of_locked()
    }

    /// How the workspace looks to visitors.
    async fn branding(&self, ctx: &Context<'_>) -> Branding {
        Branding::of(self.visit.branding(), context::services(ctx))
    }

    /// Pass it as `grant` to later calls of the same visit, which are then not counted as views. It holds what the
    /// grant of `unlockSharedLink` holds, for as long. Null while the link is locked.
    async fn grant(&self) -> Option<&str> {
        self.grant.as_deref()
    }

    async fn name(&self) -> Option<&str> {
        Some(&self.link()?.settings.name)
    }

    /// What its creator wrote about it: plain text in several lines.
    async fn description(&self) -> Option<&str> {
        self.link()?.settings.description.as_deref()
    }

    /// The name of the link's creator. Null unless the link's setting `showCreator` is on.
    async fn creator_name(&self) -> Option<&str> {
        self.visit.creator_name(self.permit?)
    }

    async fn expires_at(&self) -> Option<DateTime<Utc>> {
        self.link()?.settings.expires_at
    }

    /// Whether the pictures carry the watermark of the workspace.
    async fn watermark(&self) -> Option<bool> {
        Some(self.link()?.settings.watermark)
    }

    /// Whether visitors may search by person from a photo: the link has it on, and so has its workspace.
    async fn person_search(&self) -> Option<bool> {
        Some(self.visit.has_person_search(self.permit?))
    }

    /// How many downloads are left; null if they are not limited. A download that is continued, or repeated within half
    /// an hour by the same browser, counts once.
    async fn downloads_left(&self) -> Option<i32> {
        self.link()?.downloads_left()
    }

    /// How many of the pictures that the link shows or hands out are made.
    async fn preparation(&self, ctx: &Context<'_>) -> Option<Result<LinkPreparation, Error>> {
        let permit = self.permit?;
        let _permit = match context::permit(ctx).await {
            Ok(held) => held,
            Err(error) => return Some(Err(error)),
        };
        Some(self.visit.preparation(permit).await.map(Into::into).map_err(refused))
    }

    /// The URL of one zip of everything that the link allows to download, or of some of its assets, in one version
    /// (`original` or the name of a preset) or in all. Null if nothing of it is ready. It counts as one download.
    async fn archive_url(
        &self,
        ctx: &Context<'_>,
        asset_ids: Option<Vec<ID>>,
        version: Option<String>,
    ) -> Option<Result<String, Error>> {
        let archive = self.find_archive(ctx, asset_ids, version).await.transpose()?;
        archive.map(SharedArchive::url_if_ready).transpose()
    }

    /// One zip of everything that the link allows to download, or of some of its assets, in one version (`original` or
    /// the name of a preset) or in all. Null if the link allows none of it.
    async fn archive(
        &self,
        ctx: &Context<'_>,
        asset_ids: Option<Vec<ID>>,
        version: Option<String>,
    ) -> Option<Result<SharedArchive, Error>> {
        self.find_archive(ctx, asset_ids, version).await.transpose()
    }

    /// The assets in which somebody is seen whom the visitor searches for, the likeliest first. Null unless visitors may search
    /// by person. Nothing is found of what has left the collection.
    async fn person_matches(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Each the `person` of a face that `searchSharedLinkByPerson` found; at most five.")]
        persons: Vec<String>,
        #[graphql(default, desc = "Whether all of them are to be in an asset, and not any of them.")] together: bool,
        #[graphql(desc = "How many nodes: at most 100, by default 20.")] first: Option<i32>,
        after: Option<String>,
    ) -> Option<Result<PersonMatchConnection, Error>> {
        self.visit.searchable().ok()?;
        let _permit = match context::permit(ctx).await {
            Ok(held) => held,
            Err(error) => return Some(Err(error)),
        };
        let wanted = Wanted { faces: persons, together };
        Some(person_match::matches(&self.visit, &wanted, PageArgs::forward(first, after)).await)
    }

    /// The assets that the link leads to, in the order of its setting `memberOrder`. Null while the link is locked.
    async fn assets(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many nodes: at most 100, by default 20.")] first: Option<i32>,
        after: Option<String>,
    ) -> Option<Result<SharedAssetConnection, Error>> {
        self.permit?;
        Some(self.page(ctx, PageArgs::forward(first, after)).await)
    }
}

/// An asset as a visitor sees it.
pub(crate) struct SharedAsset(pub(crate) visitor::SharedAsset);

impl PlainFields for SharedAsset {
    const PLAIN: &'static [&'static str] = &[
        "id",
        "title",
        "description",
        "altText",
        "kind",
        "capturedDay",
        "width",
        "height",
        "durationSeconds",
        "thumbnailUrl",
        "previewUrl",
        "thumbnail",
        "preview",
        "video",
        "largeVideo",
        "audio",
        "tracks",
        "placeholder",
        "placeholderUrl",
        "pending",
        "downloads",
    ];
}

#[Object]
impl SharedAsset {
    async fn id(&self) -> ID {
        self.0.asset.id.node_id().into()
    }

    async fn title(&self) -> &str {
        &self.0.asset.title
    }

    /// What people wrote about it: plain text in several lines.
    async fn description(&self) -> Option<&str> {
        self.0.asset.description.as_deref()
    }

    /// The text for the `alt` of its picture. If it is null, use the title.
    async fn alt_text(&self) -> Option<&str> {
        self.0.asset.alt_text.as_deref()
    }

    async fn kind(&self) -> AssetKind {
        self.0.asset.kind.into()
    }

    /// The day on which it was taken, as the clock showed it there, as in `2024-05-01`. Null unless the link shows a
    /// collection in the order `CAPTURED`, and if the file does not say it.
    async fn captured_day(&self) -> Option<String> {
        Some(self.0.captured_day?.to_string())
    }

    /// Of the original, in pixels.
    async fn width(&self) -> Option<i32> {
        self.0.asset.width
    }

    /// Of the original, in pixels.
    async fn height(&self) -> Option<i32> {
        self.0.asset.height
    }

    async fn duration_seconds(&self) -> Option<f64> {
        self.0.asset.duration_seconds
    }

    /// The URL of a small picture. Null while it is being made, and if there is none.
    async fn thumbnail_url(&self) -> Option<&str> {
        self.0.thumbnail.as_ref().map(|picture| picture.url.as_str())
    }

    /// The URL of the picture of a page. Null while it is being made, and if there is none.
    async fn preview_url(&self) -> Option<&str> {
        self.0.picture.as_ref().map(|picture| picture.url.as_str())
    }

    /// The small picture with its size.
    async fn thumbnail(&self) -> Option<Quick<SharedPicture<'_>>> {
        self.0.thumbnail.as_ref().map(SharedPicture::of)
    }

    /// The picture of a page with its size.
    async fn preview(&self) -> Option<Quick<SharedPicture<'_>>> {
        self.0.picture.as_ref().map(SharedPicture::of)
    }

    /// A video to be played, in a size for all screens.
    async fn video(&self) -> Option<Quick<SharedPicture<'_>>> {
        self.0.video.as_ref().map(SharedPicture::of)
    }

    /// The video for large screens and fast lines. Null where it is the same, and where the link does not show it: it
    /// does if it may be downloaded, as often as one likes.
    async fn large_video(&self) -> Option<Quick<SharedPicture<'_>>> {
        self.0.large_video.as_ref().map(SharedPicture::of)
    }

    /// The sound of a recording to be played. It has no watermark.
    async fn audio(&self) -> Option<Quick<SharedPicture<'_>>> {
        self.0.sound.as_ref().map(SharedPicture::of)
    }

    /// The captions of the video, for `<track>`. They are shown wherever the video is.
    async fn tracks(&self) -> Vec<Quick<SharedTrack<'_>>> {
        self.0.tracks.iter().map(SharedTrack::of).collect()
    }

    /// The picture blurred into some 30 bytes, to be shown until it is loaded: a [ThumbHash](https://evanw.github.io/thumbhash/)
    /// in base64, which holds the aspect ratio and the average colour. It has no watermark, and shows no more than where
    /// it is light and dark. Null until the picture is made, and if there is none.
    async fn placeholder(&self) -> Option<String> {
        self.0.asset.placeholder.as_deref().map(|hash| STANDARD.encode(hash))
    }

    /// The URL of a symbol for the kind of asset, to be shown while there is no picture.
    async fn placeholder_url(&self, ctx: &Context<'_>) -> String {
        let kind = self.0.asset.kind.as_str().to_ascii_lowercase();
        format!("{}/assets/placeholder-{kind}.svg", context::services(ctx).public_url)
    }

    /// Whether the picture, the video, or the sound of a recording is still being made: ask again in a few seconds, with the
    /// `grant` of this answer.
    async fn pending(&self) -> bool {
        self.0.is_pending
    }

    /// The files that may be downloaded and are ready: the original, proxies and attachments. Of versions that are the same
    /// file, because the original is small, the smallest one.
    async fn downloads(&self) -> Vec<Quick<SharedDownload<'_>>> {
        self.0.downloads.iter().map(SharedDownload::of).collect()
    }
}

/// A picture, a video or a sound to be shown. The URL of a link with a password holds a grant for this file, and is valid for 30
/// to 60 minutes; ask for the link again then, or when it is refused.
#[derive(SimpleObject)]
pub(crate) struct SharedPicture<'a> {
    url: &'a str,
    /// In pixels. Null of a sound.
    width: Option<i32>,
    /// In pixels. Null of a sound.
    height: Option<i32>,
    media_type: &'a str,
}

impl PlainFields for SharedPicture<'_> {
    const PLAIN: &'static [&'static str] = &["url", "width", "height", "mediaType"];
}

impl<'a> SharedPicture<'a> {
    fn of(picture: &'a visitor::SharedPicture) -> Quick<Self> {
        let (width, height) = picture.dimensions.unzip();
        Quick(Self { url: &picture.url, width, height, media_type: &picture.media_type })
    }
}

/// The captions of a video in `WebVTT`: the text of a file that is attached to it as `name.vtt`, `name.de.vtt` or the same
/// in `SubRip` (`name.srt`). The URL is as that of a picture; `<video crossorigin="anonymous">` lets pages of other sites use it.
#[derive(SimpleObject)]
pub(crate) struct SharedTrack<'a> {
    url: &'a str,
    /// For `srclang`, such as `de`. Null if the name of the file does not say it.
    language: Option<&'a str>,
    /// What people choose: the name of the language in itself, or the name of the file.
    label: &'a str,
}

impl PlainFields for SharedTrack<'_> {
    const PLAIN: &'static [&'static str] = &["url", "language", "label"];
}

impl<'a> SharedTrack<'a> {
    fn of(track: &'a visitor::SharedTrack) -> Quick<Self> {
        Quick(Self { url: &track.url, language: track.language.as_deref(), label: &track.label })
    }
}

/// A file to be downloaded. The URL of a link with a password holds a grant for this file, and is valid for 30 to 60
/// minutes.
#[derive(SimpleObject)]
pub(crate) struct SharedDownload<'a> {
    /// `original`, the name of a preset, or that of an attachment.
    version: String,
    /// What people read.
    label: &'a str,
    url: &'a str,
    media_type: &'a str,
    byte_size: Option<ByteCount>,
}

impl PlainFields for SharedDownload<'_> {
    const PLAIN: &'static [&'static str] = &["version", "label", "url", "mediaType", "byteSize"];
}

impl<'a> SharedDownload<'a> {
    fn of(download: &'a visitor::SharedDownload) -> Quick<Self> {
        Quick(Self {
            version: download.file.to_string(),
            label: &download.label,
            url: &download.url,
            media_type: &download.media_type,
            byte_size: download.byte_size.map(ByteCount),
        })
    }
}
