//! Makes all proxies of one decoded picture: scales it down, applies the orientation, draws the watermark, encodes.

use super::{
    MediaError, ProxySpec, Rendered, RenderedProxy, WatermarkImage,
    decoded::{Decoded, without_opaque_alpha},
    encode::encode,
    gray,
    limits::fit,
    placeholder::{LONGEST_EDGE, placeholder},
    srgb::has_primaries,
};
use anyhow::{Error, anyhow};
use bytes::Bytes;
use fast_image_resize::{
    FilterType, PixelTrait, ResizeAlg, ResizeOptions, Resizer,
    images::TypedImage,
    pixels::{U8, U8x3, U8x4},
};
use image::DynamicImage;
use std::cmp::Reverse;

/// How many rows of a scaled picture are computed at a time.
const BAND: u32 = 256;

/// Reads two thirds of the pixels that Lanczos reads; no difference was visible at these sizes.
const FILTER: ResizeAlg = ResizeAlg::Convolution(FilterType::CatmullRom);

/// Makes the requested proxies, large ones first, because each is scaled down from the one before.
pub(super) fn render(
    mut decoded: Decoded,
    wanted: &[ProxySpec],
    mark: Option<&WatermarkImage>,
) -> Result<Rendered, MediaError> {
    let (width, height) = decoded.upright_size();
    let (duration_seconds, warning) = (None, decoded.warning.take());
    let proxies = Vec::with_capacity(wanted.len());
    let mut made = Rendered { width, height, duration_seconds, warning, placeholder: Vec::new(), proxies };
    let mut sized: Vec<_> = wanted.iter().map(|wanted| (fit(width, height, wanted.size), *wanted)).collect();
    sized.sort_by_key(|((width, height), _)| Reverse((*width, *height)));
    let mut sizes = sized.chunk_by(|(one, _), (other, _)| one == other).peekable();

    let mut resizer = Resizer::new();
    let first = sizes.peek().map_or_else(|| fit(width, height, LONGEST_EDGE), |first| first[0].0);
    let (mut picture, profile) = upright(decoded, first, &mut resizer)?;
    if wanted.is_empty() {
        made.placeholder = placeholder(&mut picture, profile.as_deref(), &mut resizer)?;
    }
    while let Some(same) = sizes.next() {
        // The next picture is scaled down before the watermark is drawn on this one, so that no copy is needed.
        part(&picture, same, false, profile.as_deref(), &mut made.proxies)?;
        let next = sizes.peek().map(|next| shrink(&mut picture, next[0].0, &mut resizer)).transpose()?;
        if next.is_none() {
            made.placeholder = placeholder(&mut picture, profile.as_deref(), &mut resizer)?;
        }
        if same.iter().any(|(_, wanted)| wanted.rendition.watermarked) {
            let mark = mark.ok_or_else(|| anyhow!("a watermark is wanted, and there is none"))?;
            let mut profile = profile.as_deref();
            if mark.has_colours() && !picture.color().has_color() {
                picture = gray::to_rgb(picture, profile.take());
            }
            mark.draw(&mut picture)?;
            part(&picture, same, true, profile, &mut made.proxies)?;
        }
        let Some(next) = next else { break };
        picture = next;
    }
    Ok(made)
}

