//! How many connections each address has open.
//!
//! Whoever has not said yet who they are is counted apart: strangers who keep theirs open do not keep signed-in users
//! of the same address from connecting.

use crate::config::SocketLimits;
use domain::network::{Network, host};
use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// The connections of the server. Cheap to clone.
#[derive(Clone)]
pub(crate) struct OpenSockets {
    limits: SocketLimits,
    counts: Arc<Mutex<HashMap<Network, Counts>>>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Counts {
    waiting: usize,
    anonymous: usize,
    signed_in: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Waiting,
    Anonymous,
    SignedIn,
}

/// One of the connections that an address may have. It is free again when this is dropped.
pub(super) struct Place {
    sockets: OpenSockets,
    network: Network,
    kind: Kind,
}

impl OpenSockets {
    pub(crate) fn new(limits: SocketLimits) -> Self {
        Self { limits, counts: Arc::default() }
    }

    /// A place for a connection that has not said yet who it is; none, where the address has too many of them.
    pub(super) fn admit(&self, address: IpAddr) -> Option<Place> {
        let network = host(address);
        self.take(network, Kind::Waiting).then(|| Place { sockets: self.clone(), network, kind: Kind::Waiting })
    }

    fn take(&self, network: Network, kind: Kind) -> bool {
        let mut counts = self.counts();
        let mut count = counts.get(&network).copied().unwrap_or_default();
        let limit = match kind {
            Kind::Waiting | Kind::Anonymous => self.limits.anonymous,
            Kind::SignedIn => self.limits.signed_in,
        };
        let is_free = *count.of(kind) < limit;
        if is_free {
            *count.of(kind) += 1;
            counts.insert(network, count);
        }
        is_free
    }

    fn free(&self, network: Network, kind: Kind) {
        let mut counts = self.counts();
        let mut count = counts.remove(&network).unwrap_or_default();
        *count.of(kind) = count.of(kind).saturating_sub(1);
        if count != Counts::default() {
            counts.insert(network, count);
        }
    }

    fn counts(&self) -> MutexGuard<'_, HashMap<Network, Counts>> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Counts {
    fn of(&mut self, kind: Kind) -> &mut usize {
        match kind {
            Kind::Waiting => &mut self.waiting,
            Kind::Anonymous => &mut self.anonymous,
            Kind::SignedIn => &mut self.signed_in,
        }
    }
}

impl Place {
    /// The connection has said who it is. False, where the address has too many of that kind.
    pub(super) fn settle(&mut self, signed_in: bool) -> bool {
        let kind = if signed_in { Kind::SignedIn } else { Kind::Anonymous };
        let is_free = self.sockets.take(self.network, kind);
        if is_free {
            self.sockets.free(self.network, self.kind);
            self.kind = kind;
        }
        is_free
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.sockets.free(self.network, self.kind);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_so_many_and_gets_them_back() {
        let sockets = OpenSockets::new(SocketLimits { signed_in: 3, anonymous: 2 });
        let address = |text: &str| text.parse::<IpAddr>().expect("an address");
        let admit = || sockets.admit(address("2001:db8::1"));
        let settled = |signed_in| admit().is_some_and(|mut place| place.settle(signed_in));
        let (mut one, two) = (admit().expect("a place"), admit().expect("a place"));
        assert!(admit().is_none() && sockets.admit(address("2001:db8::2")).is_none(), "the same /64");
        assert!(sockets.admit(address("2001:db8:0:1::1")).is_some());
        assert!(one.settle(false));
        let mut three = admit().expect("strangers keep nobody from connecting");
        assert!(three.settle(false) && !settled(false) && settled(true));
        drop((one, two, three));
        let mut users = Vec::new();
        for _ in 0..3 {
            let mut user = admit().expect("a place");
            assert!(user.settle(true));
            users.push(user);
        }
        assert!(!settled(true) && settled(false));
        users.clear();
        assert!(sockets.counts().is_empty());
    }
}
