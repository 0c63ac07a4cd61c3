//! Assets: the media items of a workspace.

use crate::{
    count::{self, Count},
    deleted_assets::{self, all_assets, in_bin},
    page::{Page, Slice, loaded, paged, searched},
    proxies,
    rights::Subject,
    schema::{asset_counters, assets, collection_assets, unexamined_recordings, workspaces},
    search::{Prepared, Searching},
    statement::{force_custom_plan, is_one_of, statement},
    visible_assets::{Span, VisibleAssets, is_readable, is_shown},
};
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::{
    dsl::{AsSelect, SqlTypeOf},
    pg::Pg,
    prelude::*,
    sql_types::{Array, BigInt, Bool, Integer, Nullable, Text, Uuid as SqlUuid},
};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use domain::{
    AssetId, AssetKind, AssetNumber, AssetSource, CollectionId, FileId, OriginalState, Preset, Right, Rights,
    UnknownName, UserId, WorkspaceId, media::Media, node_id::NodeId, sharing::AssetFacts,
};
use std::collections::HashMap;

/// The version of what is examined of an asset and its files when they are stored: 1, the CRC-32 of each file; 2, the
/// kind by what a container holds; 3, the placeholder; 4, the kind of an SVG by its root; 5, that of a picture whose
/// container is named a video; 6, when it was taken; 7, the sound of a recording. An asset with a lower version was stored
/// before; [`crate::outbox::missing`] finds it, and a job examines it again, which also tries anew what failed. The version
/// is a number below 1 as well where another version of the program has stored a file without its CRC-32.
pub const INGEST_VERSION: i32 = 7;

/// A media item.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = assets, check_for_backend(Pg))]
pub struct Asset {
    /// Identity.
    pub id: AssetId,
    /// The workspace.
    pub workspace_id: WorkspaceId,
    /// Counts from 1 within the workspace.
    pub number: i64,
    /// The title.
    pub title: String,
    /// The file name of the original.
    pub file_name: String,
    /// The kind of media.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub kind: AssetKind,
    /// The media type, detected from the content.
    pub media_type: String,
    /// The size of the original in bytes, if known.
    pub byte_size: Option<i64>,
    /// In pixels, after the rotation that the file asks for.
    pub width: Option<i32>,
    /// In pixels, after the rotation that the file asks for.
    pub height: Option<i32>,
    /// In seconds.
    pub duration_seconds: Option<f64>,
    /// Whether the asset is in the library or only referenced.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub source: AssetSource,
    /// Whether the original is available.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub original_state: OriginalState,
    /// The blob of the original.
    pub file_id: Option<FileId>,
    /// The SHA-256 of the original.
    pub sha256: Option<Vec<u8>>,
    /// The URL of an external asset.
    pub external_url: Option<String>,
    /// The user who added it.
    pub created_by: Option<UserId>,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// The CRC-32 of the original, once it is known.
    pub crc32: Option<i64>,
    /// What was examined of the asset and its files; see [`INGEST_VERSION`].
    pub ingest_version: i32,
    /// What is wrong with the original although its pictures were made, as a sentence for people.
    pub warning: Option<String>,
    /// A blurred picture of some 30 bytes, a `ThumbHash`; none until the pictures are made.
    pub placeholder: Option<Vec<u8>>,
    /// What people wrote about it, in several lines.
    pub description: Option<String>,
    /// A text that stands for its picture where it cannot be seen.
    pub alt_text: Option<String>,
    /// When it was put into the bin; none: it is not there.
    pub deleted_at: Option<DateTime<Utc>>,
    /// Who put it into the bin, if that is known.
    pub deleted_by: Option<UserId>,
    /// When it was taken, as the clock showed it there, if its file says so.
    pub captured_at: Option<NaiveDateTime>,
}

impl Asset {
    /// The text that stands for the picture: the one that people wrote, or else the title.
    pub fn alt(&self) -> &str {
        self.alt_text.as_deref().unwrap_or(&self.title)
    }
}

/// Changes of what is written about an asset; `None` leaves a column as it is, and `Some(None)` clears it.
#[derive(Debug, Default, AsChangeset)]
#[diesel(table_name = assets)]
pub struct AssetChanges {
    /// The title.
    pub title: Option<String>,
    /// See [`Asset::description`].
    pub description: Option<Option<String>>,
    /// See [`Asset::alt_text`].
    pub alt_text: Option<Option<String>>,
}

