//! A file of which some bytes are read in another form, so that decoders read what they would refuse.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    ops::Range,
    path::Path,
};

/// What is different.
#[derive(Debug, Clone, Default)]
pub(super) struct Patches {
    /// Bytes that are read in place of those at these places.
    replaced: Vec<(u64, Vec<u8>)>,
    /// The parts in which the bits of each byte are in the opposite order; sorted, and none within another.
    reversed: Vec<Range<u64>>,
    /// What follows the end of the file.
    tail: Vec<u8>,
}

impl Patches {
    /// These bytes in place of those at this place.
    pub(super) fn replacing(at: u64, bytes: &[u8]) -> Self {
        Self { replaced: vec![(at, bytes.to_vec())], ..Self::default() }
    }

    /// These bytes after the end of the file.
    pub(super) fn with_tail(self, tail: Vec<u8>) -> Self {
        Self { tail, ..self }
    }

    /// The opposite order of bits in these parts.
    pub(super) fn with_reversed(self, mut parts: Vec<Range<u64>>) -> Self {
        parts.sort_unstable_by_key(|part| part.start);
        let mut reversed: Vec<Range<u64>> = Vec::with_capacity(parts.len());
        for part in parts {
            match reversed.last_mut() {
                Some(last) if part.start <= last.end => last.end = last.end.max(part.end),
                _ => reversed.push(part),
            }
        }
        Self { reversed, ..self }
    }

    /// Changes a piece of the file that begins at this place.
    fn apply(&self, piece: &mut [u8], at: u64) {
        let end = at + piece.len() as u64;
        let place = |of: u64| usize::try_from(of.clamp(at, end) - at).unwrap_or(usize::MAX);
        let first = self.reversed.partition_point(|part| part.end <= at);
        for part in self.reversed[first..].iter().take_while(|part| part.start < end) {
            piece[place(part.start)..place(part.end)].iter_mut().for_each(|byte| *byte = byte.reverse_bits());
        }
        for (from, bytes) in &self.replaced {
            let (first, last) = (place(*from), place(from.saturating_add(bytes.len() as u64)));
            let skipped = usize::try_from(at.saturating_sub(*from)).unwrap_or(usize::MAX);
            if first < last {
                piece[first..last].copy_from_slice(&bytes[skipped..][..last - first]);
            }
        }
    }
}

/// Writes a file with patches to a new one, for programs.
pub(super) fn copy(file: impl Read + Seek, patches: Patches, target: &Path) -> io::Result<()> {
    io::copy(&mut Patched::new(file, patches)?, &mut File::create(target)?)?;
    Ok(())
}

/// A file that is read with patches.
#[derive(Debug)]
pub(super) struct Patched<R> {
    file: R,
    length: u64,
    at: u64,
    patches: Patches,
}

impl<R: Seek> Patched<R> {
    pub(super) fn new(mut file: R, patches: Patches) -> io::Result<Self> {
        let length = file.seek(SeekFrom::End(0))?;
        file.rewind()?;
        Ok(Self { file, length, at: 0, patches })
    }
}

impl<R: Read> Read for Patched<R> {
    fn read(&mut self, piece: &mut [u8]) -> io::Result<usize> {
        let count = if self.at < self.length {
            let left = usize::try_from(self.length - self.at).unwrap_or(usize::MAX);
            let most = left.min(piece.len());
            let count = self.file.read(&mut piece[..most])?;
            self.patches.apply(&mut piece[..count], self.at);
            count
        } else {
            let from = usize::try_from(self.at - self.length).unwrap_or(usize::MAX);
            self.patches.tail.get(from..).unwrap_or_default().read(piece)?
        };
        self.at += count as u64;
        Ok(count)
    }
}

impl<R: Seek> Seek for Patched<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let end = self.length + self.patches.tail.len() as u64;
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => end.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or(io::ErrorKind::InvalidInput)?;
        self.file.seek(SeekFrom::Start(self.at.min(self.length)))?;
        Ok(self.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    #[test]
    fn any_part_is_read_with_its_patches() {
        let patches = Patches::replacing(3, b"xyz").with_tail(b"end".to_vec()).with_reversed(vec![7..9, 8..10, 20..30]);
        let whole = b"012xyz6\xec\x1c\x9cabcend";
        for from in 0..whole.len() {
            for count in 1..=whole.len() - from {
                let mut file = Patched::new(Cursor::new(b"0123456789abc"), patches.clone()).unwrap();
                file.seek(SeekFrom::Start(from as u64)).unwrap();
                let mut part = vec![0; count];
                file.read_exact(&mut part).unwrap();
                assert_eq!(part, whole[from..from + count]);
            }
        }
        let mut file = Patched::new(Cursor::new(b"012"), patches).unwrap();
        assert_eq!((file.seek(SeekFrom::Start(u64::MAX)).unwrap(), file.read(&mut [0; 9]).unwrap()), (u64::MAX, 0));
        assert!(file.seek(SeekFrom::Current(1)).is_err());
    }
}
