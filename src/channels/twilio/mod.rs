//! Twilio: WhatsApp and text messages. Webhooks are signed forms, sends are forms with basic authentication.
//! Protocol: Twilio's own Python SDK 9.13 and its published vectors.

pub mod client;
pub mod parse;
pub mod problems;
#[cfg(test)]
mod tests;

use crate::channels::signature::sha256_hex;
use crate::domain::secret::Secret;
use base64::Engine;
use ring::hmac;

/// A webhook as it came.
#[derive(Debug, Clone, Copy)]
pub struct Signed<'a> {
    /// Addresses it may have been posted to, with path and query: Twilio signs the one it was told.
    pub urls: &'a [String],
    /// The raw body.
    pub body: &'a [u8],
    /// Whether the body is a form.
    pub is_form: bool,
    /// `X-Twilio-Signature`.
    pub signature: &'a str,
}

/// Whether Twilio made this request for the account with this token. Parameters are all that came, sorted; the address is tried with
/// and without its default port; a body that is no form is bound by `bodySHA256` in the address.
pub fn verify(token: &Secret, s: &Signed<'_>) -> bool {
    let Ok(tag) = base64::engine::general_purpose::STANDARD.decode(s.signature.trim()) else { return false };
    if token.is_empty() || tag.len() != 20 {
        return false;
    }
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, token.reveal().as_bytes());
    let parameters = if s.is_form { sorted(s.body) } else { String::new() };
    let bound = |url: &String| s.is_form || s.body.is_empty() || names_body(url, s.body);
    let forms = s.urls.iter().filter(|u| bound(u)).flat_map(|u| with_and_without_port(u));
    forms.into_iter().any(|url| hmac::verify(&key, format!("{url}{parameters}").as_bytes(), &tag).is_ok())
}

/// The signature of a form, for tests and doubles.
pub fn sign(token: &Secret, url: &str, body: &[u8]) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, token.reveal().as_bytes());
    base64::engine::general_purpose::STANDARD.encode(hmac::sign(&key, format!("{url}{}", sorted(body)).as_bytes()))
}

/// Name and value of each parameter, sorted; the same pair twice counts once.
fn sorted(body: &[u8]) -> String {
    let mut pairs: Vec<(String, String)> = url::form_urlencoded::parse(body).into_owned().collect();
    pairs.sort();
    pairs.dedup();
    pairs.into_iter().map(|(name, value)| name + &value).collect()
}

fn names_body(url: &str, body: &[u8]) -> bool {
    let Some((_, query)) = url.split_once('?') else { return false };
    let told = url::form_urlencoded::parse(query.as_bytes()).find(|(k, _)| k == "bodySHA256");
    told.is_some_and(|(_, hash)| hash.eq_ignore_ascii_case(&sha256_hex(body)))
}

/// The address as it is, without its port, and with its scheme's own port. Written by hand: a URL parser would tidy what was signed.
fn with_and_without_port(url: &str) -> Vec<String> {
    let mut forms = vec![url.to_owned()];
    let Some((scheme, rest)) = url.split_once("://") else { return forms };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (host, path) = rest.split_at(end);
    let port = if scheme == "https" { "443" } else { "80" };
    match host.rsplit_once(':') {
        Some((name, given)) if given.bytes().all(|b| b.is_ascii_digit()) => forms.push(format!("{scheme}://{name}{path}")),
        _ => forms.push(format!("{scheme}://{host}:{port}{path}")),
    }
    forms
}
