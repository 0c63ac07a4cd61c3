//! Which addresses count as one.
//!
//! Whoever has one address of IPv6 has its whole /64, most have a /56, and for a little money there is a /48 (RFC 6177).
//! Each of the three is counted, the wider ones with more weight, because not everybody in them is the same.

use std::{
    fmt,
    net::{IpAddr, Ipv6Addr},
};

/// A network that counts as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Network {
    address: IpAddr,
    prefix: u8,
    /// How many times as much room it has as one address.
    pub weight: u32,
}

/// The networks of an address, the narrowest first.
pub fn networks(address: IpAddr) -> impl Iterator<Item = Network> {
    let narrowest_first: &[(u8, u32)] = match address.to_canonical() {
        IpAddr::V4(_) => &[(32, 1)],
        IpAddr::V6(_) => &[(64, 1), (56, 2), (48, 4)],
    };
    narrowest_first.iter().map(move |(prefix, weight)| network(address.to_canonical(), *prefix, *weight))
}

/// The narrowest of them.
pub fn host(address: IpAddr) -> Network {
    match address.to_canonical() {
        IpAddr::V4(address) => network(address.into(), 32, 1),
        IpAddr::V6(address) => network(address.into(), 64, 1),
    }
}

/// What one customer of a provider has at most.
pub fn site(address: IpAddr) -> Network {
    match address.to_canonical() {
        IpAddr::V4(address) => network(address.into(), 32, 1),
        IpAddr::V6(address) => network(address.into(), 48, 1),
    }
}

fn network(address: IpAddr, prefix: u8, weight: u32) -> Network {
    let address = match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << (128 - prefix))).into(),
    };
    Network { address, prefix, weight }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_of_ipv6_counts_in_three_networks() {
        let of = |address: &str| networks(address.parse().unwrap()).map(|it| it.to_string()).collect::<Vec<_>>();
        assert_eq!(of("192.0.2.7"), ["192.0.2.7/32"]);
        assert_eq!(of("::ffff:192.0.2.7"), ["192.0.2.7/32"]);
        assert_eq!(of("2001:db8:1:2ff::7"), ["2001:db8:1:2ff::/64", "2001:db8:1:200::/56", "2001:db8:1::/48"]);
        assert_eq!(site("2001:db8:1:2ff::7".parse().unwrap()).to_string(), "2001:db8:1::/48");
        assert_eq!(host("2001:db8:1:2ff::7".parse().unwrap()).to_string(), "2001:db8:1:2ff::/64");
        assert_eq!(site("192.0.2.7".parse().unwrap()).to_string(), "192.0.2.7/32");
    }
}
