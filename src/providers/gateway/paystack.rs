//! Paystack: `/transaction/initialize`, `/transaction/verify`, `/refund`; amounts in minor units. A refund has no idempotency
//! key there, so its note carries ours and is looked for.

use super::{Keys, Till, Trouble, ask, minor, word};
use crate::domain::shop::gateway::{About, Amount, Ask, Back, Gateway, Made, News, Returned, Seen, Standing};
use crate::net::call::{Call, Repeat};
use crate::net::client::Net;
use async_trait::async_trait;
use serde_json::{Value, json};
use std::sync::Arc;

const OWN: Gateway = Gateway::Paystack;

/// One account.
pub struct Paystack {
    pub(super) net: Arc<Net>,
    pub(super) keys: Keys,
}

fn said(v: &Value) -> Option<String> {
    v["message"].as_str().map(str::to_owned)
}

impl Paystack {
    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.keys.base_url)
    }
    async fn send(&self, call: Call) -> Result<Value, Trouble> {
        let v = ask(&self.net, OWN, &call.bearer(&self.keys.secret), said).await?;
        // `status` says only that the call worked.
        if v["status"].as_bool() == Some(false) {
            return Err(Trouble::Refused(format!("Paystack says: {}", said(&v).unwrap_or_default())));
        }
        v.get("data").cloned().ok_or_else(|| Trouble::unreadable(OWN))
    }
}

#[async_trait]
impl Till for Paystack {
    async fn page(&self, a: &Ask) -> Result<Made, Trouble> {
        let mut body = json!({
            "email": a.email, "amount": a.amount.amount_minor, "currency": a.amount.currency.code(), "reference": a.reference,
            "label": a.what, "metadata": { "what": a.what, "name": a.name },
        });
        if !a.back_url.is_empty() {
            body["callback_url"] = Value::String(a.back_url.clone());
        }
        let data = self.send(Call::post(self.url("/transaction/initialize")).json(&body)).await?;
        let url = word(&data, "/authorization_url");
        if url.is_empty() {
            return Err(Trouble::unreadable(OWN));
        }
        Ok(Made { url, provider_id: word(&data, "/access_code") })
    }
    async fn look(&self, reference: &str, _: &str, _: &str) -> Result<Seen, Trouble> {
        let data = self.send(Call::get(self.url(&format!("/transaction/verify/{reference}")))).await?;
        let standing = match data["status"].as_str() {
            Some("success") => Standing::Paid,
            Some("failed" | "abandoned" | "reversed") => Standing::Failed,
            _ => Standing::Pending,
        };
        Ok(Seen {
            standing,
            reference: word(&data, "/reference"),
            amount_minor: minor(&data, "/amount").ok_or_else(|| Trouble::unreadable(OWN))?,
            currency: word(&data, "/currency").to_uppercase(),
            payment_id: word(&data, "/id"),
        })
    }
    async fn refund(&self, b: &Back) -> Result<Returned, Trouble> {
        let body = json!({
            "transaction": b.payment_id, "amount": b.amount.amount_minor, "currency": b.amount.currency.code(),
            "customer_note": b.reason, "merchant_note": b.key,
        });
        returned(&self.send(Call::post(self.url("/refund")).json(&body).repeat(Repeat::Never)).await?)
    }
    async fn find_refund(&self, b: &Back) -> Result<Option<Returned>, Trouble> {
        let data = self.send(Call::get(self.url("/refund")).query("transaction", &b.payment_id)).await?;
        let all = data.as_array().ok_or_else(|| Trouble::unreadable(OWN))?;
        all.iter().find(|r| word(r, "/merchant_note").contains(&b.key)).map(returned).transpose()
    }
}

fn returned(r: &Value) -> Result<Returned, Trouble> {
    let status = word(r, "/status");
    if status.is_empty() {
        return Err(Trouble::unreadable(OWN));
    }
    Ok(Returned { provider_id: word(r, "/id"), taken: status != "failed", settled: status == "processed" })
}

/// Reads a webhook.
pub fn read(v: &Value) -> Option<News> {
    let kind = v["event"].as_str()?.to_owned();
    let data = v.get("data")?;
    let inner = |path: &str| Some(word(data, path)).filter(|w| !w.is_empty());
    let about = match kind.as_str() {
        "charge.success" | "charge.failed" => About::Payment,
        "refund.processed" | "refund.failed" => match minor(data, "/amount") {
            Some(amount) => About::Refund { ok: kind == "refund.processed", amount: Amount::Each(amount) },
            None => About::Other,
        },
        "charge.dispute.create" | "charge.dispute.remind" => {
            About::Dispute { reason: inner("/category").unwrap_or_else(|| "no reason given".into()), won: None }
        }
        "charge.dispute.resolve" => {
            let resolution = inner("/resolution").unwrap_or_default();
            About::Dispute { won: Some(resolution.contains("declined")), reason: resolution }
        }
        _ => About::Other,
    };
    let reference = inner("/reference").or_else(|| inner("/transaction_reference")).or_else(|| inner("/transaction/reference"));
    let id = inner("/id").or_else(|| reference.clone())?;
    // Paystack numbers no events: the same news is the same event about the same thing in the same state.
    let event = format!(
        "{kind}:{id}:{}:{}",
        word(data, "/status"),
        if matches!(about, About::Refund { .. }) { word(data, "/amount") } else { String::new() }
    );
    let payment_id = match about {
        About::Payment => inner("/id"),
        _ => inner("/transaction/id"),
    };
    Some(News { event, kind, reference: reference.unwrap_or_default(), payment_id: payment_id.unwrap_or_default(), about })
}
