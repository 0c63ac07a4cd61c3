//! The days on which the members of a gallery were taken, each of which is a heading above its pictures.

use crate::pages::texts::Texts;
use chrono::NaiveDate;

/// The headings of members in order, each with how many members are below it.
pub(super) fn runs(days: impl Iterator<Item = Option<NaiveDate>>, texts: Texts) -> Vec<(String, usize)> {
    let mut runs: Vec<(Option<NaiveDate>, usize)> = Vec::new();
    for day in days {
        match runs.last_mut() {
            Some((last, count)) if *last == day => *count += 1,
            _ => runs.push((day, 1)),
        }
    }
    let heading = |day: Option<NaiveDate>| day.map_or_else(|| texts.without_date(), |day| texts.day(day));
    runs.into_iter().map(|(day, count)| (heading(day), count)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_of_a_day_are_below_one_heading() {
        let days = ["1861-07-04", "2024-05-01", "2024-05-01", "2024-05-02", "", ""].map(|day| day.parse().ok());
        let expected = [
            ("Thursday, 4 July 1861", 1),
            ("Wednesday, 1 May 2024", 2),
            ("Thursday, 2 May 2024", 1),
            ("Without a date", 2),
        ];
        assert_eq!(
            runs(days.into_iter(), Texts::english()),
            expected.map(|(heading, count)| (heading.to_owned(), count))
        );
        assert_eq!(runs(std::iter::empty(), Texts::english()), []);
    }
}
