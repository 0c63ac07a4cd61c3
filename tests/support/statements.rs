//! Counts the SQL statements of a server under test.

use crate::Running;
use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};
use std::{
    collections::HashMap,
    sync::{LazyLock, Mutex},
};

static COUNTS: LazyLock<Mutex<HashMap<String, usize>>> = LazyLock::new(Mutex::default);

/// Counts the statements of one connection.
#[derive(Default)]
struct Watch {
    database: String,
}

impl Instrumentation for Watch {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        match event {
            InstrumentationEvent::StartEstablishConnection { url, .. } => url.clone_into(&mut self.database),
            // The set-up of a new connection does not belong to a request.
            InstrumentationEvent::StartQuery { query, .. } if !query.to_string().starts_with("SET ") => {
                *COUNTS.lock().expect("no panic").entry(self.database.clone()).or_default() += 1;
            }
            _ => {}
        }
    }
}

/// Counts on every connection that this process opens from now on.
pub(crate) fn count_all() {
    set_default_instrumentation(|| Some(Box::<Watch>::default())).expect("instrumentation");
}

impl Running {
    /// How many statements were sent to its database so far.
    pub fn statements(&self) -> usize {
        COUNTS.lock().expect("no panic").get(&self.database_url).copied().unwrap_or_default()
    }
}
