//! Flutterwave v3: `/payments`, `/transactions/ID/verify`, `/transactions/ID/refund`; amounts in major units, converted exactly. Its
//! older webhook header is the secret itself and proves nothing about the body, so a payment is always looked up.

use super::{Keys, Proof, Proofs, Till, Trouble, ask, sign, word};
use crate::domain::money::{Currency, Money};
use crate::domain::secret::Secret;
use crate::domain::shop::gateway::{About, Amount, Ask, Back, Gateway, Made, News, Returned, Seen, Standing};
use crate::net::call::{Call, Repeat};
use crate::net::client::Net;
use async_trait::async_trait;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use std::sync::Arc;

const OWN: Gateway = Gateway::Flutterwave;

/// One account.
pub struct Flutterwave {
    pub(super) net: Arc<Net>,
    pub(super) keys: Keys,
}

fn said(v: &Value) -> Option<String> {
    v["message"].as_str().map(str::to_owned)
}

/// "7600.50" as JSON's number, without floating point.
fn major(m: Money) -> Result<Box<RawValue>, Trouble> {
    let text = m.plain().replace(',', "");
    RawValue::from_string(text).map_err(|_| Trouble::Refused("The amount cannot be written as a number.".into()))
}

/// Minor units of an amount written in major ones: "10000", "10000.5".
fn minor_of(v: &Value, path: &str, currency: &str) -> Option<i64> {
    let currency: Currency = currency.parse().ok()?;
    Money::parse(&word(v, path), currency).ok().map(|m| m.amount_minor)
}

impl Flutterwave {
    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.keys.base_url)
    }
    async fn send(&self, call: Call) -> Result<Value, Trouble> {
        let v = ask(&self.net, OWN, &call.bearer(&self.keys.secret), said).await?;
        if v["status"].as_str() != Some("success") {
            return Err(Trouble::Refused(format!("Flutterwave says: {}", said(&v).unwrap_or_default())));
        }
        v.get("data").cloned().ok_or_else(|| Trouble::unreadable(OWN))
    }
}

#[derive(serde::Serialize)]
struct Page<'a> {
    tx_ref: &'a str,
    amount: Box<RawValue>,
    currency: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    redirect_url: &'a str,
    customer: Value,
    customizations: Value,
}

#[async_trait]
impl Till for Flutterwave {
    async fn page(&self, a: &Ask) -> Result<Made, Trouble> {
        let page = Page {
            tx_ref: &a.reference,
            amount: major(a.amount)?,
            currency: a.amount.currency.code(),
            redirect_url: &a.back_url,
            customer: json!({ "email": a.email, "name": a.name }),
            customizations: json!({ "title": a.what }),
        };
        let data = self.send(Call::post(self.url("/payments")).json(&page)).await?;
        let url = word(&data, "/link");
        if url.is_empty() { Err(Trouble::unreadable(OWN)) } else { Ok(Made { url, provider_id: String::new() }) }
    }
    async fn look(&self, reference: &str, _: &str, payment_id: &str) -> Result<Seen, Trouble> {
        // The id may come from a body nobody has signed: only digits become part of an address.
        let call = if payment_id.is_empty() || !payment_id.bytes().all(|b| b.is_ascii_digit()) {
            Call::get(self.url("/transactions/verify_by_reference")).query("tx_ref", reference)
        } else {
            Call::get(self.url(&format!("/transactions/{payment_id}/verify")))
        };
        let data = self.send(call).await?;
        let standing = match data["status"].as_str() {
            Some("successful") => Standing::Paid,
            Some("failed") => Standing::Failed,
            _ => Standing::Pending,
        };
        let currency = word(&data, "/currency").to_uppercase();
        Ok(Seen {
            standing,
            reference: word(&data, "/tx_ref"),
            amount_minor: minor_of(&data, "/amount", &currency).ok_or_else(|| Trouble::unreadable(OWN))?,
            currency,
            payment_id: word(&data, "/id"),
        })
    }
    async fn refund(&self, b: &Back) -> Result<Returned, Trouble> {
        #[derive(serde::Serialize)]
        struct Body<'a> {
            amount: Box<RawValue>,
            comments: &'a str,
        }
        let body = Body { amount: major(b.amount)?, comments: &b.key };
        let call = Call::post(self.url(&format!("/transactions/{}/refund", b.payment_id))).json(&body).repeat(Repeat::Never);
        let data = self.send(call).await?;
        let status = word(&data, "/status");
        Ok(Returned { provider_id: word(&data, "/id"), taken: status != "failed", settled: status.starts_with("completed") })
    }
    async fn find_refund(&self, _: &Back) -> Result<Option<Returned>, Trouble> {
        Err(Trouble::Unknown(
            "Flutterwave does not tell which refunds it has got. Look on its page and say here whether it is there.".into(),
        ))
    }
}

/// How far a webhook is proved: the newer header signs the body, the older is only the secret.
pub fn prove(hash: &Secret, p: Proofs<'_>, body: &[u8]) -> Proof {
    if !p.flutterwave.is_empty() {
        return if sign::sha256_base64(hash, body, p.flutterwave) { Proof::Body } else { Proof::None };
    }
    if sign::same(hash, p.flutterwave_hash) { Proof::Sender } else { Proof::None }
}

/// Reads a webhook.
pub fn read(v: &Value) -> Option<News> {
    let kind = v["event"].as_str().or_else(|| v["type"].as_str())?.to_owned();
    let data = v.get("data")?;
    let id = Some(word(data, "/id")).filter(|w| !w.is_empty())?;
    let about = match kind.as_str() {
        "charge.completed" => About::Payment,
        "refund.completed" => match minor_of(data, "/amount_refunded", &word(data, "/currency")) {
            Some(amount) => About::Refund { ok: word(data, "/status").starts_with("completed"), amount: Amount::Each(amount) },
            None => About::Other,
        },
        _ => About::Other,
    };
    let payment_id = if about == About::Payment { id.clone() } else { word(data, "/tx_id") };
    Some(News { event: format!("{kind}:{id}:{}", word(data, "/status")), kind, reference: word(data, "/tx_ref"), payment_id, about })
}
