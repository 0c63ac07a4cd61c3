//! The binary `vitrine`, as the tests of killed processes start it.

use std::process::ExitCode;

fn main() -> ExitCode {
    api::cli::main()
}
