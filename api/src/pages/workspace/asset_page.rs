//! `/a/{number}`: the internal link of an asset. Whoever is not signed in is asked to sign in, whether or not the
//! number has an asset. The page offers what the viewer may do: downloads, new links, and the links that there are.

use super::{
    Fields, Frame, Section, change_asset,
    in_bin::opened,
    link_row::{self, LinkRow},
    own_link, restored,
    session::viewer_of_page,
    sign_in,
    statistics_view::StatisticsView,
    templates::{AssetPage, AttachmentRow},
};
use crate::pages::{PageError, instant, templates, texts::Texts, view_model};
use actix_web::{HttpRequest, HttpResponse, web};
use app::{
    Services, Viewer,
    files::{AssetFiles, FileName, failure_reason},
    offers::{self, AssetOffer, why_not_shareable},
};
use domain::node_id::NodeId;
use schema::{
    assets::Asset,
    attachments::Attachment,
    link_listing::{self, LinkFilter, LinkOrder, LinkPage},
    statistics::Counted,
};

/// How many links a page shows.
const LINKS: i64 = 20;

/// The page, or the form to sign in.
pub(super) async fn page(
    request: HttpRequest,
    services: web::Data<Services>,
    number: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let Some(viewer) = viewer_of_page(&request, &services).await? else {
        return Ok(sign_in::form_at_asset(&services, &number));
    };
    let opened = match opened(&services, &viewer, &number).await? {
        Ok(opened) => opened,
        Err(in_bin) => return Ok(in_bin),
    };
    let asset = &opened.asset;
    let number = viewer.number_of(asset).to_string();
    let path = format!("/a/{number}");
    let files = AssetFiles::load(&services, &[asset.id]).await?;
    let view = view_model::asset_view(Texts::english(), (asset, &files), &path, false, |file: FileName| {
        opened.may_download(file)
    });
    let AssetOffer { not_shareable, public: _, may_create_download_link } =
        offers::of_asset(&services, &viewer, asset.id).await?;
    let fields = Fields::of_query(request.query_string());
    let after = fields.text("after").to_owned();
    let (links, next) = links(&services, &viewer, asset, &after).await?;
    let statistics = StatisticsView::load(&services, &viewer, Counted::Asset(asset.id)).await?;
    let may_edit = opened.may_edit();
    let page = AssetPage {
        texts: Texts::english(),
        frame: Frame::new(&viewer, Section::Library),
        internal_url: format!("{}{path}", services.public_url),
        asset: view,
        facts: facts_of(asset, &viewer),
        problem: problem(asset, &files),
        may_edit,
        may_retry: may_edit && failure_reason(files.proxies(asset.id)).is_some(),
        attachments: files.attachments(asset.id).iter().filter(|_| may_edit).map(attachment).collect(),
        notice: restored::notice(&fields).or_else(|| change_asset::notice(&fields).map(str::to_owned)),
        why_not_shareable: not_shareable.map(why_not_shareable),
        may_create_download_link,
        first_url: (!after.is_empty()).then(|| format!("{path}#links")),
        next_url: next.map(|id| format!("{path}?after={id}#links")),
        here: path,
        zone: viewer.workspace.zone().to_string(),
        number,
        statistics,
        links,
    };
    Ok(templates::scripted_page(HttpResponse::Ok(), &page))
}

/// The links that lead to an asset, also through collections, and the one after which more follow.
async fn links(
    services: &Services,
    viewer: &Viewer,
    asset: &Asset,
    after: &str,
) -> Result<(Vec<LinkRow>, Option<String>), PageError> {
    let (order, filter) = (LinkOrder::default(), LinkFilter { asset: Some(asset.id), ..LinkFilter::default() });
    let mut conn = services.pool.get().await?;
    let after = own_link::position(&mut conn, viewer, after, order).await?;
    let page = LinkPage { limit: LINKS, after, before: None, from_end: false };
    let slice = link_listing::list(&mut conn, viewer.visible_links(), &filter, order, page, services.now()).await?;
    let last = slice.rows.last().filter(|_| slice.has_next).map(|link| link.id.node_id());
    Ok((link_row::rows(&mut conn, services, viewer, &slice.rows).await?, last))
}

fn attachment(row: &Attachment) -> AttachmentRow {
    AttachmentRow { id: row.id.node_id(), file_name: row.file_name.clone() }
}

/// What is wrong with the original: that something of it cannot be shown, or is missing.
fn problem(asset: &Asset, files: &AssetFiles) -> Option<String> {
    let proxies = files.proxies(asset.id);
    let what = if proxies.iter().any(|proxy| proxy.file_id.is_some()) { "Not all versions" } else { "No versions" };
    let failed = failure_reason(proxies).map(|reason| format!("{what} could be made. {reason}"));
    failed.or_else(|| asset.warning.clone())
}

fn facts_of(asset: &Asset, viewer: &Viewer) -> Vec<(String, String)> {
    let mut facts = vec![
        ("File".to_owned(), asset.file_name.clone()),
        ("Type".to_owned(), format!("{} ({})", view_model::kind_name(asset.kind), asset.media_type)),
    ];
    if let Some(bytes) = asset.byte_size {
        facts.push(("Size".to_owned(), Texts::english().byte_size(bytes)));
    }
    if let (Some(width), Some(height)) = (asset.width, asset.height) {
        facts.push(("Dimensions".to_owned(), format!("{width} × {height} pixels")));
    }
    if let Some(at) = asset.captured_at {
        facts.push(("Taken".to_owned(), at.format("%-d %B %Y, %H:%M").to_string()));
    }
    facts.push(("Added".to_owned(), instant::shown(asset.created_at, viewer.workspace.zone())));
    facts
}
