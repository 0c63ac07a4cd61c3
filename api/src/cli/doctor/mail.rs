//! The mail server: whether it takes a connection, and our name and password. No mail is sent.

use super::{Finding, Part};
use crate::config::Config;
use std::time::Duration;
use tokio::time::timeout;

const PART: Part = Part::Mail;

/// How long the mail server may take to answer all of it.
const WITHIN: Duration = Duration::from_secs(10);

pub(super) async fn examine(config: &Config, findings: &mut Vec<Finding>) {
    // That it cannot be read is told with the rest of the configuration.
    let Ok(mailer) = config.mailer() else { return };
    let Some(mailer) = mailer else {
        findings.push(PART.warning(
            "no mail server: administrators pass on invitations and links for new passwords themselves",
            "Set VITRINE_SMTP_URL and VITRINE_MAIL_FROM to have them sent.",
        ));
        return;
    };
    let checked = timeout(WITHIN, mailer.check()).await;
    findings.push(match checked.unwrap_or_else(|_| Err("no answer in time".to_owned())) {
        Ok(()) => PART.good("the mail server answers"),
        Err(error) => PART
            .failed(error, "Does VITRINE_SMTP_URL name its address, user and password? Mail waits until it answers."),
    });
}
