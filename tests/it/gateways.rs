//! Payment links, webhooks of gateways in every order and shape, and money given back once.

use crate::doubles::gateway::{Gateway as Double, Mood};
use crate::harness::{self, TestApp, noon};
use ring::hmac;
use serde_json::{Value, json};
use std::sync::Arc;
use steward::app::gateways;
use steward::domain::house::message::Content;
use steward::domain::secret::Secret;
use steward::domain::shop::checkout::{Checkout, CheckoutState};
use steward::domain::shop::gateway::Gateway;
use steward::domain::shop::loyalty::Terms;
use steward::domain::shop::order::{Order, Status};
use steward::domain::shop::payment::PaymentState;
use steward::domain::shop::refund::{Refund, RefundState};
use steward::domain::time::Clock;
use steward::providers::llm::builtin::BuiltIn;
use steward::services::shop::refund::{Wish, ask, say_whether};
use steward::services::shop::{gateway, loyalty, order as orders};
use steward::store::house::message::list_messages;
use steward::store::inbox::list_unread;
use steward::store::shop::checkout::find_checkout_of;
use steward::store::shop::loyalty::find_balance;
use steward::store::shop::order::list_orders;
use steward::store::shop::payment::find_payment;
use steward::store::shop::refund::list_refunds;

const ADA: &str = "2348031234567";
const KEY: &str = "sk_test_0123456789";
const HASH: &str = "flw_secret_hash";
const WHSEC: &str = "whsec_test_secret_1234567890";
pub const TOTAL: i64 = 760_000;

/// A restaurant that takes payments by `by`, at the double.
pub async fn open(by: Gateway) -> (TestApp, Double) {
    let double = Double::open().await;
    let url = double.url.clone();
    let t = harness::open_with(Arc::new(BuiltIn::new()), Clock::starting_at(noon()), move |c| {
        for a in [&mut c.gateways.paystack, &mut c.gateways.flutterwave, &mut c.gateways.stripe] {
            a.base_url.clone_from(&url);
        }
    })
    .await;
    if by != Gateway::Sandbox {
        let hook = if by == Gateway::Stripe { WHSEC } else { HASH };
        gateways::connect(&t.app, t.business.id, by, KEY, hook).await.unwrap();
    }
    t.file().write(move |tx| gateway::choose(tx, Some(by), "")).await.unwrap();
    (t, double)
}

pub async fn order_lunch(t: &TestApp) -> Order {
    t.says(ADA, "Good afternoon, I want 2 large jollof rice and a coke please").await;
    t.says(ADA, "I will pick it up").await;
    t.says(ADA, "yes, place it").await;
    order(t).await
}

pub async fn order(t: &TestApp) -> Order {
    t.settle().await;
    t.read(|tx| list_orders(tx, None, None, 5)).await.remove(0).order
}

async fn page(t: &TestApp) -> Checkout {
    let id = order(t).await.id;
    t.read(move |tx| find_checkout_of(tx, id)).await.unwrap()
}

async fn refunds(t: &TestApp) -> Vec<Refund> {
    let id = order(t).await.id;
    t.read(move |tx| list_refunds(tx, id)).await
}

async fn money(t: &TestApp) -> PaymentState {
    let id = order(t).await.id;
    t.read(move |tx| find_payment(tx, id)).await.state
}

pub async fn unread(t: &TestApp) -> Vec<String> {
    t.read(list_unread).await.into_iter().map(|u| u.problem).collect()
}

fn sha512(key: &str, body: &str) -> String {
    hex::encode(hmac::sign(&hmac::Key::new(hmac::HMAC_SHA512, key.as_bytes()), body.as_bytes()))
}

fn stripe_signed(t: &TestApp, body: &str) -> String {
    let at = t.app.clock().now().millis() / 1_000;
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, WHSEC.as_bytes()), format!("{at}.{body}").as_bytes());
    format!("t={at},v1={}", hex::encode(tag))
}

async fn hook(t: &TestApp, path: &str, header: (&str, &str), body: &str) -> u16 {
    let status =
        t.http.post(format!("{}/webhooks/{path}", t.url)).header(header.0, header.1).body(body.to_owned()).send().await.unwrap().status();
    t.settle().await;
    status.as_u16()
}

