//! What a visitor asks of a gallery: the order, a search, and the page. All of it is in the address, so that it can be
//! kept, sent on and gone back to.

use crate::pages::{
    PageError, fields::Fields, link_path::LinkPath, texts::LANGUAGE_PARAMETER as LANGUAGE, workspace::with_query,
};
use app::visitor::{MAX_WANTED, MemberQuery, Visit, Wanted};
use domain::{MemberOrder, access::Permit};
use faces::Band;

/// How many members a page shows.
pub(in crate::pages) const PAGE: i64 = 60;

/// The last page that can be asked for.
const LAST_PAGE: i64 = 1_000_000;

/// What a visitor asks of a gallery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::pages) struct GalleryQuery {
    /// Which members, in which order.
    pub(in crate::pages) members: MemberQuery,
    /// The page, from 1.
    pub(in crate::pages) page: i64,
    /// The order of the link, which is not written in addresses.
    usual: MemberOrder,
    /// The language that is written in addresses: in frames, where browsers may keep no cookie.
    language: Option<String>,
    /// Whether the visitor comes to the gallery, and does not look around in it.
    pub(in crate::pages) is_entry: bool,
    /// Whether only the tiles are asked for, by the script, which has all else already.
    pub(in crate::pages) tiles_only: bool,
    /// The people who are searched for.
    people: Wanted,
    /// What is wrong with the choice among the faces of a photo.
    pub(in crate::pages) mistake: Option<ChoiceMistake>,
    /// Whether what is not sure is shown, too.
    pub(in crate::pages) with_unsure: bool,
    /// In how many members they were found, if people are searched for.
    pub(in crate::pages) found: Option<FoundPeople>,
}

/// What is wrong with the choice among the faces of a photo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::pages) enum ChoiceMistake {
    /// None was chosen.
    None,
    /// More than are searched for at once.
    TooMany,
}

/// In how many members people were found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::pages) struct FoundPeople {
    pub(in crate::pages) sure: usize,
    pub(in crate::pages) unsure: usize,
    /// How many members have not been looked at yet.
    pub(in crate::pages) unsearched: usize,
}

