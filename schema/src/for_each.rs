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
    first: Part,
    others: Vec<Part>,
    each: Q,
}

/// A part of all keys: its name and its values.
struct Part {
    name: &'static str,
    values: Box<dyn QueryFragment<Pg> + Send + Sync>,
}

impl Part {
    fn new<T, V>(name: &'static str, values: Vec<V>) -> Self
    where
        T: SqlType + SingleValue,
        Vec<V>: AsExpression<Array<T>>,
        <Vec<V> as AsExpression<Array<T>>>::Expression: QueryFragment<Pg> + Send + Sync + 'static,
    {
        Self { name, values: Box::new(values.as_expression()) }
    }
}

impl<Q> ForEach<Q> {
    /// Runs this one for each of these values.
    pub(crate) fn key<T, V>(name: &'static str, values: Vec<V>, each: Q) -> Self
    where
        T: SqlType + SingleValue,
        Vec<V>: AsExpression<Array<T>>,
        <Vec<V> as AsExpression<Array<T>>>::Expression: QueryFragment<Pg> + Send + Sync + 'static,
    {
        Self { first: Part::new::<T, V>(name, values), others: Vec::new(), each }
    }

    /// With one more part of the keys: as many values, in the same order.
    pub(crate) fn with<T, V>(mut self, name: &'static str, values: Vec<V>) -> Self
    where
        T: SqlType + SingleValue,
        Vec<V>: AsExpression<Array<T>>,
        <Vec<V> as AsExpression<Array<T>>>::Expression: QueryFragment<Pg> + Send + Sync + 'static,
    {
        self.others.push(Part::new::<T, V>(name, values));
        self
    }
}

impl<Q: QueryFragment<Pg>> QueryFragment<Pg> for ForEach<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        // If Postgres could look into this array when it plans, it would plan few keys anew each time, which takes longer than
        // to load them. It cannot look into a subquery. The other arrays are not unnested, which would take longer, too.
        out.push_sql("SELECT key.position, found.* FROM unnest((SELECT ");
        self.first.values.walk_ast(out.reborrow())?;
        out.push_sql(
            ")) WITH ORDINALITY AS part (value, position) CROSS JOIN LATERAL (SELECT part.position, part.value AS ",
        );
        out.push_sql(self.first.name);
        for Part { name, values } in &self.others {
            out.push_sql(", (");
            values.walk_ast(out.reborrow())?;
            out.push_sql(")[part.position] AS ");
            out.push_sql(name);
        }
        out.push_sql(") AS key CROSS JOIN LATERAL (");
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
