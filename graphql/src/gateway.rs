//! Runs requests: checks each as a whole, and then executes it.
//!
//! The threads that call this also serve health checks, pages and downloads. Long work therefore runs elsewhere: long
//! requests are checked on blocking threads, a few at a time, and expensive operations run on the runtime on which the
//! server was started.

use crate::{
    context::Reads,
    loaders,
    mutations::Mutation,
    queries::Query,
    request::{ClientRequest, Limits, Operation, OperationType, ReadError, Refusal, Requests, SHORT},
    subscriptions::Subscription,
    upload::Files,
};
use app::{
    Caller, Error, Services,
    listings::{LISTED_WITHIN, Listing},
};
use async_graphql::{Request, Response, Schema, SchemaBuilder, ValidationMode, Value};
use chrono::{DateTime, Utc};
use futures::{Stream, StreamExt};
use std::{pin::pin, sync::Arc};
use tokio::{runtime::Handle, sync::Semaphore, time::timeout};
use tracing::Instrument;

/// How many long requests are parsed or checked at a time.
const CONCURRENT_CHECKS: usize = 2;

/// Operations that cost more than this run on the main runtime.
const EXPENSIVE: u64 = 1000;

/// Checks and executes requests.
pub struct Gateway {
    schema: Schema<Query, Mutation, Subscription>,
    requests: Requests,
    services: Arc<Services>,
    check_permits: Semaphore,
    runtime: Handle,
}

impl Gateway {
    /// Builds the schema. Expensive operations will run on the runtime on which this is called.
    pub fn new(services: Arc<Services>, limits: Limits) -> Self {
        let schema = builder()
            .data(Arc::clone(&services))
            // Documents are validated before by apollo-compiler; this mode only does what the executor needs.
            .validation_mode(ValidationMode::Fast)
            .finish();
        let (requests, check_permits) = (Requests::new(limits), Semaphore::new(CONCURRENT_CHECKS));
        Self { schema, requests, services, check_permits, runtime: Handle::current() }
    }

    /// Parses a request from the JSON of an HTTP body.
    pub async fn read(&self, body: Vec<u8>) -> Result<ClientRequest, ReadError> {
        self.parse(body.len(), move || ClientRequest::from_json(&body)).await
    }

