//! Workspaces: the tenants.

use crate::{faces, schema::workspaces};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::{
    FileId, WorkspaceId,
    branding::{Colour, GalleryBackground},
    sharing,
    watermark::{Opacity, Placement},
};

/// A tenant: its users, assets, links and settings.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = workspaces, check_for_backend(diesel::pg::Pg))]
pub struct Workspace {
    /// Identity.
    pub id: WorkspaceId,
    /// The name.
    pub name: String,
    /// The prefix of asset numbers.
    pub number_prefix: String,
    /// IANA name, as in `Europe/Berlin`.
    pub time_zone: String,
    /// The number of the newest asset.
    pub last_number: i64,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// Whether an automatic collection is deleted when its links have expired.
    pub delete_automatic_collections: bool,
    /// The blob of the watermark's image; none if there is no watermark.
    pub watermark_file_id: Option<FileId>,
    /// The watermark's opacity, from 0 to 1.
    pub watermark_opacity: f64,
    /// The watermark's placement.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub watermark_placement: Placement,
    /// Incremented with every change of the watermark.
    pub watermark_version: i32,
    /// The sites that may show links in frames; none: every site.
    pub embed_origins: Option<Vec<Option<String>>>,
    /// After how many days events of the audit trail are deleted; none: never.
    pub audit_days: Option<i32>,
    /// After how many days security events are deleted; none: never.
    pub security_event_days: Option<i32>,
    /// After how many days the statistics of a day are added to the sum of all earlier days; none: never.
    pub statistics_days: Option<i32>,
    /// Whether visitors of links may search by person, for which the faces in its assets are indexed.
    pub person_search: bool,
    /// How it looks to visitors.
    #[diesel(embed)]
    pub branding: Branding,
}

/// How a workspace looks to visitors of its links.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = workspaces, check_for_backend(diesel::pg::Pg))]
pub struct Branding {
    /// The colour of buttons and links, as `#rrggbb`; none: the usual one.
    pub accent_color: Option<String>,
    /// Whether pages are light or dark.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub gallery_background: GalleryBackground,
    /// The URL of the imprint.
    pub imprint: Option<String>,
    /// The URL by which visitors get in touch.
    pub contact: Option<String>,
    /// The blob of the logo, a PNG; none if there is no logo.
    pub logo_file_id: Option<FileId>,
    /// The width of the logo in pixels.
    pub logo_width: Option<i32>,
    /// The height of the logo in pixels.
    pub logo_height: Option<i32>,
}

impl Branding {
    /// The usual look.
    const NONE: Self = Self {
        accent_color: None,
        gallery_background: GalleryBackground::Auto,
        imprint: None,
        contact: None,
        logo_file_id: None,
        logo_width: None,
        logo_height: None,
    };

    /// The colour of buttons and links, if it is not the usual one.
    pub fn accent(&self) -> Option<Colour> {
        self.accent_color.as_deref()?.parse().ok()
    }

    /// The blob of the logo, and its width and height in pixels.
    pub fn logo(&self) -> Option<(FileId, i32, i32)> {
        Some((self.logo_file_id?, self.logo_width?, self.logo_height?))
    }
}

/// What visitors of a link are told of its workspace, and the sites that may show the link in frames.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = workspaces, check_for_backend(diesel::pg::Pg))]
pub struct WorkspaceOfLink {
    /// The name.
    pub name: String,
    /// IANA name, as in `Europe/Berlin`.
    pub time_zone: String,
    /// The sites; none: every site.
    pub embed_origins: Option<Vec<Option<String>>>,
    /// Whether visitors of links may search by person.
    pub person_search: bool,
    /// How it looks.
    #[diesel(embed)]
    pub branding: Branding,
}

impl Workspace {
    /// An empty workspace with default settings.
    pub fn new(name: &str, number_prefix: &str, time_zone: &str, now: DateTime<Utc>) -> Self {
        Self {
            id: WorkspaceId::new(),
            name: name.to_owned(),
            number_prefix: number_prefix.to_owned(),
            time_zone: time_zone.to_owned(),
            last_number: 0,
            created_at: now,
            delete_automatic_collections: false,
            watermark_file_id: None,
            watermark_opacity: Opacity::default().get(),
            watermark_placement: Placement::Center,
            watermark_version: 0,
            embed_origins: None,
            audit_days: None,
            security_event_days: None,
            statistics_days: None,
            person_search: false,
            branding: Branding::NONE,
        }
    }

