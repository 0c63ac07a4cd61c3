//! How links are found by a part of their name.
//!
//! The index of names has their words and their trigrams. Postgres looks up all of a text in it, although that takes long
//! where most of it is frequent: to each name that has the rare word, it seeks its place in the long list of every frequent
//! one. So where a text has a whole word that few names have, only that word is looked up, and the few names are compared.

use super::{LinkFilter, Query};
use crate::{
    page::{containing, searched, whole_words, without_zeros},
    schema::links,
    statement::{force_custom_plan, sql, statement},
};
use diesel::{
    prelude::*,
    sql_types::{Array, Bool, Text},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

/// A filter, and which words of its search are rare.
#[derive(Debug, Clone)]
pub struct PreparedFilter<'a> {
    pub(super) filter: &'a LinkFilter,
    /// Whole words of the search that less than one name in a hundred has, by Postgres' statistics; none where there are no
    /// statistics.
    rare_words: Vec<String>,
}

impl<'a> PreparedFilter<'a> {
    /// Prepares a filter. Only a search with a whole word, of which there are none among two words, needs a statement.
    pub async fn new(conn: &mut AsyncPgConnection, filter: &'a LinkFilter) -> QueryResult<Self> {
        let rare_words = match searched(filter.search.as_deref()).and_then(whole_words) {
            Some(words) => rare_words(conn, &words).await?,
            None => Vec::new(),
        };
        Ok(Self { filter, rare_words })
    }

    /// Those of the links in whose names the text is, if there is one.
    pub(super) fn searched(&self, query: Query) -> Query {
        let Some(text) = searched(self.filter.search.as_deref()) else { return query };
        let query = query.filter(force_custom_plan());
        let has_words = |words: String| {
            let of_name = "string_to_array(lower(links.name), ' ') @> string_to_array(lower(";
            sql::<Bool>(of_name).bind::<Text, _>(words).sql("), ' ')")
        };
        if !self.rare_words.is_empty() {
            // Means the same as `ILIKE`, and has no index. The planner takes it for frequent, so that a count that it estimates is
            // not far too low.
            let named =
                sql::<Bool>("strpos(lower(links.name), lower(").bind::<Text, _>(without_zeros(text)).sql(")) > 0");
            return query.filter(has_words(self.rare_words.join(" "))).filter(named);
        }
        let query = query.filter(links::name.ilike(containing(text)));
        match whole_words(text) {
            // This condition is implied by the one before.
            Some(words) => query.filter(has_words(words)),
            None => query,
        }
    }
}

#[derive(QueryableByName)]
struct Word {
    #[diesel(sql_type = Text)]
    word: String,
}

async fn rare_words(conn: &mut AsyncPgConnection, words: &str) -> QueryResult<Vec<String>> {
    let words: Vec<&str> = words.split(' ').collect();
    let found: Vec<Word> = statement(
        "SELECT word FROM pg_stats CROSS JOIN unnest($1) AS word
         WHERE schemaname = current_schema() AND tablename = 'links_by_text' AND attname = 'string_to_array'
         AND NOT EXISTS (
             SELECT FROM unnest(most_common_elems::text::text[], most_common_elem_freqs) AS common (element, frequency)
             WHERE element = lower(word) AND frequency > 0.01)",
    )
    .bind::<Array<Text>, _>(words)
    .load(conn)
    .await?;
    Ok(found.into_iter().map(|Word { word }| word).collect())
}
