//! The pages: of links for visitors, and of assets for signed-in users.

mod asset_page;
mod download_link;
mod file_response;
mod files;
mod forms;
mod gallery;
mod home;
mod link_page;
mod page_error;
mod routes;
mod static_files;
mod view_model;
mod views;
mod visit;

pub(crate) use forms::form_config;
use page_error::PageError;
pub(crate) use routes::{configure, not_found};