pub fn paystack_body(n: usize, reference: &str, amount: i64, currency: &str) -> String {
    let data = json!({ "id": 5000 + n, "status": "success", "reference": reference, "amount": amount, "currency": currency });
    json!({ "event": "charge.success", "data": data }).to_string()
}

async fn paystack(t: &TestApp, body: &str) -> u16 {
    hook(t, "paystack", ("x-paystack-signature", &sha512(KEY, body)), body).await
}

fn links(t: &TestApp) -> Vec<String> {
    let url = |m: &Value| m["interactive"]["action"]["parameters"]["url"].as_str().map(str::to_owned);
    t.meta.sent().iter().filter_map(url).collect()
}

#[tokio::test]
async fn a_customer_pays_by_link_and_nobody_has_to_look() {
    let (t, double) = open(Gateway::Paystack).await;
    let o = order_lunch(&t).await;
    t.pass_ms(1_000).await;
    assert_eq!(links(&t), ["https://checkout.example.com/0"], "one link, in the chat");
    let asked = double.pages().remove(0);
    assert_eq!((asked.amount, asked.currency.as_str()), (TOTAL, "NGN"));
    assert!(asked.email.ends_with("@example.com"), "no stranger's address: {}", asked.email);
    let (n, reference) = double.customer_pays(TOTAL, "NGN");
    let body = paystack_body(n, &reference, TOTAL, "NGN");
    assert_eq!(paystack(&t, &body).await, 200);
    let paid = order(&t).await;
    assert_eq!((paid.status, money(&t).await), (Status::Paid, PaymentState::Approved));
    let (told, looks) = (t.sent_to(ADA).len(), double.looks());
    for _ in 0..3 {
        assert_eq!(paystack(&t, &body).await, 200);
    }
    t.pass_ms(5_000).await;
    assert_eq!((t.sent_to(ADA).len(), double.looks()), (told, looks), "the same news again changes nothing");
    let id = o.id;
    assert_eq!(t.read(move |tx| find_payment(tx, id)).await.decided_by, "Paystack");
}

#[tokio::test]
async fn a_webhook_is_a_reason_to_ask_and_not_a_proof() {
    let (t, double) = open(Gateway::Paystack).await;
    order_lunch(&t).await;
    let reference = double.pages()[0].reference.clone();
    // Signed, but the gateway itself says that nothing came.
    assert_eq!(paystack(&t, &paystack_body(0, &reference, TOTAL, "NGN")).await, 200);
    assert_eq!(order(&t).await.status, Status::AwaitingPayment);
    // A bad signature stores nothing.
    let body = paystack_body(0, &reference, TOTAL, "NGN");
    for bad in [sha512("sk_other", &body), String::new(), "00".into()] {
        assert_eq!(hook(&t, "paystack", ("x-paystack-signature", &bad), &body).await, 401);
    }
    assert_eq!(hook(&t, "stripe", ("stripe-signature", "t=1,v1=00"), "{}").await, 401, "a gateway nobody has keys of");
    assert!(unread(&t).await.is_empty());
}

#[tokio::test]
async fn too_little_and_another_currency_are_contained_with_a_sentence() {
    for (amount, currency, word) in [(TOTAL - 1, "NGN", "₦7,599.99"), (TOTAL, "USD", "USD")] {
        let (t, double) = open(Gateway::Paystack).await;
        order_lunch(&t).await;
        let (n, reference) = double.customer_pays(amount, currency);
        assert_eq!(paystack(&t, &paystack_body(n, &reference, amount, currency)).await, 200);
        assert_eq!(order(&t).await.status, Status::AwaitingPayment);
        let problem = page(&t).await.problem;
        assert!(problem.contains(word) && problem.contains("Paystack"), "{problem}");
    }
}

