//! Pages of rows below other rows: one statement loads a page for each of many parents. Inside the statement of such a
//! page, `parent.id` is the parent.

use crate::page::Slice;
use diesel::{
    QueryResult,
    pg::Pg,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    sql_types::{Array, Uuid as SqlUuid},
};
use std::{collections::HashMap, marker::PhantomData};
use uuid::Uuid;

/// The parents, as a table with the column `parent.id`.
pub(crate) struct Parents<'a>(pub(crate) &'a [Uuid]);

impl QueryFragment<Pg> for Parents<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("unnest(");
        out.push_bind_param::<Array<SqlUuid>, _>(&self.0)?;
        out.push_sql(") AS parent (id)");
        Ok(())
    }
}

/// The statement that runs the statement of a page for each parent.
pub(crate) struct Nested<'a, Q, Row> {
    parents: Parents<'a>,
    page: Q,
    order: String,
    row: PhantomData<fn() -> Row>,
}

/// The pages that `page` selects for each parent, by the order of the columns of `page`, which are called `page.…` here.
pub(crate) fn nested<Q, Row>(parents: &[Uuid], page: Q, order: impl Into<String>) -> Nested<'_, Q, Row> {
    Nested { parents: Parents(parents), page, order: order.into(), row: PhantomData }
}

impl<Q: QueryFragment<Pg>, Row> QueryFragment<Pg> for Nested<'_, Q, Row> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("SELECT parent.id AS parent_id, page.* FROM ");
        self.parents.walk_ast(out.reborrow())?;
        out.push_sql(" CROSS JOIN LATERAL (");
        self.page.walk_ast(out.reborrow())?;
        out.push_sql(") AS page ORDER BY parent.id, ");
        out.push_sql(&self.order);
        Ok(())
    }
}

impl<Q, Row> Query for Nested<'_, Q, Row> {
    type SqlType = (SqlUuid, Row);
}

impl<Q, Row> QueryId for Nested<'_, Q, Row> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

/// The page of each parent, of rows that come with their parent, one more than the limit where there are more. Parents
/// without rows have an empty page.
pub(crate) fn slices<T>(
    parents: &[Uuid],
    rows: Vec<(Uuid, T)>,
    limit: i64,
    has_previous: bool,
) -> HashMap<Uuid, Slice<T>> {
    let mut pages: HashMap<Uuid, Vec<T>> = parents.iter().map(|parent| (*parent, Vec::new())).collect();
    for (parent, row) in rows {
        pages.entry(parent).or_default().push(row);
    }
    pages.into_iter().map(|(parent, rows)| (parent, Slice::forward(rows, limit, has_previous))).collect()
}
