//! Guesses count over both processes, so that two let nobody guess twice as often.

use super::{header, installation, path};
use reqwest::{Method, Response};
use serde_json::json;
use std::ops::Range;
use tests::{ADMIN_EMAIL, fixtures};

/// A wrong guess of each index comes to the other process than the one before, from an address of another network.
fn address(index: usize) -> String {
    format!("203.0.113.{index}")
}

/// All that strangers may try at one account or link: fewer than two processes would let them that know nothing of each
/// other. A process that Redis does not answer in time counts by itself for a moment, so that some more guesses are no surprise.
const OF_STRANGERS: Range<usize> = 30..50;

/// Guesses until one is refused.
async fn guess_until_refused(mut guess: impl AsyncFnMut(usize) -> Response) {
    for index in 0..OF_STRANGERS.end {
        let answer = guess(index).await;
        if answer.status() == 429 {
            assert!(OF_STRANGERS.contains(&index), "{index}");
            let wait: u64 = header(&answer, "retry-after").parse().expect("seconds");
            assert!((1..=61).contains(&wait), "another guess comes each minute: {wait}");
            return;
        }
        assert!([403, 404].contains(&answer.status().as_u16()), "{}", answer.status());
    }
    panic!("two processes let strangers guess more often than one");
}

#[tokio::test]
async fn at_the_password_of_a_link_and_of_an_account() {
    let installation = installation(12).await;
    let [a, b] = &installation.serves;
    let admin = a.admin().await;
    let asset = a.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let link = a.public_link(&admin, &asset, json!({ "password": "open sesame" })).await;
    let door = format!("{}/unlock", path(&link["url"]));
    let guess = async |path: &str, index: usize, body: String| {
        let at = if index.is_multiple_of(2) { a } else { b };
        let request = at.visitor_from(&address(index)).request(Method::POST, path);
        request.header("content-type", "application/x-www-form-urlencoded").body(body).send().await.unwrap()
    };
    guess_until_refused(async |index| guess(&door, index, "password=guess".to_owned()).await).await;
    let email = ADMIN_EMAIL.replace('@', "%40");
    let wrong = format!("email={email}&password=a+wrong+guess");
    guess_until_refused(async |index| guess("/sign-in", index, wrong.clone()).await).await;
    // Nobody else has to wait, at either.
    let other = a.public_link(&admin, &asset, json!({ "password": "open sesame" })).await;
    for at in [a, b] {
        let door = format!("{}/unlock", path(&other["url"]));
        assert_eq!(at.visitor().post_form(&door, &[("password", "open sesame")]).await.status(), 303);
    }
}
