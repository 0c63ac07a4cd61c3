//! Short ids for URLs and the API: a UUID in base62, always 22 characters that need no escaping.

use uuid::Uuid;

/// How many characters a short id has.
pub const CHARS: usize = 22;

/// The short id of a UUID.
pub fn encode(id: impl Into<Uuid>) -> String {
    format!("{:0>CHARS$}", base62::encode(id.into().as_u128()))
}

/// The UUID of a short id; none if the text is not a short id.
pub fn decode<Id: From<Uuid>>(text: &str) -> Option<Id> {
    let number = base62::decode(text).ok().filter(|_| text.len() == CHARS)?;
    Some(Uuid::from_u128(number).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_come_back_and_anything_else_does_not() {
        for id in [Uuid::nil(), Uuid::max(), Uuid::from_u128(1 << 100)] {
            assert_eq!(encode(id).len(), CHARS);
            assert_eq!(decode(&encode(id)), Some(id));
        }
        for bad in ["", "0", "zzzzzzzzzzzzzzzzzzzzzz", "00000000000000000000000", "0000000000000000000-00"] {
            assert_eq!(decode::<Uuid>(bad), None, "{bad}");
        }
    }
}
