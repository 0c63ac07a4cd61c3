//! Links by which people choose their passwords.

use crate::{
    context,
    count::seconds,
    types::{
        password_link::PasswordLink,
        user::User,
        user_error::{UserError, outcome},
    },
};
use app::{
    Error, UserErrorCode,
    password_links::{self, PasswordChoice},
};
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use domain::{UserId, node_id::NodeId, password_link::PasswordLinkToken};

#[derive(Default)]
pub(super) struct PasswordLinkMutations;

/// The link, or why there is none.
#[derive(SimpleObject)]
struct PasswordLinkPayload {
    user: Option<User>,
    password_link: Option<PasswordLink>,
    user_errors: Vec<UserError>,
}

/// Whether a mail is on its way, if there is such an account.
#[derive(SimpleObject)]
struct RequestPasswordLinkPayload {
    /// After `TOO_MANY_ATTEMPTS`: how many seconds to wait.
    retry_after: Option<i32>,
    user_errors: Vec<UserError>,
}

#[derive(InputObject)]
struct ChoosePasswordInput {
    /// The last part of the link's URL.
    token: String,
    /// At least 8 characters, and not easy to guess: no common password, and nothing known of you.
    password: String,
}

/// Whose password was chosen, or why none was.
#[derive(SimpleObject)]
struct ChoosePasswordPayload {
    /// The e-mail address to sign in with.
    email: Option<String>,
    user_errors: Vec<UserError>,
}

#[Object]
impl PasswordLinkMutations {
    /// Makes a link by which a user chooses another password, or an invited one their first: valid once, for a day (an
    /// invitation for seven). Earlier links of the user end. Until then, their present password stays valid. Pass it on to them; where mail is configured,
    /// they get it by mail, too. For administrators who have signed in.
    async fn create_password_link(&self, ctx: &Context<'_>, user_id: ID) -> Result<PasswordLinkPayload, Error> {
        let (services, viewer) = (context::services(ctx), context::viewer(ctx)?);
        let made = password_links::create_password_link(services, viewer, UserId::from_node_id(&user_id)).await;
        let (made, user_errors) = outcome(made)?;
        let (user, link) = made.unzip();
        Ok(PasswordLinkPayload { user: user.map(User::from), password_link: link.map(PasswordLink::of), user_errors })
    }

    /// For people who have forgotten their password: mails them a link to choose another one. The answer does not tell
    /// whether there is an account with this address. Fails where no mail is configured.
    async fn request_password_link(
        &self,
        ctx: &Context<'_>,
        email: String,
    ) -> Result<RequestPasswordLinkPayload, Error> {
        let (services, address) = (context::services(ctx), context::caller(ctx).address);
        let Err(wait) = password_links::request_password_link(services, &email, address).await? else {
            return Ok(RequestPasswordLinkPayload { retry_after: None, user_errors: Vec::new() });
        };
        let message = password_links::too_many_mails(wait);
        let error = app::UserError::new(UserErrorCode::TooManyAttempts, &["email"], message);
        Ok(RequestPasswordLinkPayload { retry_after: Some(seconds(wait)), user_errors: vec![error.into()] })
    }

    /// Chooses the password of whoever a password link is for. Ends the link and all sessions of the person, who then signs
    /// in.
    async fn choose_password(
        &self,
        ctx: &Context<'_>,
        input: ChoosePasswordInput,
    ) -> Result<ChoosePasswordPayload, Error> {
        let token = PasswordLinkToken::attempt(&input.token);
        let address = context::caller(ctx).address;
        let choice = PasswordChoice { token: &token, password: &input.password, address };
        let (chosen, user_errors) = outcome(password_links::choose_password(context::services(ctx), choice).await)?;
        Ok(ChoosePasswordPayload { email: chosen.map(|chosen| chosen.email), user_errors })
    }
}
