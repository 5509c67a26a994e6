//! Channels beside Meta's WhatsApp, as they are set from outside: Twilio, Vonage, a page, an Instagram account.

use super::server::web_address;
use super::values::Values;
use crate::domain::error::Result;
use crate::domain::secret::Secret;

/// Twilio, and the numbers in its account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Twilio {
    /// The account's id.
    pub account_sid: String,
    /// Its token.
    pub token: Secret,
    /// Numbers we send from, without the word "whatsapp:".
    pub from: Vec<String>,
    /// Where Twilio is, without a slash at the end.
    pub base_url: String,
}

/// Vonage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vonage {
    /// The account's key.
    pub api_key: String,
    /// The account's secret; needed only without an application.
    pub api_secret: Secret,
    /// Proves that webhooks are Vonage's.
    pub signature_secret: Secret,
    /// The application's id.
    pub application_id: String,
    /// Its private key as PEM.
    pub private_key: Secret,
    /// The number we send from first, digits alone; empty: replies leave from the number that was written to.
    pub from: String,
    /// Where Vonage is, without a slash at the end.
    pub base_url: String,
}

/// A page or an Instagram account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Its id.
    pub id: String,
    /// Its token.
    pub token: Secret,
}

/// All of them. Each is off until it is set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Carriers {
    /// Twilio.
    pub twilio: Twilio,
    /// Vonage.
    pub vonage: Vonage,
    /// The Facebook page.
    pub messenger: Page,
    /// The Instagram account.
    pub instagram: Page,
}

impl Carriers {
    pub(super) fn from_values(values: &Values) -> Result<Self> {
        let text = |key: &str| values.text(key).unwrap_or_default().trim().to_owned();
        let numbers = text("twilio.from");
        let from = numbers.split(',').map(|n| n.trim().trim_start_matches("whatsapp:").to_owned()).filter(|n| !n.is_empty());
        let from: Vec<String> = from.collect();
        if let Some(odd) = from.iter().find(|n| !n.starts_with('+') && !n.starts_with("MG")) {
            let why = format!("holds {odd}, which is neither a number such as +14155238886 nor a messaging service (MG…).");
            return Err(values.error("twilio.from", &why));
        }
        let page = |name: &str, id: &str| Page { id: text(&format!("{name}.{id}")), token: values.secret(&format!("{name}.token")) };
        Ok(Self {
            twilio: Twilio {
                account_sid: text("twilio.account_sid"),
                token: values.secret("twilio.auth_token"),
                from,
                base_url: web_address(values, "twilio.base_url")?,
            },
            vonage: Vonage {
                api_key: text("vonage.api_key"),
                api_secret: values.secret("vonage.api_secret"),
                signature_secret: values.secret("vonage.signature_secret"),
                application_id: text("vonage.application_id"),
                private_key: values.secret("vonage.private_key"),
                from: text("vonage.from").chars().filter(char::is_ascii_digit).collect(),
                base_url: web_address(values, "vonage.base_url")?,
            },
            messenger: page("messenger", "page_id"),
            instagram: page("instagram", "account_id"),
        })
    }

    /// What is set by half.
    pub fn problems(&self) -> Vec<String> {
        let (t, v) = (&self.twilio, &self.vonage);
        let sets: [(&str, &[(&str, bool)]); 4] = [
            (
                "Twilio",
                &[
                    ("TWILIO_ACCOUNT_SID", t.account_sid.is_empty()),
                    ("TWILIO_AUTH_TOKEN", t.token.is_empty()),
                    ("TWILIO_FROM", t.from.is_empty()),
                ],
            ),
            ("Vonage", &[("VONAGE_API_KEY", v.api_key.is_empty()), ("VONAGE_SIGNATURE_SECRET", v.signature_secret.is_empty())]),
            ("Messenger", &[("MESSENGER_PAGE_ID", self.messenger.id.is_empty()), ("MESSENGER_TOKEN", self.messenger.token.is_empty())]),
            ("Instagram", &[("INSTAGRAM_ACCOUNT_ID", self.instagram.id.is_empty()), ("INSTAGRAM_TOKEN", self.instagram.token.is_empty())]),
        ];
        let half = |(name, parts): &(&str, &[(&str, bool)])| {
            let missing: Vec<&str> = parts.iter().filter(|(_, missing)| *missing).map(|(name, _)| *name).collect();
            let by_half = !missing.is_empty() && missing.len() < parts.len();
            by_half.then(|| format!("{name} is set by half, so it is off. Also set {}.", missing.join(", ")))
        };
        sets.iter().filter_map(half).collect()
    }
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
    fn numbers_are_read_with_and_without_their_channel() {
        let config = load(&[("TWILIO_FROM", "whatsapp:+14155238886, +15550001")]).unwrap();
        assert_eq!(config.carriers.twilio.from, ["+14155238886", "+15550001"]);
        assert_eq!(config.problems(), ["Twilio is set by half, so it is off. Also set TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN."]);
        assert!(load(&[("TWILIO_FROM", "0803 123")]).unwrap_err().starts_with("TWILIO_FROM"));
        assert!(load(&[]).unwrap().problems().is_empty());
    }
}
