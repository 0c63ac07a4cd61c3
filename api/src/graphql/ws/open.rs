//! How many connections each address has open.
//!
//! Whoever has not said yet who they are is counted apart, and of too many the one that has waited longest must go. So
//! strangers who keep theirs open, or say nothing, do not keep users of the same address from connecting.

use crate::config::SocketLimits;
use domain::network::{Network, host};
use std::{
    collections::{HashMap, VecDeque},
    convert::Infallible,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::oneshot;

/// The connections of the server. Cheap to clone.
#[derive(Clone)]
pub(crate) struct OpenSockets {
    limits: SocketLimits,
    networks: Arc<Mutex<HashMap<Network, OfNetwork>>>,
}

#[derive(Default)]
struct OfNetwork {
    /// The one that has waited longest first.
    waiting: VecDeque<Waiting>,
    admitted: u64,
    anonymous: usize,
    signed_in: usize,
}

/// A connection that has not said yet who it is. Dropping this ends it.
struct Waiting {
    number: u64,
    _end: oneshot::Sender<Infallible>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Waiting { number: u64 },
    Anonymous,
    SignedIn,
}

/// One of the connections that an address may have. It is free again when this is dropped.
pub(super) struct Place {
    sockets: OpenSockets,
    network: Network,
    kind: Kind,
    end: oneshot::Receiver<Infallible>,
}

impl OpenSockets {
    pub(crate) fn new(limits: SocketLimits) -> Self {
        Self { limits, networks: Arc::default() }
    }

    /// A place for a connection that has not said yet who it is.
    pub(super) fn admit(&self, address: IpAddr) -> Place {
        let network = host(address);
        let (end, ended) = oneshot::channel();
        let mut networks = self.networks();
        let of_network = networks.entry(network).or_default();
        while of_network.waiting.len() >= self.limits.anonymous {
            of_network.waiting.pop_front();
        }
        of_network.admitted += 1;
        let number = of_network.admitted;
        of_network.waiting.push_back(Waiting { number, _end: end });
        Place { sockets: self.clone(), network, kind: Kind::Waiting { number }, end: ended }
    }

    fn networks(&self) -> MutexGuard<'_, HashMap<Network, OfNetwork>> {
        self.networks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl OfNetwork {
    fn free(&mut self, kind: Kind) {
        match kind {
            Kind::Waiting { number } => self.waiting.retain(|waiting| waiting.number != number),
            Kind::Anonymous => self.anonymous -= 1,
            Kind::SignedIn => self.signed_in -= 1,
        }
    }

    fn is_empty(&self) -> bool {
        self.waiting.is_empty() && self.anonymous == 0 && self.signed_in == 0
    }
}

impl Place {
    /// The connection has said who it is. False, where the address has too many of that kind.
    pub(super) fn settle(&mut self, signed_in: bool) -> bool {
        let limits = self.sockets.limits;
        let mut networks = self.sockets.networks();
        let of_network = networks.entry(self.network).or_default();
        let (kind, count, limit) = if signed_in {
            (Kind::SignedIn, &mut of_network.signed_in, limits.signed_in)
        } else {
            (Kind::Anonymous, &mut of_network.anonymous, limits.anonymous)
        };
        let is_free = *count < limit;
        if is_free {
            *count += 1;
            of_network.free(self.kind);
            self.kind = kind;
        }
        is_free
    }

    /// Waits until this has to make room for others. Only asked while nobody has said who this is.
    pub(super) async fn crowded_out(&mut self) {
        let _ = (&mut self.end).await;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut networks = self.sockets.networks();
        if let Some(of_network) = networks.get_mut(&self.network) {
            of_network.free(self.kind);
            if of_network.is_empty() {
                networks.remove(&self.network);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_so_many_and_gets_them_back() {
        let sockets = OpenSockets::new(SocketLimits { signed_in: 3, anonymous: 2 });
        let admit = || sockets.admit("2001:db8::1".parse().expect("an address"));
        let settled = |signed_in| admit().settle(signed_in);
        let (mut one, mut two) = (admit(), admit());
        assert!(one.settle(false) && two.settle(false) && !settled(false) && settled(true));
        let mut users = [admit(), admit(), admit()];
        assert!(users.iter_mut().all(|user| user.settle(true)) && !settled(true));
        drop(one);
        assert!(settled(false), "whoever goes makes room");
        drop((two, users));
        assert!(sockets.networks().is_empty());
    }

    #[test]
    fn who_has_said_nothing_for_longest_makes_room() {
        let sockets = OpenSockets::new(SocketLimits { signed_in: 3, anonymous: 2 });
        let admit = |address: &str| sockets.admit(address.parse().expect("an address"));
        let is_out = |place: &mut Place| place.end.try_recv() == Err(oneshot::error::TryRecvError::Closed);
        let (mut one, mut two) = (admit("2001:db8::1"), admit("2001:db8::2"));
        let mut elsewhere = admit("2001:db8:0:1::1");
        assert!(!is_out(&mut one));
        let mut three = admit("2001:db8::3");
        assert!(is_out(&mut one) && !is_out(&mut two) && !is_out(&mut three) && !is_out(&mut elsewhere));
        // What it had said in the same moment still counts.
        assert!(one.settle(true) && three.settle(true));
        drop((one, two, three, elsewhere));
        assert!(sockets.networks().is_empty());
    }
}
