//! Whether browsers that download a file are sent to the storage, as operators write it.

use domain::access::LONGEST_ADDRESS;
use std::{fmt, str::FromStr, time::Duration};

/// The shortest time in which an address may open, in seconds: a slow browser must arrive in it.
const SHORTEST: u64 = 10;

/// Whether browsers that download a file are sent to the storage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum StorageRedirect {
    /// They get all bytes from this program.
    #[default]
    Off,
    /// They are, to an address that opens for this long.
    For(Duration),
}

/// The text is neither `off` nor a time in which an address may open.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is neither off nor a time from {SHORTEST}s to {limit}s", limit = LONGEST_ADDRESS.num_seconds())]
pub struct InvalidRedirect(String);

impl StorageRedirect {
    /// How long an address opens; none, if there are none.
    pub const fn lasts(self) -> Option<Duration> {
        match self {
            Self::Off => None,
            Self::For(time) => Some(time),
        }
    }
}

impl FromStr for StorageRedirect {
    type Err = InvalidRedirect;

    fn from_str(text: &str) -> Result<Self, InvalidRedirect> {
        let longest = LONGEST_ADDRESS.to_std().unwrap_or_default();
        match (text.trim(), humantime::parse_duration(text.trim())) {
            ("off", _) => Ok(Self::Off),
            // Addresses last for whole seconds.
            (_, Ok(time)) if time.subsec_nanos() == 0 && time.as_secs() >= SHORTEST && time <= longest => {
                Ok(Self::For(time))
            }
            _ => Err(InvalidRedirect(text.to_owned())),
        }
    }
}

impl fmt::Display for StorageRedirect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Off => f.write_str("off"),
            Self::For(time) => write!(f, "{}s", time.as_secs()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_opens_for_a_minute_at_most() {
        for (text, lasts) in [
            ("off", Some(None)),
            (" 30s ", Some(Some(30))),
            ("10s", Some(Some(10))),
            ("9s", None),
            ("1m", Some(Some(60))),
            ("61s", None),
            ("0s", None),
            ("500ms", None),
            ("30", None),
            ("on", None),
            ("", None),
        ] {
            let read = text.parse::<StorageRedirect>().ok();
            let expected = lasts.map(|lasts| lasts.map(Duration::from_secs));
            assert_eq!(read.map(StorageRedirect::lasts), expected, "{text:?}");
            if let Some(read) = read {
                assert_eq!(read.to_string().parse(), Ok(read));
            }
        }
    }
}
