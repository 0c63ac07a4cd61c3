//! The pages of signed-in users, as their forms are sent.

mod isolation;
mod library;
mod link_forms;
mod links;
mod sign_in;
mod windows;

use reqwest::Response;

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
