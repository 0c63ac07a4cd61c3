//! The sample library, which a newcomer finds before they add files of their own.
//!
//! Real photographs come from packages that the `dev` script has fetched; without them, generated pictures take
//! their place. A few special files show what a library has to cope with: a picture that is turned by its EXIF
//! data only, one with transparency, a document, a video.

mod generated;
mod licences;
mod make;
mod report;
mod special;

pub use make::make;
pub use report::{Report, SamplesError};
pub use special::pdf;
