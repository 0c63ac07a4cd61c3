//! Reads the command line, the environment and the files that it names.
//!
//! All values of variables that cannot be read are told together, so that nobody has to start once for each. What is
//! secret can be in a file, as orchestrators hand out secrets: `DATABASE_URL_FILE` names the one with `DATABASE_URL`.

use clap::{
    Arg, ArgMatches, Command, FromArgMatches, Parser,
    error::{ContextKind, ContextValue},
};
use std::{env, error::Error as _, fs};

/// Why the command line and the environment are not understood.
#[derive(Debug)]
pub(super) enum Misunderstood {
    /// The command line is wrong, or asks for help.
    CommandLine(clap::Error),
    /// What is wrong with variables.
    Variables(Vec<String>),
}

/// Reads the command line and the environment.
pub(super) fn parse<P: Parser>() -> Result<P, Misunderstood> {
    let mut command = P::command();
    // An empty variable is none: files for containers set all that they might.
    let empty = |argument: &&Arg| {
        argument.get_env().is_some_and(|name| env::var_os(name).is_some_and(|value| value.is_empty()))
    };
    for argument in P::command().get_arguments().filter(empty) {
        command = command.mut_arg(argument.get_id(), |argument| argument.env(""));
    }
    let mut wrong = Vec::new();
    for argument in P::command().get_arguments().filter(|argument| argument.is_hide_env_values_set()) {
        match from_file(argument) {
            Ok(None) => {}
            Ok(Some(secret)) => {
                command = command
                    .mut_arg(argument.get_id(), |argument| argument.default_value(secret).hide_default_value(true));
            }
            Err(mistake) => wrong.push(mistake),
        }
    }
    loop {
        match command.clone().try_get_matches() {
            Ok(matches) if wrong.is_empty() => return read(&matches),
            Ok(_) => return Err(Misunderstood::Variables(wrong)),
            Err(told) => {
                let Some((argument, mistake)) = wrong_variable(&told, &command) else {
                    return Err(Misunderstood::CommandLine(told));
                };
                wrong.push(mistake);
                // Without its variable, the next mistake is found.
                command = command.mut_arg(argument, |argument| argument.env(""));
            }
        }
    }
}

fn read<P: FromArgMatches>(matches: &ArgMatches) -> Result<P, Misunderstood> {
    P::from_arg_matches(matches).map_err(Misunderstood::CommandLine)
}

/// The value of a secret that is in a file, without the end of its line.
fn from_file(argument: &Arg) -> Result<Option<String>, String> {
    let Some(name) = argument.get_env().map(|name| name.to_string_lossy()) else { return Ok(None) };
    let variable = format!("{name}_FILE");
    let set = |name: &str| env::var_os(name).filter(|value| !value.is_empty());
    let Some(file) = set(&variable) else { return Ok(None) };
    if set(&name).is_some() {
        return Err(format!("{name} and {variable} are both set: leave one out"));
    }
    let secret = fs::read_to_string(&file);
    let secret = secret.map_err(|error| format!("{variable}: {} cannot be read: {error}", file.display()))?;
    Ok(Some(secret.trim_end_matches(['\r', '\n']).to_owned()))
}

/// The option of a variable whose value is wrong, and the message for it. The message of clap names the option only.
fn wrong_variable(told: &clap::Error, command: &Command) -> Option<(String, String)> {
    let Some(ContextValue::String(shown)) = told.get(ContextKind::InvalidArg) else { return None };
    let option = shown.split_whitespace().next()?;
    let is_given = |argument: &String| argument.split('=').next() == Some(option);
    if env::args().skip(1).any(|argument| is_given(&argument)) {
        return None;
    }
    let argument = command.get_arguments().find(|argument| argument.get_long() == option.strip_prefix("--"))?;
    let variable = argument.get_env()?.to_string_lossy().into_owned();
    let reason = told.source().map_or_else(|| "it is not one of its values".to_owned(), ToString::to_string);
    Some((argument.get_id().to_string(), format!("{variable} cannot be read: {reason}")))
}
