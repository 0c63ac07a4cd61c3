//! Relay connections over keyset pages.

use crate::Error;
use async_graphql::{
    OutputType,
    connection::{Connection, ConnectionNameType, CursorType, Edge, EdgeNameType, EmptyFields},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use schema::{Page, Slice};
use uuid::Uuid;

/// How many nodes a page has when nobody says.
const DEFAULT_SIZE: i32 = 20;

/// The most nodes that a page has.
pub(crate) const MAX_SIZE: i32 = 100;

/// Where a page begins or ends. Opaque to clients.
pub(crate) struct Cursor(pub(crate) Uuid);

impl CursorType for Cursor {
    type Error = &'static str;

    fn decode_cursor(text: &str) -> Result<Self, &'static str> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok().and_then(|bytes| Uuid::from_slice(&bytes).ok());
        bytes.map(Self).ok_or("This cursor is not one that a page gave you.")
    }

    fn encode_cursor(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }
}

/// The arguments `first after last before` as they came.
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

    /// The page they ask for.
    pub(crate) fn page(self) -> Result<Page, Error> {
        if self.first.is_some() && self.last.is_some() {
            return Err(Error::BadInput("Ask for the first or for the last ones, not for both.".into()));
        }
        let size = self.first.or(self.last).unwrap_or(DEFAULT_SIZE);
        if !(0..=MAX_SIZE).contains(&size) {
            return Err(Error::BadInput(format!("A page has between 0 and {MAX_SIZE} nodes.")));
        }
        let cursor = |text: Option<String>| {
            text.map(|text| Cursor::decode_cursor(&text).map_err(|error| Error::BadInput(error.into()))).transpose()
        };
        Ok(Page {
            limit: size.into(),
            after: cursor(self.after)?.map(|cursor| cursor.0),
            before: cursor(self.before)?.map(|cursor| cursor.0),
            from_end: self.last.is_some(),
        })
    }
}

/// How many nodes a page may cost: what was asked for, or the default.
pub(crate) fn page_cost(first: Option<i32>, last: Option<i32>) -> usize {
    usize::try_from(first.or(last).unwrap_or(DEFAULT_SIZE).clamp(0, MAX_SIZE)).unwrap_or_default()
}

/// A connection of a slice of rows.
pub(crate) fn connect<Row, Node, Total, Name, EdgeName>(
    slice: Slice<Row>,
    total: Total,
    cursor: impl Fn(&Row) -> Uuid,
    node: impl Fn(Row) -> Node,
) -> Connection<Cursor, Node, Total, EmptyFields, Name, EdgeName>
where
    Node: OutputType,
    Total: async_graphql::ObjectType,
    Name: ConnectionNameType,
    EdgeName: EdgeNameType,
{
    let mut connection = Connection::with_additional_fields(slice.has_previous, slice.has_next, total);
    connection.edges = slice.rows.into_iter().map(|row| Edge::new(Cursor(cursor(&row)), node(row))).collect();
    connection
}
