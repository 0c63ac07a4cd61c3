//! From a picture to its faces.

use crate::{
    Embedding, FindError, Models, Rgb,
    detect::{self, Box, Candidate},
    landmarks::landmarks,
    likeness::{Aligned, align},
    models::Core,
    seen::{Gate, Seen, Verdict},
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
    /// Looks at tiles of it, too, to find small faces in a large picture.
    Thorough,
}

/// What is in a visitor's photo.
#[derive(Debug, Clone, PartialEq)]
pub enum InPhoto {
    /// At least one face that can be searched for.
    Faces {
        /// Those that are seen best, which come first.
        faces: Vec<Face>,
        /// Whether there are more than those.
        has_more: bool,
    },
    /// There is a face, too small to be told from others.
    TooSmall,
    /// There is a face, too blurred to be told from others.
    TooBlurred,
    /// There is no face.
    None,
}

/// More faces of one picture are not looked at, so that a picture of a crowd, or one made for it, has its limit.
const MOST_FACES: usize = 200;

/// The most faces of a visitor's photo, each of which takes a while.
const MOST_CHOICES: usize = 24;

/// The edge at which a visitor's photo is looked at once more: a face that fills a photo is found better there.
const CLOSE_UP: u32 = 256;

/// The faces of a picture of the library, on one core. Faces that are too small or too blurred to be told from others are
/// left out, and so is most of what only resembles a human face.
pub fn find(models: &Models, picture: Rgb<'_>, pass: Pass) -> Result<Vec<Face>, FindError> {
    let core = Core::new();
    let gate = Gate::LIBRARY;
    let mut candidates = detect::in_whole(models, &core, &picture, detect::LONGEST, gate.looked_at)?;
    match pass {
        Pass::First => {}
        Pass::Thorough => candidates.extend(detect::in_tiles(models, &core, &picture, gate.looked_at)?),
    }
    let faces = judged(models, &core, &picture, candidates, gate)?.faces;
    faces.into_iter().map(|face| face.compared(models, &core)).collect()
}

/// The faces of a photo that a visitor sends to be searched for, on one core. Others wait meanwhile, so that small faces in a
/// large photo are not looked for part by part. Leaves the choice
/// among doubtful faces to the visitor, and says why there is none.
pub fn find_in_photo(models: &Models, picture: Rgb<'_>) -> Result<InPhoto, FindError> {
    let core = Core::new();
    let gate = Gate::VISITOR;
    let mut candidates = detect::in_whole(models, &core, &picture, detect::LONGEST, gate.looked_at)?;
    candidates.extend(detect::in_whole(models, &core, &picture, CLOSE_UP, gate.looked_at)?);
    let Judged { mut faces, too_small, too_blurred } = judged(models, &core, &picture, candidates, gate)?;
    faces.sort_by(|a, b| b.quality.total_cmp(&a.quality));
    let has_more = faces.len() > MOST_CHOICES;
    let faces = faces.into_iter().take(MOST_CHOICES).map(|face| face.compared(models, &core));
    let faces: Vec<Face> = faces.collect::<Result<_, _>>()?;
    Ok(match (faces.is_empty(), too_blurred, too_small) {
        (false, _, _) => InPhoto::Faces { faces, has_more },
        (true, true, _) => InPhoto::TooBlurred,
        (true, false, true) => InPhoto::TooSmall,
        (true, false, false) => InPhoto::None,
    })
}

/// A face whose numbers are not known yet.
struct Seeable {
    place: Place,
    quality: f32,
    aligned: Aligned,
}

impl Seeable {
    fn compared(self, models: &Models, core: &Core) -> Result<Face, FindError> {
        let Self { place, quality, aligned } = self;
        Ok(Face { place, quality, likeness: aligned.embedding(models, core)? })
    }
}

/// The faces among candidates, and whether some of the others are faces.
struct Judged {
    faces: Vec<Seeable>,
    too_small: bool,
    too_blurred: bool,
}

fn judged(
    models: &Models,
    core: &Core,
    picture: &Rgb<'_>,
    candidates: Vec<Candidate>,
    gate: Gate,
) -> Result<Judged, FindError> {
    let mut judged = Judged { faces: Vec::new(), too_small: false, too_blurred: false };
    for candidate in detect::distinct(candidates).into_iter().take(MOST_FACES) {
        let landmarks = landmarks(models, core, picture, &candidate)?;
        let aligned = align(picture, &landmarks);
        let seen = Seen::new(&candidate, &landmarks, &aligned);
        match seen.verdict(gate) {
            Verdict::NoFace => {}
            Verdict::TooSmall => judged.too_small = true,
            Verdict::TooBlurred => judged.too_blurred = true,
            Verdict::Face => judged.faces.push(Seeable {
                place: place(&candidate.bounds, picture),
                quality: seen.quality(),
                aligned,
            }),
        }
    }
    Ok(judged)
}

/// The part of a box that is in the picture.
fn place(bounds: &Box, picture: &Rgb<'_>) -> Place {
    let fraction = |at: f32, edge: u32| (at / edge as f32).clamp(0.0, 1.0);
    let (x, y) = (fraction(bounds.left, picture.width()), fraction(bounds.top, picture.height()));
    Place {
        x,
        y,
        width: fraction(bounds.right, picture.width()) - x,
        height: fraction(bounds.bottom, picture.height()) - y,
    }
}
