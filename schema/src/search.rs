//! How rows are found by a part of a name.
//!
//! An index of trigrams leads to the names that have all trigrams of a text, wherever they stand. Where most names have each
//! of them and few have the text ("kit for" among many names like "Press kit 77 for spring"), Postgres would read nearly all
//! rows, a second for a million. So there is a second index, of the **pairs of words** that follow each other: the last three
//! letters of one and the first three of the next ("ess kit", "kit 77", "77 for", "for spr"), by the SQL function
//! `word_pairs`. If a text has a pair that few names have, only that is looked up, and the few names are compared.

use crate::{
    count::{COSTLY_OF_FEW, Limits},
    page::{containing, searched, without_zeros},
    statement::{Sql, sql, statement},
};
use diesel::{
    prelude::*,
    sql_types::{Array, Bool, Text},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

/// How many letters of each word are in a pair.
const LETTERS: usize = 3;

/// A filter of a listing that may have a text to search for.
pub trait Searching {
    /// The columns that are searched.
    const NAMES: &'static [&'static str];
    /// The index of the pairs of words of all of them, one after the other with a space between. What stands at its two sides
    /// makes a pair, too, which is no pair of a name: that is compared afterwards.
    const WORD_PAIRS: &'static str;

    /// The text.
    fn search(&self) -> Option<&str>;
}

/// A filter, and which pairs of words of its search are rare.
#[derive(Debug, Clone)]
pub struct Prepared<'a, F> {
    pub(crate) filter: &'a F,
    /// Those that less than one name in a hundred has, by Postgres' statistics; none where there are no statistics.
    rare_pairs: Vec<String>,
    counts: bool,
}

impl<'a, F: Searching> Prepared<'a, F> {
    /// Prepares a filter. Only a search of more than one word needs a statement.
    pub async fn new(conn: &mut AsyncPgConnection, filter: &'a F) -> QueryResult<Self> {
        let rare_pairs = match searched(filter.search()) {
            Some(text) if text.contains(' ') => rare_pairs(conn, F::WORD_PAIRS, text).await?,
            _ => Vec::new(),
        };
        Ok(Self { filter, rare_pairs, counts: false })
    }

    /// A filter whose search is looked up by trigrams only, or that has none.
    pub(crate) fn without_pairs(filter: &'a F) -> Self {
        Self { filter, rare_pairs: Vec::new(), counts: false }
    }

    /// The same to count rows.
    pub(crate) fn to_count(&self) -> Self {
        Self { filter: self.filter, rare_pairs: self.rare_pairs.clone(), counts: true }
    }

    /// Until when the rows are counted. What has a rare pair of words is read soon, wherever it is.
    pub(crate) fn limits(&self, exact_up_to: i64) -> Limits {
        if self.rare_pairs.is_empty() { exact_up_to.into() } else { Limits { exact_up_to, cost: COSTLY_OF_FEW } }
    }

    /// The condition that one of the names has the text, if there is a text.
    pub(crate) fn named(&self) -> Option<Sql<Bool>> {
        let text = searched(self.filter.search())?;
        let mut condition = sql::<Bool>("(");
        if !self.rare_pairs.is_empty() {
            let names = F::NAMES.join(" || ' ' || ");
            let pairs = condition.sql(format!("word_pairs(lower({names})) @> "));
            condition = pairs.bind::<Array<Text>, _>(self.rare_pairs.clone()).sql(" AND (");
        }
        for (index, name) in F::NAMES.iter().enumerate() {
            let condition_before = if index == 0 { condition } else { condition.sql(" OR ") };
            condition = self.compared(condition_before, name, text);
        }
        Some(condition.sql(if self.rare_pairs.is_empty() { ")" } else { "))" }))
    }

    /// Compares a name. All three ways mean the same. Only the first has an index, that of trigrams; after the rare pairs it is not
    /// wanted. Of the others, the planner takes the one for rare, so that it does not look for a page of rows by reading the
    /// listing from its beginning; it takes the other for frequent, so that a count that it estimates is not far too low.
    fn compared(&self, condition: Sql<Bool>, name: &str, text: &str) -> Sql<Bool> {
        if self.rare_pairs.is_empty() {
            condition.sql(format!("{name} ILIKE ")).bind::<Text, _>(containing(text))
        } else if self.counts {
            let found = condition.sql(format!("strpos(lower({name}), lower("));
            found.bind::<Text, _>(without_zeros(text)).sql(")) > 0")
        } else {
            let found = condition.sql(format!("lower({name}) LIKE lower("));
            found.bind::<Text, _>(containing(text)).sql(")")
        }
    }
}

#[derive(QueryableByName)]
struct Pair {
    #[diesel(sql_type = Text)]
    pair: String,
    #[diesel(sql_type = Bool)]
    is_rare: bool,
}

/// The rare ones among the pairs of words that each name has in which the text is.
async fn rare_pairs(conn: &mut AsyncPgConnection, index: &str, text: &str) -> QueryResult<Vec<String>> {
    let pairs: Vec<Pair> = statement(
        "WITH statistics AS MATERIALIZED (
            SELECT most_common_elems::text::text[] AS elements, most_common_elem_freqs AS frequencies FROM pg_stats
            WHERE schemaname = current_schema() AND tablename = $1 AND attname = 'word_pairs'),
        frequent AS MATERIALIZED (
            SELECT element FROM statistics, unnest(elements, frequencies) AS common (element, frequency)
            WHERE frequency > 0.01)
        SELECT pair, EXISTS (SELECT FROM statistics) AND pair NOT IN (SELECT element FROM frequent WHERE element IS NOT NULL)
            AS is_rare
        FROM unnest(word_pairs(lower($2))) WITH ORDINALITY AS pairs (pair, position) ORDER BY position",
    )
    .bind::<Text, _>(index.to_owned())
    .bind::<Text, _>(without_zeros(text))
    .load(conn)
    .await?;
    let last = pairs.len().saturating_sub(1);
    let is_of_all = |position: usize, pair: &str| {
        // The text may begin and end within words, of which less than three letters are not enough.
        let is_long = |word: &str| word.chars().count() == LETTERS;
        let (one, next) = pair.split_once(' ').unwrap_or_default();
        (position > 0 || is_long(one)) && (position < last || is_long(next))
    };
    let known = pairs.into_iter().enumerate().filter(|(position, Pair { pair, .. })| is_of_all(*position, pair));
    Ok(known.filter(|(_, Pair { is_rare, .. })| *is_rare).map(|(_, Pair { pair, .. })| pair).collect())
}
