//! In which order a listing comes, and where in it a page begins.

use crate::{links::Link, schema::links, statement::sql};
use chrono::{DateTime, Utc};
use diesel::{
    BoxableExpression,
    pg::Pg,
    sql_types::{BigInt, Bool, Text, Timestamptz, Uuid as SqlUuid},
};
use uuid::Uuid;

/// A condition on links.
pub(super) type Condition = Box<dyn BoxableExpression<links::table, Pg, SqlType = Bool>>;

/// What a listing is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LinkField {
    /// When it was made.
    #[default]
    Created,
    /// When it ends; never comes last.
    Expires,
    /// Its name, without case.
    Name,
    /// How many downloads were counted.
    Downloads,
}

/// The order of a listing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LinkOrder {
    /// By what.
    pub field: LinkField,
    /// From the largest to the smallest.
    pub descending: bool,
}

impl Default for LinkOrder {
    fn default() -> Self {
        Self { field: LinkField::Created, descending: true }
    }
}

/// Where a link stands in an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkPosition {
    /// What the order sorts by first, where that is not the time of making.
    pub key: SortKey,
    /// The link: ids sort by the time of making.
    pub id: Uuid,
}

/// A value that a listing is sorted by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SortKey {
    /// The id alone decides.
    Created,
    /// The end; none: never.
    Expires(Option<DateTime<Utc>>),
    /// The name.
    Name(String),
    /// The downloads.
    Downloads(i32),
}

impl LinkOrder {
    /// Where `link` stands.
    pub fn position(self, link: &Link) -> LinkPosition {
        let key = match self.field {
            LinkField::Created => SortKey::Created,
            LinkField::Expires => SortKey::Expires(link.settings.expires_at),
            LinkField::Name => SortKey::Name(link.settings.name.clone()),
            LinkField::Downloads => SortKey::Downloads(link.download_count),
        };
        LinkPosition { key, id: link.id }
    }
}

/// The end, as its index knows it.
pub(super) const END: &str = "coalesce(links.expires_at, 'infinity'::timestamptz)";
/// The name, as its index knows it.
const NAME: &str = "lower(links.name)";

/// The condition that a row stands beyond `position` in the direction of `operator`.
pub(super) fn beyond(operator: &str, position: &LinkPosition) -> Condition {
    let id = position.id;
    let open = |key: &str| sql::<Bool>(format!("({key}, links.id) {operator} ("));
    match &position.key {
        SortKey::Created => Box::new(sql::<Bool>(format!("links.id {operator} ")).bind::<SqlUuid, _>(id)),
        SortKey::Expires(Some(end)) => {
            Box::new(open(END).bind::<Timestamptz, _>(*end).sql(", ").bind::<SqlUuid, _>(id).sql(")"))
        }
        SortKey::Expires(None) => Box::new(open(END).sql("'infinity'::timestamptz, ").bind::<SqlUuid, _>(id).sql(")")),
        SortKey::Name(name) => {
            Box::new(open(NAME).sql("lower(").bind::<Text, _>(name.clone()).sql("), ").bind::<SqlUuid, _>(id).sql(")"))
        }
        SortKey::Downloads(count) => Box::new(
            open("links.download_count")
                .bind::<BigInt, _>(i64::from(*count))
                .sql("::integer, ")
                .bind::<SqlUuid, _>(id)
                .sql(")"),
        ),
    }
}

/// The same as SQL sorts by it.
pub(super) fn order_by(field: LinkField, descending: bool) -> String {
    let direction = if descending { "DESC" } else { "ASC" };
    match field {
        LinkField::Created => format!("links.id {direction}"),
        LinkField::Expires => format!("{END} {direction}, links.id {direction}"),
        LinkField::Name => format!("{NAME} {direction}, links.id {direction}"),
        LinkField::Downloads => format!("links.download_count {direction}, links.id {direction}"),
    }
}
