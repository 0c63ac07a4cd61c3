//! `/graphiql`: the playground. The binary contains all of it, so that it works without internet. Every example of
//! `graphql/operations/` is a tab.

use crate::http::{StaticFile, get_and_head};
use actix_web::{HttpRequest, HttpResponse, http::header, web};
use serde::Serialize;

const OPERATIONS: &[(&str, &str)] = &[
    ("Sign in", include_str!("../../../graphql/operations/01-sign-in.graphql")),
    ("Browse assets", include_str!("../../../graphql/operations/02-browse-assets.graphql")),
    ("Create a public link", include_str!("../../../graphql/operations/03-create-public-link.graphql")),
    ("Create a download link", include_str!("../../../graphql/operations/04-create-download-link.graphql")),
    ("What can be shared", include_str!("../../../graphql/operations/05-share-options.graphql")),
    ("Share many assets", include_str!("../../../graphql/operations/06-share-assets.graphql")),
    ("Collections", include_str!("../../../graphql/operations/07-collections.graphql")),
    ("Link to a collection", include_str!("../../../graphql/operations/08-create-collection-link.graphql")),
    ("Links", include_str!("../../../graphql/operations/09-links.graphql")),
    ("Links of an asset", include_str!("../../../graphql/operations/10-asset-links.graphql")),
    ("Change a link", include_str!("../../../graphql/operations/11-update-link.graphql")),
    ("New URL for a link", include_str!("../../../graphql/operations/12-rotate-link.graphql")),
    ("Change many links", include_str!("../../../graphql/operations/13-change-links.graphql")),
    ("What was done to links", include_str!("../../../graphql/operations/14-link-events.graphql")),
    ("Give rights", include_str!("../../../graphql/operations/15-grant-access.graphql")),
    ("Invite somebody", include_str!("../../../graphql/operations/32-invite-user.graphql")),
    ("Disable a user", include_str!("../../../graphql/operations/31-disable-user.graphql")),
    ("Generate a password", include_str!("../../../graphql/operations/16-generate-password.graphql")),
    ("Delete links", include_str!("../../../graphql/operations/17-delete-links.graphql")),
    ("Upload an asset", include_str!("../../../graphql/operations/18-upload-asset.graphql")),
    ("Write about an asset", include_str!("../../../graphql/operations/25-update-asset.graphql")),
    ("Try again what failed", include_str!("../../../graphql/operations/28-retry-proxies.graphql")),
    ("Delete an attachment", include_str!("../../../graphql/operations/26-delete-attachment.graphql")),
    ("Delete assets", include_str!("../../../graphql/operations/29-delete-assets.graphql")),
    ("Restore assets", include_str!("../../../graphql/operations/30-restore-assets.graphql")),
    ("Set the watermark", include_str!("../../../graphql/operations/22-set-watermark.graphql")),
    ("Change the look", include_str!("../../../graphql/operations/36-branding.graphql")),
    ("Set the logo", include_str!("../../../graphql/operations/35-set-logo.graphql")),
    ("Remove the logo", include_str!("../../../graphql/operations/37-clear-logo.graphql")),
    ("Remove the watermark", include_str!("../../../graphql/operations/27-clear-watermark.graphql")),
    ("Workspace", include_str!("../../../graphql/operations/19-workspace.graphql")),
    ("How far a link is", include_str!("../../../graphql/operations/20-link-preparation.graphql")),
    ("What visitors did", include_str!("../../../graphql/operations/33-link-statistics.graphql")),
    ("Visits of a link, live", include_str!("../../../graphql/operations/34-link-activity.graphql")),
    ("Background jobs", include_str!("../../../graphql/operations/21-job-queue.graphql")),
    ("Unlock a link, as a visitor", include_str!("../../../graphql/operations/23-unlock-shared-link.graphql")),
    ("See a link, as a visitor", include_str!("../../../graphql/operations/24-shared-link.graphql")),
    ("Search by person", include_str!("../../../graphql/operations/38-search-by-person.graphql")),
];

/// The hash is that of a style which GraphiQL's dialogs insert to stop the page from scrolling.
const POLICY: &str = "default-src 'none'; script-src 'self'; \
    style-src 'self' 'sha256-nzTgYzXYDNe6BAHiiI7NNlfK8n/auuOAhh2t92YvuXo='; font-src data:; img-src 'self' data:; \
    connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

#[derive(Serialize)]
struct Tab {
    name: &'static str,
    query: &'static str,
    variables: Option<&'static str>,
}

pub(super) fn configure(app: &mut web::ServiceConfig) {
    app.service(get_and_head("/graphiql", page))
        .service(get_and_head("/graphiql/operations.json", operations))
        .service(get_and_head("/graphiql/{file}", file));
}

async fn page() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((header::REFERRER_POLICY, "no-referrer"))
        .body(include_str!("../../assets/graphiql/index.html"))
}

async fn operations() -> web::Json<Vec<Tab>> {
    let variables = |text: &'static str| text.lines().find_map(|line| line.strip_prefix("# variables:")).map(str::trim);
    web::Json(OPERATIONS.iter().map(|(name, query)| Tab { name, query, variables: variables(query) }).collect())
}

async fn file(request: HttpRequest, name: web::Path<String>) -> HttpResponse {
    let file = FILES.iter().find(|(known, _)| *known == *name);
    file.map_or_else(|| HttpResponse::NotFound().finish(), |(_, file)| file.answer(&request))
}

static FILES: [(&str, StaticFile); 6] = [
    ("graphiql.min.js", script(include_str!("../../assets/graphiql/graphiql.min.js"))),
    ("react.production.min.js", script(include_str!("../../assets/graphiql/react.production.min.js"))),
    ("react-dom.production.min.js", script(include_str!("../../assets/graphiql/react-dom.production.min.js"))),
    ("playground.js", script(include_str!("../../assets/graphiql/playground.js"))),
    ("graphiql.min.css", css(include_str!("../../assets/graphiql/graphiql.min.css"))),
    ("playground.css", css(include_str!("../../assets/graphiql/playground.css"))),
];

const CACHE: &str = "public, max-age=3600";

const fn script(content: &'static str) -> StaticFile {
    StaticFile::new("text/javascript", CACHE, content)
}

const fn css(content: &'static str) -> StaticFile {
    StaticFile::new("text/css", CACHE, content)
}
