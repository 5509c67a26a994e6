//! A WhatsApp number set from outside. Numbers set in the dashboard are kept in the control file instead.

use super::server::web_address;
use super::values::Values;
use crate::domain::error::Result;
use crate::domain::secret::Secret;

/// The WhatsApp Cloud API, and one number of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WhatsApp {
    /// Access token.
    pub token: Secret,
    /// Id of the number.
    pub phone_number_id: String,
    /// Proves that a webhook is Meta's.
    pub app_secret: Secret,
    /// Answers Meta's question when the webhook is entered there.
    pub verify_token: Secret,
    /// Where the Graph API is, without a slash at the end.
    pub base_url: String,
    /// Its version, "v23.0".
    pub api_version: String,
    /// Messages a second Meta takes from one number.
    pub messages_per_second: u32,
}

impl WhatsApp {
    pub(super) fn from_values(values: &Values) -> Result<Self> {
        let text = |key: &str| values.text(key).unwrap_or_default().trim().to_owned();
        let api_version = text("whatsapp.api_version");
        let number = api_version.strip_prefix('v').unwrap_or_default();
        if number.is_empty() || !number.chars().all(|c| c.is_ascii_digit() || c == '.') {
            return Err(values.error("whatsapp.api_version", "is not a version of the Graph API, such as v23.0."));
        }
        let phone_number_id = text("whatsapp.phone_number_id");
        if !phone_number_id.chars().all(|c| c.is_ascii_digit()) {
            return Err(values.error("whatsapp.phone_number_id", "is not an id: it is made of digits alone, without plus or spaces."));
        }
        let per_second = text("whatsapp.messages_per_second").parse::<u32>().ok().filter(|n| *n > 0);
        let messages_per_second =
            per_second.ok_or_else(|| values.error("whatsapp.messages_per_second", "is not a number of messages, such as 80."))?;
        Ok(Self {
            messages_per_second,
            token: values.secret("whatsapp.token"),
            phone_number_id,
            app_secret: values.secret("whatsapp.app_secret"),
            verify_token: values.secret("whatsapp.verify_token"),
            base_url: web_address(values, "whatsapp.base_url")?,
            api_version,
        })
    }
    /// Whether a number can be used: it can send and its webhooks can be proved.
    pub fn is_set(&self) -> bool {
        self.missing().is_empty()
    }
    fn missing(&self) -> Vec<&'static str> {
        [
            ("WHATSAPP_TOKEN", self.token.is_empty()),
            ("WHATSAPP_PHONE_NUMBER_ID", self.phone_number_id.is_empty()),
            ("WHATSAPP_APP_SECRET", self.app_secret.is_empty()),
            ("WHATSAPP_VERIFY_TOKEN", self.verify_token.is_empty()),
        ]
        .into_iter()
        .filter_map(|(name, missing)| missing.then_some(name))
        .collect()
    }
    /// What is set by half.
    pub fn problems(&self) -> Vec<String> {
        let missing = self.missing();
        if missing.is_empty() || missing.len() == 4 {
            return Vec::new();
        }
        vec![format!("WhatsApp is set by half, so it is off. Also set {}.", missing.join(", "))]
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
    fn a_number_needs_all_four() {
        let half = load(&[("WHATSAPP_TOKEN", "EAAG"), ("WHATSAPP_APP_SECRET", "s")]).unwrap();
        assert!(!half.whatsapp.is_set());
        assert_eq!(half.problems(), ["WhatsApp is set by half, so it is off. Also set WHATSAPP_PHONE_NUMBER_ID, WHATSAPP_VERIFY_TOKEN."]);
    }

    #[test]
    fn a_phone_number_is_not_an_id() {
        assert!(load(&[("WHATSAPP_PHONE_NUMBER_ID", "+234 803 123 4567")]).unwrap_err().starts_with("WHATSAPP_PHONE_NUMBER_ID"));
        assert!(load(&[("WHATSAPP_API_VERSION", "23")]).is_err());
    }
}
