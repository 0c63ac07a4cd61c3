//! Guesses count over both processes, so that two let nobody guess twice as often.

use super::{installation, path};
use reqwest::Method;
use serde_json::json;
use std::time::Duration;
use tests::{ADMIN_EMAIL, Bucket, fixtures};

/// A wrong guess of each index comes to the other process than the one before, from an address of another network.
fn address(index: usize) -> String {
    format!("203.0.113.{index}")
}

/// All that strangers may try at one account or link.
fn of_strangers() -> Bucket {
    Bucket::new(30, Duration::from_mins(1))
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
    of_strangers().empty(async |index| guess(&door, index, "password=guess".to_owned()).await).await;
    let email = ADMIN_EMAIL.replace('@', "%40");
    let wrong = format!("email={email}&password=a+wrong+guess");
    of_strangers().empty(async |index| guess("/sign-in", index, wrong.clone()).await).await;
    // Nobody else has to wait, at either.
    let other = a.public_link(&admin, &asset, json!({ "password": "open sesame" })).await;
    for at in [a, b] {
        let door = format!("{}/unlock", path(&other["url"]));
        assert_eq!(at.visitor().post_form(&door, &[("password", "open sesame")]).await.status(), 303);
    }
}
