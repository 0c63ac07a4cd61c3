//! The paths below a public link.

use actix_web::HttpRequest;
use domain::{AssetId, short_id};

/// A public link by its token, and whether it is shown in a frame.
#[derive(Debug, Clone, Copy)]
pub(super) struct LinkPath<'a> {
    pub(super) token: &'a str,
    pub(super) embedded: bool,
}

impl<'a> LinkPath<'a> {
    /// The link whose page asks for a file, in a frame if the request comes from a frame.
    pub(super) fn asked_from(request: &HttpRequest, token: &'a str) -> Self {
        let destination = request.headers().get("sec-fetch-dest");
        Self { token, embedded: destination.is_some_and(|destination| destination == "iframe") }
    }
}

impl LinkPath<'_> {
    /// Whether this path is that of a page outside of frames on which visitors choose a language, and not that of a file
    /// or of what a script asks for.
    pub(super) fn has_switch(path: &str) -> bool {
        matches!(
            path.split('/').collect::<Vec<_>>()[..],
            ["", "s" | "d", _] | ["", "s", _, "unlock" | "person"] | ["", "s", _, "assets", _]
        )
    }

    /// The page of the whole link.
    pub(super) fn page(self) -> String {
        format!("/s/{}", self.token)
    }

    /// The page of the whole link, in a frame if this page is in one.
    pub(super) fn here(self) -> String {
        if self.embedded { format!("/s/{}/embed", self.token) } else { self.page() }
    }

    /// The page of an asset outside of frames; its files lie below.
    pub(super) fn asset(self, asset: AssetId) -> String {
        format!("/s/{}/assets/{}", self.token, short_id::encode(asset))
    }

    /// The page of an asset, in a frame if this page is in one.
    pub(super) fn asset_here(self, asset: AssetId) -> String {
        if self.embedded { format!("/s/{}/embed/{}", self.token, short_id::encode(asset)) } else { self.asset(asset) }
    }

    /// Whether a path is that of a page of this link, in a frame if this page is in one.
    pub(super) fn has_page(self, path: &str) -> bool {
        let asset = path.rsplit('/').next().and_then(short_id::decode::<AssetId>);
        let is_search = !self.embedded && path == self.person();
        path == self.here() || is_search || asset.is_some_and(|asset| path == self.asset_here(asset))
    }

    /// The shapes of all members.
    pub(super) fn layout(self) -> String {
        format!("/s/{}/layout", self.token)
    }

    /// Where visitors search for a person. It is not shown in frames.
    pub(super) fn person(self) -> String {
        format!("/s/{}/person", self.token)
    }

    /// Where the form with the password is sent.
    pub(super) fn unlock(self) -> String {
        if self.embedded { format!("/s/{}/unlock?embed", self.token) } else { format!("/s/{}/unlock", self.token) }
    }
}
