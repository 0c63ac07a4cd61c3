//! Where the time of a request goes: the stacks of the server, sampled while it answers the same request again and
//! again.
//!
//! The server runs in this process and samples itself (`pprof`), so that neither rights nor a program of the system are
//! needed: a timer of the processor's time interrupts whichever thread works, some hundred times a second. Those who ask
//! are a process of their own, this program once more ([`CLIENT`]). What a request costs is measured before that, without
//! the timer.
//!
//! A flame graph, the stacks as text and a table are written for each request.

mod client;
mod requests;
mod sampled;
mod table;

pub(crate) use client::{CLIENT, ask};

use diesel::connection::set_default_instrumentation;
use requests::REQUESTS;
use std::{fs, path::Path};

/// Where flame graphs and stacks are written.
const FOLDER: &str = "target/profile";

/// A table for each of the requests of these names, or for all.
pub(crate) async fn run(names: &[&str]) -> Result<String, String> {
    if let Some(unknown) = names.iter().find(|name| !REQUESTS.contains(name)) {
        return Err(format!("there is no request '{unknown}' here, but {}", REQUESTS.join(", ")));
    }
    tests::servers();
    // What counts statements for tests would be a part of all that is measured.
    set_default_instrumentation(|| None).map_err(|error| error.to_string())?;
    fs::create_dir_all(FOLDER).map_err(|error| format!("{FOLDER} cannot be made: {error}"))?;
    let mut tables = Vec::new();
    for name in REQUESTS.into_iter().filter(|name| names.is_empty() || names.contains(name)) {
        eprintln!("making a library for {name}");
        let question = requests::prepare(name).await;
        eprintln!("measuring it");
        let costs = sampled::costs(&question).await;
        let stacks = sampled::stacks(&question).await;
        let path = Path::new(FOLDER).join(name);
        stacks.write(&path, question.what).map_err(|error| format!("{}: {error}", path.display()))?;
        tables.push(table::of(&question, &costs, &stacks, &path));
    }
    Ok(tables.join("\n"))
}
