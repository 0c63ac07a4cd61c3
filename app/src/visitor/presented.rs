//! What is known of a visitor, as plain values.

use domain::device::DeviceToken;
use std::net::IpAddr;

/// A visitor of a link. Grants and tokens are as the visitor presents them; nothing is believed before it was checked.
#[derive(Clone)]
pub struct Visitor {
    /// The address that they come from.
    pub address: IpAddr,
    /// The grants that they got for the right password, on the page or in a frame of another site, or for an earlier call
    /// of the same visit.
    pub unlocked: Vec<String>,
    /// The grant in the URL of the file that they request.
    pub file: Option<String>,
    /// The grant that they got when a download was counted.
    pub counted: Option<String>,
    /// The tokens by which the link knows their device: on the page, and in a frame of another site.
    pub devices: Vec<DeviceToken>,
    /// The marker that they got when they were counted as a visitor.
    pub seen: Option<String>,
    /// Whether they ask not to be tracked.
    pub do_not_track: bool,
    /// Whether they are a program that only looks for a preview.
    pub is_preview_bot: bool,
    /// Whether their browser loads something ahead, for which they have not asked yet.
    pub is_prefetch: bool,
    /// Whether they follow a link or a form of our own pages, and do not come from elsewhere.
    pub is_inside: bool,
    /// Whether they ask for the headers only.
    pub headers_only: bool,
}
