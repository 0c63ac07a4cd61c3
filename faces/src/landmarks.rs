//! The 68 points of a face, from face-api's network, which are exact enough to lay a face upon others.

use crate::{
    FindError, Models, Rgb,
    detect::Candidate,
    geometry::{Point, Similarity},
    models::Core,
};

/// The edge of the square that the network sees, in pixels.
const SIDE: usize = 112;

/// What the network subtracts from red, green and blue.
const MEAN: [f32; 3] = [122.782, 117.001, 104.298];

/// The points of a face in pixels of the picture, in the usual order: the jaw from 0, brows from 17, the nose from 27,
/// eyes from 36, the mouth from 48.
pub(crate) struct Landmarks(pub(crate) [Point; 68]);

impl Landmarks {
    /// The eyes, the tip of the nose and the ends of the mouth, as detection gives them.
    pub(crate) fn five(&self) -> [Point; 5] {
        let points = &self.0;
        [Point::middle(&points[36..42]), Point::middle(&points[42..48]), points[30], points[48], points[54]]
    }
}

/// The points of a face, of which detection knows the place and the direction.
pub(crate) fn landmarks(
    models: &Models,
    core: &Core,
    picture: &Rgb<'_>,
    face: &Candidate,
) -> Result<Landmarks, FindError> {
    let [left, right, ..] = face.points;
    let direction = (right.y - left.y).atan2(right.x - left.x);
    let square = Similarity::square(face.bounds.middle(), direction, face.bounds.longest_side());
    let seen = picture.cut(&square, SIDE);
    let [found] = models.landmarks.run::<2, 1>(core, (SIDE, SIDE), seen.colours(MEAN, 255.0), ["y"])?;
    let mut points = [Point { x: 0.0, y: 0.0 }; 68];
    for (point, pair) in points.iter_mut().zip(found.numbers.chunks_exact(2)) {
        *point = square.apply(Point { x: pair[0], y: pair[1] });
    }
    Ok(Landmarks(points))
}

/// Whether the network answers as expected.
pub(crate) fn fits(models: &Models, core: &Core) -> Result<bool, FindError> {
    let [found] = models.landmarks.run::<2, 1>(core, (SIDE, SIDE), vec![0.0; 3 * SIDE * SIDE], ["y"])?;
    Ok(found.shape == [1, 136])
}