/// Inserts an asset with the workspace's next number. In the same transaction, inserts its pending proxies (`presets`),
/// or marks a recording as unexamined.
///
/// The number in `new` is ignored. Call this inside a transaction, which takes the number when it commits.
pub async fn insert(conn: &mut AsyncPgConnection, mut new: Asset, presets: &[Preset]) -> QueryResult<Asset> {
    new.number = crate::workspaces::next_number(conn, new.workspace_id).await?;
    let asset: Asset =
        diesel::insert_into(assets::table).values(new).returning(Asset::as_returning()).get_result(conn).await?;
    if asset.source == AssetSource::Library {
        proxies::insert_pending(conn, asset.id, presets).await?;
        mark_unexamined(conn, asset.id, asset.kind).await?;
    }
    Ok(asset)
}

/// Marks a recording as unexamined, so that a job finds out how long it is. Other kinds are examined when their pictures
/// are made.
async fn mark_unexamined(conn: &mut AsyncPgConnection, id: AssetId, kind: AssetKind) -> QueryResult<()> {
    if kind == AssetKind::Audio {
        let row = diesel::insert_into(unexamined_recordings::table).values(unexamined_recordings::asset_id.eq(id));
        row.on_conflict_do_nothing().execute(conn).await?;
    }
    Ok(())
}

/// Whether an asset is a recording that was not examined yet.
pub async fn is_unexamined(conn: &mut AsyncPgConnection, id: AssetId) -> QueryResult<bool> {
    diesel::select(diesel::dsl::exists(unexamined_recordings::table.find(id))).get_result(conn).await
}

/// The visible asset of this id.
pub async fn get(conn: &mut AsyncPgConnection, view: VisibleAssets, id: AssetId) -> QueryResult<Option<Asset>> {
    visible(view).filter(assets::id.eq(id)).select(Asset::as_select()).first(conn).await.optional()
}

/// The visible assets; for statements that look at few of them.
fn visible(view: VisibleAssets) -> assets::BoxedQuery<'static, Pg> {
    let all = assets::table.filter(assets::workspace_id.eq(view.workspace)).into_boxed();
    match view.reader {
        Some(reader) => all.filter(is_readable(reader)),
        None => all,
    }
}

/// The asset of this id in any workspace; for jobs.
pub async fn find(conn: &mut AsyncPgConnection, id: AssetId) -> QueryResult<Option<Asset>> {
    assets::table.find(id).select(Asset::as_select()).first(conn).await.optional()
}

/// Those of these ids that are assets, also in the bin, each with its workspace.
pub(crate) async fn workspaces(
    conn: &mut AsyncPgConnection,
    ids: &[AssetId],
) -> QueryResult<Vec<(AssetId, WorkspaceId)>> {
    let found = all_assets::table.filter(all_assets::id.eq_any(ids));
    found.select((all_assets::id, all_assets::workspace_id)).load(conn).await
}

/// The visible asset of this number.
pub async fn by_number(conn: &mut AsyncPgConnection, view: VisibleAssets, count: i64) -> QueryResult<Option<Asset>> {
    visible(view).filter(assets::number.eq(count)).select(Asset::as_select()).first(conn).await.optional()
}

/// The assets of a workspace with these ids.
pub async fn by_ids(conn: &mut AsyncPgConnection, workspace: WorkspaceId, ids: &[AssetId]) -> QueryResult<Vec<Asset>> {
    assets::table
        .filter(assets::workspace_id.eq(workspace).and(assets::id.eq_any(ids)))
        .select(Asset::as_select())
        .load(conn)
        .await
}

/// Whether a workspace has this content already, also in the bin: what was deleted does not come back with an import.
pub async fn has_content(conn: &mut AsyncPgConnection, workspace: WorkspaceId, sha256: &[u8]) -> QueryResult<bool> {
    let same = all_assets::workspace_id.eq(workspace).and(all_assets::sha256.eq(sha256));
    diesel::select(diesel::dsl::exists(all_assets::table.filter(same))).get_result(conn).await
}

