//! How many requests with files are at work for each user.

use crate::config::Uploads;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use uuid::Uuid;

/// What each user may have at work at a time in this process, and for how long.
pub(crate) struct Slots {
    at_work: Arc<Mutex<HashMap<Uuid, usize>>>,
    pub(super) per_user: usize,
    pub(super) idle: Duration,
    pub(super) deadline: Duration,
}

/// One of them. It is free again when this is dropped.
pub(super) struct Slot {
    at_work: Arc<Mutex<HashMap<Uuid, usize>>>,
    user: Uuid,
}

impl Slots {
    pub(crate) fn new(uploads: &Uploads) -> Self {
        let Uploads { per_user, idle, deadline, .. } = *uploads;
        Self { at_work: Arc::default(), per_user, idle, deadline }
    }

    /// Takes one of a user's slots, if one is free.
    pub(super) fn enter(&self, user: Uuid) -> Option<Slot> {
        let mut at_work = self.at_work.lock().unwrap_or_else(PoisonError::into_inner);
        let count = at_work.entry(user).or_default();
        if *count >= self.per_user {
            return None;
        }
        *count += 1;
        Some(Slot { at_work: Arc::clone(&self.at_work), user })
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut at_work = self.at_work.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = at_work.get_mut(&self.user) {
            *count -= 1;
            if *count == 0 {
                at_work.remove(&self.user);
            }
        }
    }
}