#[tokio::test]
async fn a_payment_of_another_business_is_kept_for_the_owner_and_changes_nothing() {
    let (t, double) = open(Gateway::Paystack).await;
    order_lunch(&t).await;
    let other = harness::add_business(&t.app, "Other Kitchen", "777000111").await;
    gateways::connect(&t.app, other.id, Gateway::Paystack, "sk_other_business", "").await.unwrap();
    let (n, reference) = double.customer_pays(TOTAL, "NGN");
    // The other business's key signs news of our order: it says nothing about our money.
    let body = paystack_body(n, &reference, TOTAL, "NGN");
    assert_eq!(hook(&t, "paystack", ("x-paystack-signature", &sha512("sk_other_business", &body)), &body).await, 200);
    assert_eq!(order(&t).await.status, Status::AwaitingPayment);
    let kept = t.app.store.business(other.id).unwrap().read(list_unread).await.unwrap();
    assert!(kept[0].problem.contains("no payment of an order here"), "{}", kept[0].problem);
    assert!(unread(&t).await.is_empty());
}

#[tokio::test]
async fn money_that_comes_too_late_or_twice_is_shown_and_not_lost() {
    let (t, double) = open(Gateway::Paystack).await;
    order_lunch(&t).await;
    t.pass_ms(3 * 3_600_000).await;
    assert_eq!(order(&t).await.status, Status::Expired);
    let (n, reference) = double.customer_pays(TOTAL, "NGN");
    paystack(&t, &paystack_body(n, &reference, TOTAL, "NGN")).await;
    assert_eq!((order(&t).await.status, page(&t).await.state), (Status::Expired, CheckoutState::Paid));
    assert!(page(&t).await.problem.contains("after it was given up"));
    // It can be given back.
    let (id, owner) = (order(&t).await.id, t.owner());
    let wish = Wish { amount_minor: None, reason: "You were too late, sorry".into(), goods_back: false };
    t.file().write(move |tx| ask(tx, id, &wish, &owner).map(drop)).await.unwrap();
    t.settle().await;
    assert_eq!(double.refunds().iter().map(|r| r.amount).collect::<Vec<_>>(), [TOTAL]);
}

#[tokio::test]
async fn flutterwaves_old_header_proves_nothing_about_the_body() {
    let (t, double) = open(Gateway::Flutterwave).await;
    order_lunch(&t).await;
    let reference = double.pages()[0].reference.clone();
    let body = |n: usize| {
        json!({ "event": "charge.completed", "data": { "id": 5000 + n, "tx_ref": reference, "amount": 7600, "currency": "NGN", "status": "successful" } }).to_string()
    };
    assert_eq!(hook(&t, "flutterwave", ("verif-hash", "wrong"), &body(0)).await, 401);
    // A liar with the secret invents a refund: nothing follows from a body nobody signed.
    let lie = json!({ "event": "refund.completed", "data": { "id": 1, "tx_ref": reference, "amount_refunded": 7600, "currency": "NGN", "status": "completed" } }).to_string();
    assert_eq!(hook(&t, "flutterwave", ("verif-hash", HASH), &lie).await, 200);
    assert!(refunds(&t).await.is_empty());
    double.customer_pays(TOTAL, "NGN");
    assert_eq!(hook(&t, "flutterwave", ("verif-hash", HASH), &body(0)).await, 200);
    assert_eq!(order(&t).await.status, Status::Paid);
}

