//! Other settings for the workspace.

use crate::{
    Error, MutationError, Services, UserError, UserErrorCode, Viewer,
    security::{self, Subject},
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use diesel_async::{AsyncConnection, AsyncPgConnection};
use domain::{
    SecurityAction,
    branding::{Colour, GalleryBackground, parse_address},
    embed_origin::{self, MAX_EMBED_ORIGINS},
    name, retention,
    settings::Change,
    short_id,
};
use schema::workspaces::{self, Branding, Workspace, WorkspaceChanges};

/// What an administrator asks for; what is left out stays as it is.
pub struct WorkspaceInput<'a> {
    /// The name.
    pub name: Option<&'a str>,
    /// The IANA name of the time zone.
    pub time_zone: Option<String>,
    /// Whether an automatic collection goes when the last link to it has expired.
    pub delete_automatic_collections: Option<bool>,
    /// The sites that may show links in frames; no site stands for every site.
    pub embed_origins: Change<Vec<String>>,
    /// Whether visitors of links may search by person, for which the faces in all pictures are indexed; without it, all that
    /// is stored of faces is deleted at once.
    pub person_search: Option<bool>,
    /// After how many days events of the audit trail are deleted.
    pub audit_days: Change<i32>,
    /// After how many days security events are deleted.
    pub security_event_days: Change<i32>,
    /// After how many days the statistics of a day are added to the sum of all earlier days.
    pub statistics_days: Change<i32>,
    /// How it looks to visitors.
    pub branding: BrandingInput,
}

/// How a workspace is to look to visitors; what is left out stays as it is.
#[derive(Default)]
pub struct BrandingInput {
    /// The colour of buttons and links, as `#rrggbb`.
    pub accent_color: Change<String>,
    /// Whether pages are light or dark.
    pub gallery_background: Option<GalleryBackground>,
    /// The address of the imprint.
    pub imprint: Change<String>,
    /// An address by which visitors get in touch.
    pub contact: Change<String>,
}

/// Changes the workspace's settings. For administrators.
pub async fn update_workspace(
    services: &Services,
    viewer: &Viewer,
    input: WorkspaceInput<'_>,
) -> Result<Workspace, MutationError> {
    viewer.require_admin()?;
    let WorkspaceInput {
        name,
        time_zone,
        delete_automatic_collections,
        embed_origins,
        person_search,
        audit_days,
        security_event_days,
        statistics_days,
        branding,
    } = input;
    let BrandingInput { accent_color, gallery_background, imprint, contact } = branding;
    let name = name.map(name::parse).transpose().map_err(|error| UserError::invalid_name("name", error));
    let is_unknown = time_zone.as_deref().is_some_and(|zone| zone.parse::<Tz>().is_err());
    let zone_error = is_unknown.then(|| {
        let message = "There is no such time zone; give its IANA name, as in Europe/Berlin.";
        UserError::new(UserErrorCode::InvalidInput, &["timeZone"], message)
    });
    let (name, name_error) = name.map_or_else(|error| (None, Some(error)), |name| (name, None));
    let (embed_origins, origin_errors) =
        parse_origins(embed_origins).map_or_else(|errors| (None, errors), |origins| (origins, Vec::new()));
    let (audit_days, audit_error) = parse_days("auditDays", audit_days);
    let (security_event_days, security_error) = parse_days("securityEventDays", security_event_days);
    let (statistics_days, statistics_error) = parse_days("statisticsDays", statistics_days);
    let colour = |text: &str| text.parse::<Colour>().map(|colour| colour.to_string());
    let (accent_color, colour_error) = parse_look("accentColor", accent_color, colour);
    let (imprint, imprint_error) = parse_look("imprint", imprint, parse_address);
    let (contact, contact_error) = parse_look("contact", contact, parse_address);
    let look_errors = colour_error.into_iter().chain(imprint_error).chain(contact_error);
    let refused = name_error.into_iter().chain(zone_error);
    let refused_days = audit_error.into_iter().chain(security_error).chain(statistics_error);
    let errors: Vec<UserError> = refused.chain(origin_errors).chain(refused_days).chain(look_errors).collect();
    if !errors.is_empty() {
        return Err(MutationError::User(errors));
    }
    let changes = WorkspaceChanges {
        name,
        time_zone,
        delete_automatic_collections,
        embed_origins,
        audit_days,
        security_event_days,
        statistics_days,
        accent_color,
        gallery_background: gallery_background.map(GalleryBackground::as_str),
        imprint,
        contact,
    };
    let mut conn = services.pool.get().await?;
    conn.transaction(async |conn| {
        let before = workspaces::get(conn, viewer.workspace.id).await?;
        let mut after = workspaces::update(conn, viewer.workspace.id, &changes).await?;
        if let Some(on) = person_search {
            after = workspaces::set_person_search(conn, viewer.workspace.id, on).await?;
        }
        settings_changed(conn, viewer, &before, &after, services.now()).await?;
        Ok(after)
    })
    .await
}

