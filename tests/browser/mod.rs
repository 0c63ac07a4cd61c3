//! What people see and do in a browser: the pages in Chromium, on a phone and on a desktop, with and without scripts,
//! and a gallery in Firefox and `WebKit`.
//!
//! Each test starts a server and runs a script of this folder against it (`driver.rs`). The scripts check on every
//! state of a page that axe-core finds nothing, that nothing is written to the console as an error, that no request
//! goes to another host, and that nothing is wider than the screen. Pictures of the states are kept in `target/browser`.

mod bin;
mod days;
mod driver;
mod gallery;
mod languages;
mod other_browsers;
mod people;
mod person;
mod photos;
mod player;
mod redirect;
mod settings;
mod sign_in;
mod states;
mod types;
mod viewer;
mod visitors;
mod windows;
mod withdrawn;
