//! Counts, and how far they can be trusted.

/// So many of so many.
#[derive(Clone, Copy, Default)]
pub(crate) struct Count {
    pub(crate) hits: usize,
    pub(crate) of: usize,
}

impl Count {
    pub(crate) fn add(&mut self, hit: bool) {
        self.hits += usize::from(hit);
        self.of += 1;
    }

    fn rate(self) -> f64 {
        self.hits as f64 / (self.of as f64).max(1.0)
    }

    /// The share, and Wilson's interval of 95 % around it as if only so many of the cases were independent.
    pub(crate) fn with_interval(self, independent: usize) -> String {
        let (low, high) = wilson(self.rate(), independent.min(self.of));
        format!(
            "{} of {} ({:.1} %; {:.0} to {:.0} %)",
            self.hits,
            self.of,
            self.rate() * 100.0,
            low * 100.0,
            high * 100.0
        )
    }
}

fn wilson(rate: f64, cases: usize) -> (f64, f64) {
    if cases == 0 {
        return (0.0, 1.0);
    }
    let (count, z) = (cases as f64, 1.96);
    let middle = rate + z * z / (2.0 * count);
    let half = z * (rate * (1.0 - rate) / count + z * z / (4.0 * count * count)).sqrt();
    let divisor = 1.0 + z * z / count;
    (((middle - half) / divisor).max(0.0), ((middle + half) / divisor).min(1.0))
}
