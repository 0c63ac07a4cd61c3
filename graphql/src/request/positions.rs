//! Converts byte offsets to lines and columns. Counting characters from the start of the line for each offset would
//! take quadratic time for a long document in one line.

use async_graphql::Pos;

/// The interval of the counts in [`Positions::characters`].
const STRIDE: usize = 64;

/// The position for an offset that lies in no line.
const START: Pos = Pos { line: 1, column: 1 };

/// The lines of a text.
pub(super) struct Positions<'a> {
    text: &'a str,
    /// The byte offset of each line.
    lines: Vec<usize>,
    /// The number of characters before each multiple of [`STRIDE`] bytes; none for ASCII.
    characters: Option<Vec<usize>>,
}

impl<'a> Positions<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        let bytes = text.as_bytes();
        let ends = bytes.iter().enumerate().filter(|(place, byte)| match byte {
            b'\n' => true,
            b'\r' => bytes.get(place + 1) != Some(&b'\n'),
            _ => false,
        });
        let lines = std::iter::once(0).chain(ends.map(|(place, _)| place + 1)).collect();
        let characters = (!text.is_ascii()).then(|| {
            let in_strides = bytes.chunks(STRIDE).map(begun).scan(0, |sum, count| {
                let before = *sum;
                *sum += count;
                Some(before)
            });
            in_strides.collect()
        });
        Self { text, lines, characters }
    }

    /// The position of a byte offset; line and column count from one.
    pub(super) fn at(&self, offset: usize) -> Pos {
        let offset = offset.min(self.text.len());
        let line = self.lines.partition_point(|start| *start <= offset);
        let Some(start) = line.checked_sub(1).and_then(|line| self.lines.get(line)) else { return START };
        Pos { line, column: self.characters_before(offset) - self.characters_before(*start) + 1 }
    }

    fn characters_before(&self, offset: usize) -> usize {
        let Some(counted) = &self.characters else { return offset };
        let stride = (offset / STRIDE).min(counted.len().saturating_sub(1));
        counted.get(stride).copied().unwrap_or_default() + begun(&self.text.as_bytes()[stride * STRIDE..offset])
    }
}

/// How many characters begin in these bytes.
fn begun(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0xc0 != 0x80).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns_count_characters_from_one() {
        let long = format!("{}x", "ä".repeat(100));
        for (text, offset, expected) in [
            ("", 0, (1, 1)),
            ("{ a }", 2, (1, 3)),
            ("a\nbc", 3, (2, 2)),
            ("a\r\nb\rc", 3, (2, 1)),
            ("a\r\nb\rc", 5, (3, 1)),
            ("ä b", 3, (1, 3)),
            (&long, 200, (1, 101)),
            ("abc", 99, (1, 4)),
        ] {
            let Pos { line, column } = Positions::of(text).at(offset);
            assert_eq!((line, column), expected, "{text:?} {offset}");
        }
    }
}
