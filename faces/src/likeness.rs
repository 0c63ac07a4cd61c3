//! What a face looks like: it is laid upon the mean face, and dlib's network makes numbers of it.

use crate::{
    Embedding, FindError, Models, Rgb,
    geometry::{Point, Similarity},
    landmarks::Landmarks,
    models::Core,
    picture::Square,
};

/// The edge of an aligned face, in pixels.
const SIDE: usize = 150;

/// What the network subtracts from red, green and blue.
const MEAN: [f32; 3] = [122.782, 117.001, 104.298];

/// Where five of the 68 points are in the mean face: the corners of both eyes, and the base of the nose. The network was
/// trained with faces that lie so in their square, with a quarter more around them.
const MEAN_FACE: [(usize, Point); 5] = [
    (45, Point { x: 0.859_567_46, y: 0.213_498_15 }),
    (42, Point { x: 0.646_060_5, y: 0.228_967_44 }),
    (36, Point { x: 0.120_575_06, y: 0.213_727_45 }),
    (39, Point { x: 0.334_085_06, y: 0.229_064_24 }),
    (33, Point { x: 0.490_112_3, y: 0.627_797_54 }),
];
const AROUND: f32 = 0.25;

/// What is around the face in its square, in pixels: hair, and what is behind.
const MARGIN: usize = 30;

/// A face laid upon the mean face.
pub(crate) struct Aligned(Square);

/// Lays a face upon the mean face.
pub(crate) fn align(picture: &Rgb<'_>, landmarks: &Landmarks) -> Aligned {
    let inside = |edge: f32| (edge + AROUND) / (1.0 + 2.0 * AROUND);
    let mean = MEAN_FACE.map(|(_, Point { x, y })| Point { x: inside(x), y: inside(y) });
    let face = MEAN_FACE.map(|(index, _)| landmarks.0[index]);
    Aligned(picture.cut(&Similarity::between(mean, face), SIDE))
}

impl Aligned {
    /// The numbers of the face, the mean of those of it and of its mirror image.
    pub(crate) fn embedding(&self, models: &Models, core: &Core) -> Result<Embedding, FindError> {
        let seen = numbers(models, core, &self.0)?;
        let mirrored = numbers(models, core, &self.0.mirrored())?;
        let mut mean = [0.0; 128];
        for ((mean, seen), mirrored) in mean.iter_mut().zip(seen).zip(mirrored) {
            *mean = f32::midpoint(seen, mirrored);
        }
        Ok(Embedding::of(&mean))
    }
}

impl Aligned {
    /// How much of the contrast of the face is between neighbouring pixels: a blurred face has next to none there.
    pub(crate) fn sharpness(&self) -> f32 {
        let bright = self.0.brightness();
        let inner =
            || (MARGIN..SIDE - MARGIN).flat_map(|row| (MARGIN..SIDE - MARGIN).map(move |column| row * SIDE + column));
        let count = ((SIDE - 2 * MARGIN) * (SIDE - 2 * MARGIN)) as f32;
        let mean = inner().map(|at| bright[at]).sum::<f32>() / count;
        let contrast = inner().map(|at| (bright[at] - mean).powi(2)).sum::<f32>() / count;
        let around = |at: usize| bright[at - 1] + bright[at + 1] + bright[at - SIDE] + bright[at + SIDE];
        let detail = inner().map(|at| (4.0 * bright[at] - around(at)).powi(2)).sum::<f32>() / count;
        (detail / contrast.max(1.0)).sqrt()
    }
}

fn numbers(models: &Models, core: &Core, face: &Square) -> Result<Vec<f32>, FindError> {
    let [found] = models.recognition.run::<2, 1>(core, (SIDE, SIDE), face.colours(MEAN, 256.0), ["y"])?;
    Ok(found.numbers)
}

/// Whether the network answers as expected.
pub(crate) fn fits(models: &Models, core: &Core) -> Result<bool, FindError> {
    let [found] = models.recognition.run::<2, 1>(core, (SIDE, SIDE), vec![0.0; 3 * SIDE * SIDE], ["y"])?;
    Ok(found.shape == [1, 128])
}
