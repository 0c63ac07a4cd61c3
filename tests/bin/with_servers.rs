//! Runs a command with `DATABASE_URL` set to an up-to-date database on a private, throw-away Postgres: for tools that
//! want to look at one.

use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let Some(program) = arguments.next() else { return ExitCode::from(2) };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let servers = tests::servers();
    let url = runtime.block_on(async { servers.database_url(&servers.new_database().await) });
    let status = Command::new(program).args(arguments).env("DATABASE_URL", url).status().expect("the command runs");
    if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
