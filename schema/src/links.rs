//! Links: what is shared, with which settings, and how often it was opened.

use crate::{
    assets::Asset,
    for_each::{ForEach, in_order},
    link_events::{self, NewLinkEvent},
    proxies::Proxy,
    rights::{Subject, granted_rights_on, limited_roles},
    schema::{assets, collection_assets, links, proxies, users, workspaces},
    statement::sql,
    visible_links::VisibleLinks,
    workspaces::WorkspaceOfLink,
    written_once::written_once,
};
use chrono::{DateTime, Utc};
use diesel::{
    define_sql_function,
    dsl::{case_when, exists},
    pg::Pg,
    prelude::*,
    sql_types::{Array, Bool, Bytea, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::{
    AssetId, CollectionId, LinkId, LinkKind, MemberOrder, Preset, Right, Rights, Role, UserId, WorkspaceId,
    access::LinkFacts, link::Lifetime,
};
use std::sync::OnceLock;

// A null is written as such: with the default of the column, the text of an insert would depend on its values, and be prepared
// anew each time.
/// A public link or a download link.
#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = links, check_for_backend(Pg), treat_none_as_default_value = false)]
pub struct Link {
    /// Identity; sorts by the time of creation.
    pub id: LinkId,
    /// The workspace.
    pub workspace_id: WorkspaceId,
    /// Whether the link opens a page or is a download.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub kind: LinkKind,
    /// The asset that it leads to, if it leads to an asset.
    pub asset_id: Option<AssetId>,
    /// The collection that it leads to, if it leads to a collection.
    pub collection_id: Option<CollectionId>,
    /// The user who created it. Visitors get at most what this user may download.
    pub created_by: UserId,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When its settings were last changed.
    pub updated_at: DateTime<Utc>,
    /// SHA-256 of its token.
    pub token_sha256: Vec<u8>,
    /// Incremented to get a new URL.
    pub token_version: i32,
    /// The id of the server key from which its token is derived.
    pub key_id: String,
    /// Argon2id hash of the password; none if visitors need no password.
    pub password_hash: Option<String>,
    /// Incremented when the password changes.
    pub password_version: i32,
    /// Everything that `updateLink` can change, except the password.
    #[diesel(embed)]
    pub settings: LinkSettings,
    /// When the link was disabled; none if it is enabled.
    pub disabled_at: Option<DateTime<Utc>>,
    /// Whether the creator is disabled, so that the link is dead. Triggers keep it.
    pub creator_disabled: bool,
    /// How often its page was opened.
    pub view_count: i32,
    /// How many downloads were counted.
    pub download_count: i32,
    /// The last view or download.
    pub last_accessed_at: Option<DateTime<Utc>>,
}

/// The settings of a link, except its password, as its row keeps them.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = links, check_for_backend(Pg), treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct LinkSettings {
    /// The name, which visitors see, too.
    pub name: String,
    /// What the page says about the link.
    pub description: Option<String>,
    /// Whether the page names the creator.
    pub show_creator: bool,
    /// The order of the members, unless the visitor chooses another.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub member_order: MemberOrder,
    /// The link hands out originals.
    pub allow_original: bool,
    /// The link hands out proxies.
    pub allow_proxies: bool,
    /// The link hands out attachments.
    pub allow_attachments: bool,
    /// The presets of proxies that the link hands out; none: all that exist.
    pub proxy_presets: Option<Vec<Option<String>>>,
    /// The link opens at this instant.
    pub starts_at: Option<DateTime<Utc>>,
    /// The link is dead from this instant on.
    pub expires_at: Option<DateTime<Utc>>,
    /// How many downloads the link allows.
    pub max_downloads: Option<i32>,
    /// Whether every picture carries the watermark.
    pub watermark: bool,
    /// Visitors may search by a photo of a person.
    pub person_search: bool,
    /// The asset whose picture stands for the link, while the link leads to it; none: the first one.
    pub cover_asset_id: Option<AssetId>,
}

impl LinkSettings {
    /// The chosen presets; none: all that exist.
    pub fn presets(&self) -> Option<Vec<Preset>> {
        let names = self.proxy_presets.as_ref()?;
        Some(names.iter().flatten().filter_map(|name| name.parse().ok()).collect())
    }
}

impl std::fmt::Debug for Link {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Link({} {})", self.id, self.kind)
    }
}

impl Link {
    /// The facts from which the state is derived.
    pub fn lifetime(&self) -> Lifetime {
        Lifetime {
            disabled: self.disabled_at.is_some() || self.creator_disabled,
            starts_at: self.settings.starts_at,
            expires_at: self.settings.expires_at,
            max_downloads: self.settings.max_downloads,
            download_count: self.download_count,
        }
    }