/// Whether a workspace has a reference to this address already, also in the bin.
pub async fn has_external(conn: &mut AsyncPgConnection, workspace: WorkspaceId, url: &str) -> QueryResult<bool> {
    let same = all_assets::workspace_id.eq(workspace).and(all_assets::external_url.eq(url));
    diesel::select(diesel::dsl::exists(all_assets::table.filter(same))).get_result(conn).await
}

/// Whether a workspace has any asset, also in the bin.
pub async fn any(conn: &mut AsyncPgConnection, workspace: WorkspaceId) -> QueryResult<bool> {
    let own = all_assets::table.filter(all_assets::workspace_id.eq(workspace));
    diesel::select(diesel::dsl::exists(own)).get_result(conn).await
}

/// The facts of an asset that the rules of sharing need, for one user.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// The asset.
    pub id: AssetId,
    /// The facts of the asset.
    pub facts: AssetFacts,
    /// The user's rights on the asset.
    pub rights: Rights,
}

#[derive(QueryableByName)]
struct CandidateRow {
    #[diesel(sql_type = SqlUuid)]
    id: AssetId,
    #[diesel(sql_type = Text)]
    source: String,
    #[diesel(sql_type = Text)]
    original_state: String,
    #[diesel(sql_type = Array<Text>)]
    presets: Vec<String>,
    #[diesel(sql_type = BigInt)]
    attachments: i64,
    #[diesel(sql_type = Bool)]
    searchable: bool,
    #[diesel(sql_type = Integer)]
    rights: i32,
}

// The statement of `candidates`. Parameters: $1 workspace, $2 assets, $3 rights on everything, $4 user.
macro_rules! facts {
    ($rights:literal, $rules:literal) => {
        concat!(
            "SELECT assets.id, assets.source, assets.original_state,
                ARRAY(SELECT preset FROM proxies
                    WHERE asset_id = assets.id AND NOT watermarked AND state <> 'FAILED') AS presets,
                (SELECT count(*) FROM attachments WHERE asset_id = assets.id) AS attachments,
                assets.kind IN ('IMAGE', 'VIDEO') AND assets.file_id IS NOT NULL AND NOT EXISTS (
                    SELECT FROM face_indexes WHERE asset_id = assets.id AND reason IS NOT NULL) AS searchable, ",
            $rights,
            " AS rights FROM assets ",
            $rules,
            " WHERE assets.workspace_id = $1 AND assets.id = ANY ($2)"
        )
    };
}

/// The candidates of a share, in one statement for any number of assets.
pub async fn candidates(
    conn: &mut AsyncPgConnection,
    workspace: WorkspaceId,
    subject: Subject,
    ids: &[AssetId],
) -> QueryResult<HashMap<AssetId, Candidate>> {
    let sql = if subject.is_limited() {
        facts!(
            "$3 | coalesce(granted.rights, 0)",
            "LEFT JOIN granted_rights($4, $2) AS granted ON granted.asset_id = assets.id"
        )
    } else {
        facts!("$3", "")
    };
    let rows: Vec<CandidateRow> = statement(sql)
        .cached(ids.len() == 1)
        .bind::<SqlUuid, _>(workspace)
        .bind::<Array<SqlUuid>, _>(ids)
        .bind::<Integer, _>(subject.everywhere.bits())
        .bind::<SqlUuid, _>(subject.user)
        .load(conn)
        .await?;
    let unknown = |error: UnknownName| diesel::result::Error::DeserializationError(error.into());
    let candidates = rows.into_iter().map(|row| {
        let facts = AssetFacts {
            source: row.source.parse().map_err(unknown)?,
            original: row.original_state.parse().map_err(unknown)?,
            presets: row.presets.iter().filter_map(|name| name.parse().ok()).collect(),
            attachments: row.attachments,
            searchable: row.searchable,
        };
        Ok((row.id, Candidate { id: row.id, facts, rights: Rights::from_bits(row.rights) }))
    });
    candidates.collect()
}

#[derive(QueryableByName)]
struct TitleRow {
    #[diesel(sql_type = SqlUuid)]
    id: AssetId,
    #[diesel(sql_type = Text)]
    title: String,
}

