//! Who phones vendors for us. Without a key, people do.

use super::server::web_address;
use super::values::Values;
use crate::domain::error::Result;
use crate::domain::secret::Secret;

/// Vapi's telephone calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calling {
    /// Its private key; empty for none.
    pub vapi_key: Secret,
    /// What proves that a webhook is Vapi's.
    pub server_secret: Secret,
    /// Its address without a slash at the end.
    pub vapi_url: String,
    /// The id there of the number that is called from; empty for the account's first.
    pub phone_number_id: String,
    /// Who provides the model that listens and speaks during a call.
    pub model_provider: String,
    /// That model's name.
    pub model: String,
}

impl Calling {
    pub(super) fn from_values(values: &Values) -> Result<Self> {
        let text = |key: &str| values.text(key).unwrap_or_default().trim().to_owned();
        let named = text("vapi.model");
        let Some((provider, model)) = named.split_once('/').filter(|(p, m)| !p.is_empty() && !m.is_empty()) else {
            return Err(values.error("vapi.model", "names no model. Write PROVIDER/NAME, such as openai/gpt-4.1-mini."));
        };
        Ok(Self {
            vapi_key: values.secret("vapi.api_key"),
            server_secret: values.secret("vapi.server_secret"),
            vapi_url: web_address(values, "vapi.base_url")?,
            phone_number_id: text("vapi.phone_number_id"),
            model_provider: provider.to_owned(),
            model: model.to_owned(),
        })
    }
    /// Whether vendors can be phoned. News of a call comes to `public_url`, so without one nobody is called.
    pub fn is_ready(&self, public_url: Option<&str>) -> bool {
        !self.vapi_key.is_empty() && !self.server_secret.is_empty() && public_url.is_some()
    }
    /// What is set by half.
    pub fn problems(&self, public_url: Option<&str>) -> Vec<String> {
        let missing = match (self.vapi_key.is_empty(), self.server_secret.is_empty()) {
            (true, true) => return Vec::new(),
            (true, false) => "VAPI_API_KEY",
            (false, true) => "VAPI_SERVER_SECRET",
            (false, false) if public_url.is_none() => "STEWARD_PUBLIC_URL, where Vapi sends the news of a call",
            (false, false) => return Vec::new(),
        };
        vec![format!("Phoning vendors is set by half. Also set {missing}.")]
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
    fn nobody_is_called_before_all_is_set() {
        let config = load(&[]).unwrap();
        assert!(config.problems().is_empty() && !config.calling.is_ready(Some("https://s.example.com")));
        let config = load(&[("VAPI_API_KEY", "k"), ("VAPI_SERVER_SECRET", "s")]).unwrap();
        assert!(config.problems()[0].contains("STEWARD_PUBLIC_URL") && !config.calling.is_ready(None));
        assert!(config.calling.is_ready(Some("https://s.example.com")));
        assert!(load(&[("VAPI_API_KEY", "k")]).unwrap().problems()[0].contains("VAPI_SERVER_SECRET"));
        assert!(load(&[("VAPI_MODEL", "gpt")]).unwrap_err().contains("PROVIDER/NAME"));
    }
}