    /// How many downloads are left; none if they are not limited.
    pub fn downloads_left(&self) -> Option<i32> {
        Some(self.settings.max_downloads?.saturating_sub(self.download_count).max(0))
    }

    /// The facts that decide about access, for a link whose asset is deleted or not.
    fn facts(&self, target_is_gone: bool) -> LinkFacts {
        LinkFacts {
            kind: self.kind,
            lifetime: self.lifetime(),
            target_is_gone,
            has_password: self.password_hash.is_some(),
            allow_original: self.settings.allow_original,
            allow_proxies: self.settings.allow_proxies,
            allow_attachments: self.settings.allow_attachments,
            proxy_presets: self.settings.presets(),
            watermark: self.settings.watermark,
        }
    }
}

/// Inserts a link, and the event of its creation.
pub async fn insert(conn: &mut AsyncPgConnection, new: Link, event: NewLinkEvent) -> QueryResult<Link> {
    let event = NewLinkEvent { link_id: new.id, link_name: new.settings.name.clone(), ..event };
    link_events::insert(conn, vec![event]).await?;
    diesel::insert_into(links::table).values(new).returning(Link::as_returning()).get_result(conn).await
}

define_sql_function! {
    /// The first value that is not null.
    #[sql_name = "coalesce"]
    fn first_of(one: Nullable<SqlUuid>, other: Nullable<SqlUuid>) -> Nullable<SqlUuid>;
}

/// A link with all facts that decide about a visitor's request.
#[derive(Debug, Clone, Queryable)]
pub struct OpenedLink {
    /// The link.
    pub link: Link,
    /// The asset that the link leads to, or the requested asset of its collection.
    pub asset: Option<Asset>,
    /// Whether the link leads to this asset, directly or through its collection.
    pub in_link: bool,
    /// The name of the link's creator.
    pub creator_name: String,
    /// The present role of the link's creator.
    #[diesel(deserialize_as = String)]
    pub creator_role: Role,
    /// The bits of the rights that rules give the creator now: on the asset, or without an asset on everything.
    creator_granted: i32,
    /// What visitors are told of the workspace, and which sites may show its links in frames.
    pub workspace: WorkspaceOfLink,
    /// The proxy that the link shows for the requested preset, if it exists.
    pub proxy: Option<Proxy>,
}

impl OpenedLink {
    /// Whether the link leads to an asset that is in the bin.
    pub fn target_is_gone(&self) -> bool {
        self.link.asset_id.is_some() && self.asset.is_none()
    }

    /// The facts of the link that decide about access.
    pub fn facts(&self) -> LinkFacts {
        self.link.facts(self.target_is_gone())
    }

    /// The link's creator with their present rights on the asset, or without an asset on everything.
    pub fn creator(&self) -> Subject {
        let everywhere = self.creator_role.rights() | Rights::from_bits(self.creator_granted);
        Subject { user: self.link.created_by, everywhere }
    }

    /// The link's creator with the rights of their role. What rules add, and on which assets, is left to the statement
    /// that is asked, because [`Self::creator`] has the rights on the one asset that was requested.
    pub fn creator_by_role(&self) -> Subject {
        Subject { user: self.link.created_by, everywhere: self.creator_role.rights() }
    }
}

/// What a visitor asks for: a link by the SHA-256 of its token, with what is requested of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LinkRequest {
    /// The SHA-256 of the token.
    pub token_sha256: [u8; 32],
    /// The requested asset, where the link leads to a collection.
    pub asset: Option<AssetId>,
    /// The preset of the requested proxy.
    pub preset: Option<Preset>,
}

/// The link of each request, with the requested asset of its collection, and the proxy that it shows for the preset; in the
/// order of the requests. One statement loads all, because every request of every visitor needs it.
pub async fn by_tokens(conn: &mut AsyncPgConnection, requests: &[LinkRequest]) -> QueryResult<Vec<Option<OpenedLink>>> {
    static TEXT: OnceLock<String> = OnceLock::new();
    let target = assets::id.nullable().eq(first_of(links::asset_id, sql::<Nullable<SqlUuid>>("key.asset")));
    let wanted = proxies::asset_id
        .eq(assets::id)
        .and(proxies::watermarked.eq(links::watermark.and(sql::<Bool>("key.watermarked"))))
        .and(sql::<Bool>("proxies.preset = key.preset"));
    let in_link = links::asset_id.is_not_null().or(exists(
        collection_assets::table.filter(
            collection_assets::collection_id
                .nullable()
                .eq(links::collection_id)
                .and(collection_assets::asset_id.nullable().eq(assets::id.nullable())),
        ),
    ));
    let granted =
        case_when(users::role.eq_any(limited_roles()), granted_rights_on(links::created_by, assets::id.nullable()))
            .otherwise(0);
    let each = links::table
        .inner_join(users::table)
        .inner_join(workspaces::table)
        .left_join(assets::table.on(target))
        .left_join(proxies::table.on(wanted))
        .filter(sql::<Bool>("links.token_sha256 = key.token"))
        .select((
            Link::as_select(),
            Option::<Asset>::as_select(),
            in_link,
            users::name,
            users::role,
            granted,
            WorkspaceOfLink::as_select(),
            Option::<Proxy>::as_select(),
        ));
    let presets = requests.iter().map(|request| request.preset);
    let tokens = requests.iter().map(|request| request.token_sha256).collect();
    let statement = ForEach::key::<Bytea, _>("token", tokens, each)
        .with::<Nullable<SqlUuid>, _>("asset", requests.iter().map(|request| request.asset).collect())
        .with::<Nullable<Text>, _>("preset", presets.clone().map(|preset| preset.map(Preset::as_str)).collect())
        .with::<Bool, _>(
            "watermarked",
            presets.map(|preset| preset.is_some_and(|preset| preset.in_link(true).watermarked)).collect(),
        );
    in_order(requests.len(), written_once(&TEXT, statement).load(conn).await?)
}

