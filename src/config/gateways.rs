//! Payment gateways set from outside. They serve every business that has no keys of its own.

use super::server::web_address;
use super::values::Values;
use crate::domain::error::Result;
use crate::domain::secret::Secret;

/// One gateway as the environment has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The secret API key; empty: off.
    pub secret: Secret,
    /// What webhooks are proved by; Paystack has none.
    pub webhook_secret: Secret,
    /// Where its API is, without a slash at the end.
    pub base_url: String,
}

/// All of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gateways {
    /// Paystack.
    pub paystack: Account,
    /// Flutterwave.
    pub flutterwave: Account,
    /// Stripe.
    pub stripe: Account,
}

impl Gateways {
    pub(super) fn from_values(values: &Values) -> Result<Self> {
        let account = |secret: &str, webhook: Option<&str>, base: &str| -> Result<Account> {
            let webhook_secret = webhook.map_or_else(Secret::default, |w| values.secret(w));
            Ok(Account { secret: values.secret(secret), webhook_secret, base_url: web_address(values, base)? })
        };
        Ok(Self {
            paystack: account("paystack.secret_key", None, "paystack.base_url")?,
            flutterwave: account("flutterwave.secret_key", Some("flutterwave.secret_hash"), "flutterwave.base_url")?,
            stripe: account("stripe.secret_key", Some("stripe.webhook_secret"), "stripe.base_url")?,
        })
    }
    /// What is set by half.
    pub fn problems(&self) -> Vec<String> {
        let half = |a: &Account, key: &str, hook: &str| -> Option<String> {
            let missing = match (a.secret.is_empty(), a.webhook_secret.is_empty()) {
                (true, false) => key,
                (false, true) => hook,
                _ => return None,
            };
            Some(format!("A payment gateway is set by half. Also set {missing}."))
        };
        let flutterwave = half(&self.flutterwave, "FLUTTERWAVE_SECRET_KEY", "FLUTTERWAVE_SECRET_HASH");
        let stripe = half(&self.stripe, "STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET");
        [flutterwave, stripe].into_iter().flatten().collect()
    }
}
