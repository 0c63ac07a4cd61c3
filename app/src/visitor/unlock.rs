//! Unlocks a link with its password.

use super::{Grant, Visit, VisitError};
use crate::throttle::Source;
use domain::{
    device::{self, Device, DeviceScope, DeviceToken, KNOWN_FOR},
    password::Attempt,
};
use std::time::Duration;

/// The result of an attempt at a password.
pub enum Unlock {
    /// The password was right.
    Unlocked(Unlocked),
    /// The password was wrong.
    WrongPassword,
    /// Too many wrong passwords were tried; how long to wait.
    TooManyAttempts(Duration),
}

/// What a visitor who knew the password is to remember, for this link only.
pub struct Unlocked {
    /// Opens the link for a while.
    pub unlocked: Grant,
    /// The token by which the link knows the device for longer. It opens nothing.
    pub device: Grant,
}

impl Visit<'_> {
    /// Checks a password, slowly and not too often. A link without a password is unlocked by any.
    pub async fn unlock(&self, password: &str) -> Result<Unlock, VisitError> {
        let link = &self.opened.link;
        let device = self.device();
        if link.password_hash.is_none() {
            // The password was removed after the visitor saw the form.
            return Ok(Unlock::Unlocked(self.unlocked(device)));
        }
        let source = Source::new(device, self.visitor.address);
        let attempt = match self.services.throttle.unlock(source, link.id).await {
            Ok(attempt) => attempt,
            Err(wait) => return Ok(Unlock::TooManyAttempts(wait)),
        };
        if !self.services.hasher.verify(Attempt::new(password), link.password_hash.clone(), source).await? {
            return Ok(Unlock::WrongPassword);
        }
        attempt.refund().await;
        Ok(Unlock::Unlocked(self.unlocked(device)))
    }

    fn unlocked(&self, device: Option<Device>) -> Unlocked {
        Unlocked { unlocked: self.grant_unlocked(), device: self.device_grant(device) }
    }

    /// The visitor's device, if the password has come from it before.
    fn device(&self) -> Option<Device> {
        let recognize = |token: &DeviceToken| token.recognize(&self.services.keys, self.device_scope(), self.now);
        let known: Vec<Device> = self.visitor.devices.iter().filter_map(recognize).collect();
        // A device that knew only an older password counts less.
        known.iter().copied().find(|device| device.is_current).or_else(|| known.first().copied())
    }

    fn device_grant(&self, device: Option<Device>) -> Grant {
        let device = device.map_or_else(|| device::new_id(&mut rand::rng()), |device| device.id);
        let token = DeviceToken::issue(&self.services.keys, self.device_scope(), device, self.now);
        Grant { text: token.expose_secret().to_owned(), lasts: KNOWN_FOR }
    }

    fn device_scope(&self) -> DeviceScope {
        DeviceScope::Link(self.opened.link.id, self.opened.link.password_version)
    }
}
