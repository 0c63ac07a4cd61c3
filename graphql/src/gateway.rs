//! The schema with all that happens before it: requests are checked as a whole, and only then run.

use crate::{
    Caller, Services, loaders,
    mutations::Mutation,
    queries::Query,
    request::{ClientRequest, Limits, Operation, Refusal, Requests},
    subscriptions::Subscription,
    upload::ReceivedFiles,
};
use async_graphql::{Request, Response, Schema, ValidationMode, value};
use futures::{Stream, StreamExt};
use std::sync::Arc;

/// Answers requests.
pub struct Gateway {
    schema: Schema<Query, Mutation, Subscription>,
    requests: Requests,
    services: Arc<Services>,
}

impl Gateway {
    /// Builds the schema over the parts it works with.
    pub fn new(services: Arc<Services>, limits: Limits) -> Self {
        let schema = Schema::build(Query::default(), Mutation::default(), Subscription::default())
            .data(Arc::clone(&services))
            // Documents are validated before; what is left is what the executor itself needs.
            .validation_mode(ValidationMode::Fast)
            .finish();
        Self { schema, requests: Requests::new(limits), services }
    }

    /// The operation that a request asks for, or all that is wrong with it. Nothing has run.
    pub fn check(&self, request: ClientRequest, caller: &Caller) -> Result<Operation, Refusal> {
        self.requests.check(request, caller)
    }

    /// Runs a query or a mutation.
    pub async fn execute(&self, operation: Operation, caller: Caller, files: Arc<ReceivedFiles>) -> Response {
        let cost = operation.cost_to_tell();
        let response = self.schema.execute(self.request(operation, caller).data(files)).await;
        match cost {
            Some(cost) => response.extension("cost", cost),
            None => response,
        }
    }

    /// Runs a subscription.
    pub fn subscribe(&self, operation: Operation, caller: Caller) -> impl Stream<Item = Response> + Send + use<> {
        let cost = operation.cost_to_tell();
        let request = self.request(operation, caller).data(Arc::new(ReceivedFiles::default()));
        self.schema.execute_stream(request).map(move |response| match &cost {
            Some(cost) => response.extension("cost", cost.clone()),
            None => response,
        })
    }

    /// The operation with what belongs to this request only.
    fn request(&self, operation: Operation, caller: Caller) -> Request {
        let mut request = Request::new("").variables(operation.variables);
        request.set_parsed_query(operation.document);
        if let Some(viewer) = &caller.viewer {
            request = request.data(loaders::of_request(&self.services, viewer));
        }
        request.data(caller)
    }
}

impl Operation {
    /// What it costs, where the client has asked.
    fn cost_to_tell(&self) -> Option<async_graphql::Value> {
        self.tells_cost.then(|| value!({ "requested": self.cost.requested, "limit": self.cost.limit }))
    }
}

/// The schema in GraphQL's own language.
pub fn sdl() -> String {
    let schema = Schema::build(Query::default(), Mutation::default(), Subscription::default()).finish();
    schema.sdl_with_options(async_graphql::SDLExportOptions::new().sorted_fields().sorted_arguments())
}
