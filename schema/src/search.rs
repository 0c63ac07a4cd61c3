//! How rows are found by a part of a name.
//!
//! An index of trigrams leads to the names that have all trigrams of a text, wherever they stand. Where most names have each
//! of them and few have the text ("kit for" among many names like "Press kit 77 for spring"), Postgres would read nearly all
//! rows, a second for a million. So there is a second index, of the **pairs of words** that follow each other: the last three
//! letters of one and the first three of the next ("ess kit", "kit 77", "77 for", "for spr"), by the SQL function
//! `word_pairs`. If a text has a pair that few names have, only that is looked up, and the few names are compared.

use crate::{
    count::Limits,
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
    /// Prepares a filter. Only a search with a pair of words that all matching names have needs a statement.
    pub async fn new(conn: &mut AsyncPgConnection, filter: &'a F) -> QueryResult<Self> {
        let rare_pairs = match searched(filter.search()) {
            Some(text) => rare_pairs(conn, F::WORD_PAIRS, text).await?,
            None => Vec::new(),
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

    /// Until when the rows are counted.
    pub(crate) fn limits(&self, exact_up_to: i64) -> Limits {
        Limits { exact_up_to, is_among_few: !self.rare_pairs.is_empty() }
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

/// Which of the pairs of words of a text, by their places, all names have that have the text. The text may begin and end within words;
/// fewer than three letters of these are not enough.
fn pairs_of_all(text: &str) -> Vec<usize> {
    let words: Vec<&str> = text.split(' ').collect();
    let is_known = |place: usize| {
        let is_whole = 0 < place && place < words.len() - 1;
        is_whole || words[place].chars().count() >= LETTERS
    };
    (0..words.len() - 1).filter(|place| is_known(*place) && is_known(place + 1)).collect()
}

/// The rare ones among the pairs of words that all names have that have the text.
async fn rare_pairs(conn: &mut AsyncPgConnection, index: &str, text: &str) -> QueryResult<Vec<String>> {
    let of_all = pairs_of_all(text);
    if of_all.is_empty() {
        return Ok(Vec::new());
    }
    let pairs: Vec<Pair> = statement(
        "WITH statistics AS MATERIALIZED (
            SELECT most_common_elems::text::text[] AS elements, most_common_elem_freqs AS frequencies FROM pg_stats
            WHERE schemaname = current_schema() AND tablename = $1 AND attname = 'word_pairs'),
        frequent AS MATERIALIZED (
            SELECT element FROM statistics, unnest(elements, frequencies) AS common (element, frequency)
            WHERE frequency > 0.01)
        SELECT pair, EXISTS (SELECT FROM statistics) AND pair NOT IN (SELECT element FROM frequent WHERE element IS NOT NULL)
            AS is_rare
        FROM unnest(word_pairs(lower($2))) WITH ORDINALITY AS pairs (pair, place) ORDER BY place",
    )
    .bind::<Text, _>(index.to_owned())
    .bind::<Text, _>(without_zeros(text))
    .load(conn)
    .await?;
    let last = pairs.len().saturating_sub(1);
    // Some letters of some languages are none of their own in lower case.
    let is_long = |word: &str| word.chars().count() == LETTERS;
    let is_still_of_all = |place: usize, pair: &str| {
        let (one, next) = pair.split_once(' ').unwrap_or_default();
        of_all.contains(&place) && (place > 0 || is_long(one)) && (place < last || is_long(next))
    };
    let rare = pairs
        .into_iter()
        .enumerate()
        .filter(|(place, Pair { pair, is_rare })| *is_rare && is_still_of_all(*place, pair));
    Ok(rare.map(|(_, Pair { pair, .. })| pair).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_of_whole_words_and_of_three_letters_are_those_of_all_names() {
        for (text, places) in [
            ("kit for", vec![0]),
            ("t 77 for a", vec![1]),
            ("it 77 for spring", vec![1, 2]),
            ("übe  äöü", vec![0, 1]),
            ("kit 77", vec![]),
            ("a b", vec![]),
            ("kit", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(pairs_of_all(text), places, "{text}");
        }
    }
}
