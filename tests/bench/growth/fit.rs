//! Which curve the costs at growing sizes follow, in words.

/// Costs that are less than this many times as high at the end count as constant.
const NOISE_RATIO: f64 = 1.5;

/// How costs grow with the number of things.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Curve {
    Constant,
    /// By so many times from the first size to the last, which are the only two: any curve goes through two points.
    Unknown(f64),
    /// By so much each time when there are ten times as many.
    Logarithm(f64),
    /// By so much for each 100,000.
    Linear(f64),
}

/// The curve that fits best by least squares, where the costs grow by at least `noise`.
pub(super) fn curve(sizes: &[f64], costs: &[f64], noise: f64) -> Curve {
    let logarithms: Vec<f64> = sizes.iter().map(|size| size.log10()).collect();
    let (by_logarithm, by_size) = (Line::through(&logarithms, costs), Line::through(sizes, costs));
    let (line, ends) = if by_logarithm.error <= by_size.error {
        (by_logarithm, [logarithms[0], logarithms[logarithms.len() - 1]])
    } else {
        (by_size, [sizes[0], sizes[sizes.len() - 1]])
    };
    let [first, last] = ends.map(|at| line.start + line.slope * at);
    if last - first < noise || last < first.max(0.0) * NOISE_RATIO {
        Curve::Constant
    } else if sizes.len() < 3 {
        Curve::Unknown(last / first)
    } else if by_logarithm.error <= by_size.error {
        Curve::Logarithm(line.slope)
    } else {
        Curve::Linear(line.slope * 100_000.0)
    }
}

/// A straight line, and the sum of the squares by which points miss it.
#[derive(Clone, Copy)]
struct Line {
    start: f64,
    slope: f64,
    error: f64,
}

impl Line {
    #[expect(clippy::cast_precision_loss, reason = "there are five points")]
    fn through(xs: &[f64], ys: &[f64]) -> Self {
        let count = xs.len() as f64;
        let (middle_x, middle_y) = (xs.iter().sum::<f64>() / count, ys.iter().sum::<f64>() / count);
        let spread: f64 = xs.iter().map(|x| (x - middle_x).powi(2)).sum();
        let together: f64 = xs.iter().zip(ys).map(|(x, y)| (x - middle_x) * (y - middle_y)).sum();
        let slope = if spread > 0.0 { together / spread } else { 0.0 };
        let start = middle_y - slope * middle_x;
        let error = xs.iter().zip(ys).map(|(x, y)| (y - start - slope * x).powi(2)).sum();
        Self { start, slope, error }
    }
}
