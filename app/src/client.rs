//! The client of a signed-in user, as lists of sessions tell it.

use domain::name::changes_direction;
use std::net::IpAddr;

/// The longest name of a program, in characters.
const MAX_PROGRAM: usize = 200;

/// From where, and with what program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// The address.
    pub address: IpAddr,
    /// What the program calls itself, if it does.
    pub program: Option<String>,
}

impl Client {
    /// A client that sent this `User-Agent`.
    pub fn new(address: IpAddr, user_agent: Option<&[u8]>) -> Self {
        let name = user_agent.map(String::from_utf8_lossy).unwrap_or_default();
        let name: String =
            name.chars().filter(|c| !c.is_control() && !changes_direction(*c)).take(MAX_PROGRAM).collect();
        let name = name.trim();
        Self { address, program: (!name.is_empty()).then(|| name.to_owned()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    #[test]
    fn the_name_of_a_program_is_short_and_plain() {
        let name = |sent: Option<&[u8]>| Client::new(Ipv4Addr::LOCALHOST.into(), sent).program;
        assert_eq!(name(Some("\u{202e} curl/8.5\0\u{1b}[2J ".as_bytes())).as_deref(), Some("curl/8.5[2J"));
        assert_eq!(name(Some(&[b'x'; 5000])).map(|name| name.len()), Some(MAX_PROGRAM));
        assert_eq!((name(None), name(Some(b"  "))), (None, None));
    }
}
