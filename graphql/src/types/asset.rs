//! `Asset` and its connection.

use crate::{
    context,
    paging::{AssetCursor, Cursor, PageArgs, connect_counted},
    types::{
        attachment::Attachment,
        byte_count::ByteCount,
        collection::{Collection, CollectionConnection},
        enums::{AssetKind, AssetSource, NotShareableReason, OriginalState, Right},
        link::{LinkConnection, LinkFilter, LinkOrder, is_same, list_links_to},
        proxy::Proxy,
        quick::{PlainFields, Quick},
        statistics::Statistics,
        total::{Listing, Total},
        user::User,
    },
};
use app::{
    Error, Services,
    files::{FileName, failure_reason},
    media::{FileOwner, asset_file_url},
    search,
};
use async_graphql::{Context, ID, Object, SimpleObject, connection::Connection};
use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, Utc};
use domain::{
    KEPT_IN_BIN, Preset, ProxyState,
    node_id::NodeId,
    sharing::{AssetFacts, NotShareable, may_create_download_link, may_share},
};
use schema::{assets, link_listing::Target, statistics::Counted};
use std::sync::Arc;

/// One media item of the library.
#[derive(Clone)]
pub(crate) struct Asset(pub(crate) Arc<assets::Asset>);

impl From<assets::Asset> for Asset {
    fn from(row: assets::Asset) -> Self {
        Self(Arc::new(row))
    }
}

/// Assets, newest first.
pub(crate) type AssetConnection = Connection<AssetCursor, Quick<Asset>, Total>;

impl Asset {
    async fn picture_url(&self, ctx: &Context<'_>, preset: &str) -> Result<Option<String>, Error> {
        let preset: Preset = preset.parse().map_err(|_| {
            let known: Vec<&str> = Preset::ALL.iter().map(|preset| preset.as_str()).collect();
            Error::BadInput(format!("There is no preset {preset:?}; there are {}.", known.join(", ")))
        })?;
        let preset = match (self.0.kind, preset) {
            (domain::AssetKind::Video, Preset::Thumbnail | Preset::Preview) => Preset::Poster,
            (_, preset) => preset,
        };
        let proxies = context::loaders(ctx).proxies(self.0.id).await?;
        let is_ready =
            |row: &schema::proxies::Proxy| row.rendition() == preset.plain() && row.state == ProxyState::Ready;
        if proxies.iter().any(is_ready) { self.signed_url(ctx, FileName::Proxy(preset)).await } else { Ok(None) }
    }

    async fn signed_url(&self, ctx: &Context<'_>, file: FileName) -> Result<Option<String>, Error> {
        let rights = context::loaders(ctx).rights(self.0.id).await?;
        let owner = FileOwner::from(&*self.0);
        Ok(asset_file_url(context::services(ctx), context::viewer(ctx)?, (owner, rights), (file, false), false))
    }
}

impl PlainFields for Asset {
    const PLAIN: &'static [&'static str] = &[
        "id",
        "number",
        "title",
        "description",
        "altText",
        "fileName",
        "kind",
        "mediaType",
        "byteSize",
        "width",
        "height",
        "durationSeconds",
        "warning",
        "placeholder",
        "source",
        "originalState",
        "createdAt",
        "capturedAt",
        "deletedAt",
        "deletedForGoodAt",
        "internalUrl",
    ];
}

#[Object]
impl Asset {
    pub(crate) async fn id(&self) -> ID {
        self.0.id.node_id().into()
    }

    /// The number of the asset, such as `VTR-485`.
    async fn number(&self, ctx: &Context<'_>) -> Result<String, Error> {
        Ok(context::viewer(ctx)?.number_of(&self.0).to_string())
    }

    async fn title(&self) -> &str {
        &self.0.title
    }

    /// What people wrote about it: plain text in several lines, at most 10,000 characters.
    async fn description(&self) -> Option<&str> {
        self.0.description.as_deref()
    }

    /// A text of one line that stands for the picture where it cannot be seen. If it is null, pages use the title.
    async fn alt_text(&self) -> Option<&str> {
        self.0.alt_text.as_deref()
    }

    async fn file_name(&self) -> &str {
        &self.0.file_name
    }

    async fn kind(&self) -> AssetKind {
        self.0.kind.into()
    }

    async fn media_type(&self) -> &str {
        &self.0.media_type
    }

    /// The size of the original.
    async fn byte_size(&self) -> Option<ByteCount> {
        self.0.byte_size.map(ByteCount)
    }

    /// In pixels, after the rotation that the file asks for.
    async fn width(&self) -> Option<i32> {
        self.0.width
    }

    /// In pixels, after the rotation that the file asks for.
    async fn height(&self) -> Option<i32> {
        self.0.height
    }

    async fn duration_seconds(&self) -> Option<f64> {
        self.0.duration_seconds
    }

