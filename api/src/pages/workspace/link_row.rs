//! What a list shows of a link.

use super::asset_path;
use crate::pages::{PageError, instant};
use app::{Services, Viewer, links::Targets};
use diesel_async::AsyncPgConnection;
use domain::{LinkId, LinkKind, LinkState, node_id::NodeId};
use schema::{links::Link, rights};

/// What a list shows of a link.
pub(super) struct LinkRow {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) kind: &'static str,
    pub(super) is_public: bool,
    pub(super) url: String,
    pub(super) target: TargetView,
    pub(super) state: &'static str,
    /// For the colour.
    pub(super) state_class: &'static str,
    pub(super) is_enabled: bool,
    /// When it opens, or when it ends.
    pub(super) times: String,
    /// Whether `times` names a time, so that its time zone must be told.
    pub(super) has_times: bool,
    pub(super) views: i32,
    /// `3`, or `3 of 10`.
    pub(super) downloads: String,
    pub(super) has_password: bool,
    /// Whether visitors find people by a photo, as far as the workspace has it on.
    pub(super) has_person_search: bool,
    /// Who made it, if that is not the viewer.
    pub(super) creator: Option<Creator>,
}

/// A user who made a link.
pub(super) struct Creator {
    pub(super) id: String,
    pub(super) name: String,
}

/// What a link leads to.
pub(super) struct TargetView {
    pub(super) title: String,
    /// Its page.
    pub(super) path: Option<String>,
}

/// The rows of some links, in a number of statements that does not depend on how many there are.
pub(super) async fn rows(
    conn: &mut AsyncPgConnection,
    services: &Services,
    viewer: &Viewer,
    links: &[Link],
) -> Result<Vec<LinkRow>, PageError> {
    let targets = Targets::load(conn, viewer, links).await?;
    let ids: Vec<LinkId> = links.iter().map(|link| link.id).collect();
    let not_shared = rights::without_right_of_creator(conn, &ids).await?;
    links.iter().map(|link| row(services, viewer, link, (&targets, not_shared.contains(&link.id)))).collect()
}

/// A row; `is_not_shared`: whoever made the link may not share its asset now.
fn row(
    services: &Services,
    viewer: &Viewer,
    link: &Link,
    (targets, is_not_shared): (&Targets, bool),
) -> Result<LinkRow, PageError> {
    // An asset that is deleted for good takes its links with it.
    let is_in_bin = link.asset_id.is_some() && targets.asset(link).is_none();
    let (state, state_class) = if is_in_bin {
        ("In the bin", "state-over")
    } else if link.creator_disabled && link.disabled_at.is_none() {
        ("Its maker is disabled", "state-over")
    } else {
        match link.lifetime().state(services.now()) {
            LinkState::Active | LinkState::Scheduled if is_not_shared => ("Its maker may not share it", "state-over"),
            lasting => state(lasting),
        }
    };
    let creator = targets.creator(link).filter(|creator| creator.id != viewer.user.id);
    Ok(LinkRow {
        id: link.id.node_id(),
        name: link.settings.name.clone(),
        kind: kind(link.kind),
        is_public: link.kind == LinkKind::Public,
        url: services.link_url(link)?,
        target: target(viewer, link, targets),
        state,
        state_class,
        is_enabled: link.disabled_at.is_none(),
        times: times(viewer, link, services),
        has_times: link.settings.expires_at.is_some() || link.settings.starts_at.is_some_and(|at| at > services.now()),
        views: link.view_count,
        downloads: match link.settings.max_downloads {
            Some(max) => format!("{} of {max}", link.download_count),
            None => link.download_count.to_string(),
        },
        has_password: link.password_hash.is_some(),
        has_person_search: link.settings.person_search,
        creator: creator.map(|creator| Creator { id: creator.id.node_id(), name: creator.name.clone() }),
    })
}

fn target(viewer: &Viewer, link: &Link, targets: &Targets) -> TargetView {
    if let Some(asset) = targets.asset(link) {
        let path = asset_path(viewer, asset);
        return TargetView { title: asset.title.clone(), path: Some(path) };
    }
    if link.asset_id.is_some() {
        return TargetView { title: "an asset in the bin".to_owned(), path: None };
    }
    let collection = targets.collection(link);
    TargetView {
        title: collection.map(|collection| format!("Collection “{}”", collection.name)).unwrap_or_default(),
        path: collection.map(|collection| format!("/library?collection={}", collection.id.node_id())),
    }
}

/// `Until 31 December 2026, 18:00`, and before the start also when it opens.
fn times(viewer: &Viewer, link: &Link, services: &Services) -> String {
    let (zone, now) = (viewer.workspace.zone(), services.now());
    let start = link.settings.starts_at.filter(|start| *start > now);
    let start = start.map(|start| format!("From {}", instant::shown(start, zone)));
    let end = link.settings.expires_at.map(|end| {
        let word = if end > now { "Until" } else { "Expired on" };
        format!("{word} {}", instant::shown(end, zone))
    });
    let end = end.unwrap_or_else(|| "Never expires".to_owned());
    start.into_iter().chain([end]).collect::<Vec<_>>().join(" · ")
}

/// The name of a kind of link.
pub(super) const fn kind(kind: LinkKind) -> &'static str {
    match kind {
        LinkKind::Public => "Public link",
        LinkKind::Download => "Download link",
    }
}

/// The name of a state, and the class of its colour.
pub(super) const fn state(state: LinkState) -> (&'static str, &'static str) {
    match state {
        LinkState::Active => ("Active", "state-open"),
        LinkState::Scheduled => ("Scheduled", "state-waiting"),
        LinkState::Expired => ("Expired", "state-over"),
        LinkState::Exhausted => ("No downloads left", "state-over"),
        LinkState::Disabled => ("Disabled", "state-over"),
    }
}
