//! `/links/change`: enables, disables or deletes the ticked links. Deleting asks first.

use super::{
    Fields, Frame, Posted, Section, my_links,
    own_path::{own_path, with_more},
    templates::Confirm,
};
use crate::pages::{PageError, redirect::see_other, templates};
use actix_web::{HttpResponse, web};
use app::{
    Services, Viewer,
    links::{self, Action, MAX_SELECTED, too_many_selected},
};
use domain::{LinkId, node_id::NodeId};
use schema::link_listing;

/// Does what the pressed button says.
pub(super) async fn change(posted: Posted, services: web::Data<Services>) -> Result<HttpResponse, PageError> {
    let Posted { viewer, fields } = posted;
    let ids: Vec<LinkId> = fields.all("link").filter_map(LinkId::from_node_id).collect();
    let (action, done) = match fields.text("action") {
        "enable" => (Action::Enable, "enabled"),
        "disable" => (Action::Disable, "disabled"),
        "delete" => (Action::Delete, "deleted"),
        _ => return Err(PageError::NotFound),
    };
    if !fields.has("link") {
        return Ok(back(&fields, "done=nothing"));
    }
    if ids.len() > MAX_SELECTED {
        let list = Fields::of_query(target(&fields).split_once('?').map_or("", |(_, query)| query));
        return my_links::show(&services, &viewer, &list, Some(too_many_selected())).await;
    }
    if action == Action::Delete && !fields.has("confirmed") {
        return ask(&services, &viewer, &fields, &ids).await;
    }
    let changed = links::change_selected(&services, &viewer, &ids, action).await?;
    if changed.is_empty() {
        return Ok(back(&fields, "done=gone"));
    }
    Ok(back(&fields, &format!("done={done}&count={}", changed.len())))
}

/// Asks before links are deleted, and names them.
async fn ask(services: &Services, viewer: &Viewer, fields: &Fields, ids: &[LinkId]) -> Result<HttpResponse, PageError> {
    let found = link_listing::by_ids(&mut *services.pool.get().await?, viewer.visible_links(), ids).await?;
    if found.is_empty() {
        return Ok(back(fields, "done=gone"));
    }
    let kept = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let links = found.iter().map(|link| kept("link", &link.id.node_id()));
    let page = Confirm {
        frame: Frame::new(viewer, Section::Links),
        heading: if found.len() == 1 { "Delete this link?".into() } else { format!("Delete {} links?", found.len()) },
        text: "They stop working at once and cannot be brought back. What they show stays in the library.".to_owned(),
        action: "/links/change".to_owned(),
        fields: links.chain([kept("action", "delete"), kept("confirmed", "yes")]).collect(),
        names: found.into_iter().map(|link| link.settings.name).collect(),
        button: "Delete for good".to_owned(),
        to: target(fields).to_owned(),
        operation: "deleteLinks",
    };
    Ok(templates::scripted_page(HttpResponse::Ok(), &page))
}

fn back(fields: &Fields, notice: &str) -> HttpResponse {
    see_other(&with_more(target(fields), notice))
}

fn target(fields: &Fields) -> &str {
    own_path(fields.text("to")).unwrap_or("/links")
}
