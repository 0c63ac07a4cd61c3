//! Runs a program of the system on an untrusted file.
//!
//! The program has limits on memory, processor time and disk, and gets only those environment variables by which it
//! finds programs and folders, because the environment holds secrets. On Linux, it sees no network and no files but its
//! own (`sandbox`). It is killed if it takes too long, if the job is dropped, and (on Linux) if this process dies. What it says is logged, and is the cause of the refusal (`words`).

use super::{MediaError, words};
use anyhow::{Context, anyhow};
pub use sandbox::{Gap, gaps};
use std::{
    ffi::{OsStr, OsString},
    os::unix::process::ExitStatusExt,
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncRead, AsyncReadExt},
    process::Command,
};

mod sandbox;

/// The address space of a program, in kilobytes: pictures of 250 megapixels need this much.
const MEMORY_KB: u32 = 4 * 1024 * 1024;

/// How much of a program's standard output is read, in bytes.
const MAX_STDOUT: u64 = 1024 * 1024;

/// The most cores that a program uses at the same time.
const MAX_CORES: usize = 8;

/// How much of the end of a program's messages is kept, in bytes.
const MAX_STDERR: usize = 4096;

/// A program was stopped because it wrote too much.
pub(super) const TOO_LARGE: &str = "What the file decodes to is too large.";

/// Sets the limits, not all of which exist on every system, and executes the program. A soft limit on processor time
/// ends the program with a signal that can be recognized.
const WITH_LIMITS: &str = r#"
ulimit -c 0; ulimit -v "$1" 2>/dev/null
ulimit -S -t "$2"; ulimit -f "$3"
shift 3
if setpriv --pdeathsig KILL true 2>/dev/null; then exec setpriv --pdeathsig KILL -- "$@"; fi
exec "$@"
"#;

/// A program of the system.
#[derive(Debug)]
pub(super) struct Program {
    /// Its possible names; the first that exists is run.
    pub(super) names: &'static [&'static str],
    /// The package that contains it on Debian and Ubuntu.
    pub(super) package: &'static str,
    /// The exit code of a program that catches the signal that stops it; none if it does not catch signals.
    pub(super) exit_when_stopped: Option<i32>,
}

/// The limits of a program.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// Processor time in seconds, added over all cores.
    pub(super) cpu_seconds: u64,
    /// How long the program may take. The limit on processor time stops a file that needs too much; this one is longer,
    /// and is only exceeded on an overloaded machine.
    pub(super) timeout: Duration,
    /// The largest file that the program may write, in bytes.
    pub(super) file_bytes: u64,
}

impl Limits {
    /// Limits for work that takes at most this much processor time.
    pub(super) const fn seconds(cpu_seconds: u64, file_bytes: u64) -> Self {
        Self { cpu_seconds, timeout: Duration::from_secs(cpu_seconds * 4), file_bytes }
    }
}

/// The files of a program, beside those of the system.
#[derive(Debug, Clone, Copy)]
pub(super) struct Files<'a> {
    /// What it reads.
    original: &'a Path,
    /// What it writes, if that is not in the folder. The file must exist.
    output: Option<&'a Path>,
    /// Where it reads and writes.
    folder: Option<&'a Path>,
}

impl<'a> Files<'a> {
    /// An original, of which the program tells something.
    pub(super) const fn of(original: &'a Path) -> Self {
        Self { original, output: None, folder: None }
    }

    /// An original, and the folder for what the program makes of it.
    pub(super) const fn and(original: &'a Path, folder: &'a Path) -> Self {
        Self { original, output: None, folder: Some(folder) }
    }

    /// The same, with a file elsewhere to write.
    pub(super) const fn into(self, output: &'a Path) -> Self {
        Self { output: Some(output), ..self }
    }
}

/// Runs a program on an original and returns its standard output.
pub(super) async fn run(
    program: &Program,
    arguments: &[OsString],
    files: Files<'_>,
    limits: Limits,
) -> Result<Vec<u8>, MediaError> {
    run_and_listen(program, arguments, files, limits).await.map(|(stdout, _)| stdout)
}

