//! Vendors in their chats: heard as vendors whatever they send, told when nothing we write reaches them, left alone when they ask for it.

use crate::buying::{ask, call, get, until};
use crate::doubles::ears::Ears;
use crate::doubles::meta::NUMBER;
use crate::harness::{self, TestApp};
use crate::intake::Parrot;
use crate::voice::{ADA, ear, open, speaks};
use serde_json::{Value, json};
use std::sync::Arc;
use steward::domain::id::Id;
use steward::domain::time::HOUR_MS;
use steward::providers::speech::note::silence;

const NEED: &str = "12 dozen eggs, max ₦90000";
const PRICE: &str = "₦5,000 per dozen, free delivery, I bring it tomorrow";

/// A vendor who has written before, so that we may write freely, and a purchase they are asked for.
async fn asked(t: &TestApp) -> String {
    assert_eq!(t.says(ADA, "are you open now please?").await, ["You said: are you open now please?"]);
    let vendor = json!({ "name": "Adeyemi Farms", "phone": "08031234567", "products": ["eggs"] });
    assert_eq!(call(t, "POST", "vendors", vendor).await.0, 201);
    let id = ask(t, NEED).await;
    t.pass_ms(5_000).await;
    let sent = t.sent_to(ADA);
    assert!(sent.last().unwrap().contains("12 dozen eggs"), "{sent:?}");
    id
}

async fn talk(t: &TestApp, id: &str) -> Value {
    get(t, &format!("purchases/{id}")).await["calls"][0].clone()
}

#[tokio::test]
async fn a_vendor_s_voice_note_is_heard_by_the_talk() {
    let ears = Ears::open(PRICE).await;
    let t = open(Arc::new(Parrot), vec![ear("openai", &ears.url)]).await;
    let id = asked(&t).await;
    let sent = speaks(&t, "v1", &silence(150)).await;
    assert!(sent.len() == 1 && sent[0].contains('₦') && !sent[0].contains("You said"), "answered once, and as a vendor: {sent:?}");
    let c = talk(&t, &id).await;
    assert!(c["transcript"].to_string().contains("₦5,000 per dozen"), "{c}");
}

#[tokio::test]
async fn a_vendor_whom_nobody_can_hear_is_asked_to_type() {
    let t = open(Arc::new(Parrot), vec![]).await;
    let id = asked(&t).await;
    let sent = speaks(&t, "v1", &silence(150)).await;
    assert!(sent.len() == 1 && sent[0].contains("type"), "{sent:?}");
    assert_eq!(talk(&t, &id).await["status"], "talking");
    let sent = t.says(ADA, PRICE).await;
    assert!(sent.len() == 1 && sent[0].contains('₦') && !sent[0].contains("You said"), "{sent:?}");
}

#[tokio::test]
async fn a_reaction_makes_nobody_bid() {
    let t = open(Arc::new(Parrot), vec![]).await;
    let id = asked(&t).await;
    assert_eq!(t.says(ADA, PRICE).await.len(), 1);
    let mut hook = harness::text_hook(NUMBER, ADA, "wamid.R1", "");
    let m = &mut hook["entry"][0]["changes"][0]["value"]["messages"][0];
    m["type"] = json!("reaction");
    m["reaction"] = json!({ "message_id": "wamid.T1", "emoji": "👍" });
    m.as_object_mut().unwrap().remove("text");
    let (before, lines) = (t.sent_to(ADA).len(), talk(&t, &id).await["transcript"].clone());
    assert_eq!(t.post_hook(&hook).await, 200);
    t.pass_ms(10_000).await;
    assert_eq!((t.sent_to(ADA).len(), &talk(&t, &id).await["transcript"]), (before, &lines));
}

#[tokio::test]
async fn a_vendor_who_says_stop_is_asked_no_more() {
    let t = open(Arc::new(Parrot), vec![]).await;
    let id = asked(&t).await;
    let sent = t.says(ADA, "STOP").await;
    assert!(sent.len() == 1 && sent[0].contains("nothing more"), "said back once: {sent:?}");
    let p = until(&t, &id, "failed").await;
    let c = &p["calls"][0];
    assert_eq!((&c["status"], &c["problem"]), (&json!("refused"), &json!("They want no messages from us.")), "{p}");
    assert_eq!(get(&t, "vendors").await["items"][0]["do_not_contact"], true);
    let again = ask(&t, NEED).await;
    let p = until(&t, &again, "failed").await;
    assert!(p["problem"].as_str().unwrap().contains("Nobody in the vendor book"), "{p}");
}

