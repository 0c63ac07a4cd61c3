//! `generatePassword`.

use crate::context;
use app::Error;
use async_graphql::{Context, Object};
use domain::password::Password;

#[derive(Default)]
pub(super) struct GeneratePassword;

#[Object]
impl GeneratePassword {
    /// A strong password to show once and copy; stored nowhere.
    async fn generate_password(&self, ctx: &Context<'_>) -> Result<String, Error> {
        context::viewer(ctx)?;
        Ok(Password::generate(&mut rand::rng()).expose_secret().to_owned())
    }
}
