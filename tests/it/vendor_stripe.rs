//! Vendors paid from our Stripe account to theirs: once, whatever Stripe answers, and what it takes back is shown.

use crate::buying::{EGGS, add, ask, call, get, open_with, until};
use crate::doubles::transfers::{Fault, KEY, Transfers};
use crate::harness::TestApp;
use crate::pages::Browser;
use ring::hmac;
use serde_json::{Value, json};
use std::sync::Arc;
use steward::domain::buying::seller::Temper;
use steward::domain::house::member::Role;
use steward::domain::money::{Currency, Money};
use steward::domain::secret::Secret;
use steward::domain::time::{Clock, HOUR_MS};
use steward::net::client::Net;
use steward::providers::gateway::Keys;
use steward::providers::gateway::transfer::{Payer, Transfer};
use steward::store::house::effect;
use steward::store::inbox::list_unread;

const WHSEC: &str = "whsec_test_secret_1234567890";
const ACCOUNT: &str = "acct_1AdeyemiFarms00";

/// A bakery that pays by Stripe, with one vendor who has an account there.
async fn open() -> (TestApp, Transfers) {
    let double = Transfers::open().await;
    let url = double.url.clone();
    let t = open_with(move |c| {
        let stripe = &mut c.gateways.stripe;
        (stripe.secret, stripe.webhook_secret, stripe.base_url) = (Secret::new(KEY), Secret::new(WHSEC), url);
    })
    .await;
    let mut s = get(&t, "buying/settings").await;
    s["pay_by"] = json!("stripe");
    let (status, answer) = call(&t, "PUT", "buying/settings", s).await;
    assert_eq!(status, 200, "{answer}");
    let vendor = add(&t, "Adeyemi Farms", "+2348031110001", Temper::Flexible, (520, 420), (140, 110), 500).await;
    let (status, v) = call(&t, "PATCH", &format!("vendors/{vendor}"), json!({ "stripe_account": ACCOUNT })).await;
    assert_eq!((status, &v["stripe_account"]), (200, &json!(ACCOUNT)), "{v}");
    (t, double)
}

/// A purchase that somebody approved.
async fn approved(t: &TestApp) -> String {
    let id = ask(t, EGGS).await;
    until(t, &id, "awaiting_approval").await;
    assert_eq!(call(t, "POST", &format!("purchases/{id}/approve"), json!({})).await.0, 200);
    id
}

async fn news(t: &TestApp, n: u32, kind: &str, object: Value) -> u16 {
    let body = json!({ "id": format!("evt_{n}"), "object": "event", "type": kind, "data": { "object": object } }).to_string();
    let at = t.app.clock().now().millis() / 1_000;
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, WHSEC.as_bytes()), format!("{at}.{body}").as_bytes());
    let signed = format!("t={at},v1={}", hex::encode(tag));
    let sent = t.http.post(format!("{}/webhooks/stripe", t.url)).header("stripe-signature", signed).body(body).send().await.unwrap();
    t.settle().await;
    sent.status().as_u16()
}

