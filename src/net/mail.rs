//! Connections to mail servers: how they fail, where they may lead, and TLS.
//!
//! A line to a mail server is encrypted. Only one that does not leave this machine may be plain.

use crate::domain::secret::Secret;
use crate::net::address;
use crate::net::client::{CONNECT_MS, Net};
use crate::net::trust::Named;
use std::fmt::Debug;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;

/// A mail server and who we are there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// Its name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Encrypted from the first byte, as on ports 465 and 993; otherwise it becomes so before anything is said (STARTTLS).
    pub implicit_tls: bool,
    /// The user; empty: nobody signs in.
    pub user: String,
    /// The password.
    pub password: Secret,
}

/// A step of a talk with a mail server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Its greeting, and TLS.
    Connect,
    /// Name and password.
    SignIn,
    /// Our address as the sender.
    Sender,
    /// The address of who should get it.
    Recipient,
    /// The letter itself.
    Message,
    /// The inbox.
    Folder,
}

impl Step {
    /// For details the owner reads.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Connect => "At the greeting:",
            Self::SignIn => "At sign-in:",
            Self::Sender => "About the sender:",
            Self::Recipient => "About the recipient:",
            Self::Message => "About the letter:",
            Self::Folder => "About the inbox:",
        }
    }
}

/// Why something was not done. What matters is whether it may have happened all the same.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MailFailure {
    /// We do not go there: it would stay so.
    #[error("not tried: {0}")]
    Refused(String),
    /// No line, or it broke before anything counted. Nothing happened.
    #[error("no connection: {0}")]
    NotConnected(String),
    /// The server said no. Nothing happened.
    #[error("{} {code} {words}", .step.title())]
    Answer {
        /// To what.
        step: Step,
        /// Its code (RFC 5321); 0 where the protocol has none.
        code: u16,
        /// Its words.
        words: String,
    },
    /// The letter had left when the line broke: it may have been taken.
    #[error("outcome unknown: {0}")]
    Unknown(String),
}

/// A line to a server, encrypted or on this machine.
pub(super) trait Line: AsyncRead + AsyncWrite + Unpin + Send + Debug {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send + Debug> Line for T {}

impl Net {
    /// The operator named this mail server, so it may be in a private network.
    pub fn trust_mail(&self, host: &str, port: u16) {
        self.trust_place(Named::ByProvider, key(host, port));
    }

    /// Where a server is: its public addresses, or all of them when the operator named it.
    pub(super) async fn find_mail(&self, server: &Server) -> Result<Vec<SocketAddr>, MailFailure> {
        let at = (server.host.as_str(), server.port);
        let found = tokio::time::timeout(Duration::from_millis(CONNECT_MS), tokio::net::lookup_host(at)).await;
        let found = found.map_err(|_| MailFailure::NotConnected("its name was not found in time".into()))?;
        let found: Vec<SocketAddr> = found.map_err(|e| MailFailure::NotConnected(format!("its name was not found: {e}")))?.collect();
        let trusted = self.is_trusted(Named::ByProvider, key(&server.host, server.port));
        let public: Vec<SocketAddr> = found.into_iter().filter(|a| trusted || address::is_public(a.ip())).collect();
        if public.is_empty() { Err(MailFailure::Refused("the mail server is in a private network".into())) } else { Ok(public) }
    }

    /// A line that is encrypted from the first byte, or stays on this machine.
    pub(super) async fn dial_mail(&self, server: &Server) -> Result<Box<dyn Line>, MailFailure> {
        let at = self.find_mail(server).await?;
        let lost = |e: &dyn std::fmt::Display| MailFailure::NotConnected(e.to_string());
        let connected = tokio::time::timeout(Duration::from_millis(CONNECT_MS), TcpStream::connect(&at[..])).await;
        let tcp = connected.map_err(|e| lost(&e))?.map_err(|e| lost(&e))?;
        if stays_here(&at) {
            return Ok(Box::new(tcp));
        }
        let name = ServerName::try_from(server.host.clone()).map_err(|e| MailFailure::Refused(e.to_string()))?;
        let handshake = TlsConnector::from(Arc::new(tls()?)).connect(name, tcp);
        let tls = tokio::time::timeout(Duration::from_millis(2 * CONNECT_MS), handshake).await;
        Ok(Box::new(tls.map_err(|e| lost(&e))?.map_err(|e| lost(&e))?))
    }
}

/// Whether every address is this machine's own.
pub(super) fn stays_here(at: &[SocketAddr]) -> bool {
    at.iter().all(|a| a.ip().is_loopback())
}

/// Not a web origin, so it cannot be mistaken for one.
fn key(host: &str, port: u16) -> String {
    format!("mail {}:{port}", host.to_lowercase())
}

/// TLS with the certificates of this machine.
fn tls() -> Result<rustls::ClientConfig, MailFailure> {
    let mut roots = rustls::RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        return Err(MailFailure::NotConnected("this machine has no root certificates, so no server can be proved".into()));
    }
    Ok(rustls::ClientConfig::builder().with_root_certificates(roots).with_no_client_auth())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::Clock;

    fn server(host: &str) -> Server {
        Server { host: host.into(), port: 2525, implicit_tls: false, user: String::new(), password: Secret::default() }
    }

    #[tokio::test]
    async fn a_private_server_is_refused_unless_the_operator_named_it() {
        let net = Net::new(Clock::System);
        for host in ["127.0.0.1", "10.0.0.5", "169.254.169.254", "::1"] {
            assert!(matches!(net.find_mail(&server(host)).await, Err(MailFailure::Refused(_))), "{host}");
        }
        net.trust_mail("127.0.0.1", 2525);
        assert!(stays_here(&net.find_mail(&server("127.0.0.1")).await.unwrap()));
        assert!(matches!(net.find_mail(&Server { port: 2526, ..server("127.0.0.1") }).await, Err(MailFailure::Refused(_))));
    }
}