#[tokio::test]
async fn stripe_pays_and_tells_out_of_order() {
    let (t, double) = open(Gateway::Stripe).await;
    order_lunch(&t).await;
    let (n, reference) = double.customer_pays(TOTAL, "NGN");
    let event = |id: &str, kind: &str, object: Value| {
        json!({ "id": id, "object": "event", "type": kind, "data": { "object": object } }).to_string()
    };
    let session = json!({ "id": format!("cs_{n}"), "client_reference_id": reference, "payment_status": "paid", "amount_total": TOTAL, "currency": "ngn" });
    // The refund's news comes before the payment's: it names money nobody here knows yet, and waits for a person.
    let charge = json!({ "id": "ch_1", "payment_intent": format!("pi_{n}"), "amount_refunded": 200_000 });
    let early = event("evt_2", "charge.refunded", charge.clone());
    assert_eq!(hook(&t, "stripe", ("stripe-signature", &stripe_signed(&t, &early)), &early).await, 200);
    assert_eq!(unread(&t).await.len(), 1);
    let expired = event("evt_0", "checkout.session.expired", session.clone());
    hook(&t, "stripe", ("stripe-signature", &stripe_signed(&t, &expired)), &expired).await;
    let done = event("evt_1", "checkout.session.completed", session);
    let old = stripe_signed(&t, &done);
    t.app.clock().advance_ms(301_000);
    assert_eq!(hook(&t, "stripe", ("stripe-signature", &old), &done).await, 401, "a signature grows old");
    assert_eq!(hook(&t, "stripe", ("stripe-signature", &stripe_signed(&t, &done)), &done).await, 200);
    assert_eq!(order(&t).await.status, Status::Paid, "what expired was paid: the gateway was asked");
    let again = event("evt_3", "charge.refunded", charge);
    hook(&t, "stripe", ("stripe-signature", &stripe_signed(&t, &again)), &again).await;
    assert_eq!((money(&t).await, refunds(&t).await[0].amount_minor), (PaymentState::PartRefunded, 200_000));
    let dispute =
        event("evt_4", "charge.dispute.created", json!({ "id": "dp_1", "payment_intent": format!("pi_{n}"), "reason": "fraudulent" }));
    hook(&t, "stripe", ("stripe-signature", &stripe_signed(&t, &dispute)), &dispute).await;
    assert_eq!(money(&t).await, PaymentState::Disputed);
    let won = event("evt_5", "charge.dispute.closed", json!({ "id": "dp_1", "payment_intent": format!("pi_{n}"), "status": "won" }));
    hook(&t, "stripe", ("stripe-signature", &stripe_signed(&t, &won)), &won).await;
    assert_eq!(money(&t).await, PaymentState::PartRefunded);
}

async fn paid(by: Gateway) -> (TestApp, Double) {
    let (t, double) = open(by).await;
    t.file().write(|tx| loyalty::save_terms(tx, Terms { on: true, ..Terms::default() })).await.unwrap();
    let o = order_lunch(&t).await;
    let (n, reference) = double.customer_pays(TOTAL, "NGN");
    match by {
        Gateway::Paystack => drop(paystack(&t, &paystack_body(n, &reference, TOTAL, "NGN")).await),
        _ => {
            t.file().write(move |tx| gateway::look_again(tx, o.id)).await.unwrap();
            t.settle().await;
        }
    }
    assert_eq!(order(&t).await.status, Status::Paid);
    (t, double)
}

async fn give_back(t: &TestApp, minor: Option<i64>) -> steward::domain::error::Result<()> {
    let (id, owner) = (order(t).await.id, t.owner());
    let wish = Wish { amount_minor: minor, reason: "One plate was cold".into(), goods_back: false };
    let done = t.file().write(move |tx| ask(tx, id, &wish, &owner).map(drop)).await;
    t.settle().await;
    done
}

#[tokio::test]
async fn money_goes_back_in_parts_and_never_more_than_came() {
    let (t, double) = paid(Gateway::Paystack).await;
    give_back(&t, Some(200_000)).await.unwrap();
    assert_eq!((money(&t).await, refunds(&t).await[0].state), (PaymentState::PartRefunded, RefundState::Taken));
    assert!(give_back(&t, Some(TOTAL)).await.is_err() && give_back(&t, Some(0)).await.is_err());
    let told = t.sent_to(ADA).into_iter().filter(|m| m.contains("One plate was cold")).count();
    t.pass_ms(2_000).await;
    assert_eq!(t.sent_to(ADA).into_iter().filter(|m| m.contains("₦2,000") && m.contains("cold")).count(), told.max(1));
    let done = json!({ "event": "refund.processed", "data": { "id": 77, "status": "processed", "amount": 200_000, "transaction_reference": double.pages()[0].reference } });
    paystack(&t, &done.to_string()).await;
    assert_eq!(refunds(&t).await[0].state, RefundState::Done);
    give_back(&t, None).await.unwrap();
    assert_eq!((money(&t).await, double.refunds().iter().map(|r| r.amount).sum::<i64>()), (PaymentState::Refunded, TOTAL));
    assert!(give_back(&t, None).await.is_err(), "nothing is left");
}

