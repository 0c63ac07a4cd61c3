//! `/people`: everybody in the workspace, newest first.

use super::{
    super::{Fields, Frame, Section, SignedIn, leaving, own_path::with_query, roles, whose::path_of},
    templates::{PeoplePage, PersonRow},
};
use crate::pages::{PageError, instant, templates};
use actix_web::{HttpRequest, HttpResponse, web};
use app::{Services, Viewer};
use diesel_async::AsyncPgConnection;
use domain::{UserId, short_id};
use schema::{
    Count, Page, Slice,
    users::{self, User},
};

/// How many people a page shows.
const PAGE: i64 = 50;

/// A page of the people.
pub(in crate::pages::workspace) async fn page(
    SignedIn(viewer): SignedIn,
    request: HttpRequest,
    services: web::Data<Services>,
) -> Result<HttpResponse, PageError> {
    viewer.require_admin()?;
    let fields = Fields::of_query(request.query_string());
    let id = |name: &str| short_id::decode::<UserId>(fields.text(name)).map(UserId::uuid);
    let (after, before) = (id("after"), id("before"));
    let before = before.filter(|_| after.is_none());
    let wanted = Page { limit: PAGE, after, before, from_end: before.is_some() };
    let load = async |conn: &mut AsyncPgConnection| {
        let slice = users::list(conn, viewer.workspace.id, wanted).await?;
        let total = match slice.total() {
            Some(total) => total,
            None => users::count(conn, viewer.workspace.id).await?,
        };
        Ok::<_, PageError>((slice, total))
    };
    let (slice, total) = services.listings.read(&viewer, load).await?;
    let Slice { rows, has_next, has_previous, is_all: _ } = slice;
    let notice = match fields.text("done") {
        "deleted" => {
            Some(format!("The person is deleted.{}", leaving::what_became(&services, &viewer, &fields).await?))
        }
        _ => None,
    };
    let url = |name: &str, user: &User| with_query("/people", &[(name, &short_id::encode(user.id))]);
    let page = PeoplePage {
        frame: Frame::new(&viewer, Section::People),
        previous_url: rows.first().filter(|_| has_previous).map(|user| url("before", user)),
        next_url: rows.last().filter(|_| has_next).map(|user| url("after", user)),
        rows: rows.iter().map(|user| row(&viewer, user)).collect(),
        total: counted(total),
        notice,
        zone: viewer.workspace.zone().to_string(),
    };
    Ok(templates::scripted_page(HttpResponse::Ok(), &page))
}

fn row(viewer: &Viewer, user: &User) -> PersonRow {
    let (state, state_class) = roles::state(user.state());
    PersonRow {
        path: path_of(user.id),
        name: user.name.clone(),
        email: user.email.clone(),
        role: roles::name(user.role),
        state,
        state_class,
        is_viewer: user.id == viewer.user.id,
        added: instant::shown(user.created_at, viewer.workspace.zone()),
    }
}

fn counted(count: Count) -> String {
    let about = if count.is_estimate { "about " } else { "" };
    format!("{about}{} {}", count.rows, if count.rows == 1 { "person" } else { "people" })
}