#[tokio::test]
async fn an_order_that_cannot_leave_is_a_person_s_to_tell() {
    let t = open(Arc::new(Parrot), vec![]).await;
    let rules = json!({ "automatic_up_to_minor": 0, "two_above_minor": null, "expires_hours": 60, "delegate": null, "delegate_up_to_minor": null, "quiet": null });
    assert_eq!(call(&t, "POST", "approvals/policy", rules).await.0, 200);
    let id = asked(&t).await;
    t.says(ADA, PRICE).await;
    t.says(ADA, "ok deal").await;
    until(&t, &id, "awaiting_approval").await;
    t.pass_ms(25 * HOUR_MS).await;
    assert_eq!(call(&t, "POST", &format!("purchases/{id}/approve"), json!({})).await.0, 200);
    let p = until(&t, &id, "confirmed").await;
    assert!(t.sent_to(ADA).iter().all(|m| !m.contains("Order confirmed")), "WhatsApp would not take it");
    assert!(p["calls"][0]["problem"].as_str().unwrap().contains("Nobody has told them yet"), "{p}");
    assert!(p["calls"][0]["transcript"].to_string().contains("Order confirmed"), "what to tell them: {p}");
    assert!(p["problem"].as_str().unwrap().contains("Nobody has told Adeyemi Farms"), "{p}");
    // Whoever brought it was told.
    let checked = json!({ "vendor_id": p["calls"][0]["vendor_id"], "complete": true, "in_time": true, "stars": 5 });
    let (status, p) = call(&t, "POST", &format!("purchases/{id}/delivery"), checked).await;
    assert_eq!((status, &p["problem"]), (200, &json!("")), "{p}");
}

#[tokio::test]
async fn two_purchases_with_one_vendor_are_talked_about_one_after_the_other() {
    let t = open(Arc::new(Parrot), vec![]).await;
    let first = asked(&t).await;
    let second = ask(&t, "30 dozen eggs, max ₦250000").await;
    t.pass_ms(5_000).await;
    let c = talk(&t, &second).await;
    assert!(c["status"] == "waiting" && c["problem"].as_str().unwrap().contains("another talk"), "{c}");
    assert!(t.sent_to(ADA).iter().all(|m| !m.contains("30 dozen")));
    t.says(ADA, PRICE).await;
    t.says(ADA, "ok deal").await;
    until(&t, &first, "awaiting_approval").await;
    let c = talk(&t, &second).await;
    assert_eq!((&c["status"], &c["problem"]), (&json!("talking"), &json!("")), "{c}");
    assert!(t.sent_to(ADA).last().unwrap().contains("30 dozen eggs"));
    t.says(ADA, "₦4,900 per dozen, free delivery, I bring it tomorrow").await;
    assert!(talk(&t, &second).await["transcript"].to_string().contains("4,900"));
    assert!(!talk(&t, &first).await["transcript"].to_string().contains("4,900"), "each hears its own");
}

#[tokio::test]
async fn never_to_be_contacted_counts_at_once() {
    let t = open(Arc::new(Parrot), vec![]).await;
    let id = asked(&t).await;
    let vendor: Id = get(&t, "vendors").await["items"][0]["id"].as_str().unwrap().parse().unwrap();
    t.file()
        .write(move |tx| {
            let v = steward::store::buying::vendor::find_vendor(tx, vendor)?;
            let never = steward::domain::buying::vendor::Vendor { do_not_contact: true, ..v };
            steward::services::buying::vendor::save(tx, &never)
        })
        .await
        .unwrap();
    assert!(t.says(ADA, PRICE).await.is_empty(), "nothing is said to them any more");
    let p = until(&t, &id, "failed").await;
    assert_eq!(
        (&p["calls"][0]["status"], &p["calls"][0]["problem"]),
        (&json!("stopped"), &json!("This vendor must not be contacted.")),
        "{p}"
    );
}