/// Encodes a picture once, for all requested proxies of this size.
fn part(
    picture: &DynamicImage,
    same: &[((u32, u32), ProxySpec)],
    watermarked: bool,
    profile: Option<&[u8]>,
    proxies: &mut Vec<RenderedProxy>,
) -> Result<(), MediaError> {
    let mut file: Option<(Bytes, &'static str)> = None;
    for (_, wanted) in same.iter().filter(|(_, wanted)| wanted.rendition.watermarked == watermarked) {
        let (bytes, media_type) = match &file {
            Some(file) => file.clone(),
            None => file.insert(encode(picture, profile)?).clone(),
        };
        let (width, height) = (picture.width(), picture.height());
        proxies.push(RenderedProxy { rendition: wanted.rendition, bytes, media_type, width, height });
    }
    Ok(())
}

/// Scales a picture to this size and then applies its orientation, which is faster on a small picture.
fn upright(
    decoded: Decoded,
    size: (u32, u32),
    resizer: &mut Resizer,
) -> Result<(DynamicImage, Option<Vec<u8>>), MediaError> {
    let (width, height) = if decoded.swaps_edges() { (size.1, size.0) } else { size };
    let Decoded { mut picture, orientation, profile, .. } = decoded;
    if (picture.width(), picture.height()) != (width, height) {
        picture = shrink(&mut picture, (width, height), resizer)?;
    }
    let mut picture = without_opaque_alpha(picture);
    picture.apply_orientation(orientation);
    Ok((picture, profile.filter(|profile| has_primaries(profile))))
}

/// Scales a picture down.
pub(super) fn shrink(
    picture: &mut DynamicImage,
    (width, height): (u32, u32),
    resizer: &mut Resizer,
) -> Result<DynamicImage, MediaError> {
    let from_size = (picture.width(), picture.height());
    let mut small = DynamicImage::new(width, height, picture.color());
    match (picture, &mut small) {
        (DynamicImage::ImageLuma8(from), DynamicImage::ImageLuma8(into)) => {
            resize::<U8>(from, from_size, into, (width, height), resizer)?;
        }
        (DynamicImage::ImageRgb8(from), DynamicImage::ImageRgb8(into)) => {
            resize::<U8x3>(from, from_size, into, (width, height), resizer)?;
        }
        (DynamicImage::ImageRgba8(from), DynamicImage::ImageRgba8(into)) => {
            resize::<U8x4>(from, from_size, into, (width, height), resizer)?;
        }
        (other, _) => return Err(anyhow!("{:?} cannot be resized", other.color()).into()),
    }
    Ok(small)
}

/// The only call of the resize library, which is compiled again for each pixel type (three here) and for each type of
/// view. So the source, which is only read, has the same mutable view type that the library uses for its own copies.
///
/// The picture is computed in bands, so that the intermediate result of a band, between the horizontal and the vertical
/// pass, stays in the cache.
pub(super) fn resize<P: PixelTrait>(
    from: &mut [u8],
    (from_width, from_height): (u32, u32),
    into: &mut [u8],
    (width, height): (u32, u32),
    resizer: &mut Resizer,
) -> Result<(), MediaError> {
    let from = TypedImage::<P>::from_buffer(from_width, from_height, from).map_err(Error::new)?;
    let step = f64::from(from_height) / f64::from(height);
    let options = ResizeOptions::new().resize_alg(FILTER);
    let row = width as usize * P::size();
    let mut top = 0;
    for band in into.chunks_mut(row * BAND as usize) {
        let rows = BAND.min(height - top);
        // The filter reads beyond the edges of its part, so that no seam is visible. Rounding must not lead outside the
        // picture.
        let (from_row, all_rows) = (f64::from(top) * step, f64::from(from_height));
        let part_rows = (f64::from(rows) * step).min(all_rows - from_row);
        let part_rows = if from_row + part_rows > all_rows { part_rows.next_down() } else { part_rows };
        let part = options.crop(0.0, from_row, from_width.into(), part_rows);
        let mut into = TypedImage::<P>::from_buffer(width, rows, band).map_err(Error::new)?;
        resizer.resize_typed(&from, &mut into, &part).map_err(Error::new)?;
        top += rows;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_files::gradient;

    #[test]
    fn bands_show_no_seam() {
        let mut large = gradient(300, 1900);
        for (width, height) in [(250, 1583), (250, 1579), (100, 633), (7, 44)] {
            let banded = shrink(&mut large, (width, height), &mut Resizer::new()).unwrap();
            let mut from = large.to_rgb8();
            let from = TypedImage::<U8x3>::from_buffer(300, 1900, &mut from).unwrap();
            let mut whole = DynamicImage::new_rgb8(width, height).into_rgb8();
            let mut into = TypedImage::<U8x3>::from_buffer(width, height, &mut whole).unwrap();
            let options = ResizeOptions::new().resize_alg(FILTER);
            Resizer::new().resize_typed(&from, &mut into, &options).unwrap();
            let most = banded.as_bytes().iter().zip(whole.as_raw()).map(|(one, other)| one.abs_diff(*other)).max();
            assert!(most.unwrap() <= 1, "{width}×{height}: {most:?}");
        }
    }
}
