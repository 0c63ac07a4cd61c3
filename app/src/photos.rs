//! Photos that visitors send to search for a person. Nothing of them is stored: a photo is in the memory until its faces are
//! found, and then gone.
//!
//! Looking at a photo takes a core for some tenths of a second. One is looked at at a time, a few wait, and whoever comes then is told
//! to come back.

use crate::{Error, face_models::FaceModels, visitor::VisitError};
use bytes::Bytes;
use domain::network::{Network, site};
use faces::{Face, InPhoto, Place, Rgb};
use image::{ImageEncoder, RgbImage, codecs::jpeg::JpegEncoder, imageops};
use media::{MediaError, Pixels};
use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::sync::Semaphore;

/// The most bytes of a photo.
pub const MAX_PHOTO_BYTES: u64 = 20_000_000;

/// How many photos are received, or wait, at the same time.
const HELD: usize = 12;

/// How many of them may come from one network, so that a slow sender there does not keep out all others.
const HELD_BY_NETWORK: usize = 6;

/// How long a photo may wait until it is looked at.
const QUEUE_TIMEOUT: Duration = Duration::from_secs(20);

/// The longest edge at which a photo is looked at, in pixels. Whoever searches for a person fills more of it than in the
/// pictures of a group.
const EDGE: u32 = 1600;

/// The edge of the picture of a face, in pixels.
const FACE_EDGE: u32 = 160;

/// Receives photos and looks at them. Cheap to clone.
#[derive(Clone)]
pub struct Photos {
    models: FaceModels,
    held: Arc<Mutex<HashMap<Network, usize>>>,
    looked_at: Arc<Semaphore>,
}

/// The right to have a photo in the memory.
#[must_use = "without it, the photo does not count"]
pub struct PhotoSlot {
    held: Arc<Mutex<HashMap<Network, usize>>>,
    network: Network,
}

impl Drop for PhotoSlot {
    fn drop(&mut self) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = held.get_mut(&self.network) {
            *count -= 1;
            if *count == 0 {
                held.remove(&self.network);
            }
        }
    }
}

/// A photo, as it was looked at.
pub struct SeenPhoto {
    /// What is in it.
    pub found: InPhoto,
    picture: Pixels,
}

/// Why a photo was not looked at.
#[derive(Debug)]
pub enum PhotoError {
    /// It cannot be read; why, in English.
    Unreadable(String),
    /// Too many others are being looked at.
    Busy,
    /// The visitor may not search any more.
    Refused(VisitError),
    /// The fault is ours.
    Failed(Error),
}

impl Photos {
    /// Looks with these models.
    pub fn new(models: FaceModels) -> Self {
        Self { models, held: Arc::default(), looked_at: Arc::new(Semaphore::new(1)) }
    }

    /// Deletes what killed processes left of photos in the memory. A server does it when it starts.
    pub fn sweep() {
        media::sweep_memory();
    }

    /// Asks for room for a photo from an address, before it is received; none if there are too many.
    pub fn enter(&self, address: IpAddr) -> Option<PhotoSlot> {
        let network = site(address);
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let of_network = held.get(&network).copied().unwrap_or_default();
        if held.values().sum::<usize>() >= HELD || of_network >= HELD_BY_NETWORK {
            return None;
        }
        held.insert(network, of_network + 1);
        Some(PhotoSlot { held: Arc::clone(&self.held), network })
    }

    /// Looks at a photo.
    pub(crate) async fn look(&self, slot: PhotoSlot, photo: Bytes) -> Result<SeenPhoto, PhotoError> {
        let turn = tokio::time::timeout(QUEUE_TIMEOUT, Arc::clone(&self.looked_at).acquire_owned()).await;
        let turn = turn.map_err(|_| PhotoError::Busy)?.map_err(|error| PhotoError::Failed(Error::internal(error)))?;
        let models = self.models.clone();
        // Whoever hangs up meanwhile does not let in the next one before the core is free.
        let looking = tokio::spawn(async move {
            let _held = (turn, slot);
            look(models, photo).await
        });
        looking.await.map_err(|error| PhotoError::Failed(Error::internal(error)))?
    }
}

