//! A bank's statement is held against orders: what is surely there waits for one tap, the rest is proposed, and nothing happens twice.

use crate::harness::{self, TestApp};
use crate::pages::Browser;
use reqwest::Method;
use serde_json::Value;
use std::sync::Arc;
use steward::domain::house::member::Role;
use steward::domain::shop::order::{Order, Status};
use steward::domain::shop::reference;
use steward::providers::llm::builtin::BuiltIn;
use steward::store::shop::order::list_orders;

const ADA: &str = "2348031234567";
const BAYO: &str = "2348039999999";

async fn open() -> TestApp {
    harness::open(Arc::new(BuiltIn::new())).await
}

async fn order(t: &TestApp, who: &str, name: &str) {
    let hello = format!("Hello, my name is {name}");
    for words in [hello.as_str(), "I want 2 large jollof rice and a coke please", "I will pick it up", "yes, place it"] {
        t.says(who, words).await;
    }
}

async fn orders(t: &TestApp) -> Vec<Order> {
    let mut all: Vec<Order> = t.read(|tx| list_orders(tx, None, None, 50)).await.into_iter().map(|r| r.order).collect();
    all.reverse();
    all
}

async fn statuses(t: &TestApp) -> Vec<Status> {
    orders(t).await.into_iter().map(|o| o.status).collect()
}

async fn post(t: &TestApp, path: &str, body: String) -> (u16, Value) {
    let kind = if body.starts_with('{') || body.is_empty() { "application/json" } else { "text/csv" };
    let request = t.http.post(format!("{}/api/v1{path}", t.url)).bearer_auth(&t.key).header("content-type", kind).body(body);
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), serde_json::from_str(&answer.text().await.unwrap()).unwrap_or(Value::Null))
}

async fn rows(t: &TestApp, state: &str) -> Vec<Value> {
    let request = t.http.get(format!("{}/api/v1/payments/statement-rows?state={state}", t.url)).bearer_auth(&t.key);
    let answer: Value = serde_json::from_str(&request.send().await.unwrap().text().await.unwrap()).unwrap();
    answer["items"].as_array().unwrap().clone()
}

/// Ada's and Bayo's orders, and a statement with Ada's reference, money out, rubbish and Bayo's name.
async fn trade(t: &TestApp) -> String {
    order(t, ADA, "Ada Obi").await;
    order(t, BAYO, "Bayo Adeyemi").await;
    let o = orders(t).await;
    let (a, b) = o[0].reference.split_at(3);
    format!(
        "FIRST BANK OF LAGOS\nStatement of,0123456789\n\nTrans Date,Narration,Debit,Credit,Balance\n\
         21/11/2026,NIP/ADA OBI/{a}-{b} rice,,\"7,600.00\",\"107,600.00\"\n\
         21/11/2026,AIRTIME MTN,500.00,,\"107,100.00\"\n\
         21/11/2026,TRF FROM ADEYEMI BAYO TUNDE,,\"7,600.00\",\"114,700.00\"\n\
         21/11/2026,=cmd|calc,,1.00,\n\
         21/11/2026,POS SETTLEMENT,,\"42,000.00\",\n\
         soon,TRF,,5.00,\n"
    )
}

