//! Two processes `vitrine serve` over one Postgres, one Redis and one bucket: it does not matter which of them answers.

mod endings;
mod guesses;
mod load;
mod shared;
mod told;

use reqwest::Response;
use serde_json::Value;
use tests::{Installation, PUBLIC_URL, servers};

/// An installation on a database of the run's Postgres, and one of the run's Redis that no other test uses.
async fn installation(redis: u8) -> Installation {
    let database_url = servers().database_url(&servers().new_database().await);
    let redis_url = format!("{}?db={redis}", servers().redis_url);
    let installation = Installation::new(env!("CARGO_BIN_EXE_vitrine-under-test").into(), &database_url, &redis_url);
    installation.serve().await;
    installation
}

/// The path of a URL that the API gave, which any process answers.
fn path(url: &Value) -> &str {
    url.as_str().and_then(|url| url.strip_prefix(PUBLIC_URL)).unwrap_or_else(|| panic!("{url}"))
}

/// The token of a link, for `sharedLink`.
fn token(link: &Value) -> &str {
    path(&link["url"]).rsplit('/').next().unwrap()
}

/// A header of an answer.
fn header(response: &Response, name: &str) -> String {
    response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
}