/// Those of these ids that are links, each with its workspace.
pub(crate) async fn workspaces(
    conn: &mut AsyncPgConnection,
    ids: &[LinkId],
) -> QueryResult<Vec<(LinkId, WorkspaceId)>> {
    links::table.filter(links::id.eq_any(ids)).select((links::id, links::workspace_id)).load(conn).await
}

/// Locks those of these links that are visible, until the transaction ends.
pub async fn lock(conn: &mut AsyncPgConnection, visible: VisibleLinks, ids: &[LinkId]) -> QueryResult<Vec<Link>> {
    let own = visible.links().filter(links::id.eq_any(ids)).select(links::id);
    links::table.filter(links::id.eq_any(own)).order(links::id).for_update().select(Link::as_select()).load(conn).await
}

/// Stores all columns of a link that can change, except its counters, and the event of the change.
pub async fn update(conn: &mut AsyncPgConnection, link: Link, event: NewLinkEvent) -> QueryResult<Link> {
    // Without `..`, so that a new column does not compile until it is decided whether it can change.
    let Link {
        id,
        workspace_id: _,
        kind: _,
        asset_id: _,
        collection_id: _,
        created_by: _,
        created_at: _,
        updated_at,
        token_sha256,
        token_version,
        key_id,
        password_hash,
        password_version,
        settings,
        disabled_at: _,
        creator_disabled: _,
        view_count: _,
        download_count: _,
        last_accessed_at: _,
    } = link;
    let event = NewLinkEvent { link_id: id, link_name: settings.name.clone(), ..event };
    link_events::insert(conn, vec![event]).await?;
    diesel::update(links::table.find(id))
        .set((
            settings,
            links::updated_at.eq(updated_at),
            links::token_sha256.eq(token_sha256),
            links::token_version.eq(token_version),
            links::key_id.eq(key_id),
            links::password_hash.eq(password_hash),
            links::password_version.eq(password_version),
        ))
        .returning(Link::as_returning())
        .get_result(conn)
        .await
}

/// Disables or enables the links that these events are about.
pub async fn set_disabled(
    conn: &mut AsyncPgConnection,
    disabled: bool,
    now: DateTime<Utc>,
    events: Vec<NewLinkEvent>,
) -> QueryResult<()> {
    let ids: Vec<LinkId> = events.iter().map(|event| event.link_id).collect();
    link_events::insert(conn, events).await?;
    diesel::update(links::table.filter(links::id.eq_any(ids)))
        .set((links::disabled_at.eq(disabled.then_some(now)), links::updated_at.eq(now)))
        .execute(conn)
        .await
        .map(drop)
}

/// The ids and names of all links of a creator in a workspace, locked until the transaction ends.
pub async fn lock_of_creator(
    conn: &mut AsyncPgConnection,
    workspace: WorkspaceId,
    creator: UserId,
) -> QueryResult<Vec<(LinkId, String)>> {
    let own = links::table.filter(links::created_by.eq(creator).and(links::workspace_id.eq(workspace)));
    own.order(links::id).for_update().select((links::id, links::name)).load(conn).await
}

/// Gives the links that these events are about to another creator.
pub async fn set_creator(
    conn: &mut AsyncPgConnection,
    creator: UserId,
    now: DateTime<Utc>,
    events: Vec<NewLinkEvent>,
) -> QueryResult<()> {
    let ids: Vec<LinkId> = events.iter().map(|event| event.link_id).collect();
    link_events::insert(conn, events).await?;
    diesel::update(links::table.filter(links::id.eq_any(ids)))
        .set((links::created_by.eq(creator), links::updated_at.eq(now)))
        .execute(conn)
        .await
        .map(drop)
}

