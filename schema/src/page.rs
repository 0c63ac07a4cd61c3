//! Keyset paging: a page begins after the last row of another, so that every page costs the same.
//!
//! Ids are UUIDs of version 7, which sort by the time of creation. Newest first is therefore largest id first, and a
//! cursor only needs an id. The id is a bare UUID here, because every listing has its own type of id.

use crate::count::Count;
use uuid::Uuid;

/// A page of a listing, newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// The most rows.
    pub limit: i64,
    /// Rows after this one.
    pub after: Option<Uuid>,
    /// Rows before this one.
    pub before: Option<Uuid>,
    /// Take the last rows between the two, not the first.
    pub from_end: bool,
}

/// A page of rows, newest first.
#[derive(Debug, Clone)]
pub struct Slice<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// Whether there are rows after the last one.
    pub has_next: bool,
    /// Whether there are rows before the first one.
    pub has_previous: bool,
    /// Whether the rows are all that the listing has. A page that ends before a row, or begins after one, never says so.
    pub is_all: bool,
}

impl<T> Slice<T> {
    /// How many rows the whole listing has, if this page is all of it.
    pub fn total(&self) -> Option<Count> {
        self.is_all.then(|| Count::exact(i64::try_from(self.rows.len()).unwrap_or(i64::MAX)))
    }

    /// The part of a page that was asked for, if it has more rows than that; with `from_end`, the rows at its end.
    pub(crate) fn cut(mut self, limit: i64, from_end: bool) -> Self {
        let surplus = self.rows.len().saturating_sub(usize::try_from(limit).unwrap_or(usize::MAX));
        if surplus == 0 {
            return self;
        }
        if from_end {
            self.rows.drain(..surplus);
            Self { has_previous: true, is_all: false, ..self }
        } else {
            self.rows.truncate(self.rows.len() - surplus);
            Self { has_next: true, is_all: false, ..self }
        }
    }

    /// A page in the order of the query, which loaded one row more than the limit.
    pub(crate) fn forward(mut rows: Vec<T>, limit: i64, has_previous: bool) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let has_next = rows.len() > limit;
        rows.truncate(limit);
        Self { rows, has_next, has_previous, is_all: !has_next && !has_previous }
    }
}

impl Page {
    /// The first `limit` rows.
    pub fn first(limit: i64) -> Self {
        Self { limit, after: None, before: None, from_end: false }
    }

    /// The direction of the ids in the statement of this page.
    pub(crate) fn direction(self) -> &'static str {
        if self.from_end { "ASC" } else { "DESC" }
    }

    /// Makes a page of the rows of a query, which loaded one row more than the limit.
    pub(crate) fn slice<T>(self, mut rows: Vec<T>) -> Slice<T> {
        let more = rows.len() > usize::try_from(self.limit).unwrap_or(usize::MAX);
        if more {
            rows.pop();
        }
        let is_all = !more && self.after.is_none() && self.before.is_none();
        if self.from_end {
            rows.reverse();
            Slice { rows, has_next: self.before.is_some(), has_previous: more, is_all }
        } else {
            Slice { rows, has_next: more, has_previous: self.after.is_some(), is_all }
        }
    }
}

/// Applies a page to a boxed query by its id column: bounds, order and limit.
macro_rules! paged {
    ($query:expr, $id:expr, $page:expr) => {{
        let (mut query, page) = ($query, $page);
        if let Some(after) = page.after {
            query = query.filter($id.lt(after));
        }
        if let Some(before) = page.before {
            query = query.filter($id.gt(before));
        }
        query = if page.from_end { query.order($id.asc()) } else { query.order($id.desc()) };
        query.limit(page.limit + 1)
    }};
}

pub(crate) use paged;

/// How many rows to load, at least, where this many are asked for. Of a search, Postgres would find very few by reading the
/// listing from its beginning, expecting them there; where nothing matches, it would read all of it.
pub(crate) fn loaded(limit: i64, search: Option<&str>) -> i64 {
    const SEARCHED: i64 = 50;
    if searched(search).is_some() { limit.max(SEARCHED) } else { limit }
}

/// The trimmed text to search for; none if it is empty.
pub(crate) fn searched(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

/// A pattern for `ILIKE` that finds `text` literally at any place. Zero bytes are replaced, because Postgres refuses
/// them.
pub(crate) fn containing(text: &str) -> String {
    let literal: String = without_zeros(text)
        .chars()
        .flat_map(|c| matches!(c, '%' | '_' | '\\').then_some('\\').into_iter().chain([c]))
        .collect();
    format!("%{literal}%")
}

/// The text without zero bytes, which Postgres refuses.
pub(crate) fn without_zeros(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_slice_knows_its_neighbours() {
        let page = Page::first(3);
        let all = || page.slice(vec![3, 2, 1]);
        let slice = all().cut(2, false);
        assert_eq!((slice.rows, slice.has_next, slice.has_previous, slice.is_all), (vec![3, 2], true, false, false));
        let slice = all().cut(2, true);
        assert_eq!((slice.rows, slice.has_next, slice.has_previous, slice.is_all), (vec![2, 1], false, true, false));
        let slice = all().cut(3, true);
        assert_eq!((slice.rows, slice.has_next, slice.has_previous, slice.is_all), (vec![3, 2, 1], false, false, true));
    }

    #[test]
    fn a_slice_knows_its_neighbours() {
        let page = Page::first(2);
        let slice = page.slice(vec![3, 2, 1]);
        assert_eq!((slice.rows, slice.has_next, slice.has_previous), (vec![3, 2], true, false));
        let last = Page { from_end: true, before: Some(Uuid::nil()), ..page };
        let slice = last.slice(vec![1, 2, 3]);
        assert_eq!((slice.rows, slice.has_next, slice.has_previous), (vec![2, 1], true, true));
    }

    #[test]
    fn search_text_is_taken_literally() {
        assert_eq!(containing("50%_a\\"), "%50\\%\\_a\\\\%");
    }
}
