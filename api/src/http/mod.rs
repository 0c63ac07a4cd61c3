//! The parts of HTTP that handlers share: the address, tokens, cookies and origin of a request, its deadline, its log, and
//! how answers are compressed.

mod address;
mod bearer;
mod compress;
mod cookies;
mod cors;
pub(crate) mod deadline;
mod do_not_track;
mod encoding;
mod get_and_head;
mod origin;
mod prefetch;
mod preview_bots;
mod static_file;
mod trace;
mod visitor;

pub(crate) use address::{TrustedProxies, client_address};
pub(crate) use bearer::{SESSION_COOKIE, bearer_token, client, parse_authorization, session_token, session_viewer};
pub(crate) use compress::compress;
use cookies::set_visitor_cookie;
pub(crate) use cookies::{cookie, device_cookie, known_devices};
pub(crate) use cors::for_all_origins;
pub(crate) use do_not_track::asks_not_to_be_tracked;
pub(crate) use get_and_head::get_and_head;
use origin::comes_from_own_page;
pub(crate) use origin::{OtherOrigin, require_same_origin};
pub(crate) use prefetch::is_prefetch;
pub(crate) use preview_bots::is_preview_bot;
pub(crate) use static_file::StaticFile;
pub(crate) use trace::{request_id, trace};
pub(crate) use visitor::{LANGUAGE, remember_counted, remember_language, remember_seen, remember_unlocked, visitor};
