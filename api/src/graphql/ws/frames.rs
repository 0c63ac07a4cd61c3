//! Refuses a frame that is too large as soon as its header has come. The WebSocket library checks the size of a frame
//! only when all of the frame is in memory, however large it is.

use actix_web::{
    error::PayloadError,
    web::{self, Bytes},
};
use futures::{StreamExt, future::ready, stream::LocalBoxStream};

/// The bytes of a connection, up to the first frame of more than `limit` bytes.
pub(super) fn limited(payload: web::Payload, limit: u64) -> LocalBoxStream<'static, Result<Bytes, PayloadError>> {
    let mut frames = Frames { limit, header: Vec::new(), left: 0 };
    let admitted = move |bytes: Result<Bytes, PayloadError>| {
        ready(bytes.and_then(|bytes| if frames.admit(&bytes) { Ok(bytes) } else { Err(PayloadError::Overflow) }))
    };
    payload.then(admitted).boxed_local()
}

/// Follows frames (RFC 6455, 5.2).
struct Frames {
    limit: u64,
    /// The bytes of the next header that have come.
    header: Vec<u8>,
    /// How many bytes of the current frame are still to come.
    left: u64,
}

impl Frames {
    /// Whether all frames that begin in these bytes are small enough.
    fn admit(&mut self, bytes: &[u8]) -> bool {
        let mut bytes = bytes;
        loop {
            let skipped = usize::try_from(self.left).unwrap_or(usize::MAX).min(bytes.len());
            bytes = &bytes[skipped..];
            self.left -= skipped as u64;
            let Some((first, rest)) = bytes.split_first() else { return true };
            self.header.push(*first);
            bytes = rest;
            if let Some(length) = payload_length(&self.header) {
                if length > self.limit {
                    return false;
                }
                self.header.clear();
                self.left = length;
            }
        }
    }
}

/// The length of a frame without its header, once the header is complete.
fn payload_length(header: &[u8]) -> Option<u64> {
    let [_, second, rest @ ..] = header else { return None };
    let extended = match second & 0x7f {
        126 => 2,
        127 => 8,
        _ => 0,
    };
    let mask = if second & 0x80 == 0 { 0 } else { 4 };
    if rest.len() < extended + mask {
        return None;
    }
    let number = rest[..extended].iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    Some(if extended == 0 { u64::from(second & 0x7f) } else { number })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(length: usize) -> Vec<u8> {
        let mut bytes = vec![0x81];
        match length {
            0..126 => bytes.push(0x80 | u8::try_from(length).unwrap()),
            126..65_536 => {
                bytes.push(0xfe);
                bytes.extend(u16::try_from(length).unwrap().to_be_bytes());
            }
            _ => {
                bytes.push(0xff);
                bytes.extend((length as u64).to_be_bytes());
            }
        }
        bytes.extend([7; 4]);
        bytes.resize(bytes.len() + length, 0xff);
        bytes
    }

    #[test]
    fn frames_are_followed_however_they_are_cut() {
        let small: Vec<u8> = [0, 1, 125, 126, 1000, 70_000, 3].into_iter().flat_map(frame).collect();
        for (limit, admitted) in [(70_000, true), (69_999, false)] {
            for piece in [1, 2, 3, 7, 100, 1_000_000] {
                let mut frames = Frames { limit, header: Vec::new(), left: 0 };
                assert_eq!(small.chunks(piece).all(|bytes| frames.admit(bytes)), admitted, "{limit} {piece}");
            }
        }
    }

    #[test]
    fn the_header_of_a_frame_without_end_is_enough() {
        let mut frames = Frames { limit: 65_536, header: Vec::new(), left: 0 };
        assert!(!frames.admit(&[0x82, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 2, 3, 4]));
    }
}
