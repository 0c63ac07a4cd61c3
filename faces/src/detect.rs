//! Where faces may be in a picture: boxes with a score and five points, from the network `CenterFace`.
//!
//! The network sees the whole picture at 640 pixels, where a face of a hundredth of its length is found more often than
//! not. Smaller ones are found in tiles of the picture at twice that size; only those are taken from a tile.

use crate::{
    FindError, Models, Rgb,
    geometry::Point,
    models::{Core, Output},
    picture::Shrunk,
};

/// The longest edge at which the network sees a picture, and the edge of a tile.
pub(crate) const LONGEST: u32 = 640;

/// How far tiles overlap, and the greatest face that is taken from one: a greater one is found in the whole picture, and
/// a smaller one is whole in one of the tiles.
const OVERLAP: u32 = 96;

/// The network halves a picture five times.
const MULTIPLE: usize = 32;

/// A cell of the network's answer is this many pixels wide and high.
const CELL: f32 = 4.0;

/// Two boxes that share more than this of what they cover together are of one face.
const SAME_FACE: f32 = 0.3;

/// A box in pixels of the picture.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Box {
    pub(crate) left: f32,
    pub(crate) top: f32,
    pub(crate) right: f32,
    pub(crate) bottom: f32,
}

/// What may be a face.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Candidate {
    /// From 0 to 1.
    pub(crate) score: f32,
    pub(crate) bounds: Box,
    /// The eyes, the tip of the nose and the ends of the mouth; left in the picture comes before right.
    pub(crate) points: [Point; 5],
}

impl Box {
    fn area(&self) -> f32 {
        (self.right - self.left).max(0.0) * (self.bottom - self.top).max(0.0)
    }

    /// What both cover, as a part of what either covers.
    pub(crate) fn overlap(&self, other: &Box) -> f32 {
        let both = Box {
            left: self.left.max(other.left),
            top: self.top.max(other.top),
            right: self.right.min(other.right),
            bottom: self.bottom.min(other.bottom),
        };
        both.area() / (self.area() + other.area() - both.area()).max(f32::MIN_POSITIVE)
    }

    pub(crate) fn longest_side(&self) -> f32 {
        (self.right - self.left).max(self.bottom - self.top)
    }

    pub(crate) fn middle(&self) -> Point {
        Point { x: f32::midpoint(self.left, self.right), y: f32::midpoint(self.top, self.bottom) }
    }
}

impl Candidate {
    /// The same in a picture that is so many times larger, and begins there.
    fn mapped(mut self, map: impl Fn(Point) -> Point) -> Candidate {
        let Box { left, top, right, bottom } = self.bounds;
        let (first, last) = (map(Point { x: left, y: top }), map(Point { x: right, y: bottom }));
        self.bounds = Box { left: first.x, top: first.y, right: last.x, bottom: last.y };
        self.points = self.points.map(map);
        self
    }
}

/// Looks at the whole picture at once, at this many pixels of its longest edge or as many as it has.
pub(crate) fn in_whole(
    models: &Models,
    core: &Core,
    picture: &Rgb<'_>,
    longest: u32,
    least: f32,
) -> Result<Vec<Candidate>, FindError> {
    let small = shrunk(picture, longest);
    let found = in_window(models, core, &small, (0, 0, small.width, small.height), least)?;
    Ok(of_picture(found, picture, &small))
}

/// Looks at tiles of the picture at twice the size, for small faces. A picture that is not larger has no tiles.
pub(crate) fn in_tiles(
    models: &Models,
    core: &Core,
    picture: &Rgb<'_>,
    least: f32,
) -> Result<Vec<Candidate>, FindError> {
    let large = shrunk(picture, 2 * LONGEST);
    let mut found = Vec::new();
    if large.width.max(large.height) <= LONGEST {
        return Ok(found);
    }
    for top in tiles(large.height) {
        for left in tiles(large.width) {
            let window = (left, top, LONGEST.min(large.width - left), LONGEST.min(large.height - top));
            let small = |candidate: &Candidate| candidate.bounds.longest_side() <= OVERLAP as f32;
            found.extend(in_window(models, core, &large, window, least)?.into_iter().filter(small));
        }
    }
    Ok(of_picture(found, picture, &large))
}

/// Of boxes of one face only the one of the highest score, from the highest score down.
pub(crate) fn distinct(mut candidates: Vec<Candidate>) -> Vec<Candidate> {
    candidates.sort_by(|a, b| b.score.total_cmp(&a.score));
    let mut kept: Vec<Candidate> = Vec::new();
    for candidate in candidates {
        if kept.iter().all(|other| other.bounds.overlap(&candidate.bounds) <= SAME_FACE) {
            kept.push(candidate);
        }
    }
    kept
}