    /// Runs `work`, which parses this many bytes: at once, or on a blocking thread if there are many.
    pub async fn parse<T: Send + 'static>(&self, bytes: usize, work: impl FnOnce() -> T + Send + 'static) -> T {
        if bytes <= SHORT { work() } else { self.on_blocking_thread(work).await }
    }

    /// The operation of a request, or the errors of the request. Nothing has run yet.
    pub async fn check(self: &Arc<Self>, request: ClientRequest, caller: &Caller) -> Result<Operation, Refusal> {
        let scopes = caller.viewer.as_ref().map(|viewer| viewer.scopes);
        if self.requests.is_quick(&request) {
            return self.requests.check(request, scopes);
        }
        let gateway = Arc::clone(self);
        self.on_blocking_thread(move || gateway.requests.check(request, scopes)).await
    }

    /// Runs long work on a blocking thread, after waiting for a permit.
    async fn on_blocking_thread<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> T {
        // The semaphore is never closed.
        let _permit = self.check_permits.acquire().await;
        let done = tokio::task::spawn_blocking(work).await;
        done.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
    }

    /// Runs a query or a mutation in a task of its own, so that a mutation completes even if the client disconnects.
    pub async fn execute(
        self: &Arc<Self>,
        operation: Operation,
        caller: Caller,
        files: Option<Files>,
    ) -> Result<Response, Error> {
        let (gateway, is_expensive) = (Arc::clone(self), operation.cost.requested > EXPENSIVE);
        let run = async move { gateway.run(operation, caller, files).await };
        let run = run.in_current_span();
        let task = if is_expensive { self.runtime.spawn(run) } else { tokio::spawn(run) };
        task.await.map_err(Error::internal)
    }

    async fn run(&self, operation: Operation, caller: Caller, files: Option<Files>) -> Response {
        let cost = operation.cost_to_tell();
        let viewer = caller.viewer.as_ref();
        let changes = viewer.filter(|_| operation.kind == OperationType::Mutation).map(|viewer| viewer.user.id);
        let listing = viewer.filter(|_| operation.only_lists).and_then(|viewer| self.services.listings.begin(viewer));
        if let Some(response) = match listing {
            Some(listing) => self.list(&operation, &caller, listing).await,
            None => None,
        } {
            return with_cost(response, cost);
        }
        let mut request = self.request(operation, caller, None);
        if let Some(files) = files {
            request = request.data(files);
        }
        let response = self.schema.execute(request).await;
        if let Some(user) = changes {
            self.services.listings.changed(user).await;
        }
        with_cost(response, cost)
    }

    /// Runs a query that only lists, from a replica if possible; none, if that failed, so that it is to be run on the primary.
    async fn list(&self, operation: &Operation, caller: &Caller, listing: Listing) -> Option<Response> {
        let listing = Arc::new(listing);
        let request = self.request(operation.clone(), caller.clone(), Some(Arc::clone(&listing)));
        let mut running = pin!(self.schema.execute(request));
        let response = match timeout(LISTED_WITHIN, &mut running).await {
            Ok(response) => Some(response),
            Err(_) if listing.uses_replica() => None,
            // It is on the primary, which may take longer.
            Err(_) => Some(running.await),
        };
        let good = response.filter(|response| !(has_failed(response) && listing.uses_replica()));
        if good.is_none() {
            listing.failed().await;
        }
        good
    }

    /// Runs a subscription.
    pub fn subscribe(&self, operation: Operation, caller: Caller) -> impl Stream<Item = Response> + Send + use<> {
        let cost = operation.cost_to_tell();
        let request = self.request(operation, caller, None);
        self.schema.execute_stream(request).map(move |response| with_cost(response, cost.clone()))
    }

    /// The request for the executor, with the data of this request: loaders, where it reads, and caller.
    fn request(&self, operation: Operation, caller: Caller, listing: Option<Arc<Listing>>) -> Request {
        let mut request = Request::new("").variables(operation.variables);
        request.set_parsed_query(operation.document);
        let reads = Reads::new(&self.services.pool, listing);
        if let Some(viewer) = &caller.viewer {
            request = request.data(loaders::of_request(&self.services, viewer, &reads));
        }
        request.data(reads).data(caller)
    }
}

/// Whether anything of a response failed for a reason of ours.
fn has_failed(response: &Response) -> bool {
    response.errors.iter().any(|error| {
        let source = error.source.as_ref().and_then(|source| source.downcast_ref::<Error>());
        matches!(source, Some(Error::Unavailable(_) | Error::Internal(_)))
    })
}

impl Operation {
    /// The cost, if the client asked for it.
    fn cost_to_tell(&self) -> Option<Value> {
        self.tells_cost.then(|| self.cost.to_value())
    }
}

/// The response, with the cost if the client asked for it.
fn with_cost(response: Response, cost: Option<Value>) -> Response {
    match cost {
        Some(cost) => response.extension("cost", cost),
        None => response,
    }
}

fn builder() -> SchemaBuilder<Query, Mutation, Subscription> {
    const TIME: &str = "RFC 3339 with an offset, as in `2030-12-31T23:59:59Z`. Answers are in UTC.";
    Schema::build(Query::default(), Mutation::default(), Subscription::default())
        .override_input_type_description::<DateTime<Utc>>(TIME)
        .override_output_type_description::<DateTime<Utc>>(TIME)
}

/// The schema in GraphQL's schema definition language.
pub fn sdl() -> String {
    let schema = builder().finish();
    let options = async_graphql::SDLExportOptions::new().sorted_fields().sorted_arguments().include_specified_by();
    schema.sdl_with_options(options)
}
