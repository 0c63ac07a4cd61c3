//! A photo that a stranger sends to be looked at. It is never written to a disk: the file and all that programs make of it
//! are in the memory, and gone when this returns. On systems without such a folder, no photo is read.

use super::{
    MediaError, Pixels, ProxySpec,
    identify::identify,
    pictures::pictures,
    pixels::pixels,
    scratch::{in_memory, scratch},
};
use anyhow::Context;
use bytes::Bytes;
use domain::{AssetKind, Preset};

/// The photo upright, with edges of at most so many pixels.
pub async fn photo(file: Bytes, longest_edge: u32) -> Result<Pixels, MediaError> {
    in_memory(async {
        let folder = scratch()?;
        let path = folder.path().join("photo");
        tokio::fs::write(&path, &file).await.context("there is no room for a photo in the memory")?;
        drop(file);
        let media = identify(&path).await?.media;
        // No photo is a drawing, and drawing one can take long.
        if media.kind != AssetKind::Image || media.media_type.starts_with("image/svg") {
            return Err(MediaError::unusable("This is no picture. Save it as a JPEG."));
        }
        let wanted = ProxySpec { rendition: Preset::Fullscreen.plain(), size: longest_edge };
        let made = pictures(&path, media.media_type, vec![wanted], None).await?;
        let picture = made.proxies.into_iter().next().context("no picture was made")?;
        pixels(picture.bytes, picture.media_type).await
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{ImageFormat, Rgb, RgbImage};
    use std::io::Cursor;

    fn picture(format: ImageFormat) -> Bytes {
        let mut bytes = Cursor::new(Vec::new());
        RgbImage::from_pixel(300, 200, Rgb([200, 90, 40])).write_to(&mut bytes, format).unwrap();
        bytes.into_inner().into()
    }

    #[tokio::test]
    async fn a_photo_is_read_and_made_smaller() {
        for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
            let read = photo(picture(format), 150).await.unwrap();
            assert_eq!((read.width, read.height, read.rgb.len()), (150, 100, 150 * 100 * 3), "{format:?}");
            assert!(read.rgb[0].abs_diff(200) < 8, "{format:?}: {}", read.rgb[0]);
        }
    }

    #[tokio::test]
    async fn what_is_no_picture_is_refused() {
        let mut cut = picture(ImageFormat::Png).to_vec();
        cut.truncate(40);
        for file in [
            Bytes::new(),
            Bytes::from_static(b"hello"),
            Bytes::from_static(b"%PDF-1.4 hello"),
            Bytes::from_static(b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>"),
            cut.into(),
        ] {
            let refused = photo(file, 150).await;
            assert!(matches!(refused, Err(MediaError::Unusable(_))), "{refused:?}");
        }
    }
}
