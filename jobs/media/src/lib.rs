//! Makes proxies from originals: still pictures of all kinds of files, and videos and sounds that play everywhere.
//!
//! Originals are not trusted. Decoders in this process have a memory limit that is checked before decoding. Formats
//! that need large C libraries are decoded by programs of the system, which run with limits (`program`) and can fail
//! without taking down a worker.
//!
//! A picture is decoded once, at a reduced scale if the format allows that, and each smaller proxy is made from the
//! larger one before. Proxies contain no metadata of the camera except a colour profile.
//!
//! This is a crate of its own because it is optimised in every build, including the generic code of libraries that is
//! compiled here.

mod bitmap;
mod captured;
mod cmyk;
mod colour;
mod converted;
mod cover;
mod decoded;
mod directory;
mod encode;
mod exif;
mod gray;
mod heif;
mod identify;
mod jpeg;
mod jpeg2000;
mod jxl;
mod limits;
mod outcome;
mod patched;
mod pdf;
mod photo;
mod pictures;
mod pixels;
mod placeholder;
mod probe;
mod program;
mod programs;
mod psd;
mod raster;
mod raw;
mod render;
mod scratch;
mod segments;
mod sound;
mod source;
mod srgb;
mod svg;
#[cfg(test)]
mod test_files;
mod tiff;
mod video;
mod watermark;
mod words;

pub use identify::{Identified, identify};
pub use outcome::{MediaError, ProxySpec, Rendered, RenderedProxy, RenderedVideo};
pub use photo::photo;
pub use pictures::{pictures, placeholder};
pub use pixels::{Pixels, pixels};
pub use program::{Gap, gaps};
pub use programs::{ProgramState, programs};
pub use scratch::{scratch, sweep, sweep_memory};
pub use sound::sound;
pub use video::{frames, has_equal_sizes, video};
pub use watermark::WatermarkImage;
