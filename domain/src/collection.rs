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
    }
}

#[expect(clippy::derivable_impls, reason = "the macro names no default")]
impl Default for MemberOrder {
    fn default() -> Self {
        Self::Position
    }
}
