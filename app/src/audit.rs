//! What is written down about links: each change, by whom, from which value to which.

use crate::{Error, Viewer};
use chrono::{DateTime, SecondsFormat, Utc};
use domain::{LinkAction, LinkId, MemberOrder, node_id::NodeId};
use schema::{
    link_events::{FieldChange, NewLinkEvent},
    links::{Link, LinkSettings},
};

/// The event of a viewer who made or changed a link. `before` is the link before the change; none for a new link.
pub(crate) fn event(
    viewer: &Viewer,
    action: LinkAction,
    before: Option<&Link>,
    after: &Link,
    now: DateTime<Utc>,
) -> Result<NewLinkEvent, Error> {
    let changes = serde_json::to_value(changes(before, after)).map_err(Error::internal)?;
    Ok(NewLinkEvent { changes, ..event_without_changes(viewer, action, after.id, after.settings.name.clone(), now) })
}

/// The event of a viewer who did something to a link that changes no setting.
pub(crate) fn event_without_changes(
    viewer: &Viewer,
    action: LinkAction,
    link: LinkId,
    name: String,
    now: DateTime<Utc>,
) -> NewLinkEvent {
    NewLinkEvent {
        workspace_id: viewer.workspace.id,
        link_id: link,
        link_name: name,
        actor_id: Some(viewer.user.id),
        action,
        changes: serde_json::Value::Array(Vec::new()),
        created_at: now,
    }
}

fn changes(before: Option<&Link>, after: &Link) -> Vec<FieldChange> {
    let old = before.map(values).unwrap_or_default();
    let mut changes: Vec<FieldChange> = values(after)
        .into_iter()
        .enumerate()
        .map(|(index, (field, to))| {
            let from = old.get(index).and_then(|(_, value)| value.clone());
            FieldChange { field: field.to_owned(), from, to }
        })
        .filter(|change| change.from != change.to)
        .collect();
    let password = |link: &Link| link.password_hash.as_ref().map(|_| "set".to_owned());
    let (from, mut to) = (before.and_then(password), password(after));
    let another = before.is_some_and(|before| before.password_version != after.password_version);
    if from.is_some() && to.is_some() && another {
        to = Some("changed".to_owned());
    }
    if from != to {
        changes.push(FieldChange { field: "password".to_owned(), from, to });
    }
    changes
}

/// The settings of a link as text; none for a setting that is off. Kind and target never change, and are therefore
/// listed only when the link is created.
fn values(link: &Link) -> Vec<(&'static str, Option<String>)> {
    // Both without `..`, so that a new setting does not compile until it is recorded. A password has no value to tell.
    let Link {
        id: _,
        workspace_id: _,
        kind,
        asset_id,
        collection_id,
        created_by: _,
        created_at: _,
        updated_at: _,
        token_sha256: _,
        token_version: _,
        key_id: _,
        password_hash: _,
        password_version: _,
        settings,
        disabled_at: _,
        creator_disabled: _,
        view_count: _,
        download_count: _,
        last_accessed_at: _,
    } = link;
    let LinkSettings {
        name,
        description,
        show_creator,
        member_order,
        allow_original,
        allow_proxies,
        allow_attachments,
        proxy_presets: _,
        starts_at,
        expires_at,
        max_downloads,
        watermark,
        person_search,
        cover_asset_id,
    } = settings;
    let flag = |on: &bool| on.then(|| "true".to_owned());
    let time = |time: &Option<DateTime<Utc>>| time.map(|time| time.to_rfc3339_opts(SecondsFormat::AutoSi, true));
    let presets = settings.presets().map(|presets| presets.iter().map(|preset| preset.as_str()).collect::<Vec<_>>());
    vec![
        ("kind", Some(kind.as_str().to_owned())),
        ("assetId", asset_id.map(NodeId::node_id)),
        ("collectionId", collection_id.map(NodeId::node_id)),
        ("name", Some(name.clone())),
        ("description", description.clone()),
        ("showCreator", flag(show_creator)),
        ("memberOrder", (*member_order != MemberOrder::default()).then(|| member_order.to_string().to_uppercase())),
        ("allowOriginal", flag(allow_original)),
        ("allowProxies", flag(allow_proxies)),
        ("allowAttachments", flag(allow_attachments)),
        ("proxyPresets", presets.map(|names| names.join(", "))),
        ("startsAt", time(starts_at)),
        ("expiresAt", time(expires_at)),
        ("maxDownloads", max_downloads.map(|max| max.to_string())),
        ("watermark", flag(watermark)),
        ("personSearch", flag(person_search)),
        ("coverAssetId", cover_asset_id.map(NodeId::node_id)),
    ]
}