    /// The abilities that a share depends on.
    pub const fn offers(&self) -> sharing::Workspace {
        sharing::Workspace { watermark: self.watermark_file_id.is_some(), person_search: self.person_search }
    }

    /// The time zone; UTC if this build does not know the stored name.
    pub fn zone(&self) -> chrono_tz::Tz {
        self.time_zone.parse().unwrap_or(chrono_tz::UTC)
    }
}

/// The workspace of this id.
pub async fn get(conn: &mut AsyncPgConnection, id: WorkspaceId) -> QueryResult<Workspace> {
    workspaces::table.find(id).select(Workspace::as_select()).first(conn).await
}

/// The workspace of this id, locked until the transaction ends.
pub async fn lock(conn: &mut AsyncPgConnection, id: WorkspaceId) -> QueryResult<Workspace> {
    workspaces::table.find(id).select(Workspace::as_select()).for_update().first(conn).await
}

/// The oldest workspace, in which the command line works.
pub async fn oldest(conn: &mut AsyncPgConnection) -> QueryResult<Option<Workspace>> {
    workspaces::table.order(workspaces::created_at).select(Workspace::as_select()).first(conn).await.optional()
}

/// Adds a workspace.
pub async fn insert(conn: &mut AsyncPgConnection, new: Workspace) -> QueryResult<()> {
    diesel::insert_into(workspaces::table).values(new).execute(conn).await.map(drop)
}

/// Changes of a workspace; `None` leaves a column as it is.
#[derive(Debug, Default, AsChangeset)]
#[diesel(table_name = workspaces)]
pub struct WorkspaceChanges {
    /// The name.
    pub name: Option<String>,
    /// IANA name.
    pub time_zone: Option<String>,
    /// See [`Workspace::delete_automatic_collections`].
    pub delete_automatic_collections: Option<bool>,
    /// See [`Workspace::embed_origins`].
    pub embed_origins: Option<Option<Vec<Option<String>>>>,
    /// See [`Workspace::audit_days`].
    pub audit_days: Option<Option<i32>>,
    /// See [`Workspace::security_event_days`].
    pub security_event_days: Option<Option<i32>>,
    /// See [`Workspace::statistics_days`].
    pub statistics_days: Option<Option<i32>>,
    /// See [`Branding::accent_color`].
    pub accent_color: Option<Option<String>>,
    /// See [`Branding::gallery_background`].
    pub gallery_background: Option<&'static str>,
    /// See [`Branding::imprint`].
    pub imprint: Option<Option<String>>,
    /// See [`Branding::contact`].
    pub contact: Option<Option<String>>,
}

impl WorkspaceChanges {
    fn is_empty(&self) -> bool {
        // Without `..`, so that a new column does not compile until it is asked for here.
        let Self {
            name,
            time_zone,
            delete_automatic_collections,
            embed_origins,
            audit_days,
            security_event_days,
            statistics_days,
            accent_color,
            gallery_background,
            imprint,
            contact,
        } = self;
        let texts = name.is_none() && time_zone.is_none();
        let days = audit_days.is_none() && security_event_days.is_none() && statistics_days.is_none();
        let look = accent_color.is_none() && gallery_background.is_none() && imprint.is_none() && contact.is_none();
        texts && days && look && delete_automatic_collections.is_none() && embed_origins.is_none()
    }
}

/// Changes a workspace and returns it.
pub async fn update(
    conn: &mut AsyncPgConnection,
    id: WorkspaceId,
    changes: &WorkspaceChanges,
) -> QueryResult<Workspace> {
    if changes.is_empty() {
        return get(conn, id).await;
    }
    diesel::update(workspaces::table.find(id)).set(changes).returning(Workspace::as_returning()).get_result(conn).await
}