/// Runs a program on an original and returns its standard output, and what it said although it succeeded.
pub(super) async fn run_and_listen(
    program: &Program,
    arguments: &[OsString],
    files: Files<'_>,
    limits: Limits,
) -> Result<(Vec<u8>, String), MediaError> {
    let path = find(program)?;
    let begun = Instant::now();
    let mut command = std::process::Command::new("/bin/sh");
    sandbox::restrict(&mut command, files).context("a program cannot be kept from other files")?;
    // The program is killed when the thread ends that started it. This is a thread of the runtime, which lives as long
    // as the process, not a blocking thread.
    let mut child = Command::from(command)
        .args(["-c", WITH_LIMITS, "sh", &MEMORY_KB.to_string(), &limits.cpu_seconds.to_string()])
        .arg((limits.file_bytes / 512).to_string())
        .arg(path)
        .args(arguments)
        .env_clear()
        .envs(["PATH", "HOME", "TMPDIR"].into_iter().filter_map(|name| Some((name, std::env::var_os(name)?))))
        .envs([("LC_ALL", "C"), ("MALLOC_ARENA_MAX", "2")])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        // A Ctrl-C at the terminal must stop this process only: if the program received it, the file would seem to be
        // at fault.
        .process_group(0)
        .spawn()
        .with_context(|| format!("`{}` cannot be started", program.names[0]))?;
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let work = async { tokio::join!(child.wait(), read_stdout(stdout), read_stderr(stderr)) };
    let done = tokio::time::timeout(limits.timeout, work).await;
    let Ok((status, stdout, said)) = done else {
        child.kill().await.context("a program that takes too long cannot be stopped")?;
        let seconds = limits.timeout.as_secs();
        return Err(anyhow!("`{}` was not done after {seconds} s; is the machine too busy?", program.names[0]).into());
    };
    let status = status.context("a program cannot be waited for")?;
    if status.success() {
        return Ok((stdout, said));
    }
    let cores = std::thread::available_parallelism().map_or(1, |cores| cores.get().min(MAX_CORES));
    let used_up = begun.elapsed().as_secs().saturating_add(1) * cores as u64 >= limits.cpu_seconds;
    Err(refusal(program, status, &said, files.original, used_up))
}

async fn read_stdout(stdout: Option<impl AsyncRead + Unpin>) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Some(stdout) = stdout {
        // If the output is cut, parsing it fails later.
        let _ = stdout.take(MAX_STDOUT).read_to_end(&mut bytes).await;
    }
    bytes
}

async fn read_stderr(stderr: Option<impl AsyncRead + Unpin>) -> String {
    let (mut kept, mut piece) = (Vec::new(), [0; MAX_STDERR]);
    if let Some(mut stderr) = stderr {
        while let Ok(count @ 1..) = stderr.read(&mut piece).await {
            kept.extend_from_slice(&piece[..count]);
            kept.drain(..kept.len().saturating_sub(MAX_STDERR));
        }
    }
    String::from_utf8_lossy(&kept).into_owned()
}

/// Why a program failed: because of the file, or because of the machine. `used_up`: whether the program may have used
/// all of its processor time.
fn refusal(program: &Program, status: ExitStatus, said: &str, original: &Path, used_up: bool) -> MediaError {
    let name = program.names[0];
    let ours =
        ["No space left on device", "Unknown encoder", "Unknown input format", "error while loading shared libraries"];
    if let Some(line) = said.lines().find(|line| ours.iter().any(|words| line.contains(words))) {
        return anyhow!("`{name}` cannot work here: {}", line.trim()).into();
    }
    // A program that catches signals exits with this code when the processor time is over, when the machine shuts down,
    // and in newer versions when a codec returns EPERM.
    let caught = program.exit_when_stopped.is_some()
        && status.code() == program.exit_when_stopped
        && !said.contains("not permitted");
    if status.signal() == Some(libc_signal::XCPU) || caught && used_up {
        return MediaError::unusable(words::TOO_LONG);
    }
    if caught {
        return anyhow!("`{name}` was stopped").into();
    }
    match status.signal() {
        Some(libc_signal::XFSZ) => MediaError::unusable(TOO_LARGE),
        // What a program says that ignores the signal.
        None if said.contains("File too large") => MediaError::unusable(TOO_LARGE),
        Some(signal @ (libc_signal::KILL | libc_signal::TERM | libc_signal::INT)) => {
            anyhow!("`{name}` was stopped by signal {signal}; is there too little memory?").into()
        }
        signal => {
            let (file, said) = (original.display(), said.trim());
            tracing::info!(name, %file, ?signal, said, "a program cannot decode a file");
            MediaError::unusable(words::of_program(program.package, said))
        }
    }
}

