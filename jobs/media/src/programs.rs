//! The programs of the system that decode and encode, and whether they can do what is asked of them.

use super::{
    heif, pdf, probe,
    program::{self, Program},
    svg,
};
use std::{process::Stdio, time::Duration};
use tokio::{process::Command, time::timeout};

/// How long a program may take to say what it can do.
const WITHIN: Duration = Duration::from_secs(10);

/// What a program must say that it has.
struct Needed {
    /// By which arguments it tells.
    arguments: &'static [&'static str],
    /// What is needed, and the words of which one must be in the answer.
    all: &'static [(&'static str, &'static [&'static str])],
}

/// A program, and whether it can do what is asked of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProgramState {
    /// Its name.
    pub name: &'static str,
    /// The package that contains it on Debian and Ubuntu.
    pub package: &'static str,
    /// Whether it is there.
    pub is_installed: bool,
    /// What it cannot do, although it is needed.
    pub lacks: Vec<&'static str>,
}

/// All programs that workers run.
pub async fn programs() -> Vec<ProgramState> {
    let encoders =
        Needed { arguments: &["-hide_banner", "-encoders"], all: &[("libx264", &[" libx264 "]), ("aac", &[" aac "])] };
    let decoders = Needed {
        arguments: &["-hide_banner", "-decoders"],
        all: &[
            ("H.264", &[" h264 "]),
            ("H.265", &[" hevc "]),
            ("VP9", &[" vp9 "]),
            ("AV1", &[" libdav1d ", " libaom-av1 ", " av1 "]),
        ],
    };
    // Old versions do not tell, and have both built in.
    let of_heif = Needed {
        arguments: &["--list-decoders"],
        all: &[
            ("HEIC", &["libde265", "nknown option", "nrecognized option"]),
            ("AVIF", &["dav1d", "aom", "nknown option", "nrecognized option"]),
        ],
    };
    vec![
        state(&probe::FFMPEG, &[encoders, decoders]).await,
        state(&probe::FFPROBE, &[]).await,
        state(&heif::HEIF, &[of_heif]).await,
        state(&pdf::PDF, &[]).await,
        state(&svg::RSVG, &[]).await,
    ]
}

async fn state(program: &Program, needed: &[Needed]) -> ProgramState {
    let Program { names, package, exit_when_stopped: _ } = *program;
    let mut state = ProgramState { name: names[0], package, is_installed: false, lacks: Vec::new() };
    let Ok(path) = program::find(program) else { return state };
    state.is_installed = true;
    for Needed { arguments, all } in needed {
        let mut command = Command::new(&path);
        let told = command.args(*arguments).stdin(Stdio::null()).kill_on_drop(true).output();
        let told = match timeout(WITHIN, told).await {
            Ok(Ok(output)) => [output.stdout, output.stderr].concat(),
            Ok(Err(_)) | Err(_) => Vec::new(),
        };
        let told = String::from_utf8_lossy(&told);
        let has = |words: &[&str]| words.iter().any(|word| told.contains(word));
        state.lacks.extend(all.iter().filter(|(_, words)| !has(words)).map(|(what, _)| *what));
    }
    state
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn this_machine_has_all_of_them() {
        for state in programs().await {
            assert!(state.is_installed && state.lacks.is_empty(), "{state:?}");
        }
    }

    #[tokio::test]
    async fn what_is_not_there_or_cannot_do_it_is_told() {
        let missing = Program { names: &["no-such-program"], package: "nothing", exit_when_stopped: None };
        assert!(!state(&missing, &[]).await.is_installed);
        let echo = Program { names: &["echo"], package: "coreutils", exit_when_stopped: None };
        let needed =
            Needed { arguments: &[" libx264 "], all: &[("libx264", &[" libx264 "]), ("aac", &[" aac ", " fdk "])] };
        assert_eq!(state(&echo, &[needed]).await.lacks, ["aac"]);
    }
}
