//! The mail server that carries Steward's own letters to people of the business, and mail servers on the operator's network.

use super::values::Values;
use crate::domain::error::{Error, Result};
use crate::domain::house::mail::address;
use crate::domain::secret::Secret;
use url::Url;

/// A server that takes letters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Smtp {
    /// Its name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Encrypted from the first byte (`smtps`); otherwise before anything is said.
    pub implicit_tls: bool,
    /// The user; empty: nobody signs in.
    pub user: String,
    /// The password.
    pub password: Secret,
    /// The address letters are from.
    pub from: String,
}

/// E-mail as it is set from outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Carries letters to members; none: nobody gets any, unless a business has a mailbox of its own.
    pub smtp: Option<Smtp>,
    /// Servers in private networks that owners may enter: name and port.
    pub hosts: Vec<(String, u16)>,
}

impl Mail {
    pub(super) fn from_values(values: &Values) -> Result<Self> {
        let mut hosts = Vec::new();
        for entry in values.text("mail_hosts").unwrap_or_default().split(',').map(str::trim).filter(|e| !e.is_empty()) {
            let bad = || values.error("mail_hosts", &format!("holds {entry}, which is not a server with its port, such as 10.0.0.5:587."));
            let (host, port) = entry.rsplit_once(':').ok_or_else(bad)?;
            hosts.push((host.to_owned(), port.parse().map_err(|_| bad())?));
        }
        Ok(Self { smtp: smtp(values)?, hosts })
    }
}

fn smtp(values: &Values) -> Result<Option<Smtp>> {
    let secret = values.secret("smtp.url");
    if secret.is_empty() {
        return Ok(None);
    }
    // The address holds a password, so it is not said again.
    let bad = || Error::invalid("SMTP_URL is not an address such as smtps://user:password@smtp.example.com:465.");
    let url = Url::parse(secret.reveal().trim()).map_err(|_| bad())?;
    let implicit_tls = match url.scheme() {
        "smtps" => true,
        "smtp" => false,
        _ => return Err(bad()),
    };
    let host = url.host_str().filter(|h| !h.is_empty()).ok_or_else(bad)?.trim_matches(['[', ']']).to_owned();
    let user = decoded(url.username()).ok_or_else(bad)?;
    let password = Secret::new(decoded(url.password().unwrap_or_default()).ok_or_else(bad)?);
    let from = match values.text("smtp.from") {
        Some(text) => address(text).ok_or_else(|| values.error("smtp.from", "is not an e-mail address."))?,
        None => address(&user).ok_or_else(|| {
            Error::invalid("SMTP_FROM is missing: the user of SMTP_URL is not an e-mail address, so say which address letters are from.")
        })?,
    };
    let port = url.port().unwrap_or(if implicit_tls { 465 } else { 587 });
    Ok(Some(Smtp { host, port, implicit_tls, user, password, from }))
}

/// Text of an address without its %-signs; none when they stand for no text.
fn decoded(text: &str) -> Option<String> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        match (first, after) {
            (b'%', [a, b, after @ ..]) => {
                let hex = std::str::from_utf8(&[*a, *b]).ok().and_then(|h| u8::from_str_radix(h, 16).ok())?;
                out.push(hex);
                rest = after;
            }
            _ => {
                out.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8(out).ok()
}

#[cfg(test)]
mod tests {
    use crate::config::Config;
    use crate::config::env::Fixed;
    use crate::config::values::{Flags, Values};

    fn load(env: &[(&str, &str)]) -> Result<Config, String> {
        Values::read(&Flags::default(), &Fixed::of(env)).and_then(Config::from_values).map_err(|e| e.message)
    }

    #[test]
    fn the_address_of_the_mail_server_is_read() {
        let smtp = load(&[("SMTP_URL", "smtps://shop%40example.com:p%3Aw@mail.example.com")]).unwrap().mail.smtp.unwrap();
        assert_eq!((smtp.host.as_str(), smtp.port, smtp.implicit_tls), ("mail.example.com", 465, true));
        assert_eq!((smtp.user.as_str(), smtp.password.reveal(), smtp.from.as_str()), ("shop@example.com", "p:w", "shop@example.com"));
        let plain = load(&[("SMTP_URL", "smtp://127.0.0.1"), ("SMTP_FROM", "a@example.com")]).unwrap().mail.smtp.unwrap();
        assert_eq!((plain.port, plain.implicit_tls, plain.user.as_str()), (587, false, ""));
        assert!(load(&[]).unwrap().mail.smtp.is_none());
        assert_eq!(load(&[("STEWARD_MAIL_HOSTS", "10.0.0.5:587, mail:25")]).unwrap().mail.hosts.len(), 2);
    }

    #[test]
    fn a_wrong_address_is_refused_without_saying_the_password() {
        for url in ["mail.example.com", "http://u:geheim@x", "smtp://u%zz:geheim@x", "smtps://u:geheim@"] {
            let e = load(&[("SMTP_URL", url), ("SMTP_FROM", "a@example.com")]).unwrap_err();
            assert!(e.starts_with("SMTP_URL") && !e.contains("geheim"), "{url}: {e}");
        }
        assert!(load(&[("SMTP_URL", "smtps://apikey:k@x.example")]).unwrap_err().starts_with("SMTP_FROM"));
        assert!(load(&[("STEWARD_MAIL_HOSTS", "mail")]).unwrap_err().starts_with("STEWARD_MAIL_HOSTS"));
    }
}
