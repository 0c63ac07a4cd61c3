//! Calls that a client may repeat under a key, for example after a lost connection or a double click: the work is done
//! once, and every further call gets the first answer.

use crate::{MutationError, Services, UserError, UserErrorCode, Viewer};
use diesel_async::AsyncPgConnection;
use schema::idempotency::{self, Claim};
use serde_json::Value;

/// The longest key, in characters.
const MAX_KEY: usize = 255;

/// An idempotency key, and fingerprints of the call that it stands for, one for each of the server's keys.
pub struct Key {
    text: String,
    fingerprints: Vec<[u8; 32]>,
}

impl Key {
    /// Checks a key. `call` is the client's whole input.
    pub fn parse(services: &Services, text: &str, call: &str) -> Result<Self, UserError> {
        if text.is_empty() || text.chars().count() > MAX_KEY || text.chars().any(char::is_control) {
            let message = format!("An idempotency key has between 1 and {MAX_KEY} characters.");
            return Err(UserError::new(UserErrorCode::InvalidInput, &["idempotencyKey"], message));
        }
        let fingerprints = services.keys.all().map(|server| server.fingerprint(call.as_bytes())).collect();
        Ok(Self { text: text.to_owned(), fingerprints })
    }
}

/// The stored answer to an earlier call under this key.
pub(crate) async fn find(services: &Services, viewer: &Viewer, key: &Key) -> Result<Option<Value>, MutationError> {
    let mut conn = services.pool.get().await?;
    Ok(idempotency::find(&mut conn, viewer.user.id, &key.text, &key.fingerprints, services.now()).await?)
}

/// Claims a key for this call, unless an earlier call under the key has an answer. Whoever claims a key stores the
/// [`answer`] in the same transaction.
pub(crate) async fn claim(
    services: &Services,
    conn: &mut AsyncPgConnection,
    viewer: &Viewer,
    key: &Key,
) -> Result<Option<Value>, MutationError> {
    match idempotency::claim(conn, viewer.user.id, &key.text, &key.fingerprints, services.now()).await? {
        Claim::First => Ok(None),
        Claim::Answered(answer) => Ok(Some(answer)),
        Claim::Other => {
            let message = "This idempotency key was used for another call; take a new one.";
            Err(MutationError::user(UserErrorCode::InvalidInput, &["idempotencyKey"], message))
        }
    }
}

/// Stores the answer to a claimed call.
pub(crate) async fn answer(
    conn: &mut AsyncPgConnection,
    viewer: &Viewer,
    key: &Key,
    answer: &Value,
) -> Result<(), MutationError> {
    Ok(idempotency::answer(conn, viewer.user.id, &key.text, answer).await?)
}
