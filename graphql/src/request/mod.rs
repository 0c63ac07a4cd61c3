//! Checks a request before anything of it runs: parses and validates the document, coerces the variables, and counts
//! the cost, as the specification says. All errors of the request are reported here, so that no mutation runs halfway,
//! and the executor needs no further checks.
//!
//! apollo-compiler parses and validates against our schema ([`document`]); [`literals`] adds checks that
//! apollo-compiler does not make. The validation of async-graphql is not enough: it expands fragments before it checks
//! limits, and detects invalid variables while mutations already run. The checked document is converted to its types
//! ([`convert`]) and cached for the next request with the same text.
//!
//! Sources: <https://spec.graphql.org/October2021/#sec-Validation>,
//! <https://spec.graphql.org/October2021/#sec-Executing-Requests>.

mod client_request;
mod convert;
mod cost;
mod document;
mod input_size;
mod limits;
mod listings;
mod literals;
mod positions;
mod refusal;
mod scalars;
mod scopes;
mod suggestions;
mod syntax;
mod undefined_variables;
mod variables;

pub use client_request::{ClientRequest, ReadError};
pub use cost::Cost;
pub use limits::Limits;
pub use refusal::{MAX_ERRORS, Refusal};

use apollo_compiler::{Schema, validation::Valid};
use async_graphql::{Variables, parser::types::ExecutableDocument};
use document::CheckedDocument;
use domain::Scopes;
use quick_cache::{Weighter, sync::Cache};
use std::sync::{Arc, LazyLock};
use variables::Coercion;

pub use async_graphql::parser::types::OperationType;

/// The schema that requests are checked against.
static SCHEMA: LazyLock<Valid<Schema>> = LazyLock::new(|| {
    let parsed = Schema::parse_and_validate(crate::sdl(), "schema.graphql");
    parsed.unwrap_or_else(|invalid| panic!("the schema is valid: {}", invalid.errors))
});

/// How many bytes of document text the cache holds. A checked document takes about ten times as much memory.
const CACHE_BYTES: u64 = 2 * 1024 * 1024;

/// Longer documents are not cached, because programs write them and put values into them.
const LONGEST_CACHED: usize = 64 * 1024;

/// Requests up to this length in bytes are checked at once, because passing them to another thread takes longer.
pub(crate) const SHORT: usize = 4 * 1024;

/// Checks requests, and caches checked documents.
pub(crate) struct Requests {
    limits: Limits,
    cache: Cache<Key, Arc<CheckedDocument>, TextLength>,
}

/// The key of a cached document: its text, and the name of the operation to run.
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

/// A checked operation with its variables, ready to run.
#[derive(Clone)]
pub struct Operation {
    /// Query, mutation or subscription.
    pub kind: OperationType,
    /// The cost of the operation, and the limit.
    pub cost: Cost,
    /// Whether it only lists, so that it may be read from a replica.
    pub(crate) only_lists: bool,
    /// Whether the client asked for the cost.
    pub(crate) tells_cost: bool,
    pub(crate) document: ExecutableDocument,
    pub(crate) variables: Variables,
}

impl Requests {
    pub(crate) fn new(limits: Limits) -> Self {
        // Fails at start if the schema is invalid.
        LazyLock::force(&SCHEMA);
        Self { limits, cache: Cache::with_weighter(1000, CACHE_BYTES, TextLength) }
    }

    /// Whether checking a request is fast: the request is short, or its document is cached.
    pub(crate) fn is_quick(&self, request: &ClientRequest) -> bool {
        let is_cached = |query: &String| {
            let key = Key { text: query.clone(), operation: request.operation_name.clone() };
            self.cache.get(&key).is_some()
        };
        request.bytes <= SHORT || (request.bytes <= LONGEST_CACHED && is_cached(&request.query))
    }

    /// The operation of a request, or the errors of the request. The scopes are those of the token; none: without a
    /// sign-in.
    pub(crate) fn check(&self, request: ClientRequest, scopes: Option<Scopes>) -> Result<Operation, Refusal> {
        let limits = &self.limits.of(scopes.is_some());
        let ClientRequest { query, operation_name, mut variables, tells_cost, bytes: _ } = request;
        limits.size(&query)?;
        let checked = self.checked(query, operation_name, limits)?;
        let coercion = Coercion::new(&SCHEMA, limits.introspects, self.limits.items);
        coercion.coerce(&checked.variables, &mut variables)?;
        let cost = cost::count(&checked, &variables, limits)?;
        scopes.map_or(Ok(()), |scopes| scopes::check(&checked, &variables, scopes))?;
        let document = undefined_variables::remove(checked.runnable.clone(), &checked.variables, &variables);
        let CheckedDocument { kind, only_lists, .. } = *checked;
        Ok(Operation { kind, cost, only_lists, tells_cost, document, variables })
    }

    fn checked(
        &self,
        text: String,
        operation: Option<String>,
        limits: &limits::CallerLimits,
    ) -> Result<Arc<CheckedDocument>, Refusal> {
        let key = Key { text, operation };
        // A document that was cached for a caller with higher limits may have too many tokens for this caller. Its
        // length was checked before.
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
