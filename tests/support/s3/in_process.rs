//! An S3 server of this process, which keeps its objects in a folder: the crate `s3s-fs`.

use super::{BUCKET, KEY_ID, SECRET, wire::Error};
use hyper::{Request, Response};
use s3s::{
    Body,
    auth::SimpleAuth,
    service::{S3Service, S3ServiceBuilder},
};
use std::fs;
use tempfile::TempDir;

pub(super) struct InProcess {
    service: S3Service,
    folder: TempDir,
}

impl InProcess {
    pub(super) fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir(folder.path().join(BUCKET)).expect("a bucket");
        let mut builder = S3ServiceBuilder::new(s3s_fs::FileSystem::new(folder.path()).expect("a folder"));
        builder.set_auth(SimpleAuth::from_single(KEY_ID, SECRET));
        Self { service: builder.build(), folder }
    }

    pub(super) async fn answer(&self, request: Request<Body>) -> Result<Response<Body>, Error> {
        Ok(self.service.call(request).await?)
    }

    /// How many uploads in parts are neither completed nor aborted. It cannot be asked, but has a file for each of them.
    pub(super) fn unfinished(&self) -> usize {
        let entries = fs::read_dir(self.folder.path()).expect("a folder").flatten();
        entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(".upload-")).count()
    }
}
