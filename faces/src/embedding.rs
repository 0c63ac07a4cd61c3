//! The numbers of a face, each in one byte, and the distances between many of them.

use std::fmt;

/// How many numbers describe a face.
const DIMENSIONS: usize = 128;

/// What one step of a stored number is worth. The numbers of the models are between −0.5 and 0.5.
const STEP: f32 = 1.0 / 256.0;

/// What a face looks like: the nearer two of these, the more alike the faces. Biometric data, which `Debug` does not show.
#[derive(Clone, PartialEq, Eq)]
pub struct Embedding([i8; DIMENSIONS]);

impl Embedding {
    /// How many bytes `to_bytes` makes.
    pub const LENGTH: usize = DIMENSIONS;

    /// From what the model computes.
    pub(crate) fn of(numbers: &[f32; DIMENSIONS]) -> Embedding {
        Embedding(numbers.map(|number| (number / STEP).round().clamp(-127.0, 127.0) as i8))
    }

    /// As it is stored.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.0.map(i8::cast_unsigned).to_vec()
    }

    /// From what `to_bytes` made; none if the length is another.
    pub fn from_bytes(bytes: &[u8]) -> Option<Embedding> {
        let bytes: [u8; DIMENSIONS] = bytes.try_into().ok()?;
        Some(Embedding(bytes.map(u8::cast_signed)))
    }

    /// The distance to another face: 0 for the same numbers. `band` says what it means.
    pub fn distance(&self, other: &Embedding) -> f32 {
        distance(&wide(self), &other.0)
    }
}

impl fmt::Debug for Embedding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Embedding(…)")
    }
}

/// Many embeddings one behind the other in memory, to be compared with one that is searched for.
#[derive(Default)]
pub struct EmbeddingList(Vec<[i8; DIMENSIONS]>);

impl EmbeddingList {
    /// An empty list with space for so many.
    pub fn with_capacity(capacity: usize) -> EmbeddingList {
        EmbeddingList(Vec::with_capacity(capacity))
    }

    /// Adds one to the end.
    pub fn push(&mut self, embedding: &Embedding) {
        self.0.push(embedding.0);
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The distance of each to the face that is searched for, in their order.
    pub fn distances(&self, wanted: &Embedding) -> impl ExactSizeIterator<Item = f32> + '_ {
        let wanted = wide(wanted);
        self.0.iter().map(move |embedding| distance(&wanted, embedding))
    }
}

/// The numbers in the width in which they are compared: made once for one face, and not for each that it is compared with.
fn wide(embedding: &Embedding) -> [i16; DIMENSIONS] {
    embedding.0.map(i16::from)
}

/// Euclidean.
// 128 squares of at most 254 are below 2^24, which f32 holds exactly.
fn distance(a: &[i16; DIMENSIONS], b: &[i8; DIMENSIONS]) -> f32 {
    // Differences of two bytes each: the processor squares eight of them and adds them in pairs in one step.
    let difference = |(a, b): (&i16, &i8)| i32::from(*a - i16::from(*b));
    let squares: i32 = a.iter().zip(b).map(difference).map(|difference| difference * difference).sum();
    (squares as f32).sqrt() * STEP
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers that are spread as those of faces are, another set for each seed.
    fn numbers(seed: usize) -> [f32; DIMENSIONS] {
        let byte = |i: usize| u8::try_from((i * 37 + seed * 101 + i * i * seed) % 199).unwrap();
        std::array::from_fn(|i| f32::from(byte(i)) / 400.0 - 0.25)
    }

    #[test]
    fn bytes_keep_the_distances() {
        let (a, b) = (numbers(1), numbers(2));
        let exact = a.iter().zip(&b).map(|(a, b)| (a - b).powi(2)).sum::<f32>().sqrt();
        let stored = |numbers| Embedding::from_bytes(&Embedding::of(numbers).to_bytes()).unwrap();
        assert!((stored(&a).distance(&stored(&b)) - exact).abs() < 0.005);
        assert!(stored(&a).distance(&stored(&a)).abs() < f32::EPSILON);
    }

    #[test]
    fn other_lengths_are_no_embedding() {
        for length in [0, 1, 127, 129, 4096] {
            assert_eq!(Embedding::from_bytes(&vec![0; length]), None, "{length}");
        }
    }

    #[test]
    fn a_list_gives_the_distances_in_its_order() {
        let faces: Vec<Embedding> = (0..50).map(|seed| Embedding::of(&numbers(seed))).collect();
        let mut list = EmbeddingList::with_capacity(faces.len());
        for face in &faces {
            list.push(face);
        }
        let expected: Vec<f32> = faces.iter().map(|face| face.distance(&faces[7])).collect();
        assert_eq!(list.distances(&faces[7]).collect::<Vec<_>>(), expected);
        assert_eq!((list.len(), list.is_empty()), (50, false));
    }

    #[test]
    fn the_greatest_distance_fits() {
        let (low, high) = (Embedding::of(&[-9.0; DIMENSIONS]), Embedding::of(&[9.0; DIMENSIONS]));
        assert!((low.distance(&high) - 254.0 / 256.0 * 128_f32.sqrt()).abs() < 0.001);
    }

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", Embedding::of(&numbers(3))), "Embedding(…)");
    }
}
