//! What was uploaded and shared, by which answers are checked.

use crate::{PUBLIC_URL, short};
use bytes::Bytes;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::{
    cell::{Cell, RefCell},
    collections::HashSet,
    rc::Rc,
};

/// An asset whose upload was answered.
pub(super) struct Asset {
    /// Its id.
    pub(super) id: Value,
    /// What was uploaded.
    pub(super) bytes: Bytes,
}

impl Asset {
    pub(super) fn new(id: &Value, bytes: Bytes) -> Self {
        Self { id: id.clone(), bytes }
    }

    /// Its id as it is in paths.
    pub(super) fn short(&self) -> &str {
        short(&self.id)
    }
}

/// A link that hands out originals and previews.
#[derive(Clone)]
pub(super) struct Link {
    pub(super) path: String,
    pub(super) assets: Vec<Rc<Asset>>,
    /// Whether it shows pictures with the watermark only.
    pub(super) is_marked: bool,
}

impl Link {
    pub(super) fn new(url: &Value, assets: Vec<Rc<Asset>>, is_marked: bool) -> Self {
        let path = url.as_str().and_then(|url| url.strip_prefix(PUBLIC_URL)).unwrap_or_else(|| panic!("{url}"));
        Self { path: path.to_owned(), assets, is_marked }
    }

    /// Its token, for `sharedLink`.
    pub(super) fn token(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    /// The path of a version of an asset.
    pub(super) fn file(&self, asset: &Asset, version: &str) -> String {
        format!("{}/assets/{}/{version}", self.path, asset.short())
    }
}

/// What is known of the library.
#[derive(Default)]
pub(super) struct Known {
    assets: RefCell<Vec<Rc<Asset>>>,
    links: RefCell<Vec<Link>>,
    large: RefCell<Option<Link>>,
    /// The hashes of pictures without a watermark.
    plain: RefCell<HashSet<[u8; 32]>>,
    /// The paths of pictures that were there, and stay.
    ready: RefCell<HashSet<String>>,
    /// How many uploads, and how many links, were asked for without an answer.
    pub(super) unanswered: [Cell<i64>; 2],
    /// How many uploads, and how many bulk shares, were begun.
    pub(super) begun: [Cell<u32>; 2],
}

impl Known {
    /// The next number of an upload (0) or a bulk share (1).
    pub(super) fn next(&self, of: usize) -> u32 {
        self.begun[of].replace(self.begun[of].get() + 1)
    }

    /// Notes an upload (0) or a link (1) without an answer, which may be there or not.
    pub(super) fn unanswered(&self, of: usize) {
        self.unanswered[of].set(self.unanswered[of].get() + 1);
    }

    pub(super) fn add(&self, asset: Asset) {
        self.assets.borrow_mut().push(Rc::new(asset));
    }

    pub(super) fn assets(&self) -> usize {
        self.assets.borrow().len()
    }

    pub(super) fn asset(&self, index: usize) -> Rc<Asset> {
        Rc::clone(&self.assets.borrow()[index])
    }

    pub(super) fn publish(&self, link: Link) {
        self.links.borrow_mut().push(link);
    }

    pub(super) fn links(&self) -> Vec<Link> {
        self.links.borrow().clone()
    }

    pub(super) fn set_large(&self, link: Link) {
        self.large.replace(Some(link));
    }

    /// The link to the file that is downloaded slowly.
    pub(super) fn large(&self) -> Link {
        self.large.borrow().clone().expect("it is set at the beginning")
    }

    /// Notes a picture without a watermark.
    pub(super) fn saw_plain(&self, bytes: &[u8]) {
        self.plain.borrow_mut().insert(Sha256::digest(bytes).into());
    }

    /// Whether this is a picture that was seen without a watermark.
    pub(super) fn is_plain(&self, bytes: &[u8]) -> bool {
        self.plain.borrow().contains(&<[u8; 32]>::from(Sha256::digest(bytes)))
    }

    pub(super) fn is_ready(&self, path: &str) -> bool {
        self.ready.borrow().contains(path)
    }

    pub(super) fn saw_ready(&self, path: String) {
        self.ready.borrow_mut().insert(path);
    }
}
