//! The covers of links as JPEGs that messengers accept: small, and without transparency.
//!
//! Most previews are such JPEGs and are sent as they are. Of the others a JPEG is made when somebody first asks for it,
//! and kept in memory. A cover is made of the picture that the link shows, so that it has a watermark where that has one.
//! The blob of a picture never changes, so that no entry has to be invalidated. Whether a visitor may see a cover is
//! decided before.

use crate::{Error, Services, visitor::Cover};
use bytes::Bytes;
use domain::FileId;
use image::{
    DynamicImage, ImageDecoder, ImageEncoder, ImageReader, RgbImage, codecs::jpeg::JpegEncoder, imageops::FilterType,
};
use quick_cache::{Weighter, sync::Cache};
use std::io::Cursor;
use storage::{Blob, StorageError};
use tokio::sync::Semaphore;

/// The largest file, in bytes. Some messengers show nothing larger.
pub const MAX_COVER: i64 = 300_000;

/// The longest edge of a cover that is made, in pixels.
const MAX_EDGE: f64 = 1200.0;

/// The qualities that are tried, until the file is small enough.
const QUALITIES: [u8; 6] = [82, 70, 55, 40, 25, 10];

/// Larger colour profiles are left out.
const MAX_PROFILE: usize = 32 * 1024;

/// How many covers are made at a time.
const AT_A_TIME: usize = 2;

/// The size of the cache, in bytes, and about how many covers it holds.
const CAPACITY_BYTES: u64 = 32 * 1024 * 1024;
const ESTIMATED_ITEMS: usize = 200;

#[derive(Clone)]
struct BySize;

impl Weighter<FileId, Bytes> for BySize {
    fn weight(&self, _: &FileId, bytes: &Bytes) -> u64 {
        bytes.len() as u64
    }
}

/// Why there is no JPEG of a cover.
#[derive(Debug)]
pub enum CoverError {
    /// Its picture could not be read; it may have been replaced in the meantime.
    Storage(StorageError),
    /// The JPEG could not be made.
    Failed(Error),
}

impl From<StorageError> for CoverError {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

impl From<Error> for CoverError {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// The covers that were made.
pub struct Covers {
    made: Cache<FileId, Bytes, BySize>,
    permits: Semaphore,
}

impl Default for Covers {
    fn default() -> Self {
        let made = Cache::with_weighter(ESTIMATED_ITEMS, CAPACITY_BYTES, BySize);
        Self { made, permits: Semaphore::new(AT_A_TIME) }
    }
}

impl Covers {
    /// The JPEG of a cover.
    pub async fn jpeg(&self, services: &Services, cover: &Cover) -> Result<Bytes, CoverError> {
        if is_sent_as_it_is(cover) {
            return Ok(services.storage.read_all(Blob::Proxy(cover.file)).await?);
        }
        self.made.get_or_insert_async(&cover.file, self.make(services, cover)).await
    }

