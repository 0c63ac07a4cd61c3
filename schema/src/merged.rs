//! The statement of a page that several indexes give together.

use diesel::{
    QueryResult,
    pg::Pg,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    sql_types::BigInt,
};
use std::marker::PhantomData;

/// A part of such a statement.
pub(crate) type Part = Box<dyn QueryFragment<Pg> + Send>;

/// The statement of a page. Each part is sorted by an index of its own, and a union merges the parts, so that only one
/// page of each part is read. The parts have no row in common.
pub struct Merged<Row> {
    table: &'static str,
    parts: Vec<Part>,
    order: String,
    limit: i64,
    row: PhantomData<fn() -> Row>,
}

impl<Row> Merged<Row> {
    /// Merges pages of a table, each of which has this order and this limit.
    pub(crate) fn new(table: &'static str, parts: Vec<Part>, order: impl Into<String>, limit: i64) -> Self {
        Self { table, parts, order: order.into(), limit, row: PhantomData }
    }
}

impl<Row> QueryFragment<Pg> for Merged<Row> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        if let [one] = self.parts.as_slice() {
            return one.walk_ast(out);
        }
        out.push_sql("SELECT * FROM ");
        union(&self.parts, &mut out)?;
        out.push_sql(" AS ");
        out.push_sql(self.table);
        out.push_sql(" ORDER BY ");
        out.push_sql(&self.order);
        out.push_sql(" LIMIT ");
        out.push_bind_param::<BigInt, _>(&self.limit)
    }
}

impl<Row> Query for Merged<Row> {
    type SqlType = Row;
}

impl<Row> QueryId for Merged<Row> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

/// All rows of several parts, in no order.
pub struct Union(pub(crate) Vec<Part>);

impl QueryFragment<Pg> for Union {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("SELECT * FROM ");
        union(&self.0, &mut out)?;
        out.push_sql(" AS merged");
        Ok(())
    }
}

fn union<'b>(parts: &'b [Part], out: &mut AstPass<'_, 'b, Pg>) -> QueryResult<()> {
    let mut before = "((";
    for part in parts {
        out.push_sql(before);
        part.walk_ast(out.reborrow())?;
        before = ") UNION ALL (";
    }
    out.push_sql("))");
    Ok(())
}