    /// What is wrong with the original although its pictures were made, as a sentence for people: a part of it is
    /// missing, for example. Null if nothing is known to be wrong.
    async fn warning(&self) -> Option<&str> {
        self.0.warning.as_deref()
    }

    /// Why versions of the original could not be made, as one sentence for people with what can be done. Null if none
    /// failed.
    async fn failure_reason(&self, ctx: &Context<'_>) -> Option<Result<String, Error>> {
        let proxies = context::loaders(ctx).proxies(self.0.id).await;
        proxies.map(|proxies| failure_reason(&proxies).map(str::to_owned)).transpose()
    }

    /// The picture blurred into some 30 bytes, to be shown until it is loaded: a [ThumbHash](https://evanw.github.io/thumbhash/)
    /// in base64, which holds the aspect ratio and the average colour. Null until the picture is made, and for assets
    /// without one.
    async fn placeholder(&self) -> Option<String> {
        self.0.placeholder.as_deref().map(|hash| STANDARD.encode(hash))
    }

    async fn source(&self) -> AssetSource {
        self.0.source.into()
    }

    async fn original_state(&self) -> OriginalState {
        self.0.original_state.into()
    }

    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// When it was taken, as the clock showed it there, as in `2024-05-01T18:30:00`: of a picture, what its camera wrote as
    /// `DateTimeOriginal`; of a video, what its file says, in the workspace's time zone if it says only the instant. Null
    /// if the file does not say it, or says what cannot be. Visitors of a link are told the day only under its order
    /// `CAPTURED`.
    async fn captured_at(&self) -> Option<String> {
        Some(self.0.captured_at?.format("%Y-%m-%dT%H:%M:%S").to_string())
    }

    /// Who added it. Null for assets that were imported without a user. A deleted user has a pseudonym.
    async fn uploaded_by(&self, ctx: &Context<'_>) -> Option<Result<Quick<User>, Error>> {
        let user = context::loaders(ctx).user(self.0.created_by?).await.transpose()?;
        Some(user.map(|user| Quick(User(user))))
    }

    /// What you may do with the asset, by your role and by access rules.
    async fn rights(&self, ctx: &Context<'_>) -> Result<Vec<Right>, Error> {
        let rights = context::loaders(ctx).rights(self.0.id).await?;
        Ok(rights.list().into_iter().map(Into::into).collect())
    }

    /// When it was put into the bin with `deleteAssets`; null: it is not there. The filter `deleted` of `assets` lists the bin,
    /// where an asset has pictures to look at, and nothing to download.
    async fn deleted_at(&self) -> Option<DateTime<Utc>> {
        self.0.deleted_at
    }

    /// Who put it into the bin. Null if it is not there, or if nobody knows. A deleted user has a pseudonym.
    async fn deleted_by(&self, ctx: &Context<'_>) -> Option<Result<Quick<User>, Error>> {
        let user = context::loaders(ctx).user(self.0.deleted_by?).await.transpose()?;
        Some(user.map(|user| Quick(User(user))))
    }

    /// When it will be deleted for good, with its files and the links to it: 30 days after `deletedAt`. Until then
    /// `restoreAssets` brings it back.
    async fn deleted_for_good_at(&self) -> Option<DateTime<Utc>> {
        Some(self.0.deleted_at? + KEPT_IN_BIN)
    }

    /// The URL of the asset's page for signed-in users of the workspace.
    async fn internal_url(&self, ctx: &Context<'_>) -> Result<String, Error> {
        let services: &Services = context::services(ctx);
        Ok(format!("{}/a/{}", services.public_url, context::viewer(ctx)?.number_of(&self.0)))
    }

    /// The URL of a picture of the asset, for you only: signed, valid for 30 to 60 minutes, and the same for 30 minutes,
    /// so that browsers cache the picture. It works in an `<img>` of any site. Null until the picture is ready, and for
    /// assets without one. The poster of a video stands for its thumbnail and its preview.
    async fn thumbnail_url(
        &self,
        ctx: &Context<'_>,
        #[graphql(default_with = "Some(\"thumbnail\".to_owned())")] preset: Option<String>,
    ) -> Option<Result<String, Error>> {
        self.picture_url(ctx, preset.as_deref().unwrap_or("thumbnail")).await.transpose()
    }

    /// The URL from which the original is downloaded, for you only: signed, and valid for 30 to 60 minutes. Null without
    /// the right `DOWNLOAD_ORIGINAL`, and if the original is not available.
    async fn original_url(&self, ctx: &Context<'_>) -> Option<Result<String, Error>> {
        self.signed_url(ctx, FileName::Original).await.transpose()
    }

    async fn proxies(&self, ctx: &Context<'_>) -> Result<Vec<Quick<Proxy>>, Error> {
        let rows = context::loaders(ctx).proxies(self.0.id).await?;
        Ok(rows.into_iter().map(|row| Quick(Proxy { row, owner: (&*self.0).into() })).collect())
    }

