//! Password hashing off the async threads.
//!
//! Argon2id takes much time and memory on purpose: a hundred sign-ins at once would take 2 GB and every core. A
//! semaphore lets a few run at a time, and the others wait for a permit. Known devices have a semaphore of their own,
//! so that they never wait for strangers.

use crate::{Error, throttle::Source};
use domain::{
    password::{Attempt, Password},
    settings::Change,
};
use std::{sync::Arc, time::Duration};
use tokio::sync::Semaphore;

/// How long a sign-in waits for a permit.
const QUEUE_TIMEOUT: Duration = Duration::from_secs(10);

/// Hashes and verifies passwords, at most a few at a time. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Hasher {
    permits: Arc<Semaphore>,
    known_device_permits: Arc<Semaphore>,
}

impl Hasher {
    /// Each of the two semaphores has `at_once` permits.
    pub fn new(at_once: usize) -> Self {
        let [permits, known_device_permits] = [at_once; 2].map(|permits| Arc::new(Semaphore::new(permits)));
        Self { permits, known_device_permits }
    }

    /// Hashes a password.
    pub async fn hash(&self, password: Password) -> Result<String, Error> {
        self.run(&self.known_device_permits, move || password.hash()).await
    }

    /// What becomes of a stored hash when a password is set, cleared or kept.
    pub async fn hash_change(&self, change: Change<Password>) -> Result<Change<String>, Error> {
        Ok(match change {
            Change::Set(password) => Change::Set(self.hash(password).await?),
            Change::Clear => Change::Clear,
            Change::Keep => Change::Keep,
        })
    }

    /// Whether `attempt` is the password of `hash`. Takes as long without a hash.
    pub async fn verify(&self, attempt: Attempt, hash: Option<String>, source: Source) -> Result<bool, Error> {
        let permits = match source {
            Source::Stranger(_) => &self.permits,
            Source::Known(_) => &self.known_device_permits,
        };
        self.run(permits, move || attempt.verify(hash.as_deref())).await
    }

    async fn run<T: Send + 'static>(
        &self,
        permits: &Arc<Semaphore>,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Error> {
        let permit = tokio::time::timeout(QUEUE_TIMEOUT, Arc::clone(permits).acquire_owned()).await;
        let permit =
            permit.map_err(|_| Error::Unavailable("too many passwords to check".into()))?.map_err(Error::internal)?;
        let done = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            work()
        });
        done.await.map_err(Error::internal)
    }
}
