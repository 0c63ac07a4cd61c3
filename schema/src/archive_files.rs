//! The files that an archive of a link may contain: the originals, proxies and attachments of the link's asset or of the
//! members of its collection, with all facts that decide about each. One statement, however many members there are.

use crate::{rights::Subject, statement::statement};
use chrono::{DateTime, Utc};
use diesel::{
    prelude::*,
    sql_types::{Array, BigInt, Bool, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::{
    AssetId, AssetSource, AttachmentId, CollectionId, FileId, OriginalState, Preset, ProxyState, Rights, UnknownName,
    archive::Selection,
};
use futures::TryStreamExt;

/// Where the files are looked for.
#[derive(Debug, Clone)]
pub struct Wanted<'a> {
    /// The link's collection, or else its asset.
    pub of: Of,
    /// The link's creator with their rights on everything.
    pub creator: Subject,
    /// Which members.
    pub selection: &'a Selection,
    /// Whether originals are looked for.
    pub originals: bool,
    /// Of which presets proxies are looked for.
    pub presets: Vec<Preset>,
    /// Whether attachments are looked for.
    pub attachments: bool,
    /// Whether proxies with the watermark are looked for; else those without it.
    pub watermarked: bool,
}

impl Wanted<'_> {
    /// The statements of what is wanted.
    fn parts(&self) -> Vec<&'static str> {
        let Self { of: _, creator: _, selection: _, originals, presets, attachments, watermarked: _ } = self;
        let parts = [(*originals, ORIGINALS), (!presets.is_empty(), PROXIES), (*attachments, ATTACHMENTS)];
        parts.into_iter().filter_map(|(is_wanted, part)| is_wanted.then_some(part)).collect()
    }
}

/// What a link leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// This asset.
    Asset(AssetId),
    /// The members of this collection.
    Collection(CollectionId),
}

/// Which file of an asset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ArchiveFileKind {
    /// The original.
    Original,
    /// The proxy of this preset.
    Proxy(Preset),
    /// This attachment.
    Attachment(AttachmentId),
}

impl ArchiveFileKind {
    /// Which files of their assets it belongs to.
    pub const fn group(self) -> GroupKind {
        match self {
            Self::Original => GroupKind::Originals,
            Self::Proxy(preset) => GroupKind::Proxies(preset),
            Self::Attachment(_) => GroupKind::Attachments,
        }
    }
}

/// The facts that decide whether a visitor gets a file, and whether the file is there.
#[derive(Debug, Clone, Copy)]
pub struct FileFacts {
    /// Whether the asset is in the library or only referenced.
    pub source: AssetSource,
    /// Whether the original is available.
    pub original: OriginalState,
    /// The present rights of the link's creator on the asset.
    pub creator: Rights,
    /// Whether a proxy carries the watermark.
    pub watermarked: bool,
    /// The state of a proxy; other files are ready.
    pub state: ProxyState,
}

/// A file that an archive may contain.
#[derive(Debug, Clone)]
pub struct ArchiveFile {
    /// Which file of the asset.
    pub kind: ArchiveFileKind,
    /// The position of the member.
    pub position: i64,
    /// The asset.
    pub asset: AssetId,
    /// The facts that decide about it.
    pub facts: FileFacts,
    /// Its blob and its size in bytes, if it is there.
    pub blob: Option<(FileId, i64)>,
    /// The CRC-32 of its blob, if it is known.
    pub crc32: Option<u32>,
    /// The media type of a proxy that is there.
    pub media_type: Option<String>,
    /// The file name of the original.
    pub asset_name: String,
    /// The file name of an attachment.
    pub attachment_name: Option<String>,
    /// When the asset or the attachment was added.
    pub created_at: DateTime<Utc>,
}

/// Some files of equal facts.
#[derive(Debug, Clone, Copy)]
pub struct FileGroup {
    /// Their preset, if they are proxies; all attachments are one kind.
    pub kind: GroupKind,
    /// The facts that decide about them.
    pub facts: FileFacts,
    /// Whether their blobs and CRC-32 are known.
    pub complete: bool,
    /// How many files.
    pub count: i64,
    /// Their size in bytes.
    pub byte_size: i64,
}

/// Which files of their assets the files of a group are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum GroupKind {
    /// The originals.
    Originals,
    /// The proxies of this preset.
    Proxies(Preset),
    /// The attachments.
    Attachments,
}

