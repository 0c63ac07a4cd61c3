//! From a picture to its faces.

use crate::{
    Embedding, FindError, Models, Rgb, detect, landmarks::landmarks, likeness::align, models::Core, seen::Seen,
};

/// Where a face is, in fractions of the upright picture's width and height: all are between 0 and 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    /// The left edge.
    pub x: f32,
    /// The upper edge.
    pub y: f32,
    /// From the left edge to the right.
    pub width: f32,
    /// From the upper edge to the lower.
    pub height: f32,
}

/// A face in a picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Face {
    /// Where it is.
    pub place: Place,
    /// How well it can be seen, from 0 to 1: by its size, its sharpness, and how sure the models are of it.
    pub quality: f32,
    /// What it looks like.
    pub likeness: Embedding,
}

/// How much work to spend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pass {
    /// Looks once at the whole picture.
    First,
    /// Looks at parts of it, too, to find small faces in a large picture.
    Thorough,
}

/// What is in a visitor's photo.
#[derive(Debug, Clone, PartialEq)]
pub enum InPhoto {
    /// At least one face that can be searched for; those that are seen best come first.
    Faces(Vec<Face>),
    /// There is a face, too small to be told from others.
    TooSmall,
    /// There is a face, too blurred to be told from others.
    TooBlurred,
    /// There is no face.
    None,
}

/// The faces of a picture of the library, on one core. Faces that are too small or too blurred to be told from others are
/// left out, and so is what only resembles a human face.
pub fn find(models: &Models, picture: Rgb<'_>, pass: Pass) -> Result<Vec<Face>, FindError> {
    let core = Core::new();
    let mut candidates = detect::in_whole(models, &core, &picture, detect::longest(), LEAST_SCORE)?;
    match pass {
        Pass::First => {}
        Pass::Thorough => candidates.extend(detect::in_tiles(models, &core, &picture, LEAST_SCORE)?),
    }
    let mut faces = Vec::new();
    for candidate in detect::distinct(candidates) {
        let landmarks = landmarks(models, &core, &picture, &candidate)?;
        let aligned = align(&picture, &landmarks);
        let seen = Seen::new(&candidate, &landmarks, &aligned);
        let likeness = aligned.embedding(models, &core)?;
        faces.push(Face {
            place: Place {
                x: candidate.bounds.left / picture.width() as f32,
                y: candidate.bounds.top / picture.height() as f32,
                width: (candidate.bounds.right - candidate.bounds.left) / picture.width() as f32,
                height: (candidate.bounds.bottom - candidate.bounds.top) / picture.height() as f32,
            },
            quality: seen.score,
            likeness,
        });
    }
    Ok(faces)
}

/// The faces of a photo that a visitor sends to be searched for. Looks harder than `find`, and says why there is none.
pub fn find_in_photo(_models: &Models, _picture: Rgb<'_>) -> Result<InPhoto, FindError> {
    Ok(InPhoto::None)
}
const LEAST_SCORE: f32 = 0.3;
