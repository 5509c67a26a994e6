//! The owner's day from her own phone: commands, the digest, and nobody else's words.

use crate::harness::{self, TestApp};
use std::sync::Arc;
use steward::domain::house::member::Role;
use steward::domain::id::Id;
use steward::domain::shop::order::Status;
use steward::providers::llm::builtin::BuiltIn;
use steward::services::house::member_phone;
use steward::store::control::member as members;
use steward::store::house::item::list_items;
use steward::store::shop::order::list_orders;

const OWNER: &str = "2348030000001";
const CLERK: &str = "2348030000002";
const ADA: &str = "2348031234567";

async fn member(t: &TestApp, email: &'static str, role: Role, phone: &str) -> Id {
    let business = t.business.id;
    let id = t
        .app
        .store
        .control_write(move |tx| {
            let who = members::insert_member(tx, email, "", None)?;
            members::upsert_membership(tx, who, business, role)?;
            Ok(who)
        })
        .await
        .unwrap();
    let words = t.file().write(move |tx| member_phone::ask(tx, id, email)).await.unwrap();
    t.says(phone, &words).await;
    id
}

async fn open() -> TestApp {
    let t = harness::open(Arc::new(BuiltIn::new())).await;
    member(&t, "owner@example.com", Role::Owner, OWNER).await;
    t
}

async fn order_and_claim(t: &TestApp) {
    for words in ["Good afternoon, I want 2 large jollof rice and a coke please", "I will pick it up", "yes, place it", "I have paid"] {
        t.says(ADA, words).await;
    }
}

async fn said(t: &TestApp, who: &str, words: &str) -> String {
    t.says(who, words).await.join("\n")
}

async fn status(t: &TestApp) -> Status {
    t.read(|tx| list_orders(tx, None, None, 1)).await[0].order.status
}

async fn jollof(t: &TestApp) -> bool {
    t.read(|tx| list_items(tx, "Jollof", "", 1)).await[0].available
}

#[tokio::test]
async fn the_owner_runs_the_day_from_her_phone() {
    let t = open().await;
    order_and_claim(&t).await;
    let day = said(&t, OWNER, "today").await;
    assert!(day.contains("To check: 1 payment, ₦7,600") && day.contains("approve 1001") && day.contains("Saturday 21 November"), "{day}");
    assert!(said(&t, OWNER, "orders").await.contains("1001 payment to check: ₦7,600"));
    let told = said(&t, OWNER, "approve 1001").await;
    assert!(told.contains("Order 1001 is paid") && status(&t).await == Status::Paid, "{told}");
    let twice = said(&t, OWNER, "Approve #1001").await;
    assert!(twice.contains("paid already"), "{twice}");
    assert!(said(&t, OWNER, "approve 9999").await.contains("9999"));
    let day = said(&t, OWNER, "Today").await;
    assert!(day.contains("Sales: ₦7,600 from 1 payment") && day.contains("Unpaid: 0 orders"), "{day}");
    assert!(said(&t, OWNER, "sold out jollof").await.contains("sold out from now on") && !jollof(&t).await);
    assert!(said(&t, OWNER, "sold out jollof").await.contains("already"));
    assert!(said(&t, OWNER, "back jollof").await.contains("is back") && jollof(&t).await);
    assert!(said(&t, OWNER, "sold out i").await.contains("More than one thing"));
    assert!(said(&t, OWNER, "sold out caviar").await.contains("Nothing in the catalogue"));
    assert!(said(&t, OWNER, "help").await.contains("sold out jollof"));
}

#[tokio::test]
async fn nobody_else_gives_orders() {
    let t = open().await;
    order_and_claim(&t).await;
    for words in ["approve 1001", "sold out jollof", "reject 1001"] {
        t.says(ADA, words).await;
    }
    assert!(status(&t).await == Status::AwaitingConfirmation && jollof(&t).await);
    let day = said(&t, ADA, "today").await;
    assert!(!day.contains("Sales:"), "{day}");
    // Who answers customers may not decide about money, nor change the catalogue, here as on the dashboard.
    member(&t, "clerk@example.com", Role::Agent, CLERK).await;
    said(&t, CLERK, "approve 1001").await;
    assert_eq!(status(&t).await, Status::AwaitingConfirmation);
    said(&t, CLERK, "sold out jollof").await;
    assert!(jollof(&t).await && said(&t, CLERK, "today").await.contains("Sales:"));
}

#[tokio::test]
async fn the_day_is_told_once_at_its_hour() {
    let t = open().await;
    // Noon in Lagos: eight hours to go.
    let heard = |t: &TestApp| t.sent_to(OWNER).into_iter().filter(|m| m.contains("Sales:")).count();
    for _ in 0..22 {
        t.pass_ms(30 * 60_000).await;
    }
    assert_eq!(heard(&t), 1);
    assert!(said(&t, OWNER, "digest off").await.contains("No more"));
    for _ in 0..48 {
        t.pass_ms(30 * 60_000).await;
    }
    assert_eq!(heard(&t), 1);
}

#[tokio::test]
async fn little_left_is_told_once_and_a_named_thing_shows_its_picture_once() {
    let t = open().await;
    for words in ["8 cokes please, for pickup", "yes please"] {
        t.says(ADA, words).await;
    }
    t.pass_ms(5_000).await;
    let low = t.sent_to(OWNER).into_iter().filter(|m| m.contains("Only 2 of Coke left")).count();
    assert_eq!(low, 1, "{:?}", t.sent_to(OWNER));
    assert!(said(&t, OWNER, "today").await.contains("Low in stock: Coke 2"));
    let png = b"\x89PNG\r\n\x1a\n picture".to_vec();
    let photo = steward::app::media::keep(&t.app, t.business.id, png).await.unwrap();
    t.file()
        .write(move |tx| {
            let id = list_items(tx, "Grilled", "", 1)?[0].id;
            let change = steward::services::house::item::ItemChange { photo: Some(photo), ..Default::default() };
            steward::services::house::item::change(tx, id, change).map(drop)
        })
        .await
        .unwrap();
    for _ in 0..3 {
        t.says(ADA, "how much is the grilled chicken?").await;
    }
    let sent = t.meta.sent();
    let cards: Vec<_> = sent.iter().filter(|m| m["type"] == "image").collect();
    assert_eq!(cards.len(), 1);
    assert_eq!(cards[0]["image"]["caption"], "Grilled chicken, ₦2,000");
}
