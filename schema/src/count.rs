//! Counts of listings that take the same short time however long the listing is: exact up to a bound, and beyond it what
//! Postgres estimates from its statistics.

use crate::nested::Parents;
use diesel::{
    QueryResult, QueryableByName,
    pg::Pg,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    sql_types::{BigInt, Json, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::Value;
use std::collections::HashMap;
use uuid::Uuid;

/// Counts up to this are exact, but for searches.
pub const EXACT_UP_TO: i64 = 10_000;

/// Counts of rows that no index lists one after another, as of a search or of a state, are exact up to this. To find
/// them, others are read, too.
pub const EXACT_UP_TO_IN_SEARCHES: i64 = 1_000;

/// Up to which number the rows of a listing are counted.
pub(crate) const fn exact_up_to(searches: bool) -> i64 {
    if searches { EXACT_UP_TO_IN_SEARCHES } else { EXACT_UP_TO }
}

/// How many rows one statement estimates at most; Postgres allows 1,664 columns.
const ESTIMATES: usize = 1000;

/// How many rows a listing has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    /// The number; if it is an estimate, more than were counted.
    pub rows: i64,
    /// Whether the number is an estimate.
    pub is_estimate: bool,
}

impl Count {
    /// A number that is exact.
    pub const fn exact(rows: i64) -> Self {
        Self { rows, is_estimate: false }
    }

    /// An estimate for more rows than were counted.
    fn estimated(rows: Option<i64>, counted: i64) -> Self {
        Self { rows: rows.unwrap_or_default().max(counted), is_estimate: true }
    }
}

/// Until when rows are counted and not estimated.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Up to so many rows.
    pub(crate) exact_up_to: i64,
    /// Whether an index leads to the few rows among which those are that count.
    pub(crate) is_among_few: bool,
}

impl From<i64> for Limits {
    /// Those of a listing that is exact up to this number.
    fn from(exact_up_to: i64) -> Self {
        Self { exact_up_to, is_among_few: false }
    }
}

/// Counts the rows of the statement that `rows` makes, which selects one column, and estimates them if there are more
/// than the limits say, or if few of what a search has to read would be counted.
pub(crate) async fn count<Q>(
    conn: &mut AsyncPgConnection,
    limits: impl Into<Limits>,
    rows: impl Fn() -> Q,
) -> QueryResult<Count>
where
    Q: QueryFragment<Pg> + Send,
{
    let Limits { exact_up_to, is_among_few } = limits.into();
    let statement = || Counted { rows: rows(), exact_up_to };
    // What is not searched for has an index that lists it.
    let estimate = if exact_up_to < EXACT_UP_TO {
        let plan = Planned { counted: statement(), rows: rows() }.get_result(conn).await?;
        let estimate = estimated_rows(&plan).nth(1);
        if is_costly(&plan, is_among_few) {
            return Ok(Count::estimated(estimate, 1));
        }
        estimate
    } else {
        None
    };
    let counted: i64 = statement().get_result(conn).await?;
    if counted <= exact_up_to {
        return Ok(Count::exact(counted));
    }
    let estimate = match estimate {
        Some(rows) => Some(rows),
        None => estimated_rows(&Estimates(vec![rows()]).get_result(conn).await?).next(),
    };
    Ok(Count::estimated(estimate, counted))
}

/// From which cost on, in the planner's units, a count is not carried out. With Postgres' usual settings, a count up to it
/// takes milliseconds.
const COSTLY: f64 = 1000.0;

/// The same for all rows that an index leads to, which are compared one by one: some 2,500 that are in memory take 5 ms.
const COSTLY_AMONG_FEW: f64 = 10_000.0;

/// Whether the count of such a plan costs much: what is counted is rare among what has to be read. How many of the few are counted
/// is a guess of the planner, so that there the cost of all of them decides, not that up to the bound.
fn is_costly(plan: &Value, is_among_few: bool) -> bool {
    let (part, limit) = if is_among_few { (1, COSTLY_AMONG_FEW) } else { (0, COSTLY) };
    subqueries(plan).nth(part).and_then(|plan| plan["Total Cost"].as_f64()).is_some_and(|cost| cost > limit)
}

/// Asks for the plan of a statement that counts and has the rows as subqueries, in this order. It is not carried out.
struct Planned<Q> {
    counted: Counted<Q>,
    rows: Q,
}

impl<Q: QueryFragment<Pg>> QueryFragment<Pg> for Planned<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        plan_for_the_values(&mut out);
        out.push_sql("EXPLAIN (FORMAT JSON) SELECT (");
        self.counted.walk_ast(out.reborrow())?;
        out.push_sql("), ARRAY(");
        self.rows.walk_ast(out.reborrow())?;
        out.push_sql(")");
        Ok(())
    }
}