/// The statement of what is wanted, up to the files: what follows selects from `file`. Parameters: $1 collection, $2 asset,
/// $3 and $4 the first and last positions of the wanted members, $5 the link's creator, $6 the creator's rights on
/// everything, $7 which presets, $8 whether proxies have the watermark.
///
/// What is not wanted is not in it. Postgres keeps members aside that several parts use, which takes as long as all else.
///
/// A watermarked proxy that has no row yet is as good as pending, because it is made as soon as somebody asks for it. A
/// sound has no watermark.
fn files(wanted: &Wanted<'_>) -> String {
    // Rules can add to the rights of a creator who has not all of them.
    let (rights, granted) = if wanted.creator.is_limited() { (RIGHTS_BY_RULES, JOIN_RULES) } else { ("$6", "") };
    let parts = wanted.parts().join(" UNION ALL ");
    format!(
        "WITH chosen AS (
            SELECT member.position, member.asset_id FROM unnest($3, $4) AS wanted (first, last)
            JOIN collection_assets member
            ON member.collection_id = $1 AND member.position BETWEEN wanted.first AND wanted.last
            UNION ALL
            SELECT 1, $2 FROM unnest($3, $4) AS wanted (first, last)
            WHERE $2 IS NOT NULL AND 1 BETWEEN wanted.first AND wanted.last
        ), member AS (
            SELECT chosen.position, assets.id, assets.file_name, assets.source, assets.original_state, assets.file_id,
                assets.byte_size, assets.crc32, assets.created_at, {rights} AS rights
            FROM chosen JOIN assets ON assets.id = chosen.asset_id {granted}
        ), file AS ({parts})"
    )
}

/// The rights of the creator with what [`JOIN_RULES`] finds.
const RIGHTS_BY_RULES: &str = "$6 | coalesce(granted.rights, 0)";

/// The rights that rules give the creator on the members.
const JOIN_RULES: &str =
    "LEFT JOIN granted_rights($5, ARRAY(SELECT asset_id FROM chosen)) AS granted ON granted.asset_id = assets.id";

/// The originals. These columns are those of all parts.
const ORIGINALS: &str = "
    SELECT 'original' AS kind, NULL::uuid AS attachment_id, position, id AS asset_id, source, original_state, rights,
        false AS watermarked, 'READY' AS state, file_id, byte_size, crc32, NULL AS media_type,
        file_name AS asset_name, NULL AS attachment_name, created_at
    FROM member";

const PROXIES: &str = "
    SELECT plain.preset AS kind, NULL::uuid AS attachment_id, position, id AS asset_id, source, original_state, rights,
        has.watermark AS watermarked,
        CASE WHEN NOT has.watermark OR (marked.state IS NULL AND plain.state = 'FAILED') THEN plain.state
            ELSE coalesce(marked.state, 'PENDING') END AS state,
        CASE WHEN has.watermark THEN marked.file_id ELSE plain.file_id END AS file_id,
        CASE WHEN has.watermark THEN marked.byte_size ELSE plain.byte_size END AS byte_size,
        CASE WHEN has.watermark THEN marked.crc32 ELSE plain.crc32 END AS crc32,
        CASE WHEN has.watermark THEN marked.media_type ELSE plain.media_type END AS media_type,
        file_name AS asset_name, NULL AS attachment_name, created_at
    FROM member JOIN proxies plain
    ON plain.asset_id = member.id AND NOT plain.watermarked AND plain.preset = ANY ($7)
    CROSS JOIN LATERAL (SELECT $8 AND plain.preset <> 'audio' AS watermark) AS has
    LEFT JOIN proxies marked
    ON has.watermark AND marked.asset_id = plain.asset_id AND marked.preset = plain.preset AND marked.watermarked";

const ATTACHMENTS: &str = "
    SELECT 'attachment' AS kind, attachments.id AS attachment_id, position, member.id AS asset_id, source, original_state,
        rights, false AS watermarked, 'READY' AS state, attachments.file_id, attachments.byte_size, attachments.crc32,
        NULL AS media_type, member.file_name AS asset_name, attachments.file_name AS attachment_name,
        attachments.created_at
    FROM member JOIN attachments ON attachments.asset_id = member.id";

/// Binds what [`files`] needs.
macro_rules! bound {
    ($sql:expr, $wanted:expr) => {{
        let wanted: &Wanted<'_> = $wanted;
        let (first, last) = wanted.selection.ranges();
        let presets: Vec<&str> = wanted.presets.iter().map(|preset| preset.as_str()).collect();
        let (collection, asset) = match wanted.of {
            Of::Asset(asset) => (None, Some(asset)),
            Of::Collection(collection) => (Some(collection), None),
        };
        statement($sql)
            .bind::<Nullable<SqlUuid>, _>(collection)
            .bind::<Nullable<SqlUuid>, _>(asset)
            .bind::<Array<BigInt>, _>(first)
            .bind::<Array<BigInt>, _>(last)
            .bind::<SqlUuid, _>(wanted.creator.user)
            .bind::<Integer, _>(wanted.creator.everywhere.bits())
            .bind::<Array<Text>, _>(presets)
            .bind::<Bool, _>(wanted.watermarked)
    }};
}

#[derive(Queryable, QueryableByName)]
struct FactsRow {
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Text)]
    source: String,
    #[diesel(sql_type = Text)]
    original_state: String,
    #[diesel(sql_type = Integer)]
    rights: i32,
    #[diesel(sql_type = Bool)]
    watermarked: bool,
    #[diesel(sql_type = Text)]
    state: String,
}

