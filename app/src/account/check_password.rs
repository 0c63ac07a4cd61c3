//! The present password, which a person types once more before they change what they sign in with.

use crate::{MutationError, Services, UserErrorCode, Viewer, in_words, throttle::Source};
use domain::password::Attempt;
use std::net::IpAddr;

/// Checks the viewer's password. Attempts are throttled as sign-ins are: whoever has found a session that was left open
/// must not guess on.
pub(crate) async fn check_password(
    services: &Services,
    viewer: &Viewer,
    password: Attempt,
    address: IpAddr,
) -> Result<(), MutationError> {
    let refuse = |code, message: String| MutationError::user(code, &["currentPassword"], message);
    let source = Source::new(None, address);
    let attempt = services.throttle.sign_in(source, &viewer.user.email).await.map_err(|wait| {
        let message = format!("Too many attempts at this account. Try again in {}.", in_words(wait));
        refuse(UserErrorCode::TooManyAttempts, message)
    })?;
    if !services.hasher.verify(password, Some(viewer.user.password_hash.clone()), source).await? {
        return Err(refuse(UserErrorCode::WrongPassword, "This is not your present password.".to_owned()));
    }
    attempt.refund().await;
    Ok(())
}