#[tokio::test]
async fn a_reference_makes_a_payment_seen_and_a_person_approves_it() {
    let t = open().await;
    let csv = trade(&t).await;
    let told = (t.sent_to(ADA).len(), t.sent_to(BAYO).len());
    let (status, tried) = post(&t, "/payments/statements?dry_run=true", csv.clone()).await;
    assert_eq!(status, 200, "{tried}");
    let counts = |v: &Value| ["seen", "proposed", "open", "known", "money_out"].map(|k| v[k].as_i64().unwrap());
    assert_eq!(counts(&tried), [1, 1, 1, 0, 1], "{tried}");
    let wrong: Vec<i64> = tried["errors"].as_array().unwrap().iter().map(|e| e["row"].as_i64().unwrap()).collect();
    assert_eq!(wrong, [8, 10], "{tried}");
    assert!(tried["errors"][0]["message"].as_str().unwrap().contains("formula"));
    assert_eq!(statuses(&t).await, [Status::AwaitingPayment; 2], "a try changes nothing");
    assert!(rows(&t, "seen").await.is_empty() && tried["id"].is_null());

    let (_, taken) = post(&t, "/payments/statements", csv.clone()).await;
    assert_eq!(counts(&taken), [1, 1, 1, 0, 1], "{taken}");
    assert_eq!(statuses(&t).await, [Status::AwaitingConfirmation, Status::AwaitingPayment], "seen, not approved");
    t.settle().await;
    assert_eq!((t.sent_to(ADA).len(), t.sent_to(BAYO).len()), told, "no customer is told anything yet");
    // The same file, and the same lines in another layout, change nothing.
    let (_, again) = post(&t, "/payments/statements", csv.clone()).await;
    assert_eq!(counts(&again), [0, 0, 0, 3, 1], "{again}");
    let other = format!(
        "Date;Amount;Details;DR/CR\n2026-11-21;7.600,00;NIP/ADA OBI/{}-{} rice;CR\n",
        &orders(&t).await[0].reference[..3],
        &orders(&t).await[0].reference[3..]
    );
    assert_eq!(counts(&post(&t, "/payments/statements", other).await.1), [0, 0, 0, 1, 0]);

    let b = Browser::of(&t, Role::Manager).await;
    let (_, page) = b.get("/app/payments").await;
    assert!(
        page.contains("Seen at the bank on 2026-11-21: ₦7,600") && page.contains("It is for #1002") && page.contains("btn primary"),
        "{page}"
    );
    let id = orders(&t).await[0].id;
    assert!(b.get(&format!("/app/orders/{id}")).await.1.contains("Seen at the bank"));
    assert_eq!(b.post(&format!("/app/orders/{id}/approve-payment"), &[]).await, 303);
    t.settle().await;
    assert_eq!(statuses(&t).await[0], Status::Paid);
    assert_eq!(t.sent_to(ADA).len(), told.0 + 1, "now she is told");
}

#[tokio::test]
async fn what_is_only_likely_waits_for_a_person() {
    let t = open().await;
    let csv = trade(&t).await;
    post(&t, "/payments/statements", csv).await;
    let row = rows(&t, "proposed").await.remove(0);
    assert_eq!((row["how"].as_str(), row["amount"]["amount_minor"].as_i64()), (Some("name"), Some(760_000)), "{row}");
    let id = row["id"].as_str().unwrap();
    let agent = Browser::of(&t, Role::Agent).await;
    assert_eq!(agent.post(&format!("/app/payments/rows/{id}/confirm"), &[]).await, 403);
    assert_eq!(post(&t, &format!("/payments/statement-rows/{id}/confirm"), "{}".into()).await.0, 200);
    assert_eq!(statuses(&t).await, [Status::AwaitingConfirmation; 2]);
    assert_eq!(post(&t, &format!("/payments/statement-rows/{id}/confirm"), "{}".into()).await.0, 409);
    assert_eq!(post(&t, &format!("/payments/statement-rows/{id}/dismiss"), String::new()).await.0, 409);
    let loose = rows(&t, "open").await.remove(0);
    let loose = format!("/payments/statement-rows/{}", loose["id"].as_str().unwrap());
    assert_eq!(post(&t, &format!("{loose}/confirm"), "{}".into()).await.0, 422, "for which order?");
    assert_eq!(post(&t, &format!("{loose}/dismiss"), String::new()).await.0, 200);
    assert!(rows(&t, "open").await.is_empty());
}