impl<Q> Query for Planned<Q> {
    type SqlType = Json;
}

impl<Q> QueryId for Planned<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

/// Counts the rows of a listing for each of some parents, in one statement, and in another one where there are many.
/// `each` is the listing of the parent of the row; `of` is that of one parent.
pub(crate) async fn count_each<Q, One>(
    conn: &mut AsyncPgConnection,
    parents: &[Uuid],
    exact_up_to: i64,
    each: Q,
    of: impl Fn(Uuid) -> One,
) -> QueryResult<HashMap<Uuid, Count>>
where
    Q: QueryFragment<Pg> + Send,
    One: QueryFragment<Pg> + Send,
{
    let counted: Vec<(Uuid, i64)> =
        CountedEach { parents: Parents(parents), rows: each, exact_up_to }.load(conn).await?;
    let many: Vec<Uuid> = counted.iter().filter(|(_, rows)| *rows > exact_up_to).map(|(parent, _)| *parent).collect();
    let mut counts: HashMap<Uuid, Count> =
        counted.into_iter().map(|(parent, rows)| (parent, Count::exact(rows))).collect();
    for some in many.chunks(ESTIMATES) {
        let plans = Estimates(some.iter().map(|parent| of(*parent)).collect()).get_result(conn).await?;
        let mut estimates = estimated_rows(&plans);
        counts.extend(some.iter().map(|parent| (*parent, Count::estimated(estimates.next(), exact_up_to + 1))));
    }
    Ok(counts)
}

/// Has the statement planned anew at each call. A plan for any values would read the whole table from end to end, because
/// the bound of usual values is soon reached; that of a rare value is never reached.
fn plan_for_the_values(out: &mut AstPass<'_, '_, Pg>) {
    out.unsafe_to_cache_prepared();
}

/// The statement that counts the rows of another one, which may be no more than one beyond the bound. The bound is part
/// of the text, because Postgres plans for it.
pub struct Counted<Q> {
    /// The statement.
    pub rows: Q,
    /// The bound.
    pub exact_up_to: i64,
}

impl<Q: QueryFragment<Pg>> QueryFragment<Pg> for Counted<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        plan_for_the_values(&mut out);
        out.push_sql("SELECT count(*) FROM (");
        self.rows.walk_ast(out.reborrow())?;
        out.push_sql(&format!(" LIMIT {}) AS counted", self.exact_up_to + 1));
        Ok(())
    }
}

impl<Q> Query for Counted<Q> {
    type SqlType = BigInt;
}

impl<Q> QueryId for Counted<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

/// The statement that counts the rows of a listing for each parent.
struct CountedEach<'a, Q> {
    parents: Parents<'a>,
    rows: Q,
    exact_up_to: i64,
}

impl<Q: QueryFragment<Pg>> QueryFragment<Pg> for CountedEach<'_, Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        plan_for_the_values(&mut out);
        out.push_sql("SELECT parent.id, (SELECT count(*) FROM (");
        self.rows.walk_ast(out.reborrow())?;
        out.push_sql(&format!(" LIMIT {}) AS counted) FROM ", self.exact_up_to + 1));
        self.parents.walk_ast(out)
    }
}

impl<Q> Query for CountedEach<'_, Q> {
    type SqlType = (SqlUuid, BigInt);
}

impl<Q> QueryId for CountedEach<'_, Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

/// Asks for the plan of a statement that runs all of these as subqueries. The plan is not carried out, and tells for
/// each subquery how many rows it is expected to have.
struct Estimates<Q>(Vec<Q>);

impl<Q: QueryFragment<Pg>> QueryFragment<Pg> for Estimates<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.unsafe_to_cache_prepared();
        let mut before = "EXPLAIN (FORMAT JSON) SELECT ARRAY(";
        for rows in &self.0 {
            out.push_sql(before);
            rows.walk_ast(out.reborrow())?;
            before = "), ARRAY(";
        }
        out.push_sql(")");
        Ok(())
    }
}

impl<Q> Query for Estimates<Q> {
    type SqlType = Json;
}

impl<Q> QueryId for Estimates<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

/// The estimates in such a plan, in the order of the subqueries.
fn estimated_rows(explained: &Value) -> impl Iterator<Item = i64> {
    subqueries(explained).map(|plan| plan["Plan Rows"].as_i64().unwrap_or_default())
}

fn subqueries(explained: &Value) -> impl Iterator<Item = &Value> {
    let plans = explained[0]["Plan"]["Plans"].as_array().map(Vec::as_slice).unwrap_or_default();
    plans.iter().filter(|plan| plan["Parent Relationship"] == "InitPlan")
}

/// A count that a statement returns as a column.
#[derive(QueryableByName)]
pub(crate) struct CountRow {
    #[diesel(sql_type = BigInt)]
    pub(crate) count: i64,
}
