//! From one decoded picture to all its proxies: made small from large, turned upright, marked, written.

use super::{
    Made, MadeProxy, Mark, MediaError, Wanted,
    encode::encode,
    limits::fit,
    still::{Still, without_idle_alpha},
};
use bytes::Bytes;
use fast_image_resize::{ResizeOptions, Resizer};
use image::DynamicImage;
use std::cmp::Reverse;

/// Makes what is wanted. The large ones come first: each is made from the one before.
pub(super) fn render(still: Still, wanted: &[Wanted], mark: Option<&Mark>) -> Result<Made, MediaError> {
    let (width, height) = still.upright_size();
    let mut made = Made { width, height, duration_seconds: None, proxies: Vec::with_capacity(wanted.len()) };
    let mut sized: Vec<_> = wanted.iter().map(|wanted| (fit(width, height, wanted.longest_edge), *wanted)).collect();
    sized.sort_by_key(|((width, height), _)| Reverse((*width, *height)));
    let mut sizes = sized.chunk_by(|(one, _), (other, _)| one == other).peekable();

    let mut resizer = Resizer::new();
    let Some(first) = sizes.peek() else { return Ok(made) };
    let (mut picture, profile) = upright(still, first[0].0, &mut resizer)?;
    while let Some(same) = sizes.next() {
        // The next is made from this one before a mark is drawn on it, and none is copied for that.
        let plain = part(&picture, same, false, profile.as_deref(), &mut made.proxies);
        plain?;
        let next = sizes.peek().map(|next| shrink(&picture, next[0].0, &mut resizer)).transpose()?;
        if same.iter().any(|(_, wanted)| wanted.watermarked) {
            let mark = mark.ok_or_else(|| anyhow::anyhow!("a watermark is wanted, and there is none"))?;
            mark.draw(&mut picture)?;
            part(&picture, same, true, profile.as_deref(), &mut made.proxies)?;
        }
        let Some(next) = next else { break };
        picture = next;
    }
    Ok(made)
}

/// Writes a picture once, for all that want it like this.
fn part(
    picture: &DynamicImage,
    same: &[((u32, u32), Wanted)],
    watermarked: bool,
    profile: Option<&[u8]>,
    proxies: &mut Vec<MadeProxy>,
) -> Result<(), MediaError> {
    let mut file: Option<(Bytes, &'static str)> = None;
    for (_, wanted) in same.iter().filter(|(_, wanted)| wanted.watermarked == watermarked) {
        let (bytes, media_type) = match &file {
            Some(file) => file.clone(),
            None => file.insert(encode(picture, profile)?).clone(),
        };
        let (width, height) = (picture.width(), picture.height());
        proxies.push(MadeProxy { preset: wanted.preset, watermarked, bytes, media_type, width, height });
    }
    Ok(())
}

/// The picture at this upright size. It is turned when it is small already.
fn upright(
    still: Still,
    size: (u32, u32),
    resizer: &mut Resizer,
) -> Result<(DynamicImage, Option<Vec<u8>>), MediaError> {
    let (width, height) = if still.lies() { (size.1, size.0) } else { size };
    let Still { mut picture, orientation, profile, .. } = still;
    if (picture.width(), picture.height()) != (width, height) {
        picture = shrink(&picture, (width, height), resizer)?;
    }
    let mut picture = without_idle_alpha(picture);
    picture.apply_orientation(orientation);
    Ok((picture, profile))
}

/// A smaller copy.
pub(super) fn shrink(
    picture: &DynamicImage,
    (width, height): (u32, u32),
    resizer: &mut Resizer,
) -> Result<DynamicImage, MediaError> {
    let mut small = DynamicImage::new(width, height, picture.color());
    resizer.resize(picture, &mut small, &ResizeOptions::new()).map_err(anyhow::Error::new)?;
    Ok(small)
}