/// Numbers of signals, which are the same on Linux and macOS.
mod libc_signal {
    pub(super) const INT: i32 = 2;
    pub(super) const KILL: i32 = 9;
    pub(super) const TERM: i32 = 15;
    pub(super) const XCPU: i32 = 24;
    pub(super) const XFSZ: i32 = 25;
}

/// The file of a program.
pub(super) fn find(program: &Program) -> Result<PathBuf, MediaError> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let all = std::env::split_paths(&path).flat_map(|folder| program.names.iter().map(move |name| folder.join(name)));
    all.into_iter().find(|file| file.is_file()).ok_or_else(|| missing(program).into())
}

fn missing(program: &Program) -> anyhow::Error {
    let name = program.names[0];
    anyhow!("the program `{name}` is not installed; on Debian and Ubuntu it is in the package {}", program.package)
}

/// Arguments of different types as one list.
pub(super) fn arguments<const COUNT: usize>(all: [&dyn AsRef<OsStr>; COUNT]) -> Vec<OsString> {
    all.into_iter().map(|argument| argument.as_ref().to_owned()).collect()
}

/// The absolute path of an original, which no program takes for an option. A missing file is an error of the machine.
pub(super) fn absolute(original: &Path) -> Result<PathBuf, MediaError> {
    let found = std::fs::metadata(original).context("the original cannot be read")?;
    if found.len() == 0 {
        return Err(MediaError::unusable("The file is empty."));
    }
    Ok(std::path::absolute(original).context("the original has no path")?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHELL: Program = Program { names: &["no-such-program", "sh"], package: "dash", exit_when_stopped: Some(255) };
    const QUICK: Limits = Limits { cpu_seconds: 1, timeout: Duration::from_mins(1), file_bytes: 1024 * 1024 };

    async fn sh(script: &str, limits: Limits) -> Result<Vec<u8>, MediaError> {
        sh_in(Files::of(Path::new("/some/original")), script, limits).await
    }

    async fn sh_in(files: Files<'_>, script: &str, limits: Limits) -> Result<Vec<u8>, MediaError> {
        run(&SHELL, &arguments([&"-c", &script]), files, limits).await
    }

    fn reason(result: Result<Vec<u8>, MediaError>) -> (bool, String) {
        match result.unwrap_err() {
            MediaError::Unusable(reason) => (true, reason),
            MediaError::Failed(error) => (false, format!("{error:#}")),
        }
    }

    #[tokio::test]
    async fn what_it_writes_comes_back_and_our_environment_stays_here() {
        assert_eq!(sh("printf %s-%s \"$LC_ALL\" \"$CARGO_MANIFEST_DIR\"", QUICK).await.unwrap(), b"C-");
        let flood = sh("head -c 5000000 /dev/zero >&2; head -c 5000000 /dev/zero || true", QUICK).await.unwrap();
        assert_eq!(flood.len() as u64, MAX_STDOUT);
    }

    #[tokio::test]
    async fn what_it_says_is_for_the_log_only() {
        for script in ["echo one >&2; echo file:/some/original: two. >&2; exit 3", "kill -SEGV $$"] {
            let (theirs, words) = reason(sh(script, QUICK).await);
            assert!(theirs && words.contains("damaged") && !words.contains("two") && !words.contains('/'), "{words}");
        }
        let run =
            run_and_listen(&SHELL, &arguments([&"-c", &"echo doubts >&2"]), Files::of(Path::new("/")), QUICK).await;
        assert_eq!(run.unwrap(), (Vec::new(), "doubts\n".to_owned()));
    }

    #[tokio::test]
    async fn it_gets_no_more_than_its_limits() {
        for catch in ["", "trap 'exit 255' XCPU; "] {
            let (theirs, words) = reason(sh(&format!("{catch}while :; do :; done"), QUICK).await);
            assert!(theirs && words.contains("too long"), "{words}");
        }
        let folder = tempfile::tempdir().unwrap();
        let write = format!("exec head -c 3000000 /dev/zero >'{}'", folder.path().join("large").display());
        let own = Files::and(Path::new("/some/original"), folder.path());
        let (theirs, words) = reason(sh_in(own, &write, QUICK).await);
        assert!(theirs && (words.contains("too large")), "{words}");
        let quick_timeout = Limits { timeout: Duration::from_millis(100), ..QUICK };
        let (theirs, words) = reason(sh("exec sleep 1000", quick_timeout).await);
        assert!(!theirs && words.contains("not done"), "{words}");
        let (theirs, words) = reason(sh("kill -KILL $$", QUICK).await);
        assert!(!theirs && words.contains("signal 9"), "{words}");
        let busy = Limits { cpu_seconds: 1_000, ..QUICK };
        let (theirs, words) = reason(sh("trap 'exit 255' TERM; echo damaged >&2; kill -TERM $$", busy).await);
        assert!(!theirs && words.contains("was stopped"), "{words}");
        let memory = sh("ulimit -v", QUICK).await.unwrap();
        if cfg!(target_os = "linux") {
            assert_eq!(String::from_utf8(memory).unwrap().trim(), MEMORY_KB.to_string());
        }
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn it_sees_its_own_files_and_no_network() {
        assert_eq!(gaps(), [], "this machine can keep everything from it");
        let (own, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let path = |folder: &tempfile::TempDir, name: &str| folder.path().join(name).display().to_string();
        for folder in [&own, &other] {
            std::fs::write(folder.path().join("one"), "seen").unwrap();
            std::fs::write(folder.path().join("two"), "seen").unwrap();
        }
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let original = other.path().join("one");
        let output = other.path().join("two");
        let files = Files::and(&original, own.path()).into(&output);
        for (script, works) in [
            (format!("cat {}", path(&other, "one")), true),
            (format!("cat {}", path(&own, "two")), true),
            (format!("echo more > {}", path(&own, "three")), true),
            (format!("echo more > {}", path(&other, "two")), true),
            ("echo nothing > /dev/null".to_owned(), true),
            (format!("echo more > {}", path(&other, "one")), false),
            (format!("echo more > {}", path(&other, "three")), false),
            (format!("ls {}", other.path().display()), false),
            (format!("rm {}", path(&other, "one")), false),
            ("cat /etc/passwd".to_owned(), false),
            (format!("cat /proc/{}/environ", std::process::id()), false),
            ("ls /".to_owned(), false),
            (format!("exec 3<>/dev/tcp/127.0.0.1/{port}"), false),
        ] {
            let bash = Program { names: &["bash"], package: "bash", exit_when_stopped: None };
            let done = run(&bash, &arguments([&"-c", &format!("{script} || exit 9")]), files, QUICK).await;
            assert_eq!(done.is_ok(), works, "{script}: {done:?}");
        }
        let mut plain = std::process::Command::new("bash");
        plain.args(["-c", &format!("exec 3<>/dev/tcp/127.0.0.1/{port}")]);
        assert!(plain.status().unwrap().success(), "without the sandbox it could");
    }

    #[tokio::test]
    async fn a_program_that_is_missing_is_named_with_its_package() {
        let missing = Program { names: &["no-such-program"], package: "no-such-package", exit_when_stopped: None };
        let (theirs, words) = reason(run(&missing, &[], Files::of(Path::new("/")), QUICK).await);
        assert!(!theirs && words.contains("`no-such-program`") && words.contains("no-such-package"), "{words}");
    }
}
