//! Rewrites the heads of parts that are not in UTF-8, on their way to the parser, which refuses them.
//!
//! Older programs write the name of a file in the encoding of their system, which is mostly that of Western Europe. The
//! files themselves pass as they are.

use bytes::{Bytes, BytesMut};
use encoding_rs::WINDOWS_1252;
use futures::{Stream, StreamExt};
use memchr::memmem;
use std::{
    pin::Pin,
    task::{Context, Poll, ready},
};

/// The end of a head.
const END: &[u8] = b"\r\n\r\n";

/// The longest head that is looked at, in bytes. Of a longer one, the rest passes as it is.
const MAX_HEAD: usize = 16 * 1024;

/// A multipart body whose heads are in UTF-8.
pub(super) struct PartHeads<S> {
    body: S,
    /// The line that begins each further part.
    delimiter: Vec<u8>,
    /// What was read and may be the beginning of a delimiter, or of a head that has no end yet.
    kept: BytesMut,
    in_head: bool,
    has_ended: bool,
}

impl<S> PartHeads<S> {
    /// A body whose parts are separated by this boundary.
    pub(super) fn new(body: S, boundary: &str) -> Self {
        let delimiter = format!("\r\n--{boundary}\r\n").into_bytes();
        // The first delimiter has no line before it, and counts as the beginning of its head.
        Self { body, delimiter, kept: BytesMut::new(), in_head: true, has_ended: false }
    }

    /// What is sure of the bytes that are kept; all of them at the end of the body.
    ///
    /// Pieces that lie beside each other in memory are put together without a copy.
    fn pass(&mut self) -> Bytes {
        let mut out = BytesMut::new();
        loop {
            if self.in_head {
                match memmem::find(&self.kept, END) {
                    Some(at) => {
                        out.unsplit(in_utf8(self.kept.split_to(at + END.len())));
                    }
                    None if self.has_ended || self.kept.len() > MAX_HEAD => out.unsplit(self.kept.split()),
                    None => break,
                }
                self.in_head = false;
            } else if let Some(at) = memmem::find(&self.kept, &self.delimiter) {
                out.unsplit(self.kept.split_to(at + self.delimiter.len()));
                self.in_head = true;
            } else {
                let unsure = if self.has_ended { 0 } else { self.delimiter.len() - 1 };
                out.unsplit(self.kept.split_to(self.kept.len().saturating_sub(unsure)));
                break;
            }
        }
        out.freeze()
    }
}

/// A head in UTF-8.
fn in_utf8(head: BytesMut) -> BytesMut {
    match std::str::from_utf8(&head) {
        Ok(_) => head,
        Err(_) => WINDOWS_1252.decode_without_bom_handling(&head).0.as_bytes().into(),
    }
}

impl<S: Stream<Item = Result<Bytes, E>> + Unpin, E> Stream for PartHeads<S> {
    type Item = Result<Bytes, E>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        while !self.has_ended {
            match ready!(self.body.poll_next_unpin(cx)) {
                Some(Ok(bytes)) => self.kept.extend_from_slice(&bytes),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => self.has_ended = true,
            }
            let sure = self.pass();
            if !sure.is_empty() {
                return Poll::Ready(Some(Ok(sure)));
            }
        }
        Poll::Ready(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::{executor::block_on, stream};
    use std::convert::Infallible;

    fn passed(body: &[u8], piece: usize) -> Vec<u8> {
        let pieces = body.chunks(piece).map(|piece| Ok::<_, Infallible>(Bytes::copy_from_slice(piece)));
        let body = PartHeads::new(stream::iter(pieces), "cut");
        block_on(body.map(|piece| piece.expect("bytes")).collect::<Vec<_>>()).concat()
    }

    #[test]
    fn heads_become_utf8_and_files_stay() {
        let file = b"\xfc\r\n--cu\r\n\r\n\xff--cut\r\n\r\n\xff\x80".as_slice();
        let body = |name: &[u8]| {
            [b"--cut\r\nA: ", name, b"\r\n\r\n", file, b"\r\n--cut\r\nB: c\r\n\r\n", file, b"\r\n--cut--\r\n"].concat()
        };
        for piece in [1, 2, 3, 7, 1000] {
            let read = passed(&body(b"f\xfcr \x80"), piece);
            assert_eq!(read, body("f\u{fc}r \u{20ac}".as_bytes()), "{piece}");
            // What is in UTF-8 stays, and so does a head without an end.
            for same in [
                body("f\u{fc}r".as_bytes()),
                body(&vec![0xfc; 2 * MAX_HEAD]),
                b"--cut\r\nA: \xfc".to_vec(),
                b"--cu".to_vec(),
            ] {
                assert_eq!(passed(&same, piece).len(), same.len(), "{piece}");
            }
        }
    }
}