/// The titles of those of some assets that have a picture, at most `limit`, in the order of `ids`. `first` comes before
/// them, also without a picture, if it is one of `ids`.
pub async fn titles_with_picture(
    conn: &mut AsyncPgConnection,
    workspace: WorkspaceId,
    ids: &[AssetId],
    first: Option<AssetId>,
    limit: i64,
) -> QueryResult<Vec<(AssetId, String)>> {
    let sql = "SELECT assets.id, assets.title
        FROM unnest($2) WITH ORDINALITY AS wanted (id, place) JOIN assets ON assets.id = wanted.id
        WHERE assets.workspace_id = $1 AND (assets.id IS NOT DISTINCT FROM $3 OR EXISTS (
            SELECT FROM proxies
            WHERE asset_id = assets.id AND preset IN ('preview', 'poster') AND state <> 'FAILED'))
        ORDER BY assets.id IS NOT DISTINCT FROM $3 DESC, wanted.place LIMIT $4";
    let rows: Vec<TitleRow> = statement(sql)
        .cached(false)
        .bind::<SqlUuid, _>(workspace)
        .bind::<Array<SqlUuid>, _>(ids)
        .bind::<Nullable<SqlUuid>, _>(first)
        .bind::<BigInt, _>(limit)
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.title)).collect())
}

/// How often an asset was opened through links.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = asset_counters, check_for_backend(Pg))]
pub struct AssetCounter {
    /// The asset.
    pub asset_id: AssetId,
    /// How often the asset was shown.
    pub view_count: i32,
    /// How many downloads were counted.
    pub download_count: i32,
    /// The last view or download.
    pub last_accessed_at: DateTime<Utc>,
}

/// How often these assets were opened. Assets that never were have no row.
pub async fn counters(conn: &mut AsyncPgConnection, ids: &[AssetId]) -> QueryResult<Vec<AssetCounter>> {
    asset_counters::table
        .filter(is_one_of("asset_counters.asset_id", ids))
        .select(AssetCounter::as_select())
        .load(conn)
        .await
}

/// The filter of a listing of assets; all conditions hold at once.
#[derive(Debug, Clone, Default)]
pub struct AssetFilter {
    /// A part of the title or the file name, a whole number with the workspace's prefix, such as `VTR-485`, or an id: that
    /// of the API, or the UUID in it.
    pub search: Option<String>,
    /// The kind.
    pub kind: Option<AssetKind>,
    /// Only members of this collection.
    pub collection: Option<CollectionId>,
    /// Those in the bin that this user may edit; none: those that are not in the bin.
    pub bin: Option<Subject>,
}

impl Searching for AssetFilter {
    const NAMES: &'static [&'static str] = &["assets.title", "assets.file_name"];
    const WORD_PAIRS: &'static str = "assets_by_word_pairs";

    fn search(&self) -> Option<&str> {
        self.search.as_deref()
    }
}

/// A filter with what its search needs.
pub type PreparedAssetFilter<'a> = Prepared<'a, AssetFilter>;

impl AssetFilter {
    /// Up to which number the matching assets are counted.
    pub fn exact_up_to(&self) -> i64 {
        count::exact_up_to(searched(self.search.as_deref()).is_some())
    }

    /// The part of what rules show that has the first `limit` assets of this filter.
    fn span(&self, page: Option<Page>, limit: i64) -> Span {
        let decides_alone = self.collection.is_none() && searched(self.search.as_deref()).is_none();
        Span { kind: self.kind, page, limit: decides_alone.then_some(limit) }
    }
}

/// The statement of a page of assets.
pub type AssetQuery = assets::BoxedQuery<'static, Pg, SqlTypeOf<AsSelect<Asset, Pg>>>;

