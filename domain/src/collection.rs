//! What a collection is.

use crate::text_enum::text_enum;

text_enum! {
    /// How a collection came to be.
    pub enum CollectionKind {
        /// Made by a person, and kept until a person deletes it.
        Manual = "MANUAL",
        /// Made by a bulk share, for its link.
        Automatic = "AUTOMATIC",
    }
}