#[tokio::test]
async fn a_vendor_is_paid_once_and_what_is_taken_back_is_shown() {
    let (t, stripe) = open().await;
    let id = approved(&t).await;
    let p = until(&t, &id, "confirmed").await;
    let x = &p["payments"][0];
    assert_eq!((&x["state"], &x["method"], &x["reference"]), (&json!("paid"), &json!("stripe"), &json!("tr_1")), "{p}");
    let all = stripe.transfers();
    assert_eq!(all.len(), 1);
    let key = format!("pay:{}", x["id"].as_str().unwrap());
    assert_eq!((&all[0]["amount"], &all[0]["currency"]), (&x["amount"]["amount_minor"], &json!("usd")));
    assert_eq!((&all[0]["destination"], &all[0]["transfer_group"]), (&json!(ACCOUNT), &json!(key)));
    // News of it changes nothing; a part taken back is told, then all of it. Told again, or of another transfer, nothing.
    let taken = |minor: Value| json!({ "id": "tr_1", "object": "transfer", "transfer_group": key, "amount": all[0]["amount"], "amount_reversed": minor });
    assert_eq!(news(&t, 1, "transfer.created", taken(json!(0))).await, 200);
    assert_eq!(get(&t, &format!("purchases/{id}")).await["payments"][0]["problem"], "");
    assert_eq!(news(&t, 2, "transfer.reversed", taken(json!(500))).await, 200);
    let x = get(&t, &format!("purchases/{id}")).await["payments"][0].clone();
    assert_eq!((&x["state"], &x["problem"]), (&json!("paid"), &json!("Stripe took $5 of it back.")));
    let mut other = taken(all[0]["amount"].clone());
    other["id"] = json!("tr_other");
    assert_eq!(news(&t, 3, "transfer.reversed", other).await, 200);
    assert_eq!(get(&t, &format!("purchases/{id}")).await["payments"][0]["state"], "paid");
    for n in [4, 4] {
        assert_eq!(news(&t, n, "transfer.reversed", taken(all[0]["amount"].clone())).await, 200);
    }
    let p = get(&t, &format!("purchases/{id}")).await;
    assert_eq!(p["payments"][0]["state"], "taken_back", "{p}");
    assert!(p["problem"].as_str().unwrap().starts_with("Adeyemi Farms: Stripe took all of it back ("), "{p}");
    let b = Browser::of(&t, Role::Owner).await;
    let (_, page) = b.get(&format!("/app/buying/{id}")).await;
    assert!(page.contains("Taken back") && page.contains("has not been paid"), "{page}");
    // A person may pay it in another way and say so.
    let body = json!({ "payment_id": p["payments"][0]["id"], "reference": "Bank 12" });
    assert_eq!(call(&t, "POST", &format!("purchases/{id}/payments"), body).await.0, 200);
    // Signed news of a transfer nobody here made is shown, once, and changes nothing.
    assert_eq!(
        news(&t, 5, "transfer.reversed", json!({ "id": "tr_9", "transfer_group": "somebody else", "amount_reversed": 5 })).await,
        200
    );
    let mut unread = Vec::new();
    for b in t.app.directory().businesses() {
        unread.extend(t.app.store.business(b.id).unwrap().read(list_unread).await.unwrap());
    }
    assert!(unread.len() == 1 && unread[0].problem.contains("no payment of a purchase here"), "{unread:?}");
    assert_eq!(stripe.asked(), 1);
}

#[tokio::test]
async fn after_a_doubt_it_is_looked_for_and_never_paid_twice() {
    for fault in [Fault::PaidThenCut, Fault::PaidThenBroken, Fault::Down] {
        let (t, stripe) = open().await;
        stripe.fail(fault);
        let id = approved(&t).await;
        let p = until(&t, &id, "confirmed").await;
        assert_eq!((&p["payments"][0]["state"], &p["payments"][0]["reference"]), (&json!("paid"), &json!("tr_1")), "{fault:?}: {p}");
        t.pass_ms(3 * HOUR_MS).await;
        assert_eq!(stripe.transfers().len(), 1, "{fault:?}");
        assert_eq!(stripe.asked(), if fault == Fault::Down { 2 } else { 1 }, "{fault:?}");
    }
    // Nobody can look: a person says, and nothing is paid meanwhile.
    let (t, stripe) = open().await;
    stripe.fail(Fault::PaidThenCut);
    stripe.lists_nothing(true);
    let id = approved(&t).await;
    let p = until(&t, &id, "payment_unknown").await;
    assert_eq!(p["payments"][0]["state"], "unknown");
    for _ in 0..12 {
        t.pass_ms(HOUR_MS).await;
    }
    assert_eq!((stripe.asked(), stripe.transfers().len()), (1, 1));
    let unknown = t.read(|tx| effect::list_unknown_effects(tx, 10)).await;
    let (row, actor) = (unknown[0].id, t.owner());
    t.file().write(move |tx| steward::services::house::run::settle_effect(tx, row, &actor, true, "Seen there").map(drop)).await.unwrap();
    let p = until(&t, &id, "confirmed").await;
    assert_eq!((&p["payments"][0]["state"], stripe.asked()), (&json!("paid"), 1), "{p}");
}

