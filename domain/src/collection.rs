//! The kinds of collection.

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
