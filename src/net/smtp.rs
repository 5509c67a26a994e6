//! Hands a letter to a mail server, step by step: only so can a line that broke before the letter left be told from one that broke
//! after.

use crate::domain::text::clip;
use crate::net::client::{CONNECT_MS, Net};
use crate::net::mail::{MailFailure, Server, Step, stays_here};
use lettre::Address;
use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use std::future::Future;
use std::time::Duration;

/// Time for an answer to a command.
const ANSWER: Duration = Duration::from_secs(60);
/// Time for the answer to a letter (RFC 5321, 4.5.3.2.6, wants patience here: giving up early sends letters twice).
const LETTER: Duration = Duration::from_secs(300);

/// A letter in the wire's form, and between whom.
#[derive(Debug, Clone)]
pub struct Envelope {
    /// Our address; bounces go there.
    pub from: String,
    /// Who should get it.
    pub to: String,
    /// Headers and body.
    pub bytes: Vec<u8>,
}

impl Net {
    /// Hands a letter over, once. The server's words when it took it.
    pub async fn send_mail(&self, server: &Server, letter: &Envelope) -> Result<String, MailFailure> {
        let address =
            |text: &str, step| text.parse::<Address>().map_err(|e| MailFailure::Answer { step, code: 553, words: format!("5.1.3 {e}") });
        let (from, to) = (address(&letter.from, Step::Sender)?, address(&letter.to, Step::Recipient)?);
        let mut line = self.signed_in(server, &letter.from).await?;
        before(Step::Sender, line.command(Mail::new(Some(from), vec![]))).await?;
        before(Step::Recipient, line.command(Rcpt::new(to, vec![]))).await?;
        before(Step::Message, line.command(Data)).await?;
        // From here on the letter is on its way: only an answer says what became of it.
        let outcome = match tokio::time::timeout(LETTER, line.message(&letter.bytes)).await {
            Err(_) => Err(MailFailure::Unknown("the server did not answer in time after it had the letter".into())),
            Ok(Err(e)) => Err(answer_of(Step::Message, &e).unwrap_or_else(|| MailFailure::Unknown(told(&e)))),
            Ok(Ok(answer)) => Ok(clip(&answer.message().collect::<Vec<_>>().join(" "), 300)),
        };
        // What the server says to a goodbye changes nothing.
        drop(tokio::time::timeout(Duration::from_secs(2), line.quit()).await);
        outcome
    }

    /// Signs in and leaves again: proves that the server, the user and the password fit together.
    pub async fn check_mail_out(&self, server: &Server, from: &str) -> Result<(), MailFailure> {
        let mut line = self.signed_in(server, from).await?;
        drop(tokio::time::timeout(Duration::from_secs(2), line.quit()).await);
        Ok(())
    }

    async fn signed_in(&self, server: &Server, from: &str) -> Result<AsyncSmtpConnection, MailFailure> {
        let at = self.find_mail(server).await?;
        let plain = stays_here(&at);
        let tls = || TlsParameters::new(server.host.clone()).map_err(|e| MailFailure::NotConnected(told(&e)));
        let hello = ClientId::Domain(from.rsplit('@').next().filter(|d| d.is_ascii()).unwrap_or("localhost").to_owned());
        let first = if server.implicit_tls && !plain { Some(tls()?) } else { None };
        let connect = Duration::from_millis(CONNECT_MS);
        let connecting = AsyncSmtpConnection::connect_tokio1(&at[..], Some(connect), &hello, first, None);
        let mut line = before(Step::Connect, connecting).await?;
        if !server.implicit_tls && !plain {
            if !line.can_starttls() {
                let words = "the server offers no encryption, so it gets no password".to_owned();
                return Err(MailFailure::Answer { step: Step::Connect, code: 0, words });
            }
            before(Step::Connect, line.starttls(tls()?, &hello)).await?;
        }
        if !server.user.is_empty() {
            let who = Credentials::new(server.user.clone(), server.password.reveal().to_owned());
            let ways = [Mechanism::Plain, Mechanism::Login];
            if line.server_info().get_auth_mechanism(&ways).is_none() {
                let words = "the server knows no way to sign in with a password".to_owned();
                return Err(MailFailure::Answer { step: Step::SignIn, code: 0, words });
            }
            before(Step::SignIn, line.auth(&ways, &who)).await?;
        }
        Ok(line)
    }
}

/// A step before the letter leaves: whatever fails here, nothing happened.
async fn before<T>(step: Step, doing: impl Future<Output = Result<T, SmtpError>>) -> Result<T, MailFailure> {
    match tokio::time::timeout(ANSWER, doing).await {
        Err(_) => Err(MailFailure::NotConnected("the server did not answer in time".into())),
        Ok(Err(e)) => Err(answer_of(step, &e).unwrap_or_else(|| MailFailure::NotConnected(told(&e)))),
        Ok(Ok(done)) => Ok(done),
    }
}

/// The server's own no, when it is one.
fn answer_of(step: Step, e: &SmtpError) -> Option<MailFailure> {
    let code = e.status().map(u16::from)?;
    let words = std::error::Error::source(e).map(ToString::to_string).unwrap_or_default();
    Some(MailFailure::Answer { step, code, words: clip(&words, 300) })
}

/// The whole chain of causes in one line.
fn told(e: &SmtpError) -> String {
    let mut out = e.to_string();
    let mut cause = std::error::Error::source(e);
    while let Some(c) = cause {
        let words = c.to_string();
        if !out.contains(&words) {
            out.push_str(": ");
            out.push_str(&words);
        }
        cause = c.source();
    }
    clip(&out, 300)
}
