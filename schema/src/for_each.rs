//! One statement that runs another for each of some keys, for what many requests ask for at the same time.

use diesel::{
    expression::AsExpression,
    pg::Pg,
    prelude::*,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    sql_types::{Array, BigInt, SingleValue, SqlType},
};

/// The statement that runs another for each key. In that one, the parts of a key are columns of the table `key`, as `key.asset`.
pub(crate) struct ForEach<Q> {
    columns: Vec<(&'static str, Box<dyn QueryFragment<Pg> + Send + Sync>)>,
    each: Q,
}

impl<Q> ForEach<Q> {
    /// Runs this one.
    pub(crate) fn key(each: Q) -> Self {
        Self { columns: Vec::new(), each }
    }

    /// With one more part of the keys: its values, in their order.
    pub(crate) fn with<T, V>(mut self, name: &'static str, values: Vec<V>) -> Self
    where
        T: SqlType + SingleValue,
        Array<T>: SqlType + SingleValue,
        Vec<V>: AsExpression<Array<T>>,
        <Vec<V> as AsExpression<Array<T>>>::Expression: QueryFragment<Pg> + Send + Sync + 'static,
    {
        self.columns.push((name, Box::new(values.as_expression())));
        self
    }
}

impl<Q: QueryFragment<Pg>> QueryFragment<Pg> for ForEach<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        // If Postgres could look into the arrays when it plans, it would plan few keys anew each time, which takes longer
        // than to load them. It cannot look into subqueries.
        for (place, (_, values)) in self.columns.iter().enumerate() {
            out.push_sql(if place == 0 { "SELECT key.position, found.* FROM unnest((SELECT " } else { "), (SELECT " });
            values.walk_ast(out.reborrow())?;
        }
        out.push_sql(")) WITH ORDINALITY AS key (");
        for (name, _) in &self.columns {
            out.push_sql(name);
            out.push_sql(", ");
        }
        out.push_sql("position) CROSS JOIN LATERAL (");
        self.each.walk_ast(out.reborrow())?;
        out.push_sql(") AS found");
        Ok(())
    }
}

impl<Q: Query> Query for ForEach<Q> {
    type SqlType = (BigInt, Q::SqlType);
}

impl<Q> QueryId for ForEach<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

/// What was found for each of so many keys, in their order.
pub(crate) fn in_order<T>(keys: usize, rows: Vec<(i64, T)>) -> QueryResult<Vec<Option<T>>> {
    let mut found: Vec<Option<T>> = (0..keys).map(|_| None).collect();
    for (position, row) in rows {
        // SQL counts from one.
        let place = usize::try_from(position - 1).ok().and_then(|index| found.get_mut(index));
        place.ok_or(diesel::NotFound)?.replace(row);
    }
    Ok(found)
}