/// Whether the network answers as expected.
pub(crate) fn fits(models: &Models, core: &Core) -> Result<bool, FindError> {
    let outputs = run(models, core, vec![0.0; 3 * MULTIPLE * MULTIPLE], (MULTIPLE, MULTIPLE))?;
    let cells = MULTIPLE / CELL as usize;
    Ok(outputs.iter().zip([1, 2, 2, 10]).all(|(output, channels)| output.shape == [1, channels, cells, cells]))
}

fn shrunk<'a>(picture: &Rgb<'a>, longest: u32) -> Shrunk<'a> {
    let scale = (f64::from(longest) / f64::from(picture.width().max(picture.height()))).min(1.0);
    let scaled = |edge: u32| ((f64::from(edge) * scale).round() as u32).max(1);
    picture.shrunk(scaled(picture.width()), scaled(picture.height()))
}

fn of_picture(candidates: Vec<Candidate>, picture: &Rgb<'_>, small: &Shrunk<'_>) -> Vec<Candidate> {
    let (x, y) = (picture.width() as f32 / small.width as f32, picture.height() as f32 / small.height as f32);
    candidates.into_iter().map(|candidate| candidate.mapped(|point| Point { x: point.x * x, y: point.y * y })).collect()
}

/// Where tiles begin along an edge: they reach to its end and overlap.
fn tiles(edge: u32) -> Vec<u32> {
    let Some(last) = edge.checked_sub(LONGEST) else { return vec![0] };
    let steps = last.div_ceil(LONGEST - OVERLAP);
    (0..=steps).map(|step| (last * step).checked_div(steps).unwrap_or(0)).collect()
}

fn run(models: &Models, core: &Core, colours: Vec<f32>, size: (usize, usize)) -> Result<[Output<4>; 4], FindError> {
    models.detection.run(core, size, colours, ["heat", "size", "offset", "points"])
}

/// The candidates of a part of a picture, at least of this score, in pixels of the whole.
fn in_window(
    models: &Models,
    core: &Core,
    picture: &Shrunk<'_>,
    (left, top, width, height): (u32, u32, u32, u32),
    least: f32,
) -> Result<Vec<Candidate>, FindError> {
    let size = [width, height].map(|edge| (edge as usize).next_multiple_of(MULTIPLE));
    let colours = picture.colours(left, top, size[0], size[1]);
    let [heat, extent, offset, points] = run(models, core, colours, (size[0], size[1]))?;
    let [_, _, rows, columns] = heat.shape;
    let cells = rows * columns;
    let mut found = Vec::new();
    for (cell, score) in heat.numbers.iter().enumerate().filter(|(_, score)| **score >= least) {
        let (row, column) = ((cell / columns) as f32, (cell % columns) as f32);
        let number = |output: &Output<4>, channel: usize| output.numbers[channel * cells + cell];
        // Of each pair, down comes before right. A wild guess must not become infinite.
        let [high, wide] = [0, 1].map(|channel| number(&extent, channel).min(8.0).exp() * CELL);
        let x = (column + number(&offset, 1) + 0.5) * CELL;
        let y = (row + number(&offset, 0) + 0.5) * CELL;
        let bounds = Box { left: x - wide / 2.0, top: y - high / 2.0, right: x + wide / 2.0, bottom: y + high / 2.0 };
        let points = std::array::from_fn(|point| Point {
            x: bounds.left + number(&points, 2 * point + 1) * wide,
            y: bounds.top + number(&points, 2 * point) * high,
        });
        found.push(Candidate { score: *score, bounds, points });
    }
    let found = distinct(found);
    let moved = |point: Point| Point { x: point.x + left as f32, y: point.y + top as f32 };
    Ok(found.into_iter().map(|candidate| candidate.mapped(moved)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_cover_an_edge_and_overlap() {
        for edge in [1, 639, 640, 641, 700, 1184, 1185, 1280] {
            let starts = tiles(edge);
            assert_eq!(starts[0], 0);
            assert!(starts[starts.len() - 1] + LONGEST >= edge, "{edge}: {starts:?}");
            for pair in starts.windows(2) {
                assert!(pair[1] > pair[0] && pair[1] + OVERLAP <= pair[0] + LONGEST, "{edge}: {starts:?}");
            }
        }
    }

    #[test]
    fn a_face_is_one_box() {
        let candidate = |score, left: f32| Candidate {
            score,
            bounds: Box { left, top: 0.0, right: left + 100.0, bottom: 100.0 },
            points: [Point { x: 0.0, y: 0.0 }; 5],
        };
        let kept = distinct(vec![candidate(0.5, 0.0), candidate(0.9, 20.0), candidate(0.6, 200.0)]);
        assert_eq!(kept.iter().map(|kept| kept.score).collect::<Vec<_>>(), [0.9, 0.6]);
    }
}
