//! Buying as a person does it: in a browser without scripts, and from a member's own phone.

use crate::approvals::with_phone;
use crate::buying::{EGGS, LINE, add, call, get, open, until};
use crate::harness::{self, TestApp};
use crate::pages::Browser;
use serde_json::json;
use std::sync::Arc;
use steward::domain::buying::seller::Temper;
use steward::domain::house::member::Role;
use steward::domain::money::Money;
use steward::domain::time::HOUR_MS;
use steward::providers::llm::builtin::BuiltIn;
use steward::services::buying::payment::{Mood, set_mood};
use steward::store::buying::payment::sum_sandbox_payments;
use steward::store::buying::purchase::list_purchases;
use steward::store::house::conversation::list_waiting;

const ADA: &str = "2348031234567";

async fn only(t: &TestApp) -> String {
    let all = t.read(|tx| list_purchases(tx, None, None, 10)).await;
    assert_eq!(all.len(), 1);
    all[0].id.to_string()
}

#[tokio::test]
async fn a_purchase_is_made_in_the_browser() {
    let t = open().await;
    let b = Browser::of(&t, Role::Owner).await;
    assert!(b.get("/app/buying").await.1.contains("Nobody is in your vendor book yet"));
    let vendor = [("name", "Stall <script>"), ("products", "eggs, flour"), ("phone", ""), ("distance", "3")];
    assert_eq!(b.post("/app/buying/vendors", &vendor).await, 303);
    let farm = add(&t, "Adeyemi Farms", "+2348031110001", Temper::Flexible, (520, 420), (140, 110), 500).await;
    add(&t, "Greenfield", "+2348031110003", Temper::Firm, (570, 570), (150, 150), 400).await;
    let (_, book) = b.get("/app/buying/vendors").await;
    assert!(book.contains("Adeyemi Farms") && book.contains("&#60;script&#62;") && !book.contains("<script>Stall"));
    let id = {
        let viewer = Browser::of(&t, Role::Viewer).await;
        assert_eq!(viewer.post("/app/buying", &[("text", EGGS), ("key", "k")]).await, 403);
        assert_eq!(b.post("/app/buying", &[("text", "eggs by Friday"), ("key", "j")]).await, 422, "how much?");
        assert_eq!(b.post("/app/buying", &[("text", EGGS), ("key", "k")]).await, 303);
        assert_eq!(b.post("/app/buying", &[("text", EGGS), ("key", "k")]).await, 303, "the same form asks once");
        only(&t).await
    };
    let page = format!("/app/buying/{id}");
    t.settle().await;
    let (_, html) = b.get(&page).await;
    assert!(html.contains("12 dozen eggs, 10 kg flour") && html.contains("at most $90") && html.contains("What did they say?"), "{html}");
    // The stall is talked to by hand: somebody writes down what it said, once it is its turn.
    let p = get(&t, &format!("purchases/{id}")).await;
    let stall = p["calls"].as_array().unwrap().iter().find(|c| c["by"] == "hand").unwrap()["id"].as_str().unwrap().to_owned();
    assert_eq!(b.post(&format!("{page}/talks/{stall}"), &[("text", "No flour today, sorry, we have nothing")]).await, 303);
    for _ in 0..60 {
        t.pass_ms(2_000).await;
    }
    t.pass_ms(2 * HOUR_MS + 60_000).await;
    t.pass_ms(2 * HOUR_MS + 60_000).await;
    let p = until(&t, &id, "awaiting_approval").await;
    let (_, html) = b.get(&page).await;
    assert!(html.contains("Approve $") && html.contains("Offers compared") && html.contains("Adeyemi Farms"), "{html}");
    assert!(b.get("/app").await.1.contains("Buy 12 dozen eggs"), "Today asks");
    assert_eq!(b.get(&format!("{page}/orders/{farm}.pdf")).await.0, 409, "no order before the owner's word");
    assert_eq!(b.post(&format!("{page}/approve"), &[("decision", "approve")]).await, 303);
    assert_eq!(b.post(&format!("{page}/approve"), &[("decision", "approve")]).await, 303, "a second one is told on the page");
    let paid = until(&t, &id, "confirmed").await;
    let (_, html) = b.get(&page).await;
    assert!(html.contains("Paid") && html.contains("Purchase order (PDF)") && html.contains("bring it?"), "{html}");
    let winner = paid["payments"][0]["vendor_id"].as_str().unwrap().to_owned();
    let (status, pdf) = b.get(&format!("{page}/orders/{winner}.pdf")).await;
    assert!(status == 200 && pdf.starts_with("%PDF-"), "{status}");
    let paper = t.read(move |tx| steward::services::buying::paper::order(tx, id.parse()?, winner.parse()?, "Corner Bakery")).await.paper;
    let said = format!("{paper:?}");
    assert!(said.contains("12 dozen") && said.contains("Purchase order 1") && !said.contains("$90"), "no limit on it: {said}");
    let total = p["total"]["amount_minor"].as_i64().unwrap();
    assert!(said.contains(&Money::new(total, "USD".parse().unwrap()).to_string()), "{said}");
    let vendor_id = paid["payments"][0]["vendor_id"].as_str().unwrap();
    assert!(html.contains("How much came: eggs") && html.contains("of 12 dozen"), "{html}");
    let bad = [("vendor", vendor_id), ("got-0", "lots"), ("got-1", "10"), ("in_time", "on"), ("stars", "5")];
    assert_eq!(b.post(&format!("{page}/delivery"), &bad).await, 303);
    let html = b.get(&page).await.1;
    assert!(html.contains("How much came: eggs") && !html.contains("What came"), "what is no quantity changes nothing: {html}");
    let came = [("vendor", vendor_id), ("got-0", "12"), ("got-1", "10"), ("in_time", "on"), ("stars", "5"), ("note", "")];
    assert_eq!(b.post(&format!("{page}/delivery"), &came).await, 303);
    let html = b.get(&page).await.1;
    assert!(html.contains("Delivered") && html.contains("12 of 12 dozen eggs, 10 of 10 kg flour"), "{html}");
    let (_, book) = b.get("/app/buying/vendors").await;
    assert!(book.contains("Quality 100") && book.contains("Took "), "the choice and the delivery count: {book}");
    assert_eq!(b.post("/app/buying/taste/forget", &[]).await, 303);
    assert!(b.get("/app/buying/vendors").await.1.contains("Nothing was taken yet"));
}

