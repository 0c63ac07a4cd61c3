//! How many frames and how many bits a second of a proxy has.
//!
//! Proxies have a constant frame rate: where the original pauses, the last frame is repeated, which takes hardly any
//! space, and players can seek everywhere.

use serde_json::Value;

/// The highest frame rate of a proxy.
const MOST: f64 = 60.5;

/// Frame rates for videos whose timestamps are finer than their frames.
const COMMON: [u32; 5] = [24, 25, 30, 50, 60];

/// Frames in a second, as a fraction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FrameRate(u32, u32);

impl FrameRate {
    /// The rate for a proxy of a stream: that of the original up to 60, of faster ones every second frame or fewer.
    pub(crate) fn of(stream: &Value) -> Self {
        let told = |name: &str| {
            let (frames, seconds) = stream[name].as_str()?.split_once('/')?;
            let (frames, seconds) = (frames.parse().ok()?, seconds.parse().ok()?);
            (frames > 0 && seconds > 0).then_some(Self(frames, seconds))
        };
        match (told("r_frame_rate"), told("avg_frame_rate")) {
            (Some(steps), _) if steps.value() <= MOST => steps,
            (_, Some(Self(frames, seconds))) if Self(frames, seconds).value() > MOST => {
                let every = (f64::from(frames) / f64::from(seconds) / MOST).ceil();
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is a small number")]
                Self(frames, seconds.saturating_mul(every as u32))
            }
            // Timestamps in milliseconds look like a thousand steps in a second.
            (_, Some(mean)) => {
                let at_least = mean.value() * 0.98;
                Self(COMMON.into_iter().find(|rate| f64::from(*rate) >= at_least).unwrap_or(60), 1)
            }
            _ => Self(30, 1),
        }
    }

    fn value(self) -> f64 {
        f64::from(self.0) / f64::from(self.1)
    }

    /// The filter that makes the rate constant.
    pub(super) fn filter(self) -> String {
        format!("fps={}/{}", self.0, self.1)
    }
}

/// The highest bit rate of a proxy of this size, in bits per second: 2 Mbit for 480p and 8.7 Mbit for 1080p.
pub(super) fn most_bits((width, height): (u32, u32)) -> u64 {
    u64::from(width) * u64::from(height) * 4 + 400_000
}

/// The bit rate of the sound: not more than that of the original.
pub(crate) fn bits_of_sound(original: Option<u64>, most: u64) -> u64 {
    original.map_or(most, |rate| rate.max(48_000).min(most))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_frame_rate_is_that_of_the_original_up_to_sixty() {
        for (steps, mean, rate) in [
            ("30000/1001", "30000/1001", FrameRate(30000, 1001)),
            ("60/1", "60/1", FrameRate(60, 1)),
            ("30/1", "90/41", FrameRate(30, 1)),
            ("240/1", "240/1", FrameRate(240, 4)),
            ("120000/1001", "120000/1001", FrameRate(120_000, 2002)),
            ("1000/1", "2930/100", FrameRate(30, 1)),
            ("90000/1", "0/0", FrameRate(30, 1)),
            ("1/10", "1/10", FrameRate(1, 10)),
            ("-5/1", "nonsense", FrameRate(30, 1)),
        ] {
            assert_eq!(FrameRate::of(&json!({"r_frame_rate": steps, "avg_frame_rate": mean})), rate, "{steps} {mean}");
        }
    }

    #[test]
    fn the_bit_rate_is_bounded_by_the_size() {
        assert_eq!((most_bits((854, 480)), most_bits((1920, 1080))), (2_039_680, 8_694_400));
    }
}
