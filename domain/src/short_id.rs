//! Ids in URLs and in the API: a UUID in base62, always 22 characters, nothing that a URL has to escape.

use uuid::Uuid;

/// How many characters a short id has.
pub const CHARS: usize = 22;

/// Writes an id.
pub fn encode(id: impl Into<Uuid>) -> String {
    format!("{:0>CHARS$}", base62::encode(id.into().as_u128()))
}

/// Reads an id; none where the text is not one.
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
