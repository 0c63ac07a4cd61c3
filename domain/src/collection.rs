//! The kinds of collection, and the orders in which members are shown.

use crate::text_enum::text_enum;

text_enum! {
    /// How a collection was created.
    pub enum CollectionKind {
        /// Created by a person, and kept until a person deletes it.
        Manual = "MANUAL",
        /// Created by a bulk share, for its link.
        Automatic = "AUTOMATIC",
    }
}

text_enum! {
    /// The order in which a page shows the members of a collection.
    pub enum MemberOrder {
        /// As they were put in.
        Position = "position",
        /// By title, as people sort: letters by the rules of Unicode, and `2` before `10`.
        Name = "name",
        /// The last that was added to the library comes first.
        Newest = "newest",
        /// The first that was added to the library comes first.
        Oldest = "oldest",
        /// The first that was taken comes first; what has no date comes last, in the order of [`Self::Oldest`].
        Captured = "captured",
    }
}

impl MemberOrder {
    /// Whether visitors of a link with this order may ask for another one. That of capture says something of when
    /// pictures were taken, so that only the owner of a link chooses it.
    pub const fn offers(self, other: Self) -> bool {
        !matches!(other, Self::Captured) || matches!(self, Self::Captured)
    }
}

#[expect(clippy::derivable_impls, reason = "the macro names no default")]
impl Default for MemberOrder {
    fn default() -> Self {
        Self::Position
    }
}
