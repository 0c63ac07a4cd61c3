//! What happens to a request before anything of it runs: it is parsed, validated, its variables are coerced and its
//! cost is counted, as the specification has it. Whatever is wrong with it is told here, so that no mutation is half
//! done, and what reaches the executor needs no more checking.
//!
//! Parsing and validation are apollo-compiler's, over our own schema ([`document`]), with what it does not look at in
//! [`literals`]. async-graphql's own come too late: it expands fragments before it asks any limit, and finds out that a
//! variable does not fit while mutations already run. The checked document is handed to it in its own types
//! ([`convert`]), and kept for the next request with the same text.
//!
//! Sources: <https://spec.graphql.org/October2021/#sec-Validation>,
//! <https://spec.graphql.org/October2021/#sec-Executing-Requests>.

mod client_request;
mod convert;
mod cost;
mod document;
mod input_size;
mod limits;
mod literals;
mod positions;
mod refusal;
mod scalars;
mod suggestions;
mod syntax;
mod undefined_variables;
mod variables;

pub use client_request::{ClientRequest, NotARequest};
pub use cost::Cost;
pub use limits::Limits;
pub use refusal::{MAX_ERRORS, Refusal};

use apollo_compiler::{Schema, validation::Valid};
use async_graphql::{Variables, parser::types::ExecutableDocument};
use document::CheckedDocument;
use quick_cache::{Weighter, sync::Cache};
use std::sync::{Arc, LazyLock};
use variables::Coercion;

pub use async_graphql::parser::types::OperationType;

/// The schema that requests are checked against.
static SCHEMA: LazyLock<Valid<Schema>> = LazyLock::new(|| {
    let parsed = Schema::parse_and_validate(crate::sdl(), "schema.graphql");
    parsed.unwrap_or_else(|invalid| panic!("the schema is valid: {}", invalid.errors))
});

/// How many bytes of text the documents have that are kept checked. Each takes some ten times as much.
const CACHE_BYTES: u64 = 2 * 1024 * 1024;

/// A longer document is checked each time: it is written by a program, and holds values.
const LONGEST_CACHED: usize = 64 * 1024;

/// Up to this length, checking a request takes less than to ask another thread for it, in bytes.
pub(crate) const SHORT: usize = 4 * 1024;

/// Checks requests, and keeps the documents that it has checked.
pub(crate) struct Requests {
    limits: Limits,
    cache: Cache<Key, Arc<CheckedDocument>, TextLength>,
}

/// What one checked document is kept under: its text, and which of its operations is to run.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Key {
    text: String,
    operation: Option<String>,
}

#[derive(Clone)]
struct TextLength;

impl Weighter<Key, Arc<CheckedDocument>> for TextLength {
    fn weight(&self, key: &Key, _: &Arc<CheckedDocument>) -> u64 {
        key.text.len() as u64 + 100
    }
}

/// One operation that may run, with all that it needs.
pub struct Operation {
    /// Query, mutation or subscription.
    pub kind: OperationType,
    /// What it costs, and what it may.
    pub cost: Cost,
    /// Whether the client wants to read what it costs.
    pub(crate) tells_cost: bool,
    pub(crate) document: ExecutableDocument,
    pub(crate) variables: Variables,
}

impl Requests {
    pub(crate) fn new(limits: Limits) -> Self {
        // A server that cannot read its own schema does not start.
        LazyLock::force(&SCHEMA);
        Self { limits, cache: Cache::with_weighter(1000, CACHE_BYTES, TextLength) }
    }

    /// Whether a request is checked in no time: it is short, or its document is kept.
    pub(crate) fn is_quick(&self, request: &ClientRequest) -> bool {
        let is_cached = |query: &String| {
            let key = Key { text: query.clone(), operation: request.operation_name.clone() };
            self.cache.get(&key).is_some()
        };
        request.bytes <= SHORT || (request.bytes <= LONGEST_CACHED && is_cached(&request.query))
    }

    /// The operation that a request asks for, or all that is wrong with it.
    pub(crate) fn check(&self, request: ClientRequest, signed_in: bool) -> Result<Operation, Refusal> {
        let limits = self.limits.of(signed_in);
        let ClientRequest { query, operation_name, mut variables, tells_cost, bytes: _ } = request;
        limits.size(&query)?;
        let checked = self.checked(query, operation_name, limits)?;
        let coercion = Coercion::new(&SCHEMA, limits.introspects, self.limits.items);
        coercion.coerce(&checked.variables, &mut variables)?;
        let cost = cost::count(&checked, &variables, limits)?;
        let document = undefined_variables::remove(checked.runnable.clone(), &checked.variables, &variables);
        Ok(Operation { kind: checked.kind, cost, tells_cost, document, variables })
    }

    fn checked(
        &self,
        text: String,
        operation: Option<String>,
        limits: &limits::CallerLimits,
    ) -> Result<Arc<CheckedDocument>, Refusal> {
        let key = Key { text, operation };
        // What was checked for somebody with more room may be too long for this caller: the size was asked before.
        if let Some(checked) = self.cache.get(&key)
            && checked.tokens <= limits.tokens
        {
            checked.introspection(limits)?;
            return Ok(checked);
        }
        let checked = Arc::new(document::check(&SCHEMA, &key.text, key.operation.as_deref(), limits)?);
        checked.introspection(limits)?;
        if key.text.len() <= LONGEST_CACHED {
            self.cache.insert(key, Arc::clone(&checked));
        }
        Ok(checked)
    }
}

#[cfg(test)]
mod tests;
