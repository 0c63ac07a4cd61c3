//! The pages of signed-in users: the library, an asset and its links, the bin, one's own account, people, and
//! the settings of the workspace.
//!
//! They do what the API does, by the same operations of `app`, with forms that need no script. A handler gets its viewer
//! from [`SignedIn`] or [`Posted`], so that no page forgets to ask who is there. Each page says which operation of the
//! API does the same.

mod account;
mod asset_file;
mod asset_page;
mod bin;
mod bin_file;
mod change_asset;
mod change_link;
mod change_links;
mod choose_password;
mod collection_link;
mod covers;
mod deletion;
mod edit_asset;
mod edit_link;
mod end_tokens;
mod errors;
mod forgot_password;
mod frame;
mod framed_refusal;
mod generated_password;
mod in_bin;
mod issued;
mod leaving;
mod left_out;
mod library;
mod link_form;
mod link_input;
mod link_qr_code;
mod link_row;
mod link_window;
mod links_of;
mod mark_changes;
mod my_links;
mod new_link;
mod new_password;
mod own_link;
mod own_path;
mod people;
mod posted_file;
mod program;
mod restored;
mod roles;
mod routes;
mod selection;
mod session;
mod settings;
mod share_selection;
mod shown_once;
mod sign_in;
mod sign_out;
mod statistics_view;
mod templates;
mod times;
mod typed;
mod whose;

use super::fields::Fields;
use frame::{Frame, Section};
pub(crate) use framed_refusal::frame_refusals;
pub(crate) use mark_changes::mark_changes;
use own_path::{asset_path, own_path};
pub(super) use own_path::{encoded, sign_in_path, with_query};
pub(super) use routes::configure;
use session::{Posted, SignedIn};
