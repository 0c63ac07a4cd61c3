//! Mails a person the link by which they choose their password.

use super::Abort;
use crate::{JobContext, outage::Outage};
use app::mailer::{Mail, MailError};
use domain::{PasswordLinkId, password_link::PasswordLinkToken};
use schema::password_links;

pub(super) async fn run(context: &JobContext, id: PasswordLinkId) -> anyhow::Result<()> {
    let found = password_links::find(&mut *context.pool.get().await?, id, context.clock.now()).await?;
    // It was used, has ended, or the person was disabled.
    let Some((link, user, workspace)) = found else { return Ok(()) };
    let Some(mailer) = &context.mailer else {
        let reason = "this worker has no mail server: set VITRINE_SMTP_URL and VITRINE_MAIL_FROM for it, too";
        return Err(Abort(reason.to_owned()).into());
    };
    let url = PasswordLinkToken::of(context.keys.newest(), id).url(&context.public_url);
    let ends = link.expires_at.with_timezone(&workspace.zone()).format("%Y-%m-%d, %H:%M (%Z)");
    let name = &workspace.name;
    let (subject, text) = if user.invited_at.is_some() {
        let text = format!(
            "Hello {},\n\nyou are invited to {name}. Open this address and choose a password:\n\n{url}\n\nIt works once, \
             until {ends}. Afterwards you sign in as {}.\n",
            user.name, user.email
        );
        (format!("Your invitation to {name}"), text)
    } else {
        let text = format!(
            "Hello {},\n\nby this address you choose another password for {name}:\n\n{url}\n\nIt works once, until \
             {ends}. If you did not ask for it, you need do nothing: your password stays as it is.\n",
            user.name
        );
        (format!("Another password for {name}"), text)
    };
    let mail = Mail { name: &user.name, email: &user.email, subject: &subject, text };
    match mailer.send(mail).await {
        Ok(()) => Ok(()),
        Err(MailError::Refused(reason)) => {
            Err(Abort(format!("the mail was refused: {}", without(&reason, &user.email))).into())
        }
        // It may be back in an hour, or want to be asked again; the link ends after a day.
        Err(MailError::Failed(reason)) => Err(Outage(without(&reason, &user.email)).into()),
    }
}

/// What the mail server said, without the address of the person: it is kept for longer than the person may be.
fn without(reason: &str, email: &str) -> String {
    reason.to_lowercase().replace(email, "the address")
}
