//! Points, and the turns and scales that lay one set of points upon another.

/// In pixels of a picture, or in fractions of a square: from the left and from above.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Point {
    pub(crate) x: f32,
    pub(crate) y: f32,
}

impl Point {
    pub(crate) fn distance(self, other: Point) -> f32 {
        (self.x - other.x).hypot(self.y - other.y)
    }

    pub(crate) fn middle(points: &[Point]) -> Point {
        let count = f64::from(u32::try_from(points.len()).unwrap_or(u32::MAX)).max(1.0);
        let mean =
            |of: fn(&Point) -> f32| (points.iter().map(|point| f64::from(of(point))).sum::<f64>() / count) as f32;
        Point { x: mean(|point| point.x), y: mean(|point| point.y) }
    }
}

/// Turns, scales and moves; it does not mirror. `x` and `y` are the columns of the matrix, `to` is where `from` comes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Similarity {
    cosine: f32,
    sine: f32,
    from: Point,
    to: Point,
}

impl Similarity {
    /// The one that lays the first points upon the second with the least squared error.
    pub(crate) fn between<const N: usize>(from: [Point; N], to: [Point; N]) -> Similarity {
        let (from_middle, to_middle) = (Point::middle(&from), Point::middle(&to));
        let (mut cosine, mut sine, mut size) = (0.0, 0.0, 0.0);
        for (from, to) in from.iter().zip(&to) {
            let (fx, fy) = (from.x - from_middle.x, from.y - from_middle.y);
            let (tx, ty) = (to.x - to_middle.x, to.y - to_middle.y);
            cosine += fx * tx + fy * ty;
            sine += fx * ty - fy * tx;
            size += fx * fx + fy * fy;
        }
        Similarity { cosine: cosine / size, sine: sine / size, from: from_middle, to: to_middle }
    }

    /// Where a unit square comes to lie whose middle is there, whose upper edge has this direction, and this length.
    pub(crate) fn square(middle: Point, direction: f32, side: f32) -> Similarity {
        let from = Point { x: 0.5, y: 0.5 };
        Similarity { cosine: side * direction.cos(), sine: side * direction.sin(), from, to: middle }
    }

    pub(crate) fn apply(&self, point: Point) -> Point {
        let (x, y) = (point.x - self.from.x, point.y - self.from.y);
        Point { x: self.to.x + self.cosine * x - self.sine * y, y: self.to.y + self.sine * x + self.cosine * y }
    }

    /// How many times longer a line becomes.
    pub(crate) fn scale(&self) -> f32 {
        self.cosine.hypot(self.sine)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(x: f32, y: f32) -> Point {
        Point { x, y }
    }

    #[test]
    fn points_are_laid_upon_others() {
        let from = [at(0.0, 0.0), at(1.0, 0.0), at(0.3, 0.8)];
        for (direction, side) in [(0.0_f32, 1.0_f32), (1.0, 300.0), (-2.5, 0.01)] {
            let truth = Similarity::square(at(17.0, -4.0), direction, side);
            let found = Similarity::between(from, from.map(|point| truth.apply(point)));
            for point in [at(0.5, 0.5), at(0.0, 1.0), at(3.0, 2.0)] {
                assert!(found.apply(point).distance(truth.apply(point)) < 0.001 * side.max(1.0), "{direction} {side}");
            }
            assert!((found.scale() / side - 1.0).abs() < 0.001);
        }
    }
}