impl GalleryQuery {
    /// Reads the query string of a visitor's request, and searches for the people that it names.
    pub(in crate::pages) async fn of(
        (visit, permit): (&Visit<'_>, Permit),
        query: &str,
        path: LinkPath<'_>,
    ) -> Result<Self, PageError> {
        let mut query = Self::parse(query, visit.usual_order(permit), path);
        if visit.link(permit).collection_id.is_none() {
            // There is nothing to search in.
            query.people = Wanted::default();
        }
        if visit.link(permit).collection_id.is_none() || !visit.has_person_search(permit) {
            query.mistake = None;
        }
        if query.is_for_people() {
            let found = visit.matches(&query.people).await;
            let app::visitor::FoundPeople { matches, unsearched } =
                found.map_err(|error| PageError::from(error).with_way_back(path))?;
            let (sure, unsure): (Vec<_>, Vec<_>) = matches.into_iter().partition(|found| found.band == Band::Sure);
            query.found = Some(FoundPeople { sure: sure.len(), unsure: unsure.len(), unsearched });
            let unsure = unsure.into_iter().filter(|_| query.with_unsure);
            query.members.among = Some(sure.into_iter().chain(unsure).map(|found| found.asset).collect());
        }
        Ok(query)
    }

    /// Reads the query string of a link with this usual order. What cannot be read counts as not asked for.
    fn parse(query: &str, usual: MemberOrder, path: LinkPath<'_>) -> Self {
        let fields = Fields::of_query(query);
        let page = fields.text("page").parse().ok().filter(|page| (1..=LAST_PAGE).contains(page));
        let tiles_only = fields.text("part") == "tiles";
        let chosen = fields.all("person").count();
        let mistake = if chosen > MAX_WANTED {
            Some(ChoiceMistake::TooMany)
        } else {
            (chosen == 0 && fields.has("together")).then_some(ChoiceMistake::None)
        };
        let search = app::search(Some(fields.text("search").trim().to_owned())).ok().flatten();
        Self {
            members: MemberQuery {
                order: fields.text("sort").parse().ok().filter(|order| usual.offers(*order)).unwrap_or(usual),
                search: search.filter(|text| !text.is_empty()),
                among: None,
            },
            people: Wanted {
                faces: fields.all("person").take(MAX_WANTED).map(str::to_owned).collect(),
                together: !fields.text("together").is_empty(),
            },
            mistake,
            with_unsure: !fields.text("unsure").is_empty(),
            found: None,
            page: page.unwrap_or(1),
            usual,
            language: fields.first(LANGUAGE).filter(|_| path.embedded).map(str::to_owned),
            is_entry: !tiles_only
                && !["page", "sort", "search", "person", "together"].iter().any(|name| fields.has(name)),
            tiles_only,
        }
    }

    /// The text that is searched for; empty, if none is.
    pub(in crate::pages) fn search(&self) -> &str {
        self.members.search.as_deref().unwrap_or_default()
    }

    /// Whether people are searched for.
    pub(in crate::pages) fn is_for_people(&self) -> bool {
        !self.people.faces.is_empty()
    }

    /// Whether one person is searched for, and nothing else.
    pub(in crate::pages) fn is_for_one_person(&self) -> bool {
        self.people.faces.len() == 1 && self.members.search.is_none()
    }

    /// The fields of the search for people: names and values.
    pub(in crate::pages) fn people_fields(&self) -> Vec<(&'static str, &str)> {
        let faces = self.people.faces.iter().map(|face| ("person", face.as_str()));
        let together = (self.is_for_people() && self.people.together).then_some(("together", "1"));
        let unsure = (self.is_for_people() && self.with_unsure).then_some(("unsure", "1"));
        faces.chain(together).chain(unsure).collect()
    }

    /// The gallery at `path` with the same people, and with what is not sure or without it.
    pub(in crate::pages) fn with_unsure(&self, path: &str, with_unsure: bool) -> String {
        Self { with_unsure, ..self.clone() }.on(path, &[])
    }

    /// The language in the address, if it is kept there.
    pub(in crate::pages) fn language(&self) -> Option<&str> {
        self.language.as_deref()
    }

    /// A path with nothing but the language, if it is kept in addresses.
    pub(in crate::pages) fn plain(&self, path: &str) -> String {
        with_query(path, &[(LANGUAGE, self.language.as_deref().unwrap_or_default())])
    }

    /// A path with this order and search, and more values.
    pub(in crate::pages) fn on(&self, path: &str, more: &[(&str, &str)]) -> String {
        let order = self.members.order;
        let sort = if order == self.usual { "" } else { order.as_str() };
        let language = self.language.as_deref().unwrap_or_default();
        let people = self.people_fields();
        with_query(
            path,
            &[&[("sort", sort), ("search", self.search())], &people[..], more, &[(LANGUAGE, language)]].concat(),
        )
    }

    /// A page of the gallery at `path`.
    pub(in crate::pages) fn page_url(&self, path: &str, page: i64) -> String {
        self.on(path, &[("page", &page.to_string())])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE_OF_LINK: LinkPath<'_> = LinkPath { token: "x", embedded: false };
    const FRAME_OF_LINK: LinkPath<'_> = LinkPath { token: "x", embedded: true };

    #[test]
    fn frames_keep_the_language_in_their_addresses() {
        let parse = |path| GalleryQuery::parse("lang=de&search=a", MemberOrder::Position, path);
        assert_eq!(parse(FRAME_OF_LINK).page_url("/s/x/embed", 2), "/s/x/embed?search=a&page=2&lang=de");
        assert_eq!(parse(PAGE_OF_LINK).page_url("/s/x", 2), "/s/x?search=a&page=2");
    }

    #[test]
    fn what_is_asked_for_is_read_as_it_is_written() {
        let parse = |query: &str| GalleryQuery::parse(query, MemberOrder::Position, PAGE_OF_LINK);
        let plain = parse("");
        assert_eq!((plain.members.clone(), plain.page, plain.is_entry), (MemberQuery::ALL, 1, true));
        assert_eq!((plain.on("/s/x", &[]), plain.page_url("/s/x", 2)), ("/s/x".to_owned(), "/s/x?page=2".to_owned()));
        let asked = parse("search=a+%26+b&sort=name&page=3");
        assert_eq!((asked.members.order, asked.search(), asked.page), (MemberOrder::Name, "a & b", 3));
        assert!(!asked.is_entry);
        let url = asked.page_url("/s/x", 3);
        assert_eq!(url, "/s/x?sort=name&search=a%20%26%20b&page=3");
        assert_eq!(parse(url.split_once('?').unwrap().1), asked);
        let tiles = parse("part=tiles&page=3");
        assert!(tiles.tiles_only && !asked.tiles_only && !parse("part=all").tiles_only);
        assert!(parse("part=all").is_entry && !parse("part=tiles").is_entry);
        assert_eq!(tiles.page_url("/s/x", 4), "/s/x?page=4");
        let long = format!("search={}", "x".repeat(app::MAX_SEARCH + 1));
        for odd in ["page=0", "page=-1", "page=x", "page=99999999999999999999", "sort=size", "search=++", &long] {
            let read = parse(odd);
            assert_eq!((read.members, read.page, read.is_entry), (MemberQuery::ALL, 1, false), "{odd}");
        }
    }

    #[test]
    fn the_order_of_the_link_is_the_one_that_is_not_written() {
        let parse = |query: &str| GalleryQuery::parse(query, MemberOrder::Newest, PAGE_OF_LINK);
        assert_eq!(
            (parse("").members.order, parse("sort=size").members.order),
            (MemberOrder::Newest, MemberOrder::Newest)
        );
        assert_eq!(parse("sort=newest").on("/s/x", &[]), "/s/x");
        assert_eq!(parse("sort=captured").members.order, MemberOrder::Newest, "only owners choose it");
        let captured = GalleryQuery::parse("sort=captured", MemberOrder::Captured, PAGE_OF_LINK);
        assert_eq!((captured.members.order, captured.on("/s/x", &[]).as_str()), (MemberOrder::Captured, "/s/x"));
        let arranged = parse("sort=position");
        assert_eq!(
            (arranged.members.order, arranged.page_url("/s/x", 2).as_str()),
            (MemberOrder::Position, "/s/x?sort=position&page=2")
        );
    }
}