    async fn attachments(&self, ctx: &Context<'_>) -> Result<Vec<Attachment>, Error> {
        let rows = context::loaders(ctx).attachments(self.0.id).await?;
        Ok(rows.into_iter().map(|row| Attachment { row, owner: (&*self.0).into() }).collect())
    }

    /// The collections that hold the asset and that you may see, newest first.
    async fn collections(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many nodes: at most 100, by default 20.")] first: Option<i32>,
        after: Option<String>,
    ) -> Result<CollectionConnection, Error> {
        let page = PageArgs::forward(first, after).page()?;
        let slice = context::loaders(ctx).collections_of(self.0.id, page.limit, page.after).await?;
        Ok(connect_counted(slice, Listing::CollectionsOf(self.0.id), |row| Cursor(row.id.uuid()), Collection))
    }

    /// The links to this asset, and those to collections that contain it: your own links; for administrators, the links
    /// of everybody.
    async fn links(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many nodes: at most 100, by default 20.")] first: Option<i32>,
        after: Option<String>,
        filter: Option<LinkFilter>,
        order_by: Option<LinkOrder>,
    ) -> Result<LinkConnection, Error> {
        let mut filter = LinkFilter::parse(filter)?;
        is_same(filter.asset.take(), self.0.id, "These are the links of one asset; leave assetId out.")?;
        list_links_to(ctx, (Target::Asset, self.0.id.uuid()), PageArgs::forward(first, after), filter, order_by).await
    }

    /// How often the asset was shown through links, also to visitors who ask not to be tracked; `statistics` leave them out.
    async fn view_count(&self, ctx: &Context<'_>) -> Result<i32, Error> {
        let counter = context::loaders(ctx).counter(self.0.id).await?;
        Ok(counter.map_or(0, |counter| counter.view_count))
    }

    /// How many downloads through links were counted.
    async fn download_count(&self, ctx: &Context<'_>) -> Result<i32, Error> {
        let counter = context::loaders(ctx).counter(self.0.id).await?;
        Ok(counter.map_or(0, |counter| counter.download_count))
    }

    /// The last view or download through a link.
    async fn last_accessed_at(&self, ctx: &Context<'_>) -> Option<Result<DateTime<Utc>, Error>> {
        let counter = context::loaders(ctx).counter(self.0.id).await.transpose()?;
        Some(counter.map(|counter| counter.last_accessed_at))
    }

    /// Views, visitors and downloads by day, under all its links.
    async fn statistics(&self) -> Statistics {
        Statistics(Counted::Asset(self.0.id))
    }

    /// Whether you may share the asset.
    async fn sharing(&self, ctx: &Context<'_>) -> Result<Shareability, Error> {
        let rights = context::loaders(ctx).rights(self.0.id).await?;
        let facts = AssetFacts {
            source: self.0.source,
            original: self.0.original_state,
            presets: Vec::new(),
            attachments: 0,
            searchable: false,
        };
        let is_deleted = self.0.deleted_at.is_some();
        let reason = if is_deleted { Some(NotShareable::NotFound) } else { may_share(self.0.source, rights).err() };
        Ok(Shareability {
            can_share: reason.is_none(),
            can_create_download_link: !is_deleted && may_create_download_link(&facts, rights),
            reason: reason.map(Into::into),
        })
    }
}

/// Whether an asset may be shared; if not, why.
#[derive(SimpleObject)]
pub(crate) struct Shareability {
    can_share: bool,
    can_create_download_link: bool,
    reason: Option<NotShareableReason>,
}

/// Which assets to list.
#[derive(async_graphql::InputObject, Default)]
pub(crate) struct AssetFilter {
    /// A part of the title or the file name, a number such as `VTR-485`, or the id of an asset: that of the API, or the
    /// UUID in it.
    search: Option<String>,
    kind: Option<AssetKind>,
    /// Only members of this collection.
    collection_id: Option<ID>,
    /// `true` lists the bin in place of the library: what was deleted and can be restored, as far as you have the right
    /// `EDIT` on it.
    deleted: Option<bool>,
}

impl AssetFilter {
    /// Fails if the viewer may not see the collection.
    pub(crate) async fn parse(ctx: &Context<'_>, filter: Option<Self>) -> Result<assets::AssetFilter, Error> {
        let filter = filter.unwrap_or_default();
        let collection = match &filter.collection_id {
            Some(id) => Some(Collection::find(ctx, id).await?.ok_or(Error::NotFound)?.0.id),
            None => None,
        };
        let bin = if filter.deleted == Some(true) { Some(context::viewer(ctx)?.subject()) } else { None };
        Ok(assets::AssetFilter { search: search(filter.search)?, kind: filter.kind.map(Into::into), collection, bin })
    }
}