/// The assets of a workspace that match a filter; of the bin, what stands for `assets` there.
pub(crate) fn matching(workspace: WorkspaceId, prepared: &PreparedAssetFilter<'_>) -> assets::BoxedQuery<'static, Pg> {
    let filter = prepared.filter;
    let mut query = assets::table.filter(assets::workspace_id.eq(workspace)).into_boxed();
    if let Some(kind) = filter.kind {
        query = query.filter(assets::kind.eq(kind.as_str()));
    }
    if let Some(subject) = filter.bin {
        for right in [Right::Read, Right::Edit].into_iter().filter(|right| !subject.everywhere.has(*right)) {
            query = query.filter(deleted_assets::granted(subject.user, right));
        }
    }
    if let (Some(collection), Some(_)) = (filter.collection, filter.bin) {
        query = query.filter(deleted_assets::members(collection));
    } else if let Some(collection) = filter.collection {
        let members = collection_assets::table
            .filter(collection_assets::collection_id.eq(collection))
            .select(collection_assets::asset_id);
        query = query.filter(assets::id.eq_any(members));
    }
    if let (Some(text), Some(named)) = (searched(filter.search.as_deref()), prepared.named()) {
        query = query.filter(force_custom_plan());
        if let Some(id) = AssetId::from_node_id(text).or_else(|| text.parse().ok()) {
            return query.filter(named.or(assets::id.eq(id)));
        }
        query = match text.parse::<AssetNumber>() {
            Ok(AssetNumber { prefix, count }) => {
                let own = workspaces::table
                    .filter(workspaces::id.eq(workspace).and(workspaces::number_prefix.eq(prefix)))
                    .select(workspaces::id);
                let numbered = assets::number.eq(count).and(assets::workspace_id.eq_any(own));
                query.filter(named.or(numbered))
            }
            Err(_) => query.filter(named),
        };
    }
    query
}

/// The visible assets that match a filter, as far as a part of the listing goes.
fn shown(view: VisibleAssets, prepared: &PreparedAssetFilter<'_>, span: Span) -> assets::BoxedQuery<'static, Pg> {
    let matching = matching(view.workspace, prepared);
    match view.reader {
        // Who sees the bin is decided by the right to edit.
        Some(reader) if prepared.filter.bin.is_none() => matching.filter(is_shown(view.workspace, reader, span)),
        _ => matching,
    }
}

/// The statement behind [`list`]; in the bin, what stands for `assets` there.
pub fn page_query(view: VisibleAssets, filter: &PreparedAssetFilter<'_>, page: Page) -> AssetQuery {
    let span = filter.filter.span(Some(page), page.limit + 1);
    paged!(shown(view, filter, span), assets::id, page).select(Asset::as_select())
}

/// A page of the visible assets, newest first.
pub async fn list(
    conn: &mut AsyncPgConnection,
    view: VisibleAssets,
    filter: &AssetFilter,
    page: Page,
) -> QueryResult<Slice<Asset>> {
    let asked = page.limit;
    let page = Page { limit: loaded(asked, filter.search.as_deref()), ..page };
    let query = page_query(view, &Prepared::new(conn, filter).await?, page);
    let rows = if filter.bin.is_some() { in_bin(query).load(conn).await? } else { query.load(conn).await? };
    Ok(page.slice(rows).cut(asked, page.from_end))
}

/// How many assets are visible.
pub async fn count(conn: &mut AsyncPgConnection, view: VisibleAssets, filter: &AssetFilter) -> QueryResult<Count> {
    let prepared = Prepared::new(conn, filter).await?;
    let limits = prepared.limits(filter.exact_up_to());
    if filter.bin.is_some() {
        return count::count(conn, limits, || in_bin(count_query(view, &prepared))).await;
    }
    count::count(conn, limits, || count_query(view, &prepared)).await
}

/// The statement whose rows [`count()`] counts.
pub fn count_query(
    view: VisibleAssets,
    prepared: &PreparedAssetFilter<'_>,
) -> assets::BoxedQuery<'static, Pg, SqlUuid> {
    let filter = prepared.filter;
    shown(view, &prepared.to_count(), filter.span(None, filter.exact_up_to() + 1)).select(assets::id)
}

/// Changes what is written about an asset, and returns the asset.
pub async fn update(conn: &mut AsyncPgConnection, asset: Asset, changes: &AssetChanges) -> QueryResult<Asset> {
    // Without `..`, so that a new column does not compile until it is asked for here.
    let AssetChanges { title, description, alt_text } = changes;
    if title.is_none() && description.is_none() && alt_text.is_none() {
        return Ok(asset);
    }
    diesel::update(assets::table.find(asset.id)).set(changes).returning(Asset::as_returning()).get_result(conn).await
}

/// Sets whether the original is available.
pub async fn set_original_state(conn: &mut AsyncPgConnection, id: AssetId, state: OriginalState) -> QueryResult<Asset> {
    diesel::update(assets::table.find(id))
        .set(assets::original_state.eq(state.as_str()))
        .returning(Asset::as_returning())
        .get_result(conn)
        .await
}

/// Corrects the media type and the kind of an asset, and which proxies it has: those of other presets are deleted, and
/// all others pending. A recording is to be examined.
///
/// Call this inside a transaction. The files of former proxies are deleted by garbage collection.
pub async fn set_media(conn: &mut AsyncPgConnection, id: AssetId, media: Media, presets: &[Preset]) -> QueryResult<()> {
    let set = (all_assets::media_type.eq(media.media_type), all_assets::kind.eq(media.kind.as_str()));
    if diesel::update(all_assets::table.find(id)).set(set).execute(conn).await? == 0 {
        // It was deleted for good in the meantime.
        return Ok(());
    }
    proxies::delete_others(conn, id, presets).await?;
    proxies::make_anew(conn, id).await?;
    proxies::insert_pending(conn, id, presets).await?;
    mark_unexamined(conn, id, media.kind).await
}

/// What rendering found out about an original.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// Width and height in pixels, as it is shown; none for a document, whose pages have none, and for a recording.
    pub size: Option<(i32, i32)>,
    /// In seconds.
    pub duration_seconds: Option<f64>,
    /// What is wrong with it although its pictures were made.
    pub warning: Option<&'a str>,
    /// A blurred picture; see [`Asset::placeholder`].
    pub placeholder: &'a [u8],
}