/// Writes down which settings of the workspace were changed, if any were.
pub(super) async fn settings_changed(
    conn: &mut AsyncPgConnection,
    viewer: &Viewer,
    before: &Workspace,
    after: &Workspace,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let (old, new) = (values(before), values(after));
    let changes = old.into_iter().zip(new).filter_map(|((field, from), (_, to))| security::change(field, from, to));
    let changes: Vec<_> = changes.collect();
    if changes.is_empty() {
        return Ok(());
    }
    let subject = Subject { id: after.id.uuid(), name: Some(&after.name) };
    security::record(conn, viewer, SecurityAction::SettingsChanged, subject, changes, now).await
}

/// The settings as text; none for a setting that is off.
fn values(workspace: &Workspace) -> Vec<(&'static str, Option<String>)> {
    // Without `..`, so that a new part of the look does not compile until it is recorded.
    let Branding { accent_color, gallery_background, imprint, contact, logo_file_id, logo_width: _, logo_height: _ } =
        &workspace.branding;
    let sites = workspace.embed_origins.iter().flatten().flatten();
    let sites = sites.map(String::as_str).collect::<Vec<_>>().join(" ");
    vec![
        ("name", Some(workspace.name.clone())),
        ("timeZone", Some(workspace.time_zone.clone())),
        ("deleteAutomaticCollections", Some(workspace.delete_automatic_collections.to_string())),
        ("retention.auditDays", workspace.audit_days.map(|days| days.to_string())),
        ("retention.securityEventDays", workspace.security_event_days.map(|days| days.to_string())),
        ("retention.statisticsDays", workspace.statistics_days.map(|days| days.to_string())),
        ("embedOrigins", Some(sites).filter(|sites| !sites.is_empty())),
        ("branding.accentColor", accent_color.clone()),
        ("branding.galleryBackground", Some(gallery_background.to_string())),
        ("branding.imprint", imprint.clone()),
        ("branding.contact", contact.clone()),
        ("branding.logo", logo_file_id.map(short_id::encode)),
        ("personSearch", Some(workspace.person_search.to_string())),
        ("watermark", workspace.watermark_file_id.map(short_id::encode)),
        ("watermarkOpacity", workspace.watermark_file_id.map(|_| workspace.watermark_opacity.to_string())),
        ("watermarkPlacement", workspace.watermark_file_id.map(|_| workspace.watermark_placement.to_string())),
    ]
}

/// A number of days as it is stored; none: for ever.
type StoredDays = Option<i32>;

/// A number of days as it is stored, or why it is refused; without a change, none.
fn parse_days(field: &str, days: Change<i32>) -> (Option<StoredDays>, Option<UserError>) {
    let days = match days {
        Change::Keep => return (None, None),
        Change::Clear => return (Some(None), None),
        Change::Set(days) => days,
    };
    match retention::parse(days) {
        Ok(days) => (Some(Some(days)), None),
        Err(error) => {
            let path = ["retention", field];
            (None, Some(UserError::new(UserErrorCode::InvalidLimit, &path, error.to_string())))
        }
    }
}

/// A text as it is stored; none: the default.
type StoredText = Option<String>;

/// A text of the look as it is stored, or why it is refused; without a change, none.
fn parse_look<E: std::fmt::Display>(
    field: &str,
    text: Change<String>,
    parse: impl FnOnce(&str) -> Result<String, E>,
) -> (Option<StoredText>, Option<UserError>) {
    match text {
        Change::Keep => (None, None),
        Change::Clear => (Some(None), None),
        Change::Set(text) => match parse(&text) {
            Ok(text) => (Some(Some(text)), None),
            Err(error) => {
                let path = ["branding", field];
                (None, Some(UserError::new(UserErrorCode::InvalidInput, &path, error.to_string())))
            }
        },
    }
}

/// The list of sites as it is stored; none: every site.
type StoredOrigins = Option<Vec<Option<String>>>;

/// The list as it is stored, each site once; without a change, none. An empty list is stored as none.
fn parse_origins(sites: Change<Vec<String>>) -> Result<Option<StoredOrigins>, Vec<UserError>> {
    let sites = match sites {
        Change::Keep => return Ok(None),
        Change::Clear => return Ok(Some(None)),
        Change::Set(sites) => sites,
    };
    let refuse = |path: &[&str], text: String| UserError::new(UserErrorCode::InvalidInput, path, text);
    if sites.len() > MAX_EMBED_ORIGINS {
        let text = format!("At most {MAX_EMBED_ORIGINS} sites can be listed; leave the list empty for every site.");
        return Err(vec![refuse(&["embedOrigins"], text)]);
    }
    let (mut origins, mut refused) = (Vec::new(), Vec::new());
    for (index, site) in sites.iter().enumerate() {
        match embed_origin::parse(site) {
            Ok(origin) if !origins.contains(&Some(origin.clone())) => origins.push(Some(origin)),
            Ok(_) => {}
            Err(error) => refused.push(refuse(&["embedOrigins", &index.to_string()], error.to_string())),
        }
    }
    if refused.is_empty() { Ok(Some(Some(origins).filter(|origins| !origins.is_empty()))) } else { Err(refused) }
}
