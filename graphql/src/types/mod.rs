//! The objects and enumerations of the API.

pub(crate) mod access_rule;
pub(crate) mod access_token;
pub(crate) mod asset;
pub(crate) mod attachment;
pub(crate) mod byte_count;
pub(crate) mod collection;
pub(crate) mod enums;
pub(crate) mod job_queue;
pub(crate) mod link;
pub(crate) mod link_event;
pub(crate) mod link_settings;
pub(crate) mod node;
pub(crate) mod password_link;
pub(crate) mod proxy;
pub(crate) mod qr_code;
pub(crate) mod security_event;
pub(crate) mod session;
pub(crate) mod share_options;
pub(crate) mod shared_archive;
pub(crate) mod shared_link;
pub(crate) mod storage_use;
pub(crate) mod total;
pub(crate) mod user;
pub(crate) mod user_error;
pub(crate) mod user_group;
pub(crate) mod workspace;
