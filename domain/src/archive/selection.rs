//! Which members of a collection are asked for, by their positions.

use std::fmt;

/// Which members of a collection are asked for. The only asset of a link has the position 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    /// All of them.
    All,
    /// Those at these positions: ranges with both ends, in order, that neither touch nor overlap.
    Positions(Vec<(i64, i64)>),
}

impl Selection {
    /// Reads texts such as `3`, `3,7,9-12` and `all`; none, if one of them is anything else. An empty text adds nothing.
    pub fn parse<'a>(texts: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        let (mut ranges, mut all) = (Vec::new(), false);
        for part in texts.into_iter().flat_map(|text| text.split(',')).map(str::trim).filter(|part| !part.is_empty()) {
            if part == "all" {
                all = true;
            } else {
                ranges.push(range(part)?);
            }
        }
        Some(if all { Self::All } else { Self::of(ranges) })
    }

    /// The selection of these ranges of positions.
    pub fn of(mut ranges: Vec<(i64, i64)>) -> Self {
        ranges.retain(|(first, last)| first <= last);
        ranges.sort_unstable();
        let mut merged: Vec<(i64, i64)> = Vec::new();
        for (first, last) in ranges {
            match merged.last_mut() {
                Some(before) if first <= before.1.saturating_add(1) => before.1 = before.1.max(last),
                _ => merged.push((first, last)),
            }
        }
        Self::Positions(merged)
    }

    /// Whether nothing is asked for.
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Positions(ranges) if ranges.is_empty())
    }

    /// The first and the last positions of the ranges.
    pub fn ranges(&self) -> (Vec<i64>, Vec<i64>) {
        match self {
            Self::All => (vec![1], vec![i64::MAX]),
            Self::Positions(ranges) => ranges.iter().copied().unzip(),
        }
    }
}

/// Reads `3` or `9-12`. Positions count from 1.
fn range(text: &str) -> Option<(i64, i64)> {
    let number = |text: &str| {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse::<i64>().ok().filter(|position| digits && *position > 0)
    };
    match text.split_once('-') {
        Some((first, last)) => Some((number(first)?, number(last)?)).filter(|(first, last)| first <= last),
        None => number(text).map(|position| (position, position)),
    }
}

impl fmt::Display for Selection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::Positions(ranges) = self else { return f.write_str("all") };
        for (index, (first, last)) in ranges.iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            if first == last { write!(f, "{comma}{first}")? } else { write!(f, "{comma}{first}-{last}")? }
        }
        Ok(())
    }
}
