//! Makes a function of each text in `locales/`, so that a text that is missing, or wants other values, does not compile.

use fluent_typed::{BuildOptions, FtlOutputOptions, LintLevel, build_from_locales_folder};
use std::{env, process::ExitCode};

fn main() -> ExitCode {
    let Ok(folder) = env::var("OUT_DIR") else { return ExitCode::FAILURE };
    let options = BuildOptions::default()
        .with_output_file_path(&format!("{folder}/texts.rs"))
        .with_ftl_output(FtlOutputOptions::single_file(&format!("{folder}/texts.ftl")))
        .with_prefix("")
        .with_lint_level(LintLevel::Strict)
        // A language that is written from right to left isolates what it does not know itself.
        .without_bidi_isolation();
    build_from_locales_folder(options)
}
