//! SQL text as prepared statements. Diesel never caches statements that contain `diesel::sql_query` or
//! `diesel::dsl::sql`, so that Postgres parses and plans them at every call, which can take longer than running them.

use diesel::{
    QueryResult,
    expression::{
        AppearsOnTable, AsExpression, Expression, SelectableExpression, TypedExpressionType, ValidGrouping,
        is_aggregate,
    },
    pg::Pg,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    serialize::ToSql,
    sql_types::{Array, Bool, HasSqlType, SingleValue, SqlType, Untyped, Uuid as SqlUuid},
};
use std::{borrow::Cow, marker::PhantomData, sync::Arc};

/// A statement. It is prepared once for each connection, unless `cached` is false.
pub(crate) struct Statement {
    sql: Cow<'static, str>,
    cached: bool,
}

/// A statement with one more bound value: `$1` for the first, and so on.
pub(crate) struct WithBind<S, V, T> {
    statement: S,
    value: V,
    sql_type: PhantomData<T>,
}

/// A statement whose columns have these types. Their values are read in their order, and not found by their names, which
/// takes long in many rows.
pub(crate) struct Typed<S, T> {
    statement: S,
    sql_type: PhantomData<T>,
}

/// The statement of this text, of which there must be few variants, because each is cached.
pub(crate) fn statement(sql: impl Into<Cow<'static, str>>) -> Statement {
    Statement { sql: sql.into(), cached: true }
}

impl Statement {
    /// Whether the prepared statement may be cached; not if the best plan depends on the bound values.
    pub(crate) fn cached(self, cached: bool) -> Self {
        Self { cached, ..self }
    }

    /// Binds the first value.
    pub(crate) fn bind<T, V>(self, value: V) -> WithBind<Self, V, T> {
        WithBind { statement: self, value, sql_type: PhantomData }
    }
}

impl<S, V, T> WithBind<S, V, T> {
    /// Binds the next value.
    pub(crate) fn bind<U, W>(self, value: W) -> WithBind<Self, W, U> {
        WithBind { statement: self, value, sql_type: PhantomData }
    }

    /// Says which types the columns have.
    pub(crate) fn returning<R>(self) -> Typed<Self, R> {
        Typed { statement: self, sql_type: PhantomData }
    }
}

impl<S: QueryFragment<Pg>, T> QueryFragment<Pg> for Typed<S, T> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.statement.walk_ast(out)
    }
}

impl<S, T> Query for Typed<S, T> {
    type SqlType = T;
}

impl<S, T> QueryId for Typed<S, T> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl QueryFragment<Pg> for Statement {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        if !self.cached {
            out.unsafe_to_cache_prepared();
        }
        out.push_sql(&self.sql);
        Ok(())
    }
}

impl<S, V, T> QueryFragment<Pg> for WithBind<S, V, T>
where
    S: QueryFragment<Pg>,
    V: ToSql<T, Pg>,
    Pg: HasSqlType<T>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.statement.walk_ast(out.reborrow())?;
        out.push_bind_param_value_only(&self.value)
    }
}

impl<S, V, T> Query for WithBind<S, V, T> {
    type SqlType = Untyped;
}

impl<S, V, T> QueryId for WithBind<S, V, T> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

/// A part of a statement. There must be few variants, because each variant of a statement is cached.
pub(crate) struct Sql<T> {
    parts: Vec<Arc<dyn QueryFragment<Pg> + Send + Sync>>,
    sql_type: PhantomData<T>,
}

/// The expression of this text.
pub(crate) fn sql<T>(text: impl Into<String>) -> Sql<T> {
    Sql { parts: Vec::new(), sql_type: PhantomData }.sql(text)
}

/// Conditions of joins are copied.
impl<T> Clone for Sql<T> {
    fn clone(&self) -> Self {
        Self { parts: self.parts.clone(), sql_type: PhantomData }
    }
}

impl<T> Sql<T> {
    /// Appends text.
    pub(crate) fn sql(mut self, text: impl Into<String>) -> Self {
        self.parts.push(Arc::new(SqlText(text.into())));
        self
    }

    /// Appends a bound value.
    pub(crate) fn bind<U, V>(mut self, value: V) -> Self
    where
        U: SqlType + SingleValue,
        V: AsExpression<U>,
        V::Expression: QueryFragment<Pg> + Send + Sync + 'static,
    {
        self.parts.push(Arc::new(value.as_expression()));
        self
    }
}

/// A condition that is always true and forces a custom plan: the generic plan's estimate includes this branch; with a
/// bound `true` the planner removes it. A rare text must be found by an index, a frequent one fills the first page
/// soon; one generic plan would be slow for one of the two.
pub(crate) fn force_custom_plan() -> Sql<Bool> {
    sql::<Bool>("(").bind::<Bool, _>(true).sql(" OR (SELECT count(*) FROM generate_series(1, 1000000000)) > 0)")
}

/// The condition that a column is one of these ids, for statements that load the rows of a page.
///
/// `eq_any` would have them planned anew at each call, which takes longer than to run them: with the few ids in sight, a
/// plan looks cheaper than one for any ids. Postgres cannot look into a subquery. Where there may be thousands of ids, on which
/// the best plan depends, `eq_any` is right.
pub(crate) fn is_one_of<T>(column: &'static str, ids: &[T]) -> Sql<Bool>
where
    T: Copy,
    Vec<T>: AsExpression<Array<SqlUuid>>,
    <Vec<T> as AsExpression<Array<SqlUuid>>>::Expression: QueryFragment<Pg> + Send + Sync + 'static,
{
    sql::<Bool>(format!("{column} = ANY ((SELECT ")).bind::<Array<SqlUuid>, _>(ids.to_vec()).sql(")::uuid[])")
}

struct SqlText(String);

impl QueryFragment<Pg> for SqlText {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(&self.0);
        Ok(())
    }
}

impl<T> QueryFragment<Pg> for Sql<T> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.parts.iter().try_for_each(|part| part.walk_ast(out.reborrow()))
    }
}

impl<T: TypedExpressionType> Expression for Sql<T> {
    type SqlType = T;
}

impl<T> QueryId for Sql<T> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<T, Q> SelectableExpression<Q> for Sql<T> where Self: Expression {}

impl<T, Q> AppearsOnTable<Q> for Sql<T> where Self: Expression {}

impl<T, G> ValidGrouping<G> for Sql<T> {
    type IsAggregate = is_aggregate::Never;
}
