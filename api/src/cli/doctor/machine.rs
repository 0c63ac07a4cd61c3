//! The machine: clocks, disks, and what it cannot keep from programs.

use super::{Finding, Part};
use crate::config::Config;
use bytesize::ByteSize;
use chrono::{DateTime, TimeDelta, Utc};
use nix::sys::{
    resource::{Resource, getrlimit},
    statvfs::statvfs,
};
use std::path::Path;

const PART: Part = Part::Machine;

/// A file is decoded in a temporary folder, in which a video takes as much space as its smaller versions.
const SPARE_TEMPORARY: u64 = 5_000_000_000;

/// Each visitor's connection is an open file, and each download another one.
const SPARE_FILES: u64 = 4096;

/// More than what a question takes.
const NOTICEABLE: TimeDelta = TimeDelta::seconds(2);

/// Tokens and signatures that last a minute are wrong from here on.
const TOO_FAR: TimeDelta = TimeDelta::seconds(30);

/// A server, and what time it is there.
pub(super) struct Other {
    pub(super) name: &'static str,
    pub(super) now: DateTime<Utc>,
}

/// Whether the clock of a server is far from that of this machine.
pub(super) fn clock(part: Part, other: Other, here: DateTime<Utc>) -> Option<Finding> {
    let apart = (other.now - here).abs();
    let text = || format!("the clock of {} is {} seconds off ours", other.name, apart.num_seconds());
    let advice = "Synchronise the clocks of both machines (NTP): links expire, and grants end, by these.";
    if apart > TOO_FAR {
        Some(part.failed(text(), advice))
    } else {
        (apart > NOTICEABLE).then(|| part.warning(text(), advice))
    }
}

pub(super) fn examine(config: &Config, findings: &mut Vec<Finding>) {
    let temporary = std::env::temp_dir();
    findings.push(space(
        &temporary,
        SPARE_TEMPORARY,
        "temporary files are in",
        "Set TMPDIR to a folder with more space.",
    ));
    if config.database_url.is_none() || config.storage.is_none() {
        let what = "what `vitrine up` keeps is in";
        let data = config.data.ancestors().find(|folder| folder.is_dir()).unwrap_or(Path::new("."));
        let spare = config.uploads.limits().min_free_disk;
        findings.push(space(data, spare, what, "Set VITRINE_DATA to a folder with more space."));
    }
    if let Ok((soft, _)) = getrlimit(Resource::RLIMIT_NOFILE)
        && soft < SPARE_FILES
    {
        let advice = "Raise the limit (`LimitNOFILE=65536` in systemd, `ulimit -n` in a shell).";
        findings.push(PART.warning(format!("a process may have {soft} files open"), advice));
    }
    findings.extend(media::gaps().into_iter().map(|gap| PART.warning(gap.what(), format!("{}.", gap.advice()))));
}

/// How much space is free in a folder, which is a warning if it is less than this many bytes.
fn space(folder: &Path, spare: u64, what: &str, advice: &str) -> Finding {
    match statvfs(folder) {
        Ok(told) => {
            #[expect(clippy::useless_conversion, reason = "both have other widths elsewhere than on Linux")]
            let free = u64::from(told.blocks_available()).saturating_mul(u64::from(told.fragment_size()));
            let text = format!("{what} {}, where {} are free", folder.display(), ByteSize(free));
            if free < spare { PART.warning(text, advice) } else { PART.good(text) }
        }
        Err(error) => PART.failed(format!("{what} {}: {error}", folder.display()), advice),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::doctor::finding::Health;

    #[test]
    fn clocks_may_differ_by_what_a_question_takes() {
        let here = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
        let told = |seconds| {
            let other = Other { name: "it", now: here + TimeDelta::seconds(seconds) };
            clock(PART, other, here).map(|finding| finding.health)
        };
        assert_eq!([0, 2, -2].map(told), [None; 3]);
        assert_eq!([3, -30].map(told), [Some(Health::Warning); 2]);
        assert_eq!([31, -86_400].map(told), [Some(Health::Failed); 2]);
    }
}
