//! Whole stories, from end to end.

mod first_share;
mod import;
mod migrations;
mod outage;
mod upload_cut;