/// The new token of a link.
#[derive(Debug)]
pub struct LinkTokenChange {
    /// The link.
    pub id: LinkId,
    /// The version of the token.
    pub token_version: i32,
    /// SHA-256 of the token.
    pub token_sha256: Vec<u8>,
}

/// The versions of the tokens of links.
pub async fn token_versions(conn: &mut AsyncPgConnection, ids: &[LinkId]) -> QueryResult<Vec<(LinkId, i32)>> {
    links::table.filter(links::id.eq_any(ids)).select((links::id, links::token_version)).load(conn).await
}

/// How many links have tokens that come from other keys of the server than these.
pub async fn count_with_other_keys(conn: &mut AsyncPgConnection, ids: &[&str]) -> QueryResult<i64> {
    links::table.filter(links::key_id.ne_all(ids)).count().get_result(conn).await
}

/// Gives the links that these events are about new tokens, which are derived from the server's key of this id.
pub async fn set_tokens(
    conn: &mut AsyncPgConnection,
    key_id: &str,
    tokens: Vec<LinkTokenChange>,
    now: DateTime<Utc>,
    events: Vec<NewLinkEvent>,
) -> QueryResult<()> {
    link_events::insert(conn, events).await?;
    let (mut ids, mut versions, mut digests) = (Vec::new(), Vec::new(), Vec::new());
    for LinkTokenChange { id, token_version, token_sha256 } in tokens {
        ids.push(id);
        versions.push(token_version);
        digests.push(token_sha256);
    }
    diesel::sql_query(
        "UPDATE links SET token_version = new.version, token_sha256 = new.sha256, key_id = $4, updated_at = $5
         FROM unnest($1, $2, $3) AS new (id, version, sha256) WHERE links.id = new.id",
    )
    .bind::<Array<SqlUuid>, _>(ids)
    .bind::<Array<Integer>, _>(versions)
    .bind::<Array<Bytea>, _>(digests)
    .bind::<Text, _>(key_id)
    .bind::<Timestamptz, _>(now)
    .execute(conn)
    .await
    .map(drop)
}

/// Deletes the links that these events are about.
pub async fn delete(conn: &mut AsyncPgConnection, events: Vec<NewLinkEvent>) -> QueryResult<()> {
    let ids: Vec<LinkId> = events.iter().map(|event| event.link_id).collect();
    link_events::insert(conn, events).await?;
    diesel::delete(links::table.filter(links::id.eq_any(ids))).execute(conn).await.map(drop)
}

/// All links to a collection, locked until the transaction ends.
#[derive(Debug)]
pub struct LinksToCollection {
    pub(crate) collection: CollectionId,
    pub(crate) links: Vec<Link>,
}

impl LinksToCollection {
    /// The links.
    pub fn links(&self) -> &[Link] {
        &self.links
    }
}

/// Locks the links to a collection until the transaction ends.
pub async fn lock_to_collection(
    conn: &mut AsyncPgConnection,
    collection: CollectionId,
) -> QueryResult<LinksToCollection> {
    let leading_there = links::table.filter(links::collection_id.eq(collection)).order(links::id);
    let links = leading_there.for_update().select(Link::as_select()).load(conn).await?;
    Ok(LinksToCollection { collection, links })
}

/// The rights on an asset that a user needs to add it to a collection, because the links to the collection will hand it
/// out. Locks these links against changes until the transaction ends.
pub async fn handed_out_of(conn: &mut AsyncPgConnection, collection: CollectionId) -> QueryResult<Rights> {
    let leading_there = links::table.filter(links::collection_id.eq(collection)).order(links::id);
    let allowed = (links::allow_original, links::allow_proxies, links::allow_attachments);
    let allowed: Vec<(bool, bool, bool)> = leading_there.for_share().select(allowed).load(conn).await?;
    let right = |allowed: bool, right: Right| if allowed { Rights::of(&[right]) } else { Rights::NONE };
    Ok(allowed.into_iter().fold(Rights::NONE, |all, (original, proxies, attachments)| {
        all | Rights::of(&[Right::Share])
            | right(original, Right::DownloadOriginal)
            | right(proxies, Right::DownloadProxy)
            | right(attachments, Right::DownloadAttachment)
    }))
}

/// How many links of a workspace that have not expired put the watermark on what they show.
pub async fn count_watermarked(
    conn: &mut AsyncPgConnection,
    workspace: WorkspaceId,
    now: DateTime<Utc>,
) -> QueryResult<i64> {
    let lasts = links::expires_at.is_null().or(links::expires_at.gt(now));
    links::table
        .filter(links::workspace_id.eq(workspace).and(links::watermark).and(lasts))
        .count()
        .get_result(conn)
        .await
}