#[tokio::test]
async fn a_refund_nobody_knows_about_is_looked_for_and_never_sent_again() {
    for by in [Gateway::Paystack, Gateway::Stripe] {
        let (t, double) = paid(by).await;
        double.refunds_go(Mood::DoneButBroken);
        give_back(&t, Some(100_000)).await.unwrap();
        double.refunds_go(Mood::Fine);
        t.pass_ms(70_000).await;
        t.pass_ms(70_000).await;
        assert_eq!(double.refunds().len(), 1, "{by:?}: done once");
        assert!(refunds(&t).await[0].state.is_given(), "{by:?}: {:?}", refunds(&t).await);
    }
}

#[tokio::test]
async fn where_it_cannot_be_told_a_person_says() {
    let (t, double) = paid(Gateway::Flutterwave).await;
    double.refunds_go(Mood::Down);
    give_back(&t, Some(100_000)).await.unwrap();
    double.refunds_go(Mood::Fine);
    for _ in 0..5 {
        t.pass_ms(120_000).await;
    }
    let f = refunds(&t).await.remove(0);
    assert_eq!((f.state, double.refunds().len()), (RefundState::Unknown, 0));
    assert!(give_back(&t, None).await.is_ok(), "what is in doubt is kept apart");
    let (id, owner) = (f.order_id, t.owner());
    t.file().write(move |tx| say_whether(tx, id, f.id, false, &owner)).await.unwrap();
    assert_eq!(refunds(&t).await[0].state, RefundState::Failed);
    give_back(&t, None).await.unwrap();
    assert_eq!(double.refunds().iter().map(|r| r.amount).sum::<i64>(), TOTAL);
}

#[tokio::test]
async fn a_refused_refund_is_said_and_can_be_tried_anew() {
    let (t, double) = paid(Gateway::Paystack).await;
    double.refunds_go(Mood::Refuses);
    give_back(&t, None).await.unwrap();
    let f = refunds(&t).await.remove(0);
    assert!(f.state == RefundState::Failed && f.problem.contains("Refund not allowed"), "{f:?}");
    assert_eq!(money(&t).await, PaymentState::Approved);
    double.refunds_go(Mood::Fine);
    give_back(&t, None).await.unwrap();
    assert_eq!(double.refunds().len(), 1);
}

#[tokio::test]
async fn points_that_went_with_a_refund_are_there_again_when_it_fails() {
    let (t, double) = paid(Gateway::Paystack).await;
    let who = order(&t).await.contact_id;
    let balance = async || t.read(move |tx| find_balance(tx, who)).await;
    let earned = balance().await;
    give_back(&t, None).await.unwrap();
    assert!(earned > 0);
    assert_eq!((refunds(&t).await[0].state, balance().await), (RefundState::Taken, 0));
    let of = double.pages()[0].reference.clone();
    let failed = |id| json!({ "event": "refund.failed", "data": { "id": id, "amount": TOTAL, "transaction_reference": of } }).to_string();
    for _ in 0..2 {
        paystack(&t, &failed(77)).await;
        assert_eq!((refunds(&t).await[0].state, balance().await), (RefundState::Failed, earned));
    }
    give_back(&t, None).await.unwrap();
    assert_eq!(balance().await, 0, "and go with the next");
    let (id, owner) = (order(&t).await.id, t.owner());
    t.file().write(move |tx| orders::set_status(tx, id, Status::Cancelled, &owner, "")).await.unwrap();
    paystack(&t, &failed(78)).await;
    assert_eq!((refunds(&t).await[1].state, balance().await), (RefundState::Failed, 0), "none for an order that was given up");
}

