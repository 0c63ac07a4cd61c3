//! How many requests with files each sender has running: a user, or whoever is at an address and not signed in.

use crate::config::Uploads;
use domain::{UserId, network::Network};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// Who sends a request with files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Sender {
    /// A user, from wherever.
    User(UserId),
    /// Visitors of links.
    Visitors(Network),
}

/// How many requests with files each sender may have running in this process, and their deadlines.
pub(crate) struct Slots {
    running: Arc<Mutex<HashMap<Sender, usize>>>,
    pub(super) per_user: usize,
    pub(super) idle: Duration,
    pub(super) deadline: Duration,
}

/// A slot of a sender. Dropping it frees it.
pub(super) struct Slot {
    running: Arc<Mutex<HashMap<Sender, usize>>>,
    sender: Sender,
}

impl Slots {
    pub(crate) fn new(uploads: &Uploads) -> Self {
        let Uploads { per_user, idle, deadline, .. } = *uploads;
        Self { running: Arc::default(), per_user, idle, deadline }
    }

    /// Takes one of a sender's slots, if one is free.
    pub(super) fn enter(&self, sender: Sender) -> Option<Slot> {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let count = running.entry(sender).or_default();
        if *count >= self.per_user {
            return None;
        }
        *count += 1;
        Some(Slot { running: Arc::clone(&self.running), sender })
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = running.get_mut(&self.sender) {
            *count -= 1;
            if *count == 0 {
                running.remove(&self.sender);
            }
        }
    }
}