#[tokio::test]
async fn doubtful_money_is_never_seen() {
    let t = open().await;
    order(&t, ADA, "Ada Obi").await;
    let r = orders(&t).await[0].reference.clone();
    let mut wrong = r.clone().into_bytes();
    wrong[5] = if wrong[5] == b'7' { b'8' } else { b'7' };
    let wrong = String::from_utf8(wrong).unwrap();
    assert!(reference::parse(&wrong).is_none());
    let csv = format!(
        "date,narration,credit\n21/11/2026,short {r},\"7,000\"\n21/11/2026,more {r},8000\n01/02/2026,early {r},7600\n21/11/2026,mistyped {wrong},7600\n\
         21/11/2026,good {r},7600\n21/11/2026,again {r},7600\n"
    );
    let (_, said) = post(&t, "/payments/statements", csv).await;
    let of = |n: usize| (said["lines"][n]["state"].as_str().unwrap(), said["lines"][n]["note"].as_str().unwrap().to_owned());
    assert_eq!(of(0), ("proposed", "It is ₦600 less than the order.".into()));
    assert_eq!(of(1), ("proposed", "It is ₦400 more than the order.".into()));
    assert_eq!(of(2), ("proposed", "The money came before the order was made.".into()));
    assert_eq!(of(3).0, "open", "a mistyped reference is none");
    assert_eq!(of(4).0, "seen");
    assert!(of(5).0 == "proposed" && of(5).1.contains("twice"), "{said}");
    // Paid already: a person is shown it, and nothing can be confirmed.
    let (id, owner) = (orders(&t).await[0].id, t.owner());
    t.file().write(move |tx| steward::services::shop::payment::approve(tx, id, &owner)).await.unwrap();
    let (_, late) = post(&t, "/payments/statements", format!("date,narration,credit\n22/11/2026,late {r},7600\n")).await;
    assert_eq!(
        (late["lines"][0]["state"].as_str(), late["lines"][0]["note"].as_str()),
        (Some("proposed"), Some("Order 1001 is paid already."))
    );
    let row = rows(&t, "proposed").await.remove(0);
    assert_eq!(post(&t, &format!("/payments/statement-rows/{}/confirm", row["id"].as_str().unwrap()), "{}".into()).await.0, 409);
}

#[tokio::test]
async fn files_that_are_none_are_refused_with_a_sentence() {
    let t = open().await;
    for (body, word) in [("name,price\nx,1\n", "names the columns"), ("PK\u{3}\u{4}zip", "CSV"), ("date,credit\n", "no line")] {
        let (status, said) = post(&t, "/payments/statements", body.into()).await;
        assert!(status == 422 && said.to_string().contains(word), "{body}: {said}");
    }
    let request = t.http.request(Method::POST, format!("{}/api/v1/payments/statements", t.url));
    assert_eq!(request.body("date,credit\n").send().await.unwrap().status().as_u16(), 401);
}

#[tokio::test]
async fn the_page_tries_first_and_keeps_no_file() {
    let t = open().await;
    let csv = trade(&t).await;
    let b = Browser::of(&t, Role::Owner).await;
    let media = || std::fs::read_dir(t.app.store.business_dir(t.business.id).join("media")).unwrap().count();
    let before = media();
    let (status, to) = b.upload("/app/payments/statement", "november.csv", &csv).await;
    assert_eq!(status, 303, "{to}");
    let (_, page) = b.get(&to).await;
    assert!(page.contains("november.csv") && page.contains("Take it in") && page.contains("#1001") && page.contains("formula"), "{page}");
    assert_eq!(statuses(&t).await, [Status::AwaitingPayment; 2]);
    assert_eq!(media(), before + 1);
    assert_eq!(b.post(&format!("{to}/run"), &[("key", "k")]).await, 303);
    assert_eq!(b.post(&format!("{to}/run"), &[("key", "k")]).await, 303, "tapped twice");
    assert_eq!((statuses(&t).await[0], media()), (Status::AwaitingConfirmation, before));
    assert_eq!(b.post(&format!("{to}/run"), &[("key", "other")]).await, 409);
    let (status, page) = b.upload("/app/payments/statement", "x.csv", "hello").await;
    assert!(status == 422 && page.contains("cannot be read"), "{page}");
    // Who is erased is in no line any more; the line itself stays in the books.
    let contact = orders(&t).await[1].contact_id;
    let report = t.http.delete(format!("{}/api/v1/contacts/{contact}", t.url)).bearer_auth(&t.key).send().await.unwrap();
    let report: Value = serde_json::from_str(&report.text().await.unwrap()).unwrap();
    // Ada wrote the same sentences; of the statement nothing may be found.
    assert!(!report["proof"]["found"].to_string().contains("statement") && report["proof"]["searched"] == true, "{report:#}");
    assert!(report["counts"].as_array().unwrap().iter().any(|c| c["table"] == "statement_rows"), "{report:#}");
    let row = rows(&t, "proposed").await.remove(0);
    assert!(row["narration"] == "" && row["amount"]["amount_minor"] == 760_000, "{row}");
}