#[tokio::test]
async fn a_page_that_cannot_be_made_is_said_and_one_whose_address_was_lost_is_made_anew() {
    let (t, double) = open(Gateway::Paystack).await;
    double.pages_go(Mood::Refuses);
    let o = order_lunch(&t).await;
    let c = page(&t).await;
    assert!(c.state == CheckoutState::Failed && c.problem.contains("Invalid amount"), "{c:?}");
    double.pages_go(Mood::DoneButBroken);
    t.file().write(move |tx| steward::services::shop::checkout::want_again(tx, o.id)).await.unwrap();
    t.settle().await;
    for _ in 0..4 {
        t.pass_ms(120_000).await;
    }
    assert_eq!((page(&t).await.state, double.pages().len(), links(&t).len()), (CheckoutState::Open, 2, 1));
}

#[tokio::test]
async fn the_practice_page_works_without_script_and_pays_once() {
    let (t, _) = open(Gateway::Sandbox).await;
    let o = order_lunch(&t).await;
    let said = t.sent_to(ADA);
    let path = said.iter().filter_map(|m| m.lines().last()).find(|l| l.starts_with("/b/")).unwrap().to_owned();
    let url = format!("{}{path}", t.url);
    let html = t.http.get(&url).send().await.unwrap().text().await.unwrap();
    assert!(html.contains("Pay ₦7,600") && html.contains("practice page"), "{html}");
    for _ in 0..2 {
        let done = t.http.post(&url).send().await.unwrap();
        assert_eq!(done.status(), 200);
        assert!(done.text().await.unwrap().contains("Thank you"));
    }
    assert_eq!(order(&t).await.status, Status::Paid);
    let wrong = t.http.get(format!("{}/b/mama-put/pay/nothing", t.url)).send().await.unwrap();
    assert_eq!(wrong.status(), 404);
    let thread = o.conversation_id.unwrap();
    let all = t.read(move |tx| list_messages(tx, thread, None, 50)).await;
    assert!(all.iter().any(|m| matches!(&m.content, Content::Text { text } if text.contains("1001") && text.contains("/pay/"))));
}

#[tokio::test]
async fn goods_that_come_back_are_on_the_shelf_once() {
    let (t, _) = paid(Gateway::Paystack).await;
    let id = order(&t).await.id;
    for to in [Status::Preparing, Status::ReadyForPickup, Status::Completed] {
        let owner = t.owner();
        t.file().write(move |tx| orders::set_status(tx, id, to, &owner, "")).await.unwrap();
    }
    for _ in 0..2 {
        let owner = t.owner();
        let wish = Wish { amount_minor: Some(1_000), reason: "Sent back".into(), goods_back: true };
        t.file().write(move |tx| ask(tx, id, &wish, &owner).map(drop)).await.unwrap();
    }
    let coke = t.read(|tx| steward::store::house::item::list_items(tx, "Coke", "", 1)).await[0].stock;
    assert_eq!(coke, Some(10));
}

#[tokio::test]
async fn the_owner_enters_keys_that_are_never_shown_again() {
    let t = harness::open(Arc::new(BuiltIn::new())).await;
    let b = crate::pages::Browser::of(&t, steward::domain::house::member::Role::Owner).await;
    let post = |form: &'static [(&'static str, &'static str)]| b.post("/app/settings/payments", form);
    assert_eq!(post(&[("gateway", "paystack"), ("secret", "")]).await, 422);
    assert_eq!(post(&[("gateway", "stripe"), ("secret", "sk_live_1")]).await, 422, "its webhooks could not be proved");
    assert_eq!(post(&[("gateway", "cheques")]).await, 422);
    assert_eq!(post(&[("gateway", "paystack"), ("secret", "sk_live_abcdef"), ("email", "till@mama.example")]).await, 303);
    let (status, html) = b.get("/app/settings?part=payments").await;
    assert!(
        status == 200 && html.contains("Paystack, keys kept") && html.contains("/webhooks/paystack") && !html.contains("sk_live_abcdef")
    );
    assert_eq!(gateways::keys(&t.app, t.business.id, Gateway::Paystack).unwrap().secret, Secret::new("sk_live_abcdef"));
    let raw = std::fs::read(t.app.config.paths.control()).unwrap();
    assert!(!raw.windows(14).any(|w| w == b"sk_live_abcdef"), "sealed on the disk");
    order_lunch(&t).await;
    let id = order(&t).await.id;
    let (status, html) = b.get(&format!("/app/orders/{id}")).await;
    assert!(status == 200 && html.contains("Money"), "{html}");
}

