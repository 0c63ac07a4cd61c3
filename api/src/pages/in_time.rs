//! Answers begin in time, or not at all: where Postgres has taken a statement and says nothing, a visitor reads so instead of
//! waiting for ever.

use super::PageError;
use crate::config::RequestTimes;
use actix_web::{
    Error,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::Method,
    middleware::Next,
    web,
};
use tokio::time::timeout;

/// Ends a request whose answer does not begin in time, if it only reads. How long the answer takes to be sent is not
/// limited. What a form has begun is completed, and the API has its own deadline (`deadline::in_time`), because a page is
/// no answer to its clients.
pub(crate) async fn in_time<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let is_page = !request.path().starts_with("/graphql");
    let reads = [Method::GET, Method::HEAD].contains(request.method());
    let times = request.app_data::<web::Data<RequestTimes>>().map(|times| ***times).filter(|_| is_page && reads);
    let answer = next.call(request);
    let Some(times) = times else { return answer.await };
    match timeout(times.answer, answer).await {
        Ok(answer) => answer,
        Err(_) => Err(PageError::Unavailable("the answer did not begin in time".to_owned()).into()),
    }
}
