//! Counts the SQL statements of a server under test.

use crate::Running;
use api::server::LOCK_OF_VIEWS;
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
    /// Whether views are written over it, which happens once a second, whatever a test asks meanwhile.
    writes_views: bool,
}

impl Instrumentation for Watch {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        match event {
            InstrumentationEvent::StartEstablishConnection { url, .. } => url.clone_into(&mut self.database),
            InstrumentationEvent::StartQuery { query, .. } => {
                let query = query.to_string();
                self.writes_views |= query.contains(&format!("lock_timeout = {}", LOCK_OF_VIEWS.as_millis()));
                if !self.writes_views && belongs_to_a_request(&query) {
                    *COUNTS.lock().expect("no panic").entry(self.database.clone()).or_default() += 1;
                }
            }
            _ => {}
        }
    }
}

/// Whether a statement is not the set-up of a new connection, and does not compare a replica with the primary.
fn belongs_to_a_request(query: &str) -> bool {
    !query.starts_with("SET ") && !query.contains("_wal_")
}

/// How many statements were sent to the database at this address so far.
pub fn statements_at(database_url: &str) -> usize {
    COUNTS.lock().expect("no panic").get(database_url).copied().unwrap_or_default()
}

/// Counts on every connection that this process opens from now on.
pub(crate) fn count_all() {
    set_default_instrumentation(|| Some(Box::<Watch>::default())).expect("instrumentation");
}

impl Running {
    /// How many statements were sent to its database so far.
    pub fn statements(&self) -> usize {
        statements_at(&self.database_url)
    }
}