/// The types of the columns of [`FactsRow`].
type Facts = (Text, Text, Text, Integer, Bool, Text);

/// The columns of a file, and their types.
const FILE: &str =
    "kind, source, original_state, rights, watermarked, state, attachment_id, position, asset_id, file_id,
    byte_size, crc32, media_type, asset_name, attachment_name, created_at";
type File = (
    Facts,
    Nullable<SqlUuid>,
    BigInt,
    SqlUuid,
    Nullable<SqlUuid>,
    Nullable<BigInt>,
    Nullable<BigInt>,
    Nullable<Text>,
    Text,
    Nullable<Text>,
    Timestamptz,
);

#[derive(Queryable)]
struct FileRow {
    facts: FactsRow,
    attachment_id: Option<AttachmentId>,
    position: i64,
    asset_id: AssetId,
    file_id: Option<FileId>,
    byte_size: Option<i64>,
    crc32: Option<i64>,
    media_type: Option<String>,
    asset_name: String,
    attachment_name: Option<String>,
    created_at: DateTime<Utc>,
}

#[derive(QueryableByName)]
struct GroupRow {
    #[diesel(embed)]
    facts: FactsRow,
    #[diesel(sql_type = Bool)]
    complete: bool,
    #[diesel(sql_type = BigInt)]
    count: i64,
    #[diesel(sql_type = BigInt)]
    byte_size: i64,
}

fn unknown(error: UnknownName) -> diesel::result::Error {
    diesel::result::Error::DeserializationError(error.into())
}

fn facts(row: &FactsRow) -> QueryResult<(GroupKind, FileFacts)> {
    let kind = match row.kind.as_str() {
        "original" => GroupKind::Originals,
        "attachment" => GroupKind::Attachments,
        preset => GroupKind::Proxies(preset.parse().map_err(unknown)?),
    };
    let facts = FileFacts {
        source: row.source.parse().map_err(unknown)?,
        original: row.original_state.parse().map_err(unknown)?,
        creator: Rights::from_bits(row.rights),
        watermarked: row.watermarked,
        state: row.state.parse().map_err(unknown)?,
    };
    Ok((kind, facts))
}

fn file(row: FileRow) -> QueryResult<ArchiveFile> {
    let (kind, facts) = facts(&row.facts)?;
    let kind = match (kind, row.attachment_id) {
        (GroupKind::Originals, _) => ArchiveFileKind::Original,
        (GroupKind::Proxies(preset), _) => ArchiveFileKind::Proxy(preset),
        (GroupKind::Attachments, Some(id)) => ArchiveFileKind::Attachment(id),
        (GroupKind::Attachments, None) => return Err(diesel::result::Error::NotFound),
    };
    Ok(ArchiveFile {
        kind,
        position: row.position,
        asset: row.asset_id,
        facts,
        blob: row.file_id.zip(row.byte_size),
        crc32: row.crc32.and_then(|crc32| u32::try_from(crc32).ok()),
        media_type: row.media_type,
        asset_name: row.asset_name,
        attachment_name: row.attachment_name,
        created_at: row.created_at,
    })
}

/// Hands each of the files that are wanted to `take`, in no order and as Postgres sends them, so that the rows are never
/// in memory together.
pub async fn each(
    conn: &mut AsyncPgConnection,
    wanted: &Wanted<'_>,
    mut take: impl FnMut(ArchiveFile),
) -> QueryResult<()> {
    if wanted.parts().is_empty() {
        return Ok(());
    }
    let rows = bound!(format!("{} SELECT {FILE} FROM file", files(wanted)), wanted).returning::<File>();
    let mut rows = rows.load_stream::<FileRow>(conn).await?;
    while let Some(row) = rows.try_next().await? {
        take(file(row)?);
    }
    Ok(())
}

/// The same files, counted by their facts.
pub async fn groups(conn: &mut AsyncPgConnection, wanted: &Wanted<'_>) -> QueryResult<Vec<FileGroup>> {
    if wanted.parts().is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "{} SELECT kind, source, original_state, rights, watermarked, state,
            file_id IS NOT NULL AND byte_size IS NOT NULL AND crc32 IS NOT NULL AS complete, count(*) AS count,
            coalesce(sum(byte_size), 0)::bigint AS byte_size
        FROM file GROUP BY 1, 2, 3, 4, 5, 6, 7",
        files(wanted)
    );
    let rows: Vec<GroupRow> = bound!(sql, wanted).load(conn).await?;
    let mut groups = Vec::with_capacity(rows.len());
    for row in rows {
        let (kind, facts) = facts(&row.facts)?;
        groups.push(FileGroup { kind, facts, complete: row.complete, count: row.count, byte_size: row.byte_size });
    }
    Ok(groups)
}
