//! Stripe: Checkout Sessions and Refunds of API version 2026-10-28.endive; forms with brackets, amounts in minor units, an
//! idempotency key of ours with everything that changes something.

use super::{Keys, Till, Trouble, ask, minor, word};
use crate::domain::shop::gateway::{About, Amount, Ask, Back, Gateway, Made, News, Returned, Seen, Standing};
use crate::net::call::{Call, Repeat};
use crate::net::client::Net;
use async_trait::async_trait;
use serde_json::Value;
use std::sync::Arc;

const OWN: Gateway = Gateway::Stripe;
pub(super) const VERSION: &str = "2026-10-28.endive";

/// One account.
pub struct Stripe {
    pub(super) net: Arc<Net>,
    pub(super) keys: Keys,
}

fn said(v: &Value) -> Option<String> {
    v.pointer("/error/message")?.as_str().map(str::to_owned)
}

impl Stripe {
    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.keys.base_url)
    }
    async fn send(&self, call: Call) -> Result<Value, Trouble> {
        ask(&self.net, OWN, &call.bearer(&self.keys.secret).header("stripe-version", VERSION), said).await
    }
}

#[async_trait]
impl Till for Stripe {
    async fn page(&self, a: &Ask) -> Result<Made, Trouble> {
        // Stripe insists on an address to go back to.
        let back = if a.back_url.is_empty() { "https://example.com/" } else { &a.back_url };
        let form = [
            ("mode", "payment".to_owned()),
            ("success_url", back.to_owned()),
            ("client_reference_id", a.reference.clone()),
            ("line_items[0][quantity]", "1".to_owned()),
            ("line_items[0][price_data][currency]", a.amount.currency.code().to_lowercase()),
            ("line_items[0][price_data][unit_amount]", a.amount.amount_minor.to_string()),
            ("line_items[0][price_data][product_data][name]", a.what.clone()),
            ("metadata[reference]", a.reference.clone()),
        ];
        let call =
            Call::post(self.url("/v1/checkout/sessions")).form(&form).header("idempotency-key", &a.reference).repeat(Repeat::Harmless);
        let v = self.send(call).await?;
        let url = word(&v, "/url");
        if url.is_empty() { Err(Trouble::unreadable(OWN)) } else { Ok(Made { url, provider_id: word(&v, "/id") }) }
    }
    async fn look(&self, _: &str, provider_id: &str, _: &str) -> Result<Seen, Trouble> {
        let v = self.send(Call::get(self.url(&format!("/v1/checkout/sessions/{provider_id}")))).await?;
        let standing = match (v["payment_status"].as_str(), v["status"].as_str()) {
            (Some("paid"), _) => Standing::Paid,
            (_, Some("expired")) => Standing::Failed,
            _ => Standing::Pending,
        };
        Ok(Seen {
            standing,
            reference: word(&v, "/client_reference_id"),
            amount_minor: minor(&v, "/amount_total").ok_or_else(|| Trouble::unreadable(OWN))?,
            currency: word(&v, "/currency").to_uppercase(),
            payment_id: Some(word(&v, "/payment_intent")).filter(|w| !w.is_empty()).unwrap_or_else(|| word(&v, "/payment_intent/id")),
        })
    }
    async fn refund(&self, b: &Back) -> Result<Returned, Trouble> {
        let form =
            [("payment_intent", b.payment_id.clone()), ("amount", b.amount.amount_minor.to_string()), ("metadata[refund]", b.key.clone())];
        let call = Call::post(self.url("/v1/refunds")).form(&form).header("idempotency-key", &b.key).repeat(Repeat::Harmless);
        returned(&self.send(call).await?)
    }
    async fn find_refund(&self, b: &Back) -> Result<Option<Returned>, Trouble> {
        let v = self.send(Call::get(self.url("/v1/refunds")).query("payment_intent", &b.payment_id).query("limit", "100")).await?;
        let all = v["data"].as_array().ok_or_else(|| Trouble::unreadable(OWN))?;
        all.iter().find(|r| word(r, "/metadata/refund") == b.key).map(returned).transpose()
    }
}

fn returned(r: &Value) -> Result<Returned, Trouble> {
    let status = word(r, "/status");
    if status.is_empty() {
        return Err(Trouble::unreadable(OWN));
    }
    let taken = !matches!(status.as_str(), "failed" | "canceled");
    Ok(Returned { provider_id: word(r, "/id"), taken, settled: status == "succeeded" })
}

/// Reads a webhook.
pub fn read(v: &Value) -> Option<News> {
    let (event, kind) = (v["id"].as_str()?.to_owned(), v["type"].as_str()?.to_owned());
    let object = v.pointer("/data/object")?;
    let about = match kind.as_str() {
        "checkout.session.completed"
        | "checkout.session.async_payment_succeeded"
        | "checkout.session.async_payment_failed"
        | "checkout.session.expired" => About::Payment,
        "charge.refunded" => match minor(object, "/amount_refunded") {
            Some(total) => About::Refund { ok: true, amount: Amount::Total(total) },
            None => About::Other,
        },
        // Money to a vendor: our own key is its group.
        "transfer.created" | "transfer.updated" | "transfer.reversed" => {
            About::Transfer { taken_back_minor: minor(object, "/amount_reversed").unwrap_or(0) }
        }
        "charge.dispute.created" => About::Dispute { reason: word(object, "/reason"), won: None },
        "charge.dispute.closed" => About::Dispute { reason: word(object, "/status"), won: Some(word(object, "/status") != "lost") },
        _ => About::Other,
    };
    let payment_id = Some(word(object, "/payment_intent")).filter(|w| !w.is_empty()).unwrap_or_else(|| word(object, "/payment_intent/id"));
    let (reference, payment_id) = match about {
        About::Transfer { .. } => (word(object, "/transfer_group"), word(object, "/id")),
        _ => (word(object, "/client_reference_id"), payment_id),
    };
    Some(News { event, kind, reference, payment_id, about })
}
