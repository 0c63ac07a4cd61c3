//! A password in a file that may change.

use futures::{Stream, StreamExt, future, stream};
use redis::{BasicAuth, ErrorKind, RedisError, RedisResult, StreamingCredentialsProvider};
use std::{fs, path::PathBuf, pin::Pin};

/// The user, and the file with their password.
#[derive(Debug, Clone)]
pub(super) struct PasswordFile {
    pub(super) user: String,
    pub(super) path: PathBuf,
}

impl PasswordFile {
    /// The present password. The file is small and local.
    pub(super) fn read(&self) -> RedisResult<String> {
        let text = fs::read_to_string(&self.path).map_err(|error| {
            let text = format!("{}: {error}", self.path.display());
            RedisError::from((ErrorKind::AuthenticationFailed, "the password cannot be read", text))
        })?;
        Ok(text.trim_end_matches(['\r', '\n']).to_owned())
    }
}

impl StreamingCredentialsProvider for PasswordFile {
    /// Is asked at every connection. A connection keeps the password that it began with, so that no second one follows.
    fn subscribe(&self) -> Pin<Box<dyn Stream<Item = RedisResult<BasicAuth>> + Send + 'static>> {
        let present = self.read().map(|password| BasicAuth::new(self.user.clone(), password));
        Box::pin(stream::once(future::ready(present)).chain(stream::pending()))
    }
}
