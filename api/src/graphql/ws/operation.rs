//! One operation of a connection, as a stream of its answers.

use crate::graphql::limits::reading_cost;
use app::{Caller, Client, Error, Services, sign_in};
use async_graphql::{Response, ServerError};
use domain::bearer::BearerToken;
use futures::{
    FutureExt, StreamExt,
    stream::{self, BoxStream},
};
use graphql::{ClientRequest, Gateway, OperationType, ReadError};
use std::sync::Arc;

/// What the operations of a connection need to run. Cheap to clone.
#[derive(Clone)]
pub(super) struct OperationContext {
    pub(super) services: Arc<Services>,
    pub(super) gateway: Arc<Gateway>,
    /// From where and with what program the connection comes.
    pub(super) client: Client,
    /// Whether the client asks not to be tracked.
    pub(super) do_not_track: bool,
    /// The id of the request that became the connection.
    pub(super) request_id: String,
}

/// An operation as the client sent it.
pub(super) struct Payload {
    pub(super) json: serde_json::Value,
    /// The length of its message.
    pub(super) bytes: usize,
}

/// An event of a running operation.
pub(super) enum Event {
    Answer(Box<Response>),
    /// The operation was refused before anything of it ran.
    Refused(Vec<ServerError>),
    /// The connection's token has ended.
    TokenEnded,
    End,
}

/// Runs an operation for the user whom the token stands for now. Each operation has loaders of its own.
pub(super) fn run(
    context: OperationContext,
    token: Option<BearerToken>,
    payload: Payload,
) -> BoxStream<'static, Event> {
    let request_id = context.request_id.clone();
    let answers = begin(context, token, payload).flatten_stream().map(move |mut event| {
        if let Event::Answer(response) = &mut event {
            graphql::complete(response, &request_id);
        }
        event
    });
    answers.chain(stream::iter([Event::End])).boxed()
}

async fn begin(context: OperationContext, token: Option<BearerToken>, payload: Payload) -> BoxStream<'static, Event> {
    let OperationContext { services, gateway, client, do_not_track, request_id } = context;
    let failed = |error| graphql::failed(error, &request_id);
    let viewer = match &token {
        Some(token) => match sign_in::viewer(&services, token, Some(&client)).await {
            Ok(Some(viewer)) => Some(viewer),
            Ok(None) => return one(Event::TokenEnded),
            Err(error) => return one(Event::Refused(failed(error).errors)),
        },
        None => None,
    };
    let caller = Caller {
        viewer,
        bearer: token,
        address: client.address,
        program: client.program,
        idempotency_key: None,
        do_not_track,
    };
    let limited = |error| one(Event::Refused(failed(error).errors));
    let paid = reading_cost(payload.bytes);
    if let Err(error) = services.charge(&caller, paid) {
        return limited(error);
    }
    let operation = match ClientRequest::from_value(payload.json, payload.bytes) {
        Ok(request) => gateway.check(request, &caller).await,
        Err(ReadError::Refused(refusal)) => Err(refusal),
        Err(ReadError::NotARequest(message)) => return one(Event::Refused(failed(Error::BadInput(message)).errors)),
    };
    let operation = match operation {
        Ok(operation) => operation,
        Err(refusal) => return one(Event::Refused(refusal.errors)),
    };
    if let Err(error) = services.charge_operation(&caller, operation.cost.requested, paid) {
        return limited(error);
    }
    if operation.kind == OperationType::Subscription {
        let event = move |(index, mut response): (usize, Response)| {
            // A subscription that cannot begin is refused; a later failure is an answer.
            if index == 0 && is_nothing(&response) {
                graphql::complete(&mut response, &request_id);
                return Event::Refused(response.errors);
            }
            answer(response)
        };
        return gateway.subscribe(operation, caller).enumerate().map(event).boxed();
    }
    one(answer(gateway.execute(operation, caller, None).await.unwrap_or_else(failed)))
}

fn answer(response: Response) -> Event {
    Event::Answer(Box::new(response))
}

fn one(event: Event) -> BoxStream<'static, Event> {
    stream::iter([event]).boxed()
}

/// Whether the answer refuses an operation as a whole, before any field of it ran.
pub(super) fn is_refusal(response: &Response) -> bool {
    is_nothing(response) && response.errors.iter().all(|error| error.path.is_empty())
}

/// Whether an answer is nothing but errors.
fn is_nothing(response: &Response) -> bool {
    matches!(response.data, async_graphql::Value::Null) && !response.errors.is_empty()
}