/// Stores what rendering found out about the original.
pub async fn set_facts(conn: &mut AsyncPgConnection, id: AssetId, facts: Facts<'_>) -> QueryResult<()> {
    let Facts { size, duration_seconds, warning, placeholder } = facts;
    let size = size.map(|(width, height)| (all_assets::width.eq(width), all_assets::height.eq(height)));
    let others = (
        all_assets::duration_seconds.eq(duration_seconds),
        all_assets::warning.eq(warning),
        all_assets::placeholder.eq(placeholder),
    );
    diesel::update(all_assets::table.find(id)).set((size, others)).execute(conn).await.map(drop)
}

/// Stores the placeholder of an asset whose pictures were made before there were placeholders.
pub async fn set_placeholder(conn: &mut AsyncPgConnection, id: AssetId, placeholder: &[u8]) -> QueryResult<()> {
    diesel::update(all_assets::table.find(id))
        .set(all_assets::placeholder.eq(placeholder))
        .execute(conn)
        .await
        .map(drop)
}

/// Stores when an asset was taken, if its file says so.
pub async fn set_captured(conn: &mut AsyncPgConnection, id: AssetId, at: Option<NaiveDateTime>) -> QueryResult<()> {
    diesel::update(all_assets::table.find(id)).set(all_assets::captured_at.eq(at)).execute(conn).await.map(drop)
}

/// Stores what is wrong with an original that can be used.
pub async fn set_warning(conn: &mut AsyncPgConnection, id: AssetId, warning: &str) -> QueryResult<()> {
    diesel::update(all_assets::table.find(id)).set(all_assets::warning.eq(warning)).execute(conn).await.map(drop)
}

/// Stores the duration of a recording in seconds, if its file says it, and marks the recording as examined.
pub async fn set_duration(conn: &mut AsyncPgConnection, id: AssetId, seconds: Option<f64>) -> QueryResult<()> {
    conn.transaction(async |conn| {
        diesel::update(all_assets::table.find(id)).set(all_assets::duration_seconds.eq(seconds)).execute(conn).await?;
        diesel::delete(unexamined_recordings::table.find(id)).execute(conn).await.map(drop)
    })
    .await
}

/// Stores the CRC-32 of an original.
pub async fn set_crc32(conn: &mut AsyncPgConnection, id: AssetId, crc32: u32) -> QueryResult<()> {
    diesel::update(all_assets::table.find(id)).set(all_assets::crc32.eq(i64::from(crc32))).execute(conn).await.map(drop)
}

/// Notes that an asset is examined, as this version does it; `false`, if its version is not `seen` any more, because a
/// file was stored in the meantime.
pub async fn set_ingested(conn: &mut AsyncPgConnection, id: AssetId, seen: i32) -> QueryResult<bool> {
    let unchanged = all_assets::id.eq(id).and(all_assets::ingest_version.eq(seen));
    let set = diesel::update(all_assets::table.filter(unchanged)).set(all_assets::ingest_version.eq(INGEST_VERSION));
    Ok(set.execute(conn).await? == 1)
}
