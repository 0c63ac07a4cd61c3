//! Links: what was shared, how, and how often it was opened.

use crate::{
    assets::Asset,
    page::{Page, Slice, containing, paged},
    proxies::Proxy,
    schema::{assets, links, proxies, users, workspaces},
};
use chrono::{DateTime, Utc};
use diesel::{dsl::sql, pg::Pg, prelude::*, sql_types::Bool};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::{LinkKind, LinkState, Preset, Role, access::LinkFacts, link::Lifetime};
use uuid::Uuid;

/// A public link or a download link.
#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = links, check_for_backend(Pg))]
pub struct Link {
    /// Identity. Sorts by the time of its making.
    pub id: Uuid,
    /// Where it belongs.
    pub workspace_id: Uuid,
    /// Page or download.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub kind: LinkKind,
    /// What its owner calls it; visitors see it too.
    pub name: String,
    /// What it leads to.
    pub asset_id: Uuid,
    /// Who made it. It hands out at most what this user may download.
    pub created_by: Uuid,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When its settings were last changed.
    pub updated_at: DateTime<Utc>,
    /// SHA-256 of its token.
    pub token_sha256: Vec<u8>,
    /// Raised to get a new URL.
    pub token_version: i32,
    /// The server key that its token is derived from.
    pub key_id: String,
    /// Argon2id, where visitors need a password.
    pub password_hash: Option<String>,
    /// Raised when the password changes.
    pub password_version: i32,
    /// Hands out originals.
    pub allow_original: bool,
    /// Hands out proxies.
    pub allow_proxies: bool,
    /// Hands out attachments.
    pub allow_attachments: bool,
    /// Which proxies; none: all that exist.
    pub proxy_presets: Option<Vec<Option<String>>>,
    /// Open from then on.
    pub starts_at: Option<DateTime<Utc>>,
    /// Dead from then on.
    pub expires_at: Option<DateTime<Utc>>,
    /// How many downloads.
    pub max_downloads: Option<i32>,
    /// Every picture carries the watermark.
    pub watermark: bool,
    /// Visitors may search by a person's photo.
    pub person_search: bool,
    /// Switched off since then.
    pub disabled_at: Option<DateTime<Utc>>,
    /// How often its page was opened.
    pub view_count: i32,
    /// How many downloads were counted.
    pub download_count: i32,
    /// The last view or download.
    pub last_accessed_at: Option<DateTime<Utc>>,
}

impl std::fmt::Debug for Link {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Link({} {})", self.id, self.kind)
    }
}

impl Link {
    /// The presets that were chosen; none: all that exist.
    pub fn presets(&self) -> Option<Vec<Preset>> {
        let names = self.proxy_presets.as_ref()?;
        Some(names.iter().flatten().filter_map(|name| name.parse().ok()).collect())
    }

    /// What its state follows from.
    pub fn lifetime(&self) -> Lifetime {
        Lifetime {
            disabled: self.disabled_at.is_some(),
            starts_at: self.starts_at,
            expires_at: self.expires_at,
            max_downloads: self.max_downloads,
            download_count: self.download_count,
        }
    }

    /// What the rules need to know of it.
    pub fn facts(&self) -> LinkFacts {
        LinkFacts {
            kind: self.kind,
            lifetime: self.lifetime(),
            has_password: self.password_hash.is_some(),
            allow_original: self.allow_original,
            allow_proxies: self.allow_proxies,
            allow_attachments: self.allow_attachments,
            proxy_presets: self.presets(),
            watermark: self.watermark,
        }
    }
}

/// Adds a link.
pub async fn insert(conn: &mut AsyncPgConnection, new: Link) -> QueryResult<Link> {
    diesel::insert_into(links::table).values(new).returning(Link::as_returning()).get_result(conn).await
}

/// A link and all that the rules ask about it, as a visitor's request finds it.
#[derive(Debug, Clone, Queryable)]
pub struct OpenedLink {
    /// The link.
    pub link: Link,
    /// What it leads to.
    pub asset: Asset,
    /// The role that its creator has now.
    #[diesel(deserialize_as = String)]
    pub creator_role: Role,
    /// The workspace's name and time zone.
    pub workspace: (String, String),
    /// What the link shows for the preset that was asked for, if there is such a proxy.
    pub proxy: Option<Proxy>,
}

/// The link whose token has this SHA-256, with the proxy that it would show for `preset`. One statement: it is what
/// every request of every visitor asks.
pub async fn by_token(
    conn: &mut AsyncPgConnection,
    token_sha256: &[u8],
    preset: Option<Preset>,
) -> QueryResult<Option<OpenedLink>> {
    let wanted = proxies::asset_id
        .eq(links::asset_id)
        .and(proxies::watermarked.eq(links::watermark))
        .and(proxies::preset.nullable().eq(preset.map(Preset::as_str)));
    links::table
        .inner_join(assets::table)
        .inner_join(users::table)
        .inner_join(workspaces::table)
        .left_join(proxies::table.on(wanted))
        .filter(links::token_sha256.eq(token_sha256))
        .select((
            Link::as_select(),
            Asset::as_select(),
            users::role,
            (workspaces::name, workspaces::time_zone),
            Option::<Proxy>::as_select(),
        ))
        .first(conn)
        .await
        .optional()
}