/// Turns the search by person on or off, with what follows: all assets are queued to be indexed, or all that is stored of
/// faces is deleted. Returns the workspace.
///
/// Call this inside a transaction.
pub async fn set_person_search(conn: &mut AsyncPgConnection, id: WorkspaceId, on: bool) -> QueryResult<Workspace> {
    let changed = diesel::update(workspaces::table.find(id).filter(workspaces::person_search.ne(on)))
        .set(workspaces::person_search.eq(on))
        .execute(conn)
        .await?;
    match (changed > 0, on) {
        (true, true) => faces::queue_all(conn, id).await?,
        (true, false) => faces::forget(conn, id).await?,
        (false, _) => {}
    }
    get(conn, id).await
}

/// Changes of a watermark; `None` leaves a column as it is.
#[derive(Debug, Default, AsChangeset)]
#[diesel(table_name = workspaces)]
pub struct WatermarkChanges {
    /// The blob of its image.
    pub watermark_file_id: Option<FileId>,
    /// The opacity, from 0 to 1.
    pub watermark_opacity: Option<f64>,
    /// The name of the placement.
    pub watermark_placement: Option<&'static str>,
}

/// Changes a workspace's watermark and returns the workspace. Proxies with the previous watermark are outdated from now
/// on.
pub async fn set_watermark(
    conn: &mut AsyncPgConnection,
    id: WorkspaceId,
    changes: &WatermarkChanges,
) -> QueryResult<Workspace> {
    diesel::update(workspaces::table.find(id))
        .set((changes, workspaces::watermark_version.eq(workspaces::watermark_version + 1)))
        .returning(Workspace::as_returning())
        .get_result(conn)
        .await
}

/// Removes the image of a workspace's watermark and returns the workspace. The version stays: it counts the changes of
/// what pictures carry.
pub async fn clear_watermark(conn: &mut AsyncPgConnection, id: WorkspaceId) -> QueryResult<Workspace> {
    diesel::update(workspaces::table.find(id))
        .set(workspaces::watermark_file_id.eq(None::<FileId>))
        .returning(Workspace::as_returning())
        .get_result(conn)
        .await
}

/// Gives a workspace a logo with this width and height in pixels, or none, and returns the workspace.
pub async fn set_logo(
    conn: &mut AsyncPgConnection,
    id: WorkspaceId,
    logo: Option<(FileId, i32, i32)>,
) -> QueryResult<Workspace> {
    let size = logo.map(|(_, width, height)| (width, height));
    diesel::update(workspaces::table.find(id))
        .set((
            workspaces::logo_file_id.eq(logo.map(|(file, ..)| file)),
            workspaces::logo_width.eq(size.map(|(width, _)| width)),
            workspaces::logo_height.eq(size.map(|(_, height)| height)),
        ))
        .returning(Workspace::as_returning())
        .get_result(conn)
        .await
}

/// Whether a file is the logo of a workspace.
pub async fn is_logo(conn: &mut AsyncPgConnection, file: FileId) -> QueryResult<bool> {
    diesel::select(diesel::dsl::exists(workspaces::table.filter(workspaces::logo_file_id.eq(file))))
        .get_result(conn)
        .await
}

/// Whether a workspace has a watermark. If it has, the watermark stays until the transaction ends.
pub async fn keep_watermark(conn: &mut AsyncPgConnection, id: WorkspaceId) -> QueryResult<bool> {
    let kept = workspaces::table.find(id).select(workspaces::watermark_file_id).for_key_share();
    Ok(kept.first::<Option<FileId>>(conn).await?.is_some())
}

/// Those of these ids that are workspaces.
pub(crate) async fn existing(conn: &mut AsyncPgConnection, ids: &[WorkspaceId]) -> QueryResult<Vec<WorkspaceId>> {
    workspaces::table.filter(workspaces::id.eq_any(ids)).select(workspaces::id).load(conn).await
}

/// Takes the next asset number. The row stays locked until the transaction ends, so that numbers have no gaps.
pub(crate) async fn next_number(conn: &mut AsyncPgConnection, id: WorkspaceId) -> QueryResult<i64> {
    diesel::update(workspaces::table.find(id))
        .set(workspaces::last_number.eq(workspaces::last_number + 1))
        .returning(workspaces::last_number)
        .get_result(conn)
        .await
}
