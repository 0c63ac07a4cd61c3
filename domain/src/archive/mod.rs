//! ZIP archives of the files of a link: what is asked for, what the files are called in it, and where each byte lies.
//!
//! An archive is never stored. Its members are not compressed, and their sizes and CRC-32 are known beforehand, so that
//! the place of every byte follows from the list of members ([`Layout`]). Any part of an archive can therefore be sent
//! without the parts before it, by any machine, at any time, and is always the same.

mod cursor;
mod layout;
mod names;
mod records;
mod request;
mod selection;
#[cfg(test)]
mod tests;

pub use cursor::{Cursor, Piece};
pub use layout::{Layout, LayoutBuilder, Member};
pub use names::{Names, clean};
pub use request::{ArchiveRequest, ArchiveVersion};
pub use selection::Selection;