#[tokio::test]
async fn refusals_are_told_in_plain_words_and_waiting_ends() {
    for (status, code, words) in [
        (400, "balance_insufficient", "not enough money in your Stripe balance"),
        (400, "insufficient_capabilities_for_transfer", "finish setting it up at Stripe"),
        (402, "card_declined", "Stripe says: Stripe's own words"),
        (403, "", "Turn Connect on"),
    ] {
        let (t, stripe) = open().await;
        stripe.fail(Fault::Refuse(status, code));
        let id = approved(&t).await;
        let p = until(&t, &id, "confirmed").await;
        assert_eq!((&p["payments"][0]["state"], stripe.transfers().len(), stripe.asked()), (&json!("failed"), 0, 1), "{p}");
        assert!(p["problem"].as_str().unwrap().contains(words), "{code}: {p}");
    }
    let (t, stripe) = open().await;
    stripe.fail(Fault::Refuse(429, "lock_timeout"));
    let id = approved(&t).await;
    let p = until(&t, &id, "confirmed").await;
    assert_eq!((&p["payments"][0]["state"], stripe.transfers().len(), stripe.asked()), (&json!("paid"), 1, 2), "{p}");
}

#[tokio::test]
async fn a_vendor_without_an_account_is_paid_by_hand_and_a_key_must_be_there() {
    let (t, stripe) = open().await;
    let vendor = get(&t, "vendors").await["items"][0]["id"].as_str().unwrap().to_owned();
    for wrong in ["1AdeyemiFarms00", "acct_", "acct_1 2 3 4 5 6 7 8"] {
        let (status, answer) = call(&t, "PATCH", &format!("vendors/{vendor}"), json!({ "stripe_account": wrong })).await;
        assert!(status == 422 && answer["detail"].as_str().unwrap().contains("acct_"), "{wrong}: {answer}");
    }
    assert_eq!(call(&t, "PATCH", &format!("vendors/{vendor}"), json!({ "stripe_account": "" })).await.0, 200);
    let id = approved(&t).await;
    let p = until(&t, &id, "confirmed").await;
    let x = &p["payments"][0];
    assert_eq!((&x["state"], &x["method"]), (&json!("due"), &json!("transfer")), "{p}");
    assert!(x["problem"].as_str().unwrap().contains("no Stripe account"), "{p}");
    assert_eq!(stripe.asked(), 0);
    // Without a key Stripe cannot be chosen.
    let t = crate::buying::open().await;
    let mut s = get(&t, "buying/settings").await;
    s["pay_by"] = json!("stripe");
    let (status, answer) = call(&t, "PUT", "buying/settings", s).await;
    assert!(status == 422 && answer["detail"].as_str().unwrap().contains("Settings, Payments"), "{answer}");
}

#[tokio::test]
async fn amounts_are_what_stripe_counts_in() {
    let stripe = Transfers::open().await;
    let keys = Keys { secret: Secret::new(KEY), webhook_secret: Secret::default(), base_url: stripe.url.clone() };
    let payer = Payer::new(Arc::new(Net::new(Clock::System)), keys);
    for (code, minor) in [("JPY", 500), ("USD", 6_100)] {
        let amount = Money::new(minor, code.parse::<Currency>().unwrap());
        let t = Transfer { key: format!("pay:{code}"), account: ACCOUNT.into(), amount, what: "Eggs".into() };
        let (paid, again) = (payer.pay(&t).await.unwrap(), payer.pay(&t).await.unwrap());
        assert!(paid.fits && paid == again && payer.find(&t).await.unwrap() == Some(paid));
        // The same key for another amount is a doubt, and what is there does not fit.
        let other = Transfer { amount: Money::new(minor + 1, amount.currency), ..t };
        assert!(payer.pay(&other).await.is_err() && !payer.find(&other).await.unwrap().unwrap().fits);
    }
    let all = stripe.transfers();
    assert_eq!((all.len(), &all[0]["amount"], &all[1]["amount"]), (2, &json!(500), &json!(6_100)));
}
