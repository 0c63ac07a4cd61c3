//! Statements whose text is the same at each call, and is written once.
//!
//! A connection finds the prepared statement by its text, which Diesel writes anew at each call. For the statements that
//! every request needs, which have dozens of columns, that is a good part of all that a request costs this process.

use diesel::{
    QueryResult,
    pg::{Pg, PgQueryBuilder},
    query_builder::{AstPass, Query, QueryBuilder, QueryFragment, QueryId},
};
use std::sync::OnceLock;

/// A statement whose text is written once.
pub(crate) struct WrittenOnce<Q> {
    statement: Q,
    text: &'static OnceLock<String>,
}

/// The statement, whose text depends on none of its values. `text` is for this statement alone.
pub(crate) fn written_once<Q>(text: &'static OnceLock<String>, statement: Q) -> WrittenOnce<Q> {
    WrittenOnce { statement, text }
}

fn written(statement: &impl QueryFragment<Pg>) -> QueryResult<String> {
    let mut builder = PgQueryBuilder::default();
    statement.to_sql(&mut builder, &Pg)?;
    Ok(builder.finish())
}

impl<Q: QueryFragment<Pg>> QueryFragment<Pg> for WrittenOnce<Q> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.statement.walk_ast(out)
    }

    fn to_sql(&self, out: &mut PgQueryBuilder, _: &Pg) -> QueryResult<()> {
        let text = if let Some(text) = self.text.get() {
            debug_assert_eq!(*text, written(&self.statement)?, "the text of the statement changes");
            text
        } else {
            let text = written(&self.statement)?;
            self.text.get_or_init(|| text)
        };
        out.push_sql(text);
        Ok(())
    }
}

impl<Q: Query> Query for WrittenOnce<Q> {
    type SqlType = Q::SqlType;
}

impl<Q> QueryId for WrittenOnce<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}
