//! Payment gateways: making payment pages, asking how a payment stands, giving money back, and reading webhooks. Each file
//! holds one gateway's wire format; `docs` of each: the gateway's public API reference.

pub mod flutterwave;
pub mod paystack;
pub mod sign;
pub mod stripe;
pub mod transfer;

use crate::domain::secret::Secret;
use crate::domain::shop::gateway::{Ask, Back, Gateway, Made, News, Returned, Seen};
use crate::net::answer::Answer;
use crate::net::call::Call;
use crate::net::client::Net;
use crate::net::failure::Failure;
use async_trait::async_trait;
use serde_json::Value;
use std::sync::Arc;

/// What speaks for a business at a gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keys {
    /// The secret API key.
    pub secret: Secret,
    /// What webhooks are proved by. Paystack signs with the API key itself and has none.
    pub webhook_secret: Secret,
    /// Where its API is, without a slash at the end.
    pub base_url: String,
}

/// Why a request did not do its work.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// It certainly did not happen and will not: the sentence says why.
    #[error("{0}")]
    Refused(String),
    /// It certainly did not happen; it may work later.
    #[error("{0}")]
    NotSent(String),
    /// It may have happened.
    #[error("{0}")]
    Unknown(String),
}

impl Trouble {
    /// What a failed request means at this gateway. `said` finds the gateway's own words in its answer.
    fn of(gateway: Gateway, f: Failure, said: impl FnOnce(&Value) -> Option<String>) -> Self {
        let name = gateway.title();
        let words = f.answer().and_then(|a| a.json::<Value>().ok()).and_then(|v| said(&v)).map(|w| crate::domain::text::clip(&w, 200));
        let sure = f.nothing_happened();
        let passing = f.is_passing();
        let told = match words {
            Some(words) => format!("{name} says: {words}"),
            None => f.into_error(name).message,
        };
        match (sure, passing) {
            (true, true) => Self::NotSent(told),
            (true, false) => Self::Refused(told),
            (false, _) => Self::Unknown(told),
        }
    }
    /// The answer came and cannot be read: what was asked may have happened.
    fn unreadable(gateway: Gateway) -> Self {
        Self::Unknown(format!("{} answered in a way that cannot be read.", gateway.title()))
    }
}

/// One business's account at a gateway.
#[async_trait]
pub trait Till: Send + Sync {
    /// Makes a payment page. Moves no money: a page whose address got lost is harmless.
    async fn page(&self, ask: &Ask) -> Result<Made, Trouble>;
    /// How a payment stands: by our reference, the page's id, and the id of the money where a webhook named it.
    async fn look(&self, reference: &str, provider_id: &str, payment_id: &str) -> Result<Seen, Trouble>;
    /// Gives money back. Never called twice for one key.
    async fn refund(&self, back: &Back) -> Result<Returned, Trouble>;
    /// Whether a refund got there. None: the gateway has none like it. An error: it cannot be told.
    async fn find_refund(&self, back: &Back) -> Result<Option<Returned>, Trouble>;
}

/// The till of a gateway that is somebody else's; none for the built-in one.
pub fn till(net: Arc<Net>, gateway: Gateway, keys: Keys) -> Option<Box<dyn Till>> {
    net.trust(&keys.base_url);
    match gateway {
        Gateway::Sandbox => None,
        Gateway::Paystack => Some(Box::new(paystack::Paystack { net, keys })),
        Gateway::Flutterwave => Some(Box::new(flutterwave::Flutterwave { net, keys })),
        Gateway::Stripe => Some(Box::new(stripe::Stripe { net, keys })),
    }
}

/// The headers of a webhook that may prove it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Proofs<'a> {
    /// `x-paystack-signature`.
    pub paystack: &'a str,
    /// `stripe-signature`.
    pub stripe: &'a str,
    /// `verif-hash`.
    pub flutterwave_hash: &'a str,
    /// `flutterwave-signature`.
    pub flutterwave: &'a str,
}

/// How far a webhook is proved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// Not at all.
    None,
    /// The sender knows the secret; the body may still be anybody's.
    Sender,
    /// The very bytes are the gateway's.
    Body,
}

/// Checks a webhook over its raw bytes. `now` is in seconds.
pub fn prove(gateway: Gateway, keys: &Keys, proofs: Proofs<'_>, body: &[u8], now: i64) -> Proof {
    match gateway {
        Gateway::Sandbox => Proof::None,
        Gateway::Paystack => body_or_none(sign::sha512_hex(&keys.secret, body, proofs.paystack)),
        Gateway::Stripe => body_or_none(sign::stripe(&keys.webhook_secret, body, proofs.stripe, now)),
        Gateway::Flutterwave => flutterwave::prove(&keys.webhook_secret, proofs, body),
    }
}

fn body_or_none(ok: bool) -> Proof {
    if ok { Proof::Body } else { Proof::None }
}

/// Reads a webhook; none when it is not one of this gateway's.
pub fn read(gateway: Gateway, body: &[u8]) -> Option<News> {
    let v: Value = serde_json::from_slice(body).ok()?;
    match gateway {
        Gateway::Sandbox => None,
        Gateway::Paystack => paystack::read(&v),
        Gateway::Flutterwave => flutterwave::read(&v),
        Gateway::Stripe => stripe::read(&v),
    }
}

/// Sends and reads JSON.
async fn ask(net: &Net, gateway: Gateway, call: &Call, said: fn(&Value) -> Option<String>) -> Result<Value, Trouble> {
    let answer: Answer = net.send(call).await.map_err(|f| Trouble::of(gateway, f, said))?;
    answer.json().map_err(|_| Trouble::unreadable(gateway))
}

/// A text or a number at a path, as text; empty when it is absent.
fn word(v: &Value, path: &str) -> String {
    match v.pointer(path) {
        Some(Value::String(s)) => s.clone(),
        Some(Value::Number(n)) => n.to_string(),
        _ => String::new(),
    }
}

fn minor(v: &Value, path: &str) -> Option<i64> {
    let found = v.pointer(path)?;
    found.as_i64().or_else(|| found.as_str()?.parse().ok())
}
