//! Archives of the files of a link.
//!
//! `contents` finds the files and asks `domain::access::decide` about each. `domain::archive` computes from their names,
//! sizes and CRC-32 where each byte of the archive lies. `reader` then reads any part of it: before each file begins,
//! `guard` opens the link anew and asks once more, so that an archive ends in the middle when its link does.

mod arranged;
mod contents;
mod guard;
mod opened;
mod plan;
mod reader;
mod summary;

pub use guard::ArchiveError;
pub use opened::Archive;
pub use plan::{ArchivePlan, Missing, archive_path};
pub use reader::ArchiveReader;
pub use summary::{ArchiveOffer, ArchiveSummary};
