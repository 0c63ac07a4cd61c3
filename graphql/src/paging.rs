//! Relay connections over keyset pages.

use crate::types::total::{Listing, Total};
use app::Error;
use async_graphql::{
    ObjectType, OutputType,
    connection::{Connection, ConnectionNameType, CursorType, Edge, EdgeNameType, EmptyFields},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::DateTime;
use domain::{LinkId, clock::is_storable};
use schema::{
    Page, Slice,
    link_listing::{LinkField, LinkOrder, LinkPage, LinkPosition, SortKey},
};
use uuid::Uuid;

/// The default page size.
const DEFAULT_SIZE: i32 = 20;

/// The largest page size.
pub(crate) const MAX_SIZE: i32 = 100;

/// A cursor that holds an id. Clients must not interpret it.
pub(crate) struct Cursor(pub(crate) Uuid);

impl CursorType for Cursor {
    type Error = &'static str;

    fn decode_cursor(text: &str) -> Result<Self, &'static str> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok().and_then(|bytes| Uuid::from_slice(&bytes).ok());
        bytes.map(Self).ok_or(INVALID_CURSOR)
    }

    fn encode_cursor(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }
}

/// The error for an invalid cursor.
const INVALID_CURSOR: &str = "The cursor is invalid: use a cursor of a page with the same order.";

/// A cursor that holds a number: a position in a collection, or the number of an event.
pub(crate) struct CountCursor(pub(crate) i64);

impl CursorType for CountCursor {
    type Error = &'static str;

    fn decode_cursor(text: &str) -> Result<Self, &'static str> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok().and_then(|bytes| bytes.try_into().ok());
        bytes.map(|bytes| Self(i64::from_be_bytes(bytes))).ok_or(INVALID_CURSOR)
    }

    fn encode_cursor(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0.to_be_bytes())
    }
}

/// A cursor in a listing of assets: an id in the library, a position in a collection.
pub(crate) enum AssetCursor {
    Id(Cursor),
    Position(CountCursor),
}

impl CursorType for AssetCursor {
    type Error = &'static str;

    fn decode_cursor(text: &str) -> Result<Self, &'static str> {
        Cursor::decode_cursor(text).map(Self::Id).or_else(|_| CountCursor::decode_cursor(text).map(Self::Position))
    }

    fn encode_cursor(&self) -> String {
        match self {
            Self::Id(cursor) => cursor.encode_cursor(),
            Self::Position(cursor) => cursor.encode_cursor(),
        }
    }
}

/// A cursor in a listing of links: the id, and the value by which the listing is sorted.
pub(crate) struct LinkCursor(pub(crate) LinkPosition);

impl CursorType for LinkCursor {
    type Error = &'static str;

    fn decode_cursor(text: &str) -> Result<Self, &'static str> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| INVALID_CURSOR)?;
        let (id, key) = bytes.split_at_checked(16).ok_or(INVALID_CURSOR)?;
        let id = Uuid::from_slice(id).map(LinkId::from_uuid).map_err(|_| INVALID_CURSOR)?;
        let key = std::str::from_utf8(key).map_err(|_| INVALID_CURSOR)?;
        let key = match key.split_at_checked(1) {
            _ if key.is_empty() => SortKey::Created,
            Some(("e", "")) => SortKey::Expires(None),
            Some(("e", micros)) => {
                let end = micros.parse().ok().and_then(DateTime::from_timestamp_micros);
                SortKey::Expires(Some(end.filter(|end| is_storable(*end)).ok_or(INVALID_CURSOR)?))
            }
            Some(("n", name)) if !name.contains('\0') => SortKey::Name(name.to_owned()),
            Some(("d", count)) => SortKey::Downloads(count.parse().map_err(|_| INVALID_CURSOR)?),
            _ => return Err(INVALID_CURSOR),
        };
        Ok(Self(LinkPosition { key, id }))
    }

    fn encode_cursor(&self) -> String {
        let key = match &self.0.key {
            SortKey::Created => String::new(),
            SortKey::Expires(None) => "e".to_owned(),
            SortKey::Expires(Some(end)) => format!("e{}", end.timestamp_micros()),
            SortKey::Name(name) => format!("n{name}"),
            SortKey::Downloads(count) => format!("d{count}"),
        };
        URL_SAFE_NO_PAD.encode([self.0.id.as_bytes().as_slice(), key.as_bytes()].concat())
    }
}

/// The arguments `first`, `after`, `last` and `before` as the client sent them.
#[derive(Default)]
pub(crate) struct PageArgs {
    pub(crate) first: Option<i32>,
    pub(crate) after: Option<String>,
    pub(crate) last: Option<i32>,
    pub(crate) before: Option<String>,
}

impl PageArgs {
    pub(crate) fn forward(first: Option<i32>, after: Option<String>) -> Self {
        Self { first, after, ..Self::default() }
    }