#[tokio::test]
async fn a_refund_that_is_told_again_or_summed_up_is_one_refund() {
    let (t, double) = paid(Gateway::Paystack).await;
    give_back(&t, Some(200_000)).await.unwrap();
    for id in [77, 78] {
        let done = json!({ "event": "refund.processed", "data": { "id": id, "status": "processed", "amount": 200_000, "transaction_reference": double.pages()[0].reference } });
        paystack(&t, &done.to_string()).await;
    }
    assert_eq!((refunds(&t).await.len(), refunds(&t).await[0].state), (1, RefundState::Done));
    let (t, _) = paid(Gateway::Stripe).await;
    give_back(&t, Some(300_000)).await.unwrap();
    give_back(&t, Some(100_000)).await.unwrap();
    let charge = json!({ "id": "ch_1", "payment_intent": page(&t).await.payment_id, "amount_refunded": 400_000 });
    stripe(&t, "evt_9", "charge.refunded", charge).await;
    let all = refunds(&t).await;
    assert!(all.len() == 2 && all.iter().all(|f| f.state == RefundState::Done), "{all:?}");
}

#[tokio::test]
async fn money_lost_in_a_dispute_cannot_be_given_back_again() {
    let (t, _) = paid(Gateway::Stripe).await;
    let lost = json!({ "id": "dp_1", "payment_intent": page(&t).await.payment_id, "status": "lost", "reason": "fraudulent" });
    stripe(&t, "evt_9", "charge.dispute.closed", lost).await;
    assert_eq!((money(&t).await, refunds(&t).await[0].amount_minor), (PaymentState::Refunded, TOTAL));
    assert!(give_back(&t, None).await.is_err(), "nothing is left");
}

async fn stripe(t: &TestApp, id: &str, kind: &str, object: Value) {
    let body = json!({ "id": id, "object": "event", "type": kind, "data": { "object": object } }).to_string();
    assert_eq!(hook(t, "stripe", ("stripe-signature", &stripe_signed(t, &body)), &body).await, 200);
}

#[tokio::test]
async fn a_practice_page_pays_nothing_once_money_is_real() {
    let (t, _) = open(Gateway::Sandbox).await;
    let o = order_lunch(&t).await;
    let path = t.sent_to(ADA).iter().filter_map(|m| m.lines().last()).find(|l| l.starts_with("/b/")).unwrap().to_owned();
    gateways::connect(&t.app, t.business.id, Gateway::Paystack, KEY, HASH).await.unwrap();
    t.file().write(move |tx| gateway::choose(tx, Some(Gateway::Paystack), "")).await.unwrap();
    let done = t.http.post(format!("{}{path}", t.url)).send().await.unwrap();
    assert!(!done.text().await.unwrap().contains("Thank you"));
    assert_eq!(order(&t).await.status, Status::AwaitingPayment);
    t.file().write(move |tx| steward::services::shop::checkout::want_again(tx, o.id)).await.unwrap();
    t.pass_ms(1_000).await;
    assert_eq!((page(&t).await.gateway, links(&t).len()), (Gateway::Paystack, 1), "a real page takes its place");
}

#[tokio::test]
async fn an_order_whose_payment_was_refused_does_not_wait_for_ever() {
    let t = harness::open(Arc::new(BuiltIn::new())).await;
    let id = order_lunch(&t).await.id;
    t.says(ADA, "I have paid").await;
    assert_eq!(order(&t).await.status, Status::AwaitingConfirmation);
    let owner = t.owner();
    t.file().write(move |tx| steward::services::shop::payment::reject(tx, id, &owner, "Nothing came").map(drop)).await.unwrap();
    assert_eq!(order(&t).await.status, Status::AwaitingPayment);
    t.pass_ms(steward::domain::limits::RESERVATION_MS + 60_000).await;
    assert_eq!(order(&t).await.status, Status::Expired);
}