async fn look(models: FaceModels, photo: Bytes) -> Result<SeenPhoto, PhotoError> {
    let models = models.get().await.map_err(|error| PhotoError::Failed(Error::internal(error)))?;
    let picture = media::photo(photo, EDGE).await.map_err(|error| match error {
        MediaError::Unusable(reason) => PhotoError::Unreadable(reason),
        MediaError::Failed(error) => PhotoError::Failed(Error::internal(error)),
    })?;
    let looking = tokio::task::spawn_blocking(move || {
        let rgb = Rgb::new(picture.width, picture.height, &picture.rgb).map_err(Error::internal)?;
        let found = faces::find_in_photo(&models, rgb).map_err(Error::internal)?;
        Ok(SeenPhoto { found, picture })
    });
    looking.await.map_err(Error::internal).flatten().map_err(PhotoError::Failed)
}

impl SeenPhoto {
    /// A small JPEG of a face, with some of what is around it.
    pub fn picture_of(&self, face: &Face) -> Result<Vec<u8>, Error> {
        let Pixels { width, height, rgb } = &self.picture;
        let (left, top, edge) = square(face.place, *width, *height);
        let row = |y: u32| {
            let start = (y as usize * *width as usize + left as usize) * 3;
            &rgb[start..start + edge as usize * 3]
        };
        let cut = RgbImage::from_raw(edge, edge, (top..top + edge).flat_map(row).copied().collect());
        let cut = cut.ok_or_else(|| Error::internal("a picture has the wrong size"))?;
        let small = imageops::thumbnail(&cut, FACE_EDGE, FACE_EDGE);
        let mut jpeg = Vec::new();
        let encoder = JpegEncoder::new_with_quality(&mut jpeg, 80);
        let done = encoder.write_image(&small, FACE_EDGE, FACE_EDGE, image::ExtendedColorType::Rgb8);
        done.map_err(Error::internal)?;
        Ok(jpeg)
    }
}

/// The square around a face, as large as it is with half of it around, and as far as the picture goes: the left edge, the
/// upper edge and the length of an edge, in pixels.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the numbers are clamped to the picture")]
fn square(place: Place, width: u32, height: u32) -> (u32, u32, u32) {
    let (across, down) = (f64::from(width), f64::from(height));
    let Place { x, y, width: wide, height: high } = place;
    let [x, wide] = [x, wide].map(|part| f64::from(part) * across);
    let [y, high] = [y, high].map(|part| f64::from(part) * down);
    let edge = (wide.max(high) * 1.5).round().clamp(1.0, across.min(down));
    let left = (x + wide / 2.0 - edge / 2.0).round().clamp(0.0, across - edge);
    let top = (y + high / 2.0 - edge / 2.0).round().clamp(0.0, down - edge);
    (left as u32, top as u32, edge as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_network_does_not_take_all_the_room() {
        let photos = Photos::new(FaceModels::new(None).unwrap());
        let address = |last: u8| IpAddr::from([203, 0, 113, last]);
        let enter = |last, count| (0..count).map_while(|_| photos.enter(address(last))).collect::<Vec<_>>();
        let first = enter(1, HELD);
        assert_eq!(first.len(), HELD_BY_NETWORK);
        let second = enter(2, HELD);
        assert_eq!((second.len(), enter(3, HELD).len()), (HELD - HELD_BY_NETWORK, 0));
        drop(first);
        assert_eq!(enter(3, HELD).len(), HELD_BY_NETWORK, "what was given back is free again");
        drop(second);
        assert!(photos.held.lock().unwrap().is_empty());
    }

    #[test]
    fn the_square_of_a_face_is_within_the_picture() {
        let place = |x, y, width, height| Place { x, y, width, height };
        assert_eq!(square(place(0.4, 0.4, 0.2, 0.2), 1000, 1000), (350, 350, 300));
        assert_eq!(square(place(0.0, 0.0, 0.2, 0.2), 1000, 500), (0, 0, 300));
        assert_eq!(square(place(0.9, 0.9, 0.1, 0.1), 1000, 500), (850, 350, 150));
        for odd in [place(0.0, 0.0, 1.0, 1.0), place(1.0, 1.0, 0.0, 0.0), place(f32::NAN, -1.0, 9.0, 0.1)] {
            let (left, top, edge) = square(odd, 300, 200);
            assert!(edge >= 1 && left + edge <= 300 && top + edge <= 200, "{left} {top} {edge}");
        }
    }
}
