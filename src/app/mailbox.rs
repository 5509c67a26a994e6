//! Mailboxes of ours: what is entered about one, and what speaks for it.

use super::App;
use super::lines::{Keys, Line};
use crate::channels::email::client::{Client, Settings};
use crate::domain::error::{Error, Result};
use crate::domain::house::line::Carrier;
use crate::domain::id::Id;
use crate::domain::secret::Secret;
use crate::net::client::Net;
use crate::net::mail::Server;

/// Ports of servers that are encrypted from the first byte.
const SMTPS: u16 = 465;
const IMAPS: u16 = 993;

/// Speaks for a line; none when it is no mailbox.
pub fn of_line(app: &App, line: &Line) -> Option<Client> {
    of_keys(app, line.business_id, &line.line, &line.keys).ok()
}

/// Speaks for an address with these credentials.
///
/// # Errors
/// `Invalid` when they are those of another carrier, or a server's name makes no sense.
pub fn of_keys(app: &App, business: Id, address: &str, keys: &Keys) -> Result<Client> {
    let Keys::Mailbox { smtp, imap, user, password, name } = keys else {
        return Err(Error::invalid("This is no mailbox."));
    };
    let server = |field: &str, text: &str, port| {
        let (host, port) = host(text, port).ok_or_else(|| Error::field(field, "Write the server's name, such as mail.example.com."))?;
        let implicit_tls = port == SMTPS || port == IMAPS;
        Ok::<_, Error>(Server { host, port, implicit_tls, user: user.clone(), password: Secret::new(password) })
    };
    let name = if name.is_empty() { app.directory().business(business).map(|b| b.name.clone()).unwrap_or_default() } else { name.clone() };
    let incoming = Some(imap.trim()).filter(|i| !i.is_empty()).map(|i| server("imap", i, IMAPS)).transpose()?;
    let settings = Settings { from: address.to_owned(), name, outgoing: server("smtp", smtp, SMTPS)?, incoming };
    Ok(Client::new(app.net.clone(), settings))
}

/// Carries letters to people of a business: its own mailbox, else the server the operator set. None when there is neither.
pub fn for_members(app: &App, business: Id) -> Option<Client> {
    let directory = app.directory();
    if let Some(own) = directory.lines_of(business).find(|l| l.carrier == Carrier::Email) {
        return of_line(app, own);
    }
    let smtp = app.config.mail.smtp.as_ref()?;
    let outgoing = Server {
        host: smtp.host.clone(),
        port: smtp.port,
        implicit_tls: smtp.implicit_tls,
        user: smtp.user.clone(),
        password: smtp.password.clone(),
    };
    let name = directory.business(business).map(|b| b.name.clone()).unwrap_or_default();
    Some(Client::new(app.net.clone(), Settings { from: smtp.from.clone(), name, outgoing, incoming: None }))
}

/// The servers the operator named may be in private networks.
pub(super) fn trust_hosts(net: &Net, config: &crate::config::mail::Mail) {
    if let Some(smtp) = &config.smtp {
        net.trust_mail(&smtp.host, smtp.port);
    }
    config.hosts.iter().for_each(|(host, port)| net.trust_mail(host, *port));
}

/// A server's name and port as people write them.
fn host(text: &str, port: u16) -> Option<(String, u16)> {
    let text = text.trim();
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) => (host, port.parse().ok()?),
        None => (text, port),
    };
    let fine = !host.is_empty() && host.len() <= 253 && host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'));
    fine.then(|| (host.to_lowercase(), port))
}

#[cfg(test)]
mod tests {
    use super::host;

    #[test]
    fn a_server_is_a_name_with_or_without_a_port() {
        assert_eq!(host(" Mail.Example.com ", 465), Some(("mail.example.com".into(), 465)));
        assert_eq!(host("mail.example.com:587", 465), Some(("mail.example.com".into(), 587)));
        for no in ["", "mail example", "https://mail.example.com", "mail:x", "a/b", "mail:99999"] {
            assert_eq!(host(no, 465), None, "{no}");
        }
    }
}
