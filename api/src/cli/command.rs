//! Parses the command line and runs the command.

use super::{
    arguments::{Misunderstood, parse},
    doctor, exit, import, job, migrate, output, password_link, serve, storage, up, worker,
};
use crate::{
    config::Config,
    installation::{open_files, samples},
};
use clap::{Parser, Subcommand};
use std::{
    fs,
    io::IsTerminal,
    path::{Path, PathBuf},
    process::ExitCode,
};
use tracing_subscriber::EnvFilter;

/// What is logged. actix reports as errors what clients do, and the ends of transfers that are reported by us, too. The client of Redis
/// reports each attempt to connect to each node of a cluster.
const DEFAULT_LOG: &str = "warn,actix_http=off,redis=off";

/// Share links for media libraries.
#[derive(Debug, Parser)]
#[command(name = "vitrine", version, about)]
pub(super) struct Cli {
    #[command(flatten)]
    config: Config,
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Start everything in one process: private Postgres and Redis (unless `DATABASE_URL` and `REDIS_URL` are set),
    /// migrations, a first administrator, the server and its workers.
    Up(up::Up),
    /// Serve GraphQL, link pages and downloads.
    Serve,
    /// Run background jobs.
    Worker,
    /// Run one job now and exit (`vitrine job list` tells what there is), or look at the queue.
    Job(job::Job),
    /// Bring the database up to date, and make the first administrator where there is none.
    Migrate,
    /// Try everything that an installation needs, and say of each part what is wrong and what to do.
    Doctor(doctor::Doctor),
    /// Import a folder into the library.
    Import(import::Import),
    /// Copy the blobs to another place.
    Storage(storage::Storage),
    /// Print a link by which somebody who cannot sign in any more chooses another password: for the only administrator who
    /// has forgotten theirs, where no mail is configured. Valid once, for a day.
    PasswordLink(password_link::PasswordLink),
    /// Print the GraphQL schema.
    PrintSchema,
    /// Make the sample library.
    MakeSamples {
        /// Folder of unpacked packages to take photographs from; generated pictures take their place.
        #[arg(long)]
        packages: Option<PathBuf>,
        /// The folder to make.
        folder: PathBuf,
    },
}

/// Runs the command line. An error is printed as one line, and the exit code is not zero.
pub fn main() -> ExitCode {
    open_files::raise_limit();
    // Huge pages make a process larger than the memory that it uses. Declining them may fail without harm.
    #[cfg(target_os = "linux")]
    let _ = nix::sys::prctl::set_thp_disable(true);
    // A file may set the same variables as the environment; the environment has precedence.
    let named = std::env::var_os("VITRINE_CONFIG").map(PathBuf::from);
    let file = match &named {
        Some(path) => dotenvy::from_path(path),
        None => dotenvy::dotenv().map(drop),
    };
    if let Err(error) = file
        && !(error.not_found() && named.is_none())
    {
        return output::fail(&exit::configuration(unreadable(&named.unwrap_or_else(|| ".env".into()), &error)));
    }
    let cli: Cli = match parse() {
        Ok(cli) => cli,
        Err(Misunderstood::Variables(wrong)) => return output::fail(&exit::configuration(wrong.join("\n"))),
        Err(Misunderstood::CommandLine(told)) => {
            let _ = told.print();
            return if told.use_stderr() { exit::Code::Usage.into() } else { ExitCode::SUCCESS };
        }
    };
    let filter = EnvFilter::try_from_env("VITRINE_LOG").unwrap_or_else(|_| EnvFilter::new(DEFAULT_LOG));
    let (stderr, no_color) = (std::io::stderr, std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()));
    let with_colours = stderr().is_terminal() && !no_color;
    tracing_subscriber::fmt().with_env_filter(filter).with_ansi(with_colours).with_writer(stderr).init();
    match run(cli) {
        Ok(code) => code,
        Err(error) => output::fail(&error),
    }
}

/// Why the configuration file cannot be read, without a value, which may be a secret.
fn unreadable(file: &Path, error: &dotenvy::Error) -> String {
    let file_named = format!("the configuration file {}", file.display());
    let dotenvy::Error::LineParse(rest, _) = error else { return format!("{file_named}: {error}") };
    let text = fs::read_to_string(file).unwrap_or_default();
    // What is left is the value, or all of the line where not even its name can be read.
    let found = text.lines().enumerate().find_map(|(index, line)| {
        let before = line.trim_end().strip_suffix(rest.trim_end())?.trim_end();
        (before.is_empty() || before.ends_with('=')).then_some((index + 1, before))
    });
    let place = found.map(|(number, before)| match before.strip_suffix('=') {
        Some(name) => format!(", line {number} ({})", name.trim()),
        None => format!(", line {number}"),
    });
    format!(
        "{file_named}{}: it is to be NAME='value', with single quotes where the value has a space, # or $",
        place.unwrap_or_default()
    )
}

fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    let config = cli.config;
    match cli.command {
        Command::Up(up) => up.run(config),
        Command::Serve => serve::run(&config),
        Command::Worker => worker::run(&config),
        Command::Job(job) => job.run(&config),
        Command::Migrate => migrate::run(&config),
        Command::Doctor(doctor) => doctor.run(&config),
        Command::Import(import) => import.run(&config),
        Command::Storage(storage) => storage.run(&config),
        Command::PasswordLink(link) => link.run(&config),
        Command::PrintSchema => {
            output::say(graphql::sdl().trim_end());
            Ok(ExitCode::SUCCESS)
        }
        Command::MakeSamples { packages, folder } => {
            let report = samples::make(packages.as_deref(), &folder)?;
            output::note(&report.to_string());
            Ok(ExitCode::SUCCESS)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Cli;
    use clap::CommandFactory;
    use std::collections::BTreeMap;

    /// What is read without an option of the command line.
    const OTHERS: [&str; 2] = ["PG_BIN", "VITRINE_LOG"];

    /// The defaults of the variables in the table of the README: names and what stands beside them.
    fn documented() -> BTreeMap<String, String> {
        let readme = include_str!("../../../README.md");
        let (_, table) = readme.split_once("\n## Configuration\n").unwrap();
        let (table, _) = table.split_once("\n## ").unwrap();
        let rows = table.lines().filter_map(|line| line.strip_prefix("| `")).map(|row| row.split(" | "));
        rows.map(|mut cells| {
            let name = cells.next().unwrap().split('`').next().unwrap().to_owned();
            (name, cells.next().unwrap().to_owned())
        })
        .collect()
    }

    #[test]
    fn the_readme_has_every_variable_and_its_default_and_no_other() {
        let mut documented = documented();
        for name in OTHERS {
            assert!(documented.remove(name).is_some(), "the README lacks {name}");
        }
        for argument in Cli::command().get_arguments() {
            let Some(name) = argument.get_env().map(|name| name.to_string_lossy().into_owned()) else { continue };
            let told = documented.remove(&name).unwrap_or_else(|| panic!("the README lacks {name}"));
            for default in argument.get_default_values().iter().map(|value| value.to_string_lossy()) {
                assert!(
                    default.is_empty() || told.contains(&format!("`{default}`")),
                    "{name}: {told} is not {default}"
                );
            }
        }
        assert!(documented.is_empty(), "the README has what there is not: {documented:?}");
    }
}
