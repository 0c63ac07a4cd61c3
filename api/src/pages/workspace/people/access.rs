//! `/people/{id}/access`: what a person is shown and may do beside what their role gives.

use super::super::{
    Posted, asset_path,
    library::{Shares, collection_choices},
    whose::{path_of, person},
};
use crate::pages::{PageError, redirect::see_other};
use actix_web::{HttpResponse, web};
use app::{
    MutationError, Services, Viewer,
    access_rules::{NewAccessRule, grant_access, revoke_access},
};
use domain::{AccessRuleId, CollectionId, Right, Rights, UserId, node_id::NodeId, short_id};
use schema::{
    access_rules::{self, AccessRule},
    assets, collections,
};
use std::collections::HashMap;

/// How many rules a page shows.
const SHOWN: u16 = 200;

/// What a rule gives to a person.
pub(in crate::pages::workspace) struct RuleRow {
    pub(in crate::pages::workspace) id: String,
    /// The collection or the asset.
    pub(in crate::pages::workspace) scope: String,
    /// Its page, if it has one.
    pub(in crate::pages::workspace) path: Option<String>,
    pub(in crate::pages::workspace) rights: Vec<&'static str>,
}

/// What rules give to a person, and what else can be given.
pub(in crate::pages::workspace) struct Access {
    pub(in crate::pages::workspace) rules: Vec<RuleRow>,
    /// The collections to choose from: id and name.
    pub(in crate::pages::workspace) collections: Vec<(String, String)>,
    /// Whether there are more rules than are shown.
    pub(in crate::pages::workspace) has_more: bool,
    /// What can be given on them: value and label.
    pub(in crate::pages::workspace) levels: Vec<(&'static str, &'static str)>,
}

impl Access {
    /// What the rules that name a person of the viewer's workspace give.
    pub(super) async fn of(services: &Services, viewer: &Viewer, user: UserId) -> Result<Self, PageError> {
        let (mut conn, workspace) = (services.pool.get().await?, viewer.workspace.id);
        let rules = access_rules::of_user(&mut conn, workspace, user, i64::from(SHOWN) + 1).await?;
        let ids: Vec<_> = rules.iter().filter_map(|rule| rule.collection_id).collect();
        let named = collections::by_ids(&mut conn, workspace, &ids).await?;
        let named: HashMap<_, _> = named.into_iter().map(|collection| (collection.id, collection.name)).collect();
        let ids: Vec<_> = rules.iter().filter_map(|rule| rule.asset_id).collect();
        let titled = assets::by_ids(&mut conn, workspace, &ids).await?;
        let titled: HashMap<_, _> = titled.into_iter().map(|asset| (asset.id, asset)).collect();
        let row = |rule: &AccessRule| {
            let collection = rule.collection_id.and_then(|id| Some((id, named.get(&id)?)));
            let asset = rule.asset_id.and_then(|id| titled.get(&id));
            let (scope, path) = match (collection, asset) {
                (Some((id, name)), _) => (name.clone(), Some(format!("/library?collection={}", id.node_id()))),
                (None, Some(asset)) => (asset.title.clone(), Some(asset_path(viewer, asset))),
                (None, None) if rule.asset_id.is_some() => ("An asset in the bin".to_owned(), None),
                (None, None) => ("The whole library".to_owned(), None),
            };
            let rights = Rights::from_bits(rule.rights).list().into_iter().map(in_words).collect();
            RuleRow { id: short_id::encode(rule.id), scope, path, rights }
        };
        let choices = collection_choices(&mut conn, viewer, None, Shares::None).await?;
        Ok(Self {
            rules: rules.iter().take(SHOWN.into()).map(row).collect(),
            has_more: rules.len() > usize::from(SHOWN),
            collections: choices.into_iter().map(|(id, name, _)| (id, name)).collect(),
            levels: Level::ALL.iter().map(|level| (level.value(), level.label())).collect(),
        })
    }
}

/// Gives the person rights on a collection, and leads back to their page.
pub(in crate::pages::workspace) async fn give(
    posted: Posted,
    services: web::Data<Services>,
    id: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let Posted { viewer, fields } = posted;
    let user = person(&services, &viewer, &id).await?;
    if user.id == viewer.user.id {
        return Err(PageError::Refused("Administrators see everything already.".to_owned()));
    }
    let path = path_of(user.id);
    let level = Level::ALL.iter().find(|level| level.value() == fields.text("level"));
    let (Some(collection), Some(level)) = (CollectionId::from_node_id(fields.text("collection")), level) else {
        return Ok(see_other(&format!("{path}?done=nothing-given")));
    };
    let rule = NewAccessRule {
        user: Some(user.id),
        group: None,
        asset: None,
        collection: Some(collection),
        rights: level.rights().to_vec(),
    };
    match grant_access(&services, &viewer, rule).await {
        Ok(_) => Ok(see_other(&format!("{path}?done=given"))),
        // The collection was deleted since the form was shown.
        Err(MutationError::User(_)) => Ok(see_other(&format!("{path}?done=nothing-given"))),
        Err(MutationError::Field(error)) => Err(error.into()),
    }
}

/// Takes back what a rule gives the person, and leads back to their page.
pub(in crate::pages::workspace) async fn take_back(
    posted: Posted,
    services: web::Data<Services>,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, PageError> {
    let (viewer, (id, rule)) = (posted.viewer, path.into_inner());
    let user = person(&services, &viewer, &id).await?;
    let rule: AccessRuleId = short_id::decode(&rule).ok_or(PageError::NotFound)?;
    let found = access_rules::get(&mut *services.pool.get().await?, viewer.workspace.id, rule).await?;
    let to = format!("{}?done=taken-back", path_of(user.id));
    match found {
        Some(found) if found.user_id == Some(user.id) => match revoke_access(&services, &viewer, Some(rule)).await {
            // A second click finds what it wants.
            Ok(_) | Err(MutationError::User(_)) => Ok(see_other(&to)),
            Err(MutationError::Field(error)) => Err(error.into()),
        },
        Some(_) => Err(PageError::NotFound),
        None => Ok(see_other(&to)),
    }
}

/// What a person gets on a collection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    See,
    DownloadProxies,
    DownloadAll,
    Share,
}

impl Level {
    const ALL: [Self; 4] = [Self::See, Self::DownloadProxies, Self::DownloadAll, Self::Share];

    const fn value(self) -> &'static str {
        match self {
            Self::See => "see",
            Self::DownloadProxies => "download-proxies",
            Self::DownloadAll => "download-all",
            Self::Share => "share",
        }
    }

    const fn label(self) -> &'static str {
        match self {
            Self::See => "See it",
            Self::DownloadProxies => "See it, and download smaller versions",
            Self::DownloadAll => "See it, and download everything",
            Self::Share => "See it, download everything, and share it",
        }
    }

    const fn rights(self) -> &'static [Right] {
        // Each level has what those before it have.
        const ALL: [Right; 5] =
            [Right::Read, Right::DownloadProxy, Right::DownloadOriginal, Right::DownloadAttachment, Right::Share];
        let count = match self {
            Self::See => 1,
            Self::DownloadProxies => 2,
            Self::DownloadAll => 4,
            Self::Share => 5,
        };
        ALL.split_at(count).0
    }
}

const fn in_words(right: Right) -> &'static str {
    match right {
        Right::Read => "see",
        Right::Share => "share",
        Right::DownloadOriginal => "download originals",
        Right::DownloadProxy => "download smaller versions",
        Right::DownloadAttachment => "download attachments",
        Right::Edit => "edit",
    }
}
