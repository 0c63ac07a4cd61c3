//! How well a candidate can be seen, and whether it is a human face at all.
//!
//! Detection also finds cats, dogs, statues and drawings. The points that it gives are then elsewhere than those of the
//! network of landmarks, which was trained on faces only and imagines one into everything; and the points do not lie
//! as those of a face do.

use crate::{detect::Candidate, geometry::Point, landmarks::Landmarks, likeness::Aligned};

/// What is known of a candidate before it is compared with others.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen {
    /// Of detection, from 0 to 1.
    pub(crate) score: f32,
    /// Between the eyes, in pixels of the picture.
    pub(crate) eyes: f32,
    /// How far the two networks' points are apart, in distances between the eyes.
    pub(crate) disagreement: f32,
    /// How much detail there is, compared to the contrast of the face.
    pub(crate) sharpness: f32,
}

impl Seen {
    pub(crate) fn new(candidate: &Candidate, landmarks: &Landmarks, aligned: &Aligned) -> Seen {
        let five = landmarks.five();
        let eyes = five[0].distance(five[1]);
        let apart = |(a, b): (&Point, &Point)| a.distance(*b);
        let apart: f32 = candidate.points.iter().zip(&five).map(apart).sum::<f32>() / 5.0;
        Seen {
            score: candidate.score,
            eyes,
            disagreement: apart / eyes.max(f32::MIN_POSITIVE),
            sharpness: aligned.sharpness(),
        }
    }
}
