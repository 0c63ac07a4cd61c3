//! Orders of listings, and positions in them.

use crate::{links::Link, schema::links, statement::sql};
use chrono::{DateTime, Utc};
use diesel::{
    BoxableExpression,
    pg::Pg,
    sql_types::{BigInt, Bool, Text, Timestamptz, Uuid as SqlUuid},
};
use domain::LinkId;

/// A condition on links.
pub(super) type Condition = Box<dyn BoxableExpression<links::table, Pg, SqlType = Bool>>;

/// The field by which a listing is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum LinkField {
    /// The time of creation.
    #[default]
    Created,
    /// The expiration; links that never expire come last.
    Expires,
    /// The name, ignoring case.
    Name,
    /// How many downloads were counted.
    Downloads,
}

/// The order of a listing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LinkOrder {
    /// The field.
    pub field: LinkField,
    /// Whether the largest value comes first.
    pub descending: bool,
}

impl Default for LinkOrder {
    fn default() -> Self {
        Self { field: LinkField::Created, descending: true }
    }
}

/// The position of a link in an order.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct LinkPosition {
    /// The value that is compared first.
    pub key: SortKey,
    /// The link's id, which is compared next. Ids sort by the time of creation.
    pub id: LinkId,
}

/// A value by which a listing is sorted.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum SortKey {
    /// No value: the id alone decides.
    Created,
    /// The expiration; none: never.
    Expires(Option<DateTime<Utc>>),
    /// The name.
    Name(String),
    /// The downloads.
    Downloads(i32),
}

impl LinkOrder {
    /// The position of `link`.
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

/// The expiration, as in its index.
pub(super) const END: &str = "coalesce(links.expires_at, 'infinity'::timestamptz)";
/// The name, as in its index.
const NAME: &str = "lower(links.name)";

/// The condition that a row lies beyond `position` in the direction of `operator`.
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

/// The `ORDER BY` of an order, of links that the statement calls `table`.
pub(super) fn order_by(table: &str, field: LinkField, descending: bool) -> String {
    let direction = if descending { "DESC" } else { "ASC" };
    let key = match field {
        LinkField::Created => return format!("{table}.id {direction}"),
        LinkField::Expires => END.replace("links.", &format!("{table}.")),
        LinkField::Name => NAME.replace("links.", &format!("{table}.")),
        LinkField::Downloads => format!("{table}.download_count"),
    };
    format!("{key} {direction}, {table}.id {direction}")
}