#[tokio::test]
async fn a_purchase_stopped_while_the_bank_is_silent_is_settled_by_a_person() {
    let t = open().await;
    let b = Browser::of(&t, Role::Owner).await;
    add(&t, "Adeyemi Farms", "+2348031110001", Temper::Flexible, (520, 420), (140, 110), 500).await;
    t.file().write(|tx| set_mood(tx, Mood::Lost)).await.unwrap();
    assert_eq!(b.post("/app/buying", &[("text", EGGS), ("key", "k")]).await, 303);
    let id = only(&t).await;
    until(&t, &id, "awaiting_approval").await;
    assert_eq!(b.post(&format!("/app/buying/{id}/approve"), &[("decision", "approve")]).await, 303);
    until(&t, &id, "payment_unknown").await;
    assert_eq!(b.post(&format!("/app/buying/{id}/cancel"), &[]).await, 303);
    t.pass_ms(1_000).await;
    let p = get(&t, &format!("purchases/{id}")).await;
    assert_eq!((&p["status"], &p["payments"][0]["state"]), (&json!("payment_unknown"), &json!("unknown")), "money may have moved: {p}");
    let html = b.get(&format!("/app/buying/{id}")).await.1;
    assert!(html.contains("It was not paid"), "{html}");
    let payment = p["payments"][0]["id"].as_str().unwrap();
    assert_eq!(b.post(&format!("/app/buying/{id}/settle"), &[("payment", payment), ("happened", "yes")]).await, 303);
    t.pass_ms(1_000).await;
    let p = get(&t, &format!("purchases/{id}")).await;
    assert_eq!((&p["status"], &p["payments"][0]["state"]), (&json!("cancelled"), &json!("paid")), "{p}");
    assert!(p["problem"].as_str().unwrap().contains("Ask for the money back"));
    assert_eq!(t.read(sum_sandbox_payments).await.0, 1, "paid once");
}

