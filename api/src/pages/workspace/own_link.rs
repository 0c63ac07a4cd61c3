//! A link of the viewer, and what it offers: what all pages of one link begin with.

use crate::pages::PageError;
use app::{Services, Viewer, offers};
use diesel_async::AsyncPgConnection;
use domain::{LinkId, LinkKind, node_id::NodeId, sharing::Offer};
use schema::{
    collections,
    link_listing::{self, LinkOrder, LinkPosition},
    links::Link,
};

/// The link of an id in a path. A link that the viewer may not see does not exist.
pub(super) async fn find(services: &Services, viewer: &Viewer, id: &str) -> Result<Link, PageError> {
    let id = LinkId::from_node_id(id).ok_or(PageError::NotFound)?;
    let mut conn = services.pool.get().await?;
    link_listing::get(&mut conn, viewer.visible_links(), id).await?.ok_or(PageError::NotFound)
}

/// What a link offers now, and how many assets it shows.
pub(super) async fn offer(services: &Services, viewer: &Viewer, link: &Link) -> Result<(Offer, usize), PageError> {
    let mut conn = services.pool.get().await?;
    let offer = match link.kind {
        LinkKind::Public => offers::of_link(&mut conn, viewer, link).await?,
        LinkKind::Download => Offer::original_only(),
    };
    let assets = match link.collection_id {
        Some(collection) => {
            let counts = collections::member_counts(&mut conn, &[collection.uuid()], None).await?;
            counts.get(&collection.uuid()).map_or(0, |count| count.rows)
        }
        None => 1,
    };
    Ok((offer, usize::try_from(assets).unwrap_or_default()))
}

/// Where in an order the link of this id is; none, if there is no such link, so that the list begins at its start.
pub(super) async fn position(
    conn: &mut AsyncPgConnection,
    viewer: &Viewer,
    id: &str,
    order: LinkOrder,
) -> Result<Option<LinkPosition>, PageError> {
    let Some(id) = LinkId::from_node_id(id) else { return Ok(None) };
    let link = link_listing::get(conn, viewer.visible_links(), id).await?;
    Ok(link.map(|link| order.position(&link)))
}