    async fn make(&self, services: &Services, cover: &Cover) -> Result<Bytes, CoverError> {
        let _permit = self.permits.acquire().await.map_err(Error::internal)?;
        let picture = services.storage.read_all(Blob::Proxy(cover.file)).await?;
        let size = dimensions(cover);
        let made = tokio::task::spawn_blocking(move || make(&picture, size)).await.map_err(Error::internal)?;
        Ok(made.map_err(Error::internal)?)
    }
}

fn is_sent_as_it_is(cover: &Cover) -> bool {
    cover.media_type == "image/jpeg" && cover.byte_size < MAX_COVER
}

/// Width and height of the JPEG of a cover, in pixels.
pub(crate) fn dimensions(cover: &Cover) -> (i32, i32) {
    let (width, height) = cover.size;
    let scale = MAX_EDGE / f64::from(width.max(height).max(1));
    if is_sent_as_it_is(cover) || scale >= 1.0 {
        return (width, height);
    }
    #[expect(clippy::cast_possible_truncation, reason = "it is at most MAX_EDGE")]
    let scaled = |edge: i32| ((f64::from(edge) * scale).round() as i32).max(1);
    (scaled(width), scaled(height))
}

/// Makes a JPEG of this size that is small enough.
fn make(picture: &[u8], (width, height): (i32, i32)) -> image::ImageResult<Bytes> {
    let mut decoder = ImageReader::new(Cursor::new(picture)).with_guessed_format()?.into_decoder()?;
    let is_colour = decoder.color_type().has_color();
    let profile = decoder.icc_profile()?.filter(|profile| is_colour && profile.len() <= MAX_PROFILE);
    let picture = DynamicImage::from_decoder(decoder)?;
    let (width, height) = (width.unsigned_abs(), height.unsigned_abs());
    let picture = if (picture.width(), picture.height()) == (width, height) {
        picture
    } else {
        picture.resize_exact(width, height, FilterType::Triangle)
    };
    let picture = on_white(picture);
    let mut bytes = Vec::new();
    for quality in QUALITIES {
        bytes.clear();
        let mut encoder = JpegEncoder::new_with_quality(&mut bytes, quality);
        if let Some(profile) = &profile {
            // An encoder that takes no profile leaves it out.
            let _ = encoder.set_icc_profile(profile.clone());
        }
        encoder.encode_image(&picture)?;
        if i64::try_from(bytes.len()).is_ok_and(|size| size < MAX_COVER) {
            break;
        }
    }
    Ok(bytes.into())
}

/// The picture without transparency, as it looks on white paper.
fn on_white(picture: DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.into_rgb8();
    }
    let transparent = picture.into_rgba8();
    RgbImage::from_fn(transparent.width(), transparent.height(), |x, y| {
        let [red, green, blue, alpha] = transparent.get_pixel(x, y).0;
        let mixed = |colour: u8| {
            let (colour, alpha) = (u16::from(colour), u16::from(alpha));
            u8::try_from((colour * alpha + 255 * (255 - alpha)) / 255).unwrap_or(u8::MAX)
        };
        image::Rgb([mixed(red), mixed(green), mixed(blue)])
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{AssetId, Preset};
    use image::{Rgba, RgbaImage};

    fn cover(media_type: &str, byte_size: i64, size: (i32, i32)) -> Cover {
        Cover {
            asset: AssetId::nil(),
            preset: Preset::Preview,
            enlarged_width: None,
            placeholder: None,
            alt: String::new(),
            file: FileId::nil(),
            byte_size,
            media_type: media_type.to_owned(),
            size,
        }
    }

    #[test]
    fn only_what_is_too_large_is_scaled_down() {
        for (media_type, bytes, size, expected) in [
            ("image/jpeg", 299_999, (1280, 853), (1280, 853)),
            ("image/jpeg", 300_000, (1280, 853), (1200, 800)),
            ("image/png", 10, (1280, 853), (1200, 800)),
            ("image/png", 10, (40, 30), (40, 30)),
            ("image/png", 10, (5000, 1), (1200, 1)),
        ] {
            assert_eq!(dimensions(&cover(media_type, bytes, size)), expected, "{media_type} {bytes} {size:?}");
        }
    }

    #[test]
    fn noise_and_transparency_become_a_small_jpeg() {
        let mut state = 1_u32;
        let mut noise = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.to_be_bytes()[0]
        };
        let noisy = RgbaImage::from_fn(1200, 1200, |_, _| Rgba([noise(), noise(), noise(), 255]));
        let clear = RgbaImage::from_pixel(40, 30, Rgba([200, 0, 0, 0]));
        for (picture, size) in [(noisy, (1200, 1200)), (clear, (40, 30))] {
            let mut png = Cursor::new(Vec::new());
            picture.write_to(&mut png, image::ImageFormat::Png).unwrap();
            let jpeg = make(png.get_ref(), size).unwrap();
            assert!(i64::try_from(jpeg.len()).unwrap() < MAX_COVER, "{}", jpeg.len());
            let read = image::load_from_memory_with_format(&jpeg, image::ImageFormat::Jpeg).unwrap().into_rgb8();
            assert_eq!((read.width().cast_signed(), read.height().cast_signed()), size);
            if size == (40, 30) {
                assert!(read.get_pixel(20, 15).0.iter().all(|colour| *colour > 250), "white");
            }
        }
    }
}
