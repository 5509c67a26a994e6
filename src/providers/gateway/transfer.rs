//! Money out to a vendor's own Stripe account: a Transfer of Connect (`POST /v1/transfers`), found again by its group (`GET /v1/transfers`).
//! The wire is that of API version 2026-10-28.endive. Amounts are minor units, an idempotency key of ours goes with each.

use super::stripe::VERSION;
use super::{Keys, Trouble, minor, word};
use crate::domain::money::Money;
use crate::domain::shop::gateway::Gateway;
use crate::domain::text::clip;
use crate::net::call::{Call, Repeat};
use crate::net::client::Net;
use crate::net::failure::Failure;
use serde_json::Value;
use std::sync::Arc;

const OWN: Gateway = Gateway::Stripe;

/// Money for a vendor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transfer {
    /// What is meant by it, once: with the same key money moves once.
    pub key: String,
    /// The vendor's account, `acct_…`.
    pub account: String,
    /// How much.
    pub amount: Money,
    /// What the vendor reads.
    pub what: String,
}

/// A transfer as Stripe has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// Stripe's id of it, `tr_…`.
    pub provider_id: String,
    /// It is the one that was meant: account, amount and currency fit.
    pub fits: bool,
    /// How much was taken back since, in minor units.
    pub taken_back_minor: i64,
}

/// A business's Stripe account, paying out.
pub struct Payer {
    net: Arc<Net>,
    keys: Keys,
}

impl Payer {
    /// Pays with these keys.
    pub fn new(net: Arc<Net>, keys: Keys) -> Self {
        net.trust(&keys.base_url);
        Self { net, keys }
    }

    /// Pays. With the same key Stripe moves money once, however often it is asked within a day; after a doubt it is looked for first all the
    /// same.
    pub async fn pay(&self, t: &Transfer) -> Result<Moved, Trouble> {
        let form = [
            ("amount", t.amount.amount_minor.to_string()),
            ("currency", t.amount.currency.code().to_lowercase()),
            ("destination", t.account.clone()),
            ("transfer_group", t.key.clone()),
            ("description", clip(&t.what, 200)),
            ("metadata[payment]", t.key.clone()),
        ];
        let call = Call::post(self.url()).form(&form).header("idempotency-key", &t.key).repeat(Repeat::Never);
        moved(&self.ask(call, t).await?, t)
    }

    /// Whether a transfer got there. None: Stripe has none like it.
    pub async fn find(&self, t: &Transfer) -> Result<Option<Moved>, Trouble> {
        let v = self.ask(Call::get(self.url()).query("transfer_group", &t.key).query("limit", "10"), t).await?;
        let all = v["data"].as_array().ok_or_else(|| Trouble::unreadable(OWN))?;
        all.iter().find(|x| word(x, "/transfer_group") == t.key).map(|x| moved(x, t)).transpose()
    }

    fn url(&self) -> String {
        format!("{}/v1/transfers", self.keys.base_url)
    }

    async fn ask(&self, call: Call, t: &Transfer) -> Result<Value, Trouble> {
        let call = call.bearer(&self.keys.secret).header("stripe-version", VERSION);
        let answer = self.net.send(&call).await.map_err(|f| trouble(f, t))?;
        answer.json().map_err(|_| Trouble::unreadable(OWN))
    }
}

fn moved(v: &Value, t: &Transfer) -> Result<Moved, Trouble> {
    let provider_id = word(v, "/id");
    if provider_id.is_empty() {
        return Err(Trouble::unreadable(OWN));
    }
    let destination = Some(word(v, "/destination")).filter(|d| !d.is_empty()).unwrap_or_else(|| word(v, "/destination/id"));
    let same_money =
        minor(v, "/amount") == Some(t.amount.amount_minor) && word(v, "/currency").eq_ignore_ascii_case(t.amount.currency.code());
    Ok(Moved { provider_id, fits: same_money && destination == t.account, taken_back_minor: minor(v, "/amount_reversed").unwrap_or(0) })
}

