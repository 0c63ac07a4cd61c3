//! The pages of signed-in users, as their forms are sent.

mod account;
mod assets;
mod bin;
mod isolation;
mod library;
mod link_forms;
mod links;
mod people;
mod settings;
mod sign_in;
mod statistics;
mod windows;

use reqwest::Response;
use tests::Visitor;

/// The text of a page.
async fn page(browser: &Visitor, path: &str) -> String {
    browser.get(path).await.text().await.unwrap()
}

/// The status and the text of the answer to a form.
async fn sent(browser: &Visitor, path: &str, fields: &[(&str, &str)]) -> (u16, String) {
    let answer = browser.post_form(path, fields).await;
    (answer.status().as_u16(), answer.text().await.unwrap())
}

/// The value of the field with this id.
fn value(html: &str, id: &str) -> String {
    let (_, field) = html.split_once(&format!("<input id=\"{id}\"")).unwrap_or_else(|| panic!("{id}: {html}"));
    let (_, value) = field.split_once("value=\"").unwrap();
    value.split_once('"').unwrap().0.to_owned()
}

/// The value of a hidden field.
fn hidden(html: &str, name: &str) -> String {
    let (_, rest) = html.split_once(&format!(r#"name="{name}" value=""#)).unwrap_or_else(|| panic!("{name}: {html}"));
    rest.split_once('"').unwrap().0.to_owned()
}

/// The status and the target of a redirect.
fn redirect(response: &Response) -> (u16, String) {
    let to = response.headers().get("location").map(|to| to.to_str().unwrap().to_owned());
    (response.status().as_u16(), to.unwrap_or_default())
}

/// The id of the link to whose page an answer leads.
fn made(response: &Response) -> String {
    let (status, to) = redirect(response);
    assert_eq!(status, 303, "{to}");
    let id = to.strip_prefix("/links/").unwrap_or_else(|| panic!("{to}"));
    id.split_once('?').map_or(id, |(id, _)| id).to_owned()
}
