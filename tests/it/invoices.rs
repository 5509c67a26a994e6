//! Invoices and receipts: numbers without a gap, the tax they state, and the file in the chat.

use crate::harness::{self, TestApp};
use crate::pages::Browser;
use std::sync::Arc;
use steward::domain::house::member::Role;
use steward::domain::id::Id;
use steward::domain::shop::invoice::{Invoice, Kind};
use steward::providers::llm::builtin::BuiltIn;
use steward::services::shop::{invoice, payment};
use steward::store::shop::order::list_orders;

async fn order(t: &TestApp, who: &str) -> Id {
    for words in ["Good afternoon, I want 2 large jollof rice and a coke please", "I will pick it up", "yes, place it"] {
        t.says(who, words).await;
    }
    t.read(|tx| list_orders(tx, None, None, 1)).await[0].order.id
}

async fn issue(t: &TestApp, id: Id, kind: Kind) -> steward::domain::error::Result<Invoice> {
    t.file().write(move |tx| invoice::issue(tx, id, kind, "Mama Put")).await
}

#[tokio::test]
async fn numbers_have_no_gap_and_papers_do_not_change() {
    let t = harness::open(Arc::new(BuiltIn::new())).await;
    let (a, b) = (order(&t, "2348031234567").await, order(&t, "2348039999999").await);
    let both = tokio::join!(issue(&t, b, Kind::Invoice), issue(&t, a, Kind::Invoice));
    let mut numbers = [both.0.unwrap().number, both.1.unwrap().number];
    numbers.sort_unstable();
    assert_eq!(numbers, [1, 2]);
    assert!(issue(&t, a, Kind::Receipt).await.unwrap_err().message.contains("not paid"));
    let owner = t.owner();
    t.file().write(move |tx| payment::approve(tx, a, &owner)).await.unwrap();
    let first = issue(&t, a, Kind::Receipt).await.unwrap();
    assert_eq!((first.number, first.paid_by.as_str()), (1, "Nkechi"), "what failed took no number");
    t.file()
        .write(|tx| invoice::set_tax(tx, &steward::domain::shop::invoice::Tax { name: "VAT".into(), rate_bp: 750, number: "123".into() }))
        .await
        .unwrap();
    assert_eq!(issue(&t, a, Kind::Receipt).await.unwrap(), first, "it stays as it was issued");
}

#[tokio::test]
async fn the_paper_is_downloaded_and_sent_once() {
    let t = harness::open(Arc::new(BuiltIn::new())).await;
    let id = order(&t, "2348031234567").await;
    let b = Browser::of(&t, Role::Owner).await;
    assert_eq!(b.post("/app/settings/tax", &[("tax_name", "VAT"), ("tax_rate", "lots")]).await, 422);
    assert_eq!(b.post("/app/settings/tax", &[("tax_name", "VAT"), ("tax_rate", "7.5"), ("tax_number", "12345678-0001")]).await, 303);
    assert_eq!(b.post(&format!("/app/orders/{id}/papers/cheque"), &[]).await, 404);
    assert_eq!(b.post(&format!("/app/orders/{id}/papers/invoice"), &[]).await, 200);
    let made = issue(&t, id, Kind::Invoice).await.unwrap();
    let text = pdf_extract::extract_text_from_mem(&invoice::paper(&made).pdf().unwrap()).unwrap();
    for words in ["Invoice 1", "Mama Put", "₦7,600", "VAT 7.5 %", "₦530.23", "12345678-0001", "Jollof rice (Large)"] {
        assert!(text.contains(words), "{words} is missing from: {text}");
    }
    assert_eq!(b.post(&format!("/app/orders/{id}/papers/invoice/send"), &[]).await, 303);
    assert_eq!(b.post(&format!("/app/orders/{id}/papers/invoice/send"), &[]).await, 409, "it is in the chat");
    t.pass_ms(20_000).await;
    let sent = t.meta.sent();
    let files: Vec<_> = sent.iter().filter(|m| m["type"] == "document").collect();
    assert_eq!((files.len(), files[0]["document"]["filename"].as_str()), (1, Some("invoice-1.pdf")));
}
