//! WhatsApp Business Platform (Cloud API) of Meta: webhooks in, Graph requests out.

pub mod build;
#[cfg(test)]
mod build_tests;
pub mod client;
mod content;
pub mod fit;
pub mod media;
pub mod parse;
#[cfg(test)]
mod parse_tests;
pub mod problems;
pub mod template;
#[cfg(test)]
mod template_tests;
mod wire;

use crate::channels::signature;
use crate::domain::error::{Error, Result};
use crate::domain::secret::Secret;

/// The newest version of the Graph API this code was written against; configuration may name another.
pub const DEFAULT_VERSION: &str = "v23.0";

/// Answers Meta's question when a webhook address is entered: the challenge to send back verbatim as text, or `Denied` (403) when the
/// mode or the token is wrong. `query` is the raw query string: `hub.mode=subscribe&hub.verify_token=…&hub.challenge=…`.
pub fn verify_challenge(query: &str, verify_token: &Secret) -> Result<String> {
    let (mut mode, mut token, mut challenge) = (None, None, None);
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        match name.as_ref() {
            "hub.mode" => mode = Some(value),
            "hub.verify_token" => token = Some(value),
            "hub.challenge" => challenge = Some(value),
            _ => {}
        }
    }
    let known = mode.as_deref() == Some("subscribe") && token.is_some_and(|t| signature::same(verify_token, &t));
    match challenge {
        Some(c) if known => Ok(c.into_owned()),
        _ => Err(Error::denied("The verify token is not the one entered in Steward.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_the_challenge_only_with_the_right_token() {
        let token = Secret::new("tok en");
        let good = "hub.mode=subscribe&hub.challenge=11%2B58&hub.verify_token=tok%20en";
        assert_eq!(verify_challenge(good, &token).unwrap(), "11+58");
        for bad in ["", "hub.mode=subscribe&hub.challenge=1&hub.verify_token=x", "hub.mode=other&hub.challenge=1&hub.verify_token=tok+en"] {
            assert!(verify_challenge(bad, &token).is_err(), "{bad}");
        }
        assert!(verify_challenge("hub.mode=subscribe&hub.challenge=1&hub.verify_token=", &Secret::default()).is_err());
    }
}