/// Which of a workspace's links somebody may see.
#[derive(Debug, Clone, Copy)]
pub struct Visible {
    /// Links of this workspace only.
    pub workspace: Uuid,
    /// Links by this user only; everybody's, where there is none.
    pub created_by: Option<Uuid>,
}

/// Which links a listing is about.
#[derive(Debug, Clone, Default)]
pub struct LinkFilter {
    /// Leads to this asset.
    pub asset: Option<Uuid>,
    /// Made by this user.
    pub created_by: Option<Uuid>,
    /// Of this kind.
    pub kind: Option<LinkKind>,
    /// In this state.
    pub state: Option<LinkState>,
    /// Part of the name.
    pub search: Option<String>,
    /// Ends before.
    pub expires_before: Option<DateTime<Utc>>,
}

type Condition = Box<dyn BoxableExpression<links::table, Pg, SqlType = Bool>>;

/// [`Lifetime::state`] as SQL; a test holds the two equal.
fn in_state(state: LinkState, now: DateTime<Utc>) -> Condition {
    let disabled = links::disabled_at.is_not_null();
    let expired = links::expires_at.le(now).is_not_distinct_from(true);
    let exhausted = links::download_count.nullable().ge(links::max_downloads).is_not_distinct_from(true);
    let early = links::starts_at.gt(now).is_not_distinct_from(true);
    let alive = diesel::dsl::not(disabled);
    match state {
        LinkState::Disabled => Box::new(disabled),
        LinkState::Expired => Box::new(alive.and(expired)),
        LinkState::Exhausted => Box::new(alive.and(diesel::dsl::not(expired)).and(exhausted)),
        LinkState::Scheduled => {
            Box::new(alive.and(diesel::dsl::not(expired)).and(diesel::dsl::not(exhausted)).and(early))
        }
        LinkState::Active => {
            Box::new(alive.and(diesel::dsl::not(expired)).and(diesel::dsl::not(exhausted)).and(diesel::dsl::not(early)))
        }
    }
}

fn matching(visible: Visible, filter: &LinkFilter, now: DateTime<Utc>) -> links::BoxedQuery<'static, Pg> {
    let mut query = links::table.filter(links::workspace_id.eq(visible.workspace)).into_boxed();
    if let Some(user) = visible.created_by {
        query = query.filter(links::created_by.eq(user));
    }
    if let Some(user) = filter.created_by {
        query = query.filter(links::created_by.eq(user));
    }
    if let Some(asset) = filter.asset {
        query = query.filter(links::asset_id.eq(asset));
    }
    if let Some(kind) = filter.kind {
        query = query.filter(links::kind.eq(kind.as_str()));
    }
    if let Some(state) = filter.state {
        query = query.filter(in_state(state, now));
    }
    if let Some(text) = filter.search.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
        query = query.filter(links::name.ilike(containing(text)));
    }
    if let Some(instant) = filter.expires_before {
        query = query.filter(links::expires_at.lt(instant));
    }
    query
}

/// The visible link of this id.
pub async fn get(conn: &mut AsyncPgConnection, visible: Visible, id: Uuid) -> QueryResult<Option<Link>> {
    matching(visible, &LinkFilter::default(), DateTime::UNIX_EPOCH)
        .filter(links::id.eq(id))
        .select(Link::as_select())
        .first(conn)
        .await
        .optional()
}

/// A page of the visible links, newest first.
pub async fn list(
    conn: &mut AsyncPgConnection,
    visible: Visible,
    filter: &LinkFilter,
    page: Page,
    now: DateTime<Utc>,
) -> QueryResult<Slice<Link>> {
    let rows = paged!(matching(visible, filter, now), links::id, page).select(Link::as_select()).load(conn).await?;
    Ok(page.slice(rows))
}

/// How many links are visible.
pub async fn count(
    conn: &mut AsyncPgConnection,
    visible: Visible,
    filter: &LinkFilter,
    now: DateTime<Utc>,
) -> QueryResult<i64> {
    matching(visible, filter, now).count().get_result(conn).await
}

/// Deletes those of `ids` that are visible, and returns them.
pub async fn delete(conn: &mut AsyncPgConnection, visible: Visible, ids: &[Uuid]) -> QueryResult<Vec<Uuid>> {
    let own = matching(visible, &LinkFilter::default(), DateTime::UNIX_EPOCH).filter(links::id.eq_any(ids));
    let found: Vec<Uuid> = own.select(links::id).load(conn).await?;
    diesel::delete(links::table.filter(links::id.eq_any(found))).returning(links::id).get_results(conn).await
}

/// Counts a view.
pub async fn count_view(conn: &mut AsyncPgConnection, id: Uuid, now: DateTime<Utc>) -> QueryResult<()> {
    diesel::update(links::table.find(id))
        .set((links::view_count.eq(links::view_count + 1), links::last_accessed_at.eq(now)))
        .execute(conn)
        .await
        .map(drop)
}

/// Counts a download if the link's limit leaves one; `false` where it does not. One statement, so that however
/// many come at once, exactly as many as allowed get through.
pub async fn count_download(conn: &mut AsyncPgConnection, id: Uuid, now: DateTime<Utc>) -> QueryResult<bool> {
    let left = sql::<Bool>("(max_downloads IS NULL OR download_count < max_downloads)");
    let counted = diesel::update(links::table.find(id).filter(left))
        .set((links::download_count.eq(links::download_count + 1), links::last_accessed_at.eq(now)))
        .execute(conn)
        .await?;
    Ok(counted == 1)
}
