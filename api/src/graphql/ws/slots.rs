//! How many connections each address has open.
//!
//! New connections, which have not been initialised yet, are counted apart; of too many, the oldest is closed. So
//! strangers who open connections and send nothing do not keep users of the same address from connecting.

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
    /// The connections that have not been initialised yet, the oldest first.
    new: VecDeque<NewConnection>,
    admitted: u64,
    anonymous: usize,
    signed_in: usize,
}

/// A connection that has not been initialised yet. Dropping this closes it.
struct NewConnection {
    number: u64,
    _end: oneshot::Sender<Infallible>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    New { number: u64 },
    Anonymous,
    SignedIn,
}

/// One of the connections that an address may have. Dropping it frees it.
pub(super) struct Slot {
    sockets: OpenSockets,
    network: Network,
    kind: Kind,
    end: oneshot::Receiver<Infallible>,
}

impl OpenSockets {
    pub(crate) fn new(limits: SocketLimits) -> Self {
        Self { limits, networks: Arc::default() }
    }

    /// A slot for a new connection. The oldest new one of its address makes room if there are too many.
    pub(super) fn admit(&self, address: IpAddr) -> Slot {
        let network = host(address);
        let (end, ended) = oneshot::channel();
        let mut networks = self.networks();
        let of_network = networks.entry(network).or_default();
        while of_network.new.len() >= self.limits.anonymous {
            of_network.new.pop_front();
        }
        of_network.admitted += 1;
        let number = of_network.admitted;
        of_network.new.push_back(NewConnection { number, _end: end });
        Slot { sockets: self.clone(), network, kind: Kind::New { number }, end: ended }
    }

    fn networks(&self) -> MutexGuard<'_, HashMap<Network, OfNetwork>> {
        self.networks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl OfNetwork {
    fn free(&mut self, kind: Kind) {
        match kind {
            Kind::New { number } => self.new.retain(|new| new.number != number),
            Kind::Anonymous => self.anonymous -= 1,
            Kind::SignedIn => self.signed_in -= 1,
        }
    }

    fn is_empty(&self) -> bool {
        self.new.is_empty() && self.anonymous == 0 && self.signed_in == 0
    }
}

impl Slot {
    /// Counts the connection as one of a user or as an anonymous one. False, if the address has too many of that kind.
    pub(super) fn initialize(&mut self, signed_in: bool) -> bool {
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

    /// Waits until the connection must make room for newer ones. Only called before it is initialised.
    pub(super) async fn displaced(&mut self) {
        let _ = (&mut self.end).await;
    }
}

impl Drop for Slot {
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
        let initialized = |signed_in| admit().initialize(signed_in);
        let (mut one, mut two) = (admit(), admit());
        assert!(one.initialize(false) && two.initialize(false) && !initialized(false) && initialized(true));
        let mut users = [admit(), admit(), admit()];
        assert!(users.iter_mut().all(|user| user.initialize(true)) && !initialized(true));
        drop(one);
        assert!(initialized(false), "whoever goes makes room");
        drop((two, users));
        assert!(sockets.networks().is_empty());
    }

    #[test]
    fn who_has_said_nothing_for_longest_makes_room() {
        let sockets = OpenSockets::new(SocketLimits { signed_in: 3, anonymous: 2 });
        let admit = |address: &str| sockets.admit(address.parse().expect("an address"));
        let is_out = |slot: &mut Slot| slot.end.try_recv() == Err(oneshot::error::TryRecvError::Closed);
        let (mut one, mut two) = (admit("2001:db8::1"), admit("2001:db8::2"));
        let mut elsewhere = admit("2001:db8:0:1::1");
        assert!(!is_out(&mut one));
        let mut three = admit("2001:db8::3");
        assert!(is_out(&mut one) && !is_out(&mut two) && !is_out(&mut three) && !is_out(&mut elsewhere));
        // A connection that was initialised in the same moment stays.
        assert!(one.initialize(true) && three.initialize(true));
        drop((one, two, three, elsewhere));
        assert!(sockets.networks().is_empty());
    }
}
