//! E-mail addresses, with which people sign in. Case and surrounding spaces do not matter.

/// The longest address, in bytes. Source: RFC 3696, erratum 1690.
const LONGEST: usize = 254;

/// An address as it is stored and compared: in lower case, without surrounding spaces.
pub fn normalized(text: &str) -> String {
    text.trim().to_lowercase()
}

/// Parses and normalizes an address; none if `text` is not an address. Whether the address exists is not checked.
pub fn parse(text: &str) -> Option<String> {
    let email = normalized(text);
    let plain = email.len() <= LONGEST && !email.chars().any(|c| c.is_whitespace() || c.is_control());
    let (user, host) = email.split_once('@')?;
    (plain && !user.is_empty() && !host.is_empty() && !host.contains('@')).then_some(email)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_without_care_for_capitals() {
        assert_eq!(parse("  Anna.Å@Example.COM\n").as_deref(), Some("anna.å@example.com"));
        let longest = format!("{}@b", "a".repeat(LONGEST - 2));
        assert_eq!(parse(&longest), Some(longest.clone()));
        for wrong in ["", "anna", "@example.com", "anna@", "a@b@c", "an na@b", "a\0@b", &format!("a{longest}")] {
            assert_eq!(parse(wrong), None, "{wrong:?}");
        }
    }
}
