//! Whole stories, from end to end.

mod backup;
mod doctor;
mod faults;
mod first_share;
mod import;
mod leftovers;
mod lock_out;
mod migration_rules;
mod migrations;
mod outage;
mod side_by_side;
mod up;
mod upload_cut;
mod versions;