/// What a refusal means to the owner, by Stripe's code for it.
fn trouble(f: Failure, t: &Transfer) -> Trouble {
    let body = f.answer().and_then(|a| a.json::<Value>().ok()).unwrap_or(Value::Null);
    let (code, kind, param) = (word(&body, "/error/code"), word(&body, "/error/type"), word(&body, "/error/param"));
    let status = f.answer().map_or(0, |a| a.status);
    let refused = |words: String| Trouble::Refused(words);
    match (status, code.as_str(), kind.as_str()) {
        // An earlier request under this key said something else: whether that one paid is looked up.
        (400 | 409, _, "idempotency_error") => Trouble::Unknown("Stripe was asked for this payment before, with other details.".into()),
        (400..500, "balance_insufficient" | "insufficient_funds", _) => refused(
            "There is not enough money in your Stripe balance. Add some there, or pay in another way and write it down here.".into(),
        ),
        (400..500, "insufficient_capabilities_for_transfer" | "transfers_not_allowed" | "account_closed" | "account_invalid", _) => {
            refused(format!("Stripe may not pay to this vendor's account ({}) yet. Ask them to finish setting it up at Stripe.", t.account))
        }
        (400 | 404, "resource_missing" | "parameter_invalid_string_blank", _) if param == "destination" || param.is_empty() => {
            refused(format!("Stripe knows no account {} that is connected to yours. Look at it on the vendor's page.", t.account))
        }
        (401, ..) => refused("Stripe does not accept our key. Enter it anew in Settings, Payments.".into()),
        (403, ..) => refused("Stripe does not let this key pay out. Turn Connect on at Stripe, and let the key write transfers.".into()),
        (429, ..) => Trouble::NotSent("Stripe asks us to wait.".into()),
        _ => Trouble::of(OWN, f, |v| v.pointer("/error/message")?.as_str().map(str::to_owned)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::money::Currency;
    use crate::net::answer::Answer;
    use serde_json::json;

    fn transfer() -> Transfer {
        Transfer { key: "pay:1".into(), account: "acct_1Farm".into(), amount: Money::new(6_100, Currency::NGN), what: "P-1".into() }
    }

    #[test]
    fn each_refusal_has_a_sentence_and_a_doubt_stays_one() {
        let of = |status, error: Value| {
            trouble(Failure::Status(Box::new(Answer::made(status, json!({ "error": error }).to_string()))), &transfer())
        };
        let told = |status, code: &str| match of(status, json!({ "type": "invalid_request_error", "code": code, "message": "m" })) {
            Trouble::Refused(words) => words,
            other => panic!("{code}: {other:?}"),
        };
        assert!(told(400, "balance_insufficient").contains("Stripe balance"));
        assert!(told(400, "insufficient_capabilities_for_transfer").contains("acct_1Farm"));
        assert!(told(401, "").contains("key") && told(403, "").contains("Connect"));
        assert_eq!(told(402, "card_declined"), "Stripe says: m");
        assert!(told(400, "resource_missing").contains("connected to yours"));
        assert!(matches!(of(429, json!({ "code": "lock_timeout" })), Trouble::NotSent(_)));
        assert!(matches!(of(409, json!({ "code": "idempotency_key_in_use", "type": "idempotency_error" })), Trouble::Unknown(_)));
        assert!(matches!((of(500, json!({})), of(503, json!({}))), (Trouble::Unknown(_), Trouble::Unknown(_))));
        assert!(matches!(trouble(Failure::NotConnected("x".into()), &transfer()), Trouble::NotSent(_)));
        assert!(matches!(trouble(Failure::Unknown("x".into()), &transfer()), Trouble::Unknown(_)));
    }

    #[test]
    fn a_transfer_fits_only_with_its_account_amount_and_currency() {
        let found = |v: Value| moved(&v, &transfer()).unwrap();
        let fine = json!({ "id": "tr_1", "amount": 6100, "currency": "ngn", "destination": "acct_1Farm", "amount_reversed": 100 });
        assert_eq!(found(fine.clone()), Moved { provider_id: "tr_1".into(), fits: true, taken_back_minor: 100 });
        for (field, value) in [("amount", json!(6101)), ("currency", json!("usd")), ("destination", json!("acct_other"))] {
            let mut other = fine.clone();
            other[field] = value;
            assert!(!found(other).fits, "{field}");
        }
        assert!(moved(&json!({}), &transfer()).is_err());
    }
}
