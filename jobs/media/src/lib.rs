//! Turns originals into proxies: still pictures of anything, and videos that play everywhere.
//!
//! An original is whatever somebody uploaded, so nothing here trusts it. What our own process decodes is bounded in
//! memory before it is decoded; the formats that need large libraries written in C are left to programs of the system,
//! which run with limits (`program`) and die without taking a worker along.
//!
//! A picture is decoded once, at a reduced scale where its format can do that; each smaller one is made from the one
//! before. Nothing of what the camera wrote beside the pixels gets into a proxy, except for a colour profile.
//!
//! A crate of its own, because it is optimised in every build: what libraries are generic over is compiled here.

mod cmyk;
mod decoded;
mod encode;
mod gray;
mod heif;
mod jpeg;
mod limits;
mod outcome;
mod pdf;
mod pictures;
mod probe;
mod program;
mod raster;
mod render;
mod scratch;
mod segments;
#[cfg(test)]
mod test_files;
mod video;
mod watermark;

pub use outcome::{MediaError, ProxySpec, Rendered, RenderedProxy, RenderedVideo};
pub use pictures::pictures;
pub use probe::playing_time;
pub use scratch::{scratch, sweep};
pub use video::video;
pub use watermark::WatermarkImage;
