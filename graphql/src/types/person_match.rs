//! `PersonMatch`: an asset of a link in which somebody was found whom a visitor searches for.

use super::shared_link::{SharedAsset, refused};
use crate::paging::{CountCursor, PageArgs, connect};
use app::{
    Error,
    visitor::{self, MAX_WANTED, Visit, Wanted},
};
use async_graphql::{Enum, SimpleObject, connection::Connection};
use schema::Slice;

/// The assets in which somebody was found, the likeliest first.
pub(crate) type PersonMatchConnection = Connection<CountCursor, PersonMatch, PersonMatchTotal>;

/// How much was found, and looked at.
#[derive(SimpleObject)]
pub(crate) struct PersonMatchTotal {
    /// How many assets there are on all pages.
    total_count: i32,
    /// How many of the link's assets have not been looked at yet: search once more later.
    unsearched_count: i32,
}

/// An asset in which somebody was found.
#[derive(SimpleObject)]
pub(crate) struct PersonMatch {
    asset: SharedAsset,
    likelihood: Likelihood,
}

/// How likely it is that somebody was found.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "faces::Band")]
pub(crate) enum Likelihood {
    /// Nearly always it is the same person.
    Sure,
    /// Often it is the same person, and often a sister, a brother or a stranger: a person has to look.
    Maybe,
}

/// A page of what is found.
pub(crate) async fn matches(
    visit: &Visit<'_>,
    wanted: &Wanted,
    page: PageArgs,
) -> Result<PersonMatchConnection, Error> {
    if wanted.faces.is_empty() || wanted.faces.len() > MAX_WANTED {
        return Err(Error::BadInput(format!("Name one to {MAX_WANTED} persons.")));
    }
    let (limit, after) = page.counted()?;
    let visitor::FoundPeople { matches: found, unsearched } = visit.matches(wanted).await.map_err(refused)?;
    let first = usize::try_from(after.unwrap_or_default().max(0)).unwrap_or(usize::MAX).min(found.len());
    let end = first.saturating_add(usize::try_from(limit).unwrap_or_default()).min(found.len());
    let assets = visit.shared_members(&found[first..end]).await.map_err(refused)?;
    let count = |count: usize| i32::try_from(count).unwrap_or(i32::MAX);
    let total = PersonMatchTotal { total_count: count(found.len()), unsearched_count: count(unsearched) };
    let places = i64::try_from(first).unwrap_or(i64::MAX).saturating_add(1)..;
    let rows: Vec<(i64, (visitor::SharedAsset, faces::Band))> = places.zip(assets).collect();
    let slice = Slice { rows, has_next: end < found.len(), has_previous: first > 0, is_all: false };
    let node = |(_, (asset, band)): (i64, (_, faces::Band))| PersonMatch {
        asset: SharedAsset(asset),
        likelihood: band.into(),
    };
    Ok(connect(slice, total, |row: &(i64, _)| CountCursor(row.0), node))
}
