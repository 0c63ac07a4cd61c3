//! How well a candidate can be seen, and whether it is a human face at all.
//!
//! Detection also finds some animals, statues and drawings. Its points are then elsewhere than those of the network of
//! landmarks, which was trained on faces only and sees one in everything. A statue or a painting that looks like a
//! person passes.

use crate::{detect::Candidate, geometry::Point, landmarks::Landmarks, likeness::Aligned};

/// What is known of a candidate before it is compared with others.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen {
    /// Of detection, from 0 to 1.
    score: f32,
    /// Between the eyes, in pixels of the picture.
    eyes: f32,
    /// How far the two networks' points are apart, in distances between the eyes.
    disagreement: f32,
    /// How much detail there is, compared to the contrast of the face.
    sharpness: f32,
}

/// What a candidate is taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// A face that can be told from others.
    Face,
    /// Nothing, or what only resembles a human face.
    NoFace,
    /// A face of too few pixels.
    TooSmall,
    /// A face without detail.
    TooBlurred,
}

/// What is demanded of a candidate, besides that it can be told from others.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Gate {
    /// The least score at which a candidate is looked at.
    pub(crate) looked_at: f32,
    /// The least score of a face.
    pub(crate) score: f32,
    /// The greatest disagreement.
    pub(crate) disagreement: f32,
}

impl Gate {
    /// Of the library's pictures, where nobody looks at what is found.
    pub(crate) const LIBRARY: Gate = Gate { looked_at: 0.7, score: 0.7, disagreement: 0.3 };
    /// Of a visitor's photo, where a person chooses among the faces, and is told what is wrong with the photo.
    pub(crate) const VISITOR: Gate = Gate { looked_at: 0.3, score: 0.5, disagreement: 0.4 };
}

/// Fewer pixels between the eyes do not tell a face from others.
const LEAST_EYES: f32 = 16.0;

/// Less detail does not, either.
const LEAST_SHARPNESS: f32 = 0.05;

/// From here on, more pixels or more detail make a face no better to compare: about as many as the models use.
const FULL_EYES: f32 = 50.0;
const FULL_SHARPNESS: f32 = 0.2;

impl Seen {
    pub(crate) fn new(candidate: &Candidate, landmarks: &Landmarks, aligned: &Aligned) -> Seen {
        let points = landmarks.five();
        let eyes = points[0].distance(points[1]);
        let apart = |(a, b): (&Point, &Point)| a.distance(*b);
        let apart: f32 = candidate.points.iter().zip(&points).map(apart).sum::<f32>() / 5.0;
        Seen {
            score: candidate.score,
            // In a blurred face the landmarks are close together, which does not make it a small one.
            eyes: eyes.max(candidate.points[0].distance(candidate.points[1])),
            disagreement: apart / eyes.max(f32::MIN_POSITIVE),
            sharpness: aligned.sharpness(),
        }
    }

    pub(crate) fn verdict(&self, gate: Gate) -> Verdict {
        if self.eyes < LEAST_EYES && self.score >= gate.score {
            // The points of so few pixels are inexact, so that they say nothing against it.
            Verdict::TooSmall
        } else if self.sharpness < LEAST_SHARPNESS {
            // What is blurred has a low score and inexact points for that.
            Verdict::TooBlurred
        } else if self.score < gate.score || self.disagreement > gate.disagreement {
            Verdict::NoFace
        } else {
            Verdict::Face
        }
    }

    /// From 0 to 1: what is worst about it.
    pub(crate) fn quality(&self) -> f32 {
        self.score.min(self.eyes / FULL_EYES).min(self.sharpness / FULL_SHARPNESS).clamp(0.0, 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: Seen = Seen { score: 0.9, eyes: 60.0, disagreement: 0.1, sharpness: 0.3 };

    #[test]
    fn each_fault_has_its_verdict() {
        let cases = [
            (GOOD, Verdict::Face),
            (Seen { score: 0.6, ..GOOD }, Verdict::NoFace),
            (Seen { disagreement: 0.35, ..GOOD }, Verdict::NoFace),
            (Seen { eyes: 10.0, disagreement: 0.9, ..GOOD }, Verdict::TooSmall),
            (Seen { sharpness: 0.01, ..GOOD }, Verdict::TooBlurred),
            (Seen { score: 0.4, sharpness: 0.01, ..GOOD }, Verdict::TooBlurred),
            (Seen { score: f32::NAN, disagreement: f32::INFINITY, ..GOOD }, Verdict::NoFace),
        ];
        for (seen, verdict) in cases {
            assert_eq!(seen.verdict(Gate::LIBRARY), verdict, "{seen:?}");
        }
        assert_eq!(Seen { score: 0.6, disagreement: 0.35, ..GOOD }.verdict(Gate::VISITOR), Verdict::Face);
    }

    #[test]
    fn the_worst_decides_about_quality() {
        for worse in [Seen { score: 0.72, ..GOOD }, Seen { eyes: 20.0, ..GOOD }, Seen { sharpness: 0.06, ..GOOD }] {
            assert!(worse.quality() < GOOD.quality(), "{worse:?}");
        }
        assert!((0.0..=1.0).contains(&GOOD.quality()));
    }
}
