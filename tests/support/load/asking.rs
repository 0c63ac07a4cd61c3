//! Asks one of the processes, and judges how it answers: each failure needs its cause.

use super::{
    Load,
    parts::{Part, Since},
    tally::{Kind, Outcome},
};
use bytes::Bytes;
use reqwest::{
    Client, RequestBuilder, StatusCode,
    header::{HeaderMap, RETRY_AFTER},
    multipart::{Form, Part as FormPart},
};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::timeout;

/// Longer than anything may take, also while something is away.
const PATIENCE: Duration = Duration::from_mins(2);

/// A file breaks off where one of these is gone: a zip asks Postgres before each of its members.
const BYTES: [Part; 2] = [Part::Postgres, Part::Storage];

/// A whole answer.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Answer {
    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

impl Load {
    /// Asks this process. None where there is no answer, or where it says that something is away.
    pub(super) async fn ask(
        &self,
        kind: Kind,
        serve: usize,
        request: impl FnOnce(&Client, &str) -> RequestBuilder,
    ) -> Option<Answer> {
        let since = self.outages.now();
        let request = request(&self.client, &self.installation.serves[serve].url);
        let answered = async {
            let response = request.send().await?;
            let (status, headers) = (response.status(), response.headers().clone());
            reqwest::Result::Ok((status, headers, response.bytes().await?))
        };
        match timeout(PATIENCE, answered).await {
            Ok(Ok((status, headers, body))) => self.judge(kind, serve, since, status, &headers).then(|| Answer {
                status: status.as_u16(),
                headers,
                body,
            }),
            Ok(Err(error)) => {
                self.judge_error(kind, serve, since, &error);
                None
            }
            Err(_) => {
                self.tally.wrong(format!("{kind}: no answer of serve {} in two minutes", serve + 1));
                None
            }
        }
    }

    /// Gets a path.
    pub(super) async fn get(&self, kind: Kind, serve: usize, path: &str) -> Option<Answer> {
        self.ask(kind, serve, |client, url| client.get(format!("{url}{path}"))).await
    }

    /// Counts an answer; whether it is one about what was asked for.
    pub(super) fn judge(
        &self,
        kind: Kind,
        serve: usize,
        since: Since,
        status: StatusCode,
        headers: &HeaderMap,
    ) -> bool {
        if status == StatusCode::SERVICE_UNAVAILABLE {
            let wait = headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse::<u32>().ok());
            if wait.is_none() {
                self.tally.wrong(format!("{kind}: 503 without Retry-After"));
            }
            self.unavailable(kind, since);
            return false;
        }
        self.tally.count(kind, Outcome::Status(status.as_u16()));
        if status.is_server_error() {
            self.tally.wrong(format!("{kind}: {status} of serve {}", serve + 1));
        }
        !status.is_server_error()
    }

    /// Counts an answer that did not come, or not as a whole.
    pub(super) fn judge_error(&self, kind: Kind, serve: usize, since: Since, error: &reqwest::Error) {
        let is_begun = error.is_body() || error.is_decode();
        if self.outages.was_down(Part::Serve(serve), since) {
            self.tally.count(kind, if is_begun { Outcome::CutOff } else { Outcome::Down });
        } else if kind.is_file() && !error.is_connect() && self.outages.any(&BYTES, since) {
            // The first bytes may break off together with the headers.
            self.tally.count(kind, Outcome::CutOff);
        } else {
            self.tally.wrong(format!("{kind}: serve {} runs, and: {error:?}", serve + 1));
        }
    }

    fn unavailable(&self, kind: Kind, since: Since) {
        self.tally.count(kind, Outcome::Unavailable);
        if !self.outages.any(&Part::ALL, since) {
            self.tally.count_needless();
        }
    }

    /// The data of a GraphQL call; an empty token is an anonymous caller.
    pub(super) async fn call(
        &self,
        kind: Kind,
        serve: usize,
        token: &str,
        query: &str,
        variables: Value,
    ) -> Option<Value> {
        let body = json!({ "query": query, "variables": variables });
        self.graphql(kind, serve, token, |request| request.json(&body)).await
    }

    /// The same with a file for `variables.input.file`.
    pub(super) async fn send(
        &self,
        kind: Kind,
        serve: usize,
        query: &str,
        (name, bytes): (String, Bytes),
    ) -> Option<Value> {
        let operations = json!({ "query": query, "variables": { "input": { "file": null } } });
        let form = Form::new()
            .text("operations", operations.to_string())
            .text("map", json!({ "0": ["variables.input.file"] }).to_string())
            .part("0", FormPart::stream(bytes).file_name(name));
        self.graphql(kind, serve, &self.admin, |request| request.multipart(form)).await
    }

    async fn graphql(
        &self,
        kind: Kind,
        serve: usize,
        token: &str,
        body: impl FnOnce(RequestBuilder) -> RequestBuilder,
    ) -> Option<Value> {
        let since = self.outages.now();
        let request = |client: &Client, url: &str| {
            let request = client.post(format!("{url}/graphql"));
            body(if token.is_empty() { request } else { request.bearer_auth(token) })
        };
        let answer = self.ask(kind, serve, request).await?;
        let mut told: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        match told["errors"][0]["extensions"]["code"].as_str() {
            None if told["data"].is_object() && told["errors"].is_null() => return Some(told["data"].take()),
            // A field that could not be answered; others may have been.
            Some("UNAVAILABLE") => self.unavailable(kind, since),
            _ => self.tally.wrong(format!("{kind}: {} {told}", answer.status)),
        }
        None
    }
}
