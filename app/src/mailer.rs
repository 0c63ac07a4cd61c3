//! Mail, by the SMTP server of the installation.

use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, header::ContentType},
};
use std::{error::Error as _, fmt, net::IpAddr, time::Duration};
use url::{Host, Url};

/// How long the mail server may take for each answer.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Sends mail. Cheap to clone.
#[derive(Clone)]
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

/// Why mail cannot be sent with this configuration.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidMailer {
    /// The address of the server cannot be read.
    #[error("VITRINE_SMTP_URL cannot be read ({0}); it looks like smtps://user:password@mail.example.com")]
    Server(String),
    /// The password would travel in the clear.
    #[error(
        "VITRINE_SMTP_URL would send the password in the clear: begin it with smtps://, or end it with ?tls=required"
    )]
    PasswordInTheClear,
    /// The sender is no mailbox.
    #[error("VITRINE_MAIL_FROM is no mailbox ({0}); it looks like Press Office <press@example.com>")]
    From(String),
}

/// A mail in plain text.
#[derive(Debug)]
pub struct Mail<'a> {
    /// The name of the person.
    pub name: &'a str,
    /// Their e-mail address.
    pub email: &'a str,
    /// The subject.
    pub subject: &'a str,
    /// The text.
    pub text: String,
}

/// Why a mail was not sent.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// Another attempt would not help.
    #[error("{0}")]
    Refused(String),
    /// Another attempt may help.
    #[error("{0}")]
    Failed(String),
}

impl Mailer {
    /// Sends by the server at this URL, as this sender. It connects when there is something to send.
    pub fn new(url: &str, from: &str) -> Result<Self, InvalidMailer> {
        let from =
            from.parse().map_err(|error: lettre::address::AddressError| InvalidMailer::From(error.to_string()))?;
        let unreadable = |error: &dyn fmt::Display| InvalidMailer::Server(error.to_string());
        let parsed = Url::parse(url).map_err(|error| unreadable(&error))?;
        let is_encrypted =
            parsed.scheme() == "smtps" || parsed.query_pairs().any(|(key, value)| key == "tls" && value == "required");
        if parsed.password().is_some() && !is_encrypted && !is_local(&parsed) {
            return Err(InvalidMailer::PasswordInTheClear);
        }
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url).map_err(|error| unreadable(&error))?;
        Ok(Self { transport: builder.timeout(Some(TIMEOUT)).build(), from })
    }

    /// Connects to the server, with the name and the password. The error says why that fails, for people.
    pub async fn check(&self) -> Result<(), String> {
        match self.transport.test_connection().await {
            Ok(true) => Ok(()),
            Ok(false) => Err("the mail server does not answer as it should".to_owned()),
            Err(error) => Err(error.source().map_or_else(|| error.to_string(), |cause| format!("{error}: {cause}"))),
        }
    }

    /// Sends a mail, and waits until the server has taken it.
    pub async fn send(&self, mail: Mail<'_>) -> Result<(), MailError> {
        let Mail { name, email, subject, text } = mail;
        let refused = |error: &dyn fmt::Display| MailError::Refused(error.to_string());
        let address: Address = email.parse().map_err(|error| refused(&error))?;
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(Some(name.to_owned()), address))
            .subject(subject)
            .header(ContentType::TEXT_PLAIN)
            .body(text)
            .map_err(|error| refused(&error))?;
        match self.transport.send(message).await {
            Ok(_) => Ok(()),
            Err(error) if error.is_permanent() => Err(refused(&error)),
            Err(error) => Err(MailError::Failed(error.to_string())),
        }
    }
}

/// Whether the server is on this machine.
fn is_local(url: &Url) -> bool {
    match url.host() {
        // The scheme is none that the library knows, so that it parses no addresses of IPv4.
        Some(Host::Domain(name)) => name == "localhost" || name.parse().is_ok_and(|ip: IpAddr| ip.is_loopback()),
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

impl fmt::Debug for Mailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Mailer(as {})", self.from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_cannot_work_is_refused_without_the_password() {
        let from = "Press Office <press@example.com>";
        for good in [
            "smtp://mail.example.com",
            "smtp://user:secret@127.0.0.1:2525",
            "smtp://user:secret@[::1]:2525",
            "smtp://user:secret@localhost",
            "smtps://user:secret@mail.example.com",
            "smtp://user:secret@mail.example.com:587?tls=required",
        ] {
            assert!(Mailer::new(good, from).is_ok(), "{good}");
        }
        for bad in [
            "",
            "mail.example.com",
            "http://mail.example.com",
            "smtp://u:secret@mail.example.com?tls=maybe",
            "smtps://",
        ] {
            let error = Mailer::new(bad, from).unwrap_err().to_string();
            assert!(error.starts_with("VITRINE_SMTP_URL") && !error.contains("secret"), "{error}");
        }
        for clear in ["smtp://u:secret@mail.example.com", "smtp://u:secret@mail.example.com?tls=opportunistic"] {
            assert_eq!(Mailer::new(clear, from).unwrap_err(), InvalidMailer::PasswordInTheClear);
        }
        for bad in ["", "Press Office", "press@"] {
            let error = Mailer::new("smtp://mail.example.com", bad).unwrap_err().to_string();
            assert!(error.starts_with("VITRINE_MAIL_FROM"), "{error}");
        }
    }
}
