//! Groups IP addresses into networks whose requests are counted together.
//!
//! A customer with one IPv6 address owns at least a /64, often a /56, and can buy a /48 (RFC 6177). Requests are
//! counted for each of the three networks; the wider ones get higher limits, because several customers may share them.

use std::{
    fmt,
    net::{IpAddr, Ipv6Addr},
};

/// A network whose requests are counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Network {
    address: IpAddr,
    prefix: u8,
    /// How many times the limit of a single address this network has.
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

/// The narrowest network of an address.
pub fn host(address: IpAddr) -> Network {
    match address.to_canonical() {
        IpAddr::V4(address) => network(address.into(), 32, 1),
        IpAddr::V6(address) => network(address.into(), 64, 1),
    }
}

/// The largest network that one customer usually owns.
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