#[tokio::test]
async fn a_vendor_who_writes_after_the_talk_is_read_by_a_person() {
    let t = open().await;
    add(&t, "Adeyemi Farms", "+2348031110001", Temper::Flexible, (520, 420), (140, 110), 500).await;
    let id = crate::buying::ask(&t, EGGS).await;
    until(&t, &id, "awaiting_approval").await;
    let hook = harness::text_hook(LINE, "2348031110001", &t.new_wamid(), "Sorry, the eggs are $9 a dozen now");
    assert_eq!(t.post_raw(hook.to_string().into_bytes(), "s").await, 200);
    t.pass_ms(5_000).await;
    assert_eq!(get(&t, "inbox/unread").await["items"], json!([]), "it was read");
    let p = get(&t, &format!("purchases/{id}")).await;
    let said = p["calls"][0]["transcript"].as_array().unwrap();
    assert!(said.iter().any(|l| l["text"] == "Sorry, the eggs are $9 a dozen now"), "{p}");
    assert!(p["calls"][0]["problem"].as_str().unwrap().contains("wrote again"), "{p}");
    assert_eq!(t.read(|tx| list_waiting(tx, 10)).await.len(), 1, "a person is asked to read it");
}

#[tokio::test]
async fn a_member_has_something_bought_from_the_phone() {
    let t = harness::open(Arc::new(BuiltIn::new())).await;
    let (status, v) = call(&t, "POST", "vendors", json!({ "name": "Market stall", "products": ["eggs"] })).await;
    assert_eq!(status, 201, "{v}");
    with_phone(&t, "ada@example.com", Role::Owner, ADA).await;
    let told = t.says(ADA, "buy eggs").await;
    assert!(told.len() == 1 && told[0].contains("How much of"), "{told:?}");
    let told = t.says(ADA, "12 dozen eggs by Friday, max 90k").await;
    assert!(told.len() == 1 && told[0].contains("Purchase 1: 12 dozen eggs") && told[0].contains("at most ₦90,000"), "{told:?}");
    // A customer who writes the same buys nothing for the business.
    t.says("2348039999999", "12 dozen eggs by Friday, max 90k").await;
    let id = only(&t).await;
    let p = get(&t, &format!("purchases/{id}")).await;
    assert_eq!(p["asked_by"], "ada");
    let talk = p["calls"][0]["id"].as_str().unwrap().to_owned();
    let before = t.sent_to(ADA).len();
    for said in ["₦5,000 per dozen, I bring it tomorrow for free", "ok deal"] {
        assert_eq!(call(&t, "POST", &format!("calls/{talk}/said"), json!({ "text": said })).await.0, 202);
        t.pass_ms(1_000).await;
    }
    until(&t, &id, "awaiting_approval").await;
    let asked = t.sent_to(ADA).split_off(before);
    assert!(asked.iter().any(|m| m.starts_with("Buy 12 dozen eggs from Market stall for ₦")), "{asked:?}");
    let told = t.says(ADA, "yes").await;
    assert!(told.iter().any(|m| m.starts_with("Approved: Buy 12 dozen eggs")), "{told:?}");
    assert!(told.iter().any(|m| m.starts_with("Purchase 1 is ordered: 12 dozen eggs for ₦")), "{told:?}");
    // Somebody who only answers customers may not spend.
    with_phone(&t, "bem@example.com", Role::Agent, "2348031234999").await;
    let told = t.says("2348031234999", "buy 10 kg flour").await;
    assert!(told.len() == 1 && told[0].contains("Only an owner or a manager"), "{told:?}");
    assert_eq!(t.read(|tx| list_purchases(tx, None, None, 10)).await.len(), 1);
}