    /// The requested page of a listing with cursors of ids.
    pub(crate) fn page(self) -> Result<Page, Error> {
        let (limit, from_end) = self.size()?;
        let after = cursor::<Cursor>(self.after)?.map(|cursor| cursor.0);
        let before = cursor::<Cursor>(self.before)?.map(|cursor| cursor.0);
        Ok(Page { limit, after, before, from_end })
    }

    /// The requested page of a listing with cursors of numbers: the size, and the number after which it begins.
    pub(crate) fn counted(self) -> Result<(i64, Option<i64>), Error> {
        let (limit, _) = self.size()?;
        Ok((limit, cursor::<CountCursor>(self.after)?.map(|cursor| cursor.0)))
    }

    /// The requested page of links in this order.
    pub(crate) fn links(self, order: LinkOrder) -> Result<LinkPage, Error> {
        let (limit, from_end) = self.size()?;
        let place = |text: Option<String>| {
            let place = cursor::<LinkCursor>(text)?.map(|cursor| cursor.0);
            let fits = |key: &SortKey| {
                matches!(
                    (order.field, key),
                    (LinkField::Created, SortKey::Created)
                        | (LinkField::Expires, SortKey::Expires(_))
                        | (LinkField::Name, SortKey::Name(_))
                        | (LinkField::Downloads, SortKey::Downloads(_))
                )
            };
            match place {
                Some(place) if !fits(&place.key) => Err(Error::BadInput(INVALID_CURSOR.into())),
                place => Ok(place),
            }
        };
        Ok(LinkPage { limit, after: place(self.after)?, before: place(self.before)?, from_end })
    }

    /// The page size, and whether the page is at the end of the listing.
    fn size(&self) -> Result<(i64, bool), Error> {
        if self.first.is_some() && self.last.is_some() {
            return Err(Error::BadInput("Give `first` or `last`, not both.".into()));
        }
        let size = self.first.or(self.last).unwrap_or(DEFAULT_SIZE);
        if !(0..=MAX_SIZE).contains(&size) {
            return Err(Error::BadInput(format!(
                "A page has between 0 and {MAX_SIZE} nodes; the next one begins `after` the `endCursor` of this one."
            )));
        }
        Ok((size.into(), self.last.is_some()))
    }
}

fn cursor<C: CursorType<Error = &'static str>>(text: Option<String>) -> Result<Option<C>, Error> {
    text.map(|text| C::decode_cursor(&text).map_err(|error| Error::BadInput(error.into()))).transpose()
}

/// The page size for the cost: as requested, or the default.
pub(crate) fn page_cost(size: Option<i32>) -> u64 {
    u64::try_from(size.unwrap_or(DEFAULT_SIZE).clamp(0, MAX_SIZE)).unwrap_or_default()
}

/// Makes a connection of a page of rows.
pub(crate) fn connect<Row, C, Node, Counted, Name, EdgeName>(
    slice: Slice<Row>,
    counted: impl Into<Counted>,
    cursor: impl Fn(&Row) -> C,
    node: impl Fn(Row) -> Node,
) -> Connection<C, Node, Counted, EmptyFields, Name, EdgeName>
where
    C: CursorType + Send + Sync,
    Node: OutputType,
    Counted: ObjectType,
    Name: ConnectionNameType,
    EdgeName: EdgeNameType,
{
    let mut connection = Connection::with_additional_fields(slice.has_previous, slice.has_next, counted.into());
    connection.edges = slice.rows.into_iter().map(|row| Edge::new(cursor(&row), node(row))).collect();
    connection
}

/// The same of a page of a listing whose nodes can be counted.
pub(crate) fn connect_counted<Row, C, Node, Name, EdgeName>(
    slice: Slice<Row>,
    listing: Listing,
    cursor: impl Fn(&Row) -> C,
    node: impl Fn(Row) -> Node,
) -> Connection<C, Node, Total, EmptyFields, Name, EdgeName>
where
    C: CursorType + Send + Sync,
    Node: OutputType,
    Name: ConnectionNameType,
    EdgeName: EdgeNameType,
{
    let total = Total::of_page(&slice, listing);
    connect(slice, total, cursor, node)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_survives_the_way_to_the_client_and_back() {
        let end = DateTime::from_timestamp_micros(1_800_000_000_123_456);
        let keys = [
            SortKey::Created,
            SortKey::Expires(None),
            SortKey::Expires(end),
            SortKey::Name("Für 東京 e".into()),
            SortKey::Name(String::new()),
            SortKey::Downloads(12),
        ];
        for key in keys {
            let place = LinkPosition { key, id: LinkId::new() };
            let text = LinkCursor(place.clone()).encode_cursor();
            assert_eq!(LinkCursor::decode_cursor(&text).map(|cursor| cursor.0), Ok(place));
        }
        for bad in ["", "x", "AAAA", "AAAAAAAAAAAAAAAAAAAAAGV4", "AAAAAAAAAAAAAAAAAAAAAHg"] {
            assert!(LinkCursor::decode_cursor(bad).is_err(), "{bad}");
        }
        assert_eq!(CountCursor::decode_cursor(&CountCursor(-5).encode_cursor()).map(|cursor| cursor.0), Ok(-5));
    }
}
