//! Strong passwords for links.

use crate::{Services, Viewer};
use domain::password::Password;
use rand::{SeedableRng, rngs::StdRng};

/// A strong password for the link that a form makes. A form that is sent twice gets the same one, so that both answers
/// show the password of the one link that is made. `form` is the form's own secret.
pub fn password_of_form(services: &Services, viewer: &Viewer, form: &str) -> Password {
    let seed = services.keys.newest().seed(&[viewer.user.id.as_bytes(), form.as_bytes()]);
    Password::generate(&mut StdRng::from_seed(seed))
}
