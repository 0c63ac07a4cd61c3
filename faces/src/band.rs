//! What a distance between two faces means. The thresholds come from the table in BENCHMARKS.md.

/// How likely two faces are of the same person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Band {
    /// Nearly always the same person.
    Sure,
    /// Often the same person, and often a sister, a brother or a stranger. A person has to look.
    Maybe,
}

/// Distances below this are sure.
const SURE_BELOW: f32 = 0.46;

/// Distances below this may be of the same person.
const MAYBE_BELOW: f32 = 0.54;

/// The band of a distance that `EmbeddingList::distances` gave, or none if it is that of two people.
pub fn band(distance: f32) -> Option<Band> {
    if distance < SURE_BELOW {
        Some(Band::Sure)
    } else if distance < MAYBE_BELOW {
        Some(Band::Maybe)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearer_faces_are_in_the_better_band() {
        assert_eq!(band(0.0), Some(Band::Sure));
        assert_eq!(band(SURE_BELOW), Some(Band::Maybe));
        assert_eq!(band(MAYBE_BELOW), None);
        assert_eq!(band(f32::INFINITY), None);
        assert_eq!(band(f32::NAN), None, "no distance is no likeness");
    }
}
