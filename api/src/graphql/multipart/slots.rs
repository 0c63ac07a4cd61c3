//! How many requests with files each user has running.

use crate::config::Uploads;
use domain::UserId;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// How many requests with files each user may have running in this process, and their deadlines.
pub(crate) struct Slots {
    running: Arc<Mutex<HashMap<UserId, usize>>>,
    pub(super) per_user: usize,
    pub(super) idle: Duration,
    pub(super) deadline: Duration,
}

/// A slot of a user. Dropping it frees it.
pub(super) struct Slot {
    running: Arc<Mutex<HashMap<UserId, usize>>>,
    user: UserId,
}

impl Slots {
    pub(crate) fn new(uploads: &Uploads) -> Self {
        let Uploads { per_user, idle, deadline, .. } = *uploads;
        Self { running: Arc::default(), per_user, idle, deadline }
    }

    /// Takes one of a user's slots, if one is free.
    pub(super) fn enter(&self, user: UserId) -> Option<Slot> {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let count = running.entry(user).or_default();
        if *count >= self.per_user {
            return None;
        }
        *count += 1;
        Some(Slot { running: Arc::clone(&self.running), user })
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = running.get_mut(&self.user) {
            *count -= 1;
            if *count == 0 {
                running.remove(&self.user);
            }
        }
    }
}
