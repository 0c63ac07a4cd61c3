//! A request that is sent again and again.

use super::library::Library;
use schema::periodic::PeriodicJob;
use serde_json::Value;

/// What is sent.
pub(super) enum Send {
    /// A page or a file, by a visitor.
    Visit(String),
    /// The same of a link that there is not.
    Miss(String),
    /// A page, by an administrator who has signed in.
    Page(String),
    /// A call of the API by an administrator, with variables for each time.
    Call(String, Box<dyn Fn(usize) -> Value + std::marker::Send + Sync>),
    /// A periodic job.
    Job(PeriodicJob),
}

/// A request and its name.
pub(super) struct Request {
    pub(super) what: String,
    pub(super) send: Send,
}

impl Request {
    /// Sends it, and fails unless the answer is what is measured.
    pub(super) async fn send(&self, library: &Library, call: usize) {
        let Library { server, admin, visitor, browser, .. } = library;
        match &self.send {
            Send::Visit(path) => {
                let answer = visitor.get(format!("{}{path}", server.url)).send().await.expect("an answer");
                assert_eq!(answer.status(), 200, "{}", self.what);
                answer.bytes().await.expect("all of it");
            }
            Send::Miss(path) => {
                let answer = visitor.get(format!("{}{path}", server.url)).send().await.expect("an answer");
                assert_eq!(answer.status(), 404, "{}", self.what);
            }
            Send::Page(path) => {
                let answer = browser.get(path).await;
                assert_eq!(answer.status(), 200, "{}", self.what);
                answer.bytes().await.expect("all of it");
            }
            Send::Call(query, variables) => {
                let data = server.data(admin, query, variables(call)).await;
                let refused =
                    |payload: &Value| payload["userErrors"].as_array().is_some_and(|errors| !errors.is_empty());
                assert!(!data.as_object().is_some_and(|data| data.values().any(refused)), "{}: {data}", self.what);
            }
            Send::Job(job) => {
                server.upkeep(*job).await.expect("nobody else runs it");
            }
        }
    }
}
