//! The pages: of links for visitors, and of assets for signed-in users.
//!
//! Requests go down only: a route of [`routes`] leads to a handler, the handler asks `app::visitor`, and the answer is
//! a page (`templates.rs`) or a file (`file_response.rs`). The pages of signed-in users are in `workspace/`.

mod archive;
mod archive_view;
mod brand;
mod conditions;
mod download;
mod download_link;
mod fields;
mod file_response;
mod forms;
mod gallery;
mod home;
mod in_time;
mod instant;
mod link_asset;
mod link_cover;
mod link_file;
mod link_page;
mod link_path;
mod link_unlock;
mod media;
mod oembed;
mod open_graph;
mod open_link;
mod page_error;
mod person;
mod photo_form;
mod picture_response;
mod redirect;
mod routes;
mod static_files;
mod storage_address;
mod templates;
mod texts;
mod throttle_not_found;
mod unlock_form;
mod view_model;
mod workspace;

pub(crate) use forms::form_config;
pub(crate) use in_time::in_time;
use page_error::PageError;
pub(crate) use routes::{configure, configure_links, not_found};
pub(crate) use workspace::{frame_refusals, mark_changes};
