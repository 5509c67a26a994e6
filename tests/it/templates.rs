//! Messages Meta has approved: fetched page by page, kept up to date, sent once when the 24 hours are over.

use crate::doubles::meta::{Fault, NUMBER, WABA};
use crate::harness::{self, TestApp};
use serde_json::{Value, json};
use std::sync::Arc;
use steward::domain::house::message::Delivery;
use steward::domain::house::template::Template;
use steward::domain::id::Id;
use steward::providers::llm::builtin::BuiltIn;
use steward::services::house::template;
use steward::store::house::conversation::{Which, list_conversations};
use steward::store::house::message::list_messages;
use steward::store::house::template as rows;

const ADA: &str = "2348031234567";

fn listed(name: &str, status: &str, text: &str) -> Value {
    json!({ "id": format!("9{}", name.len()), "name": name, "language": "en", "status": status, "category": "UTILITY",
        "components": [{ "type": "BODY", "text": text }] })
}

async fn open() -> TestApp {
    let t = harness::open(Arc::new(BuiltIn::new())).await;
    t.meta.set_templates(vec![
        listed("order_ready", "APPROVED", "Hello {{1}}, order {{2}} is ready."),
        listed("news", "PENDING", "We are open on Sunday."),
        listed("thanks", "APPROVED", "Thank you, {{customer_name}}!"),
        listed("old", "PAUSED", "Buy now"),
        listed("plain", "APPROVED", "We are open again."),
    ]);
    t
}

async fn fetch(t: &TestApp) {
    t.file().write(|tx| template::ask(tx, NUMBER)).await.unwrap();
    t.settle().await;
}

async fn kept(t: &TestApp) -> Vec<Template> {
    t.read(|tx| rows::list_templates(tx, NUMBER, false)).await
}

/// A conversation whose 24 hours are over.
async fn silent(t: &TestApp) -> Id {
    t.says(ADA, "What time do you close today?").await;
    t.app.clock().advance_ms(25 * 3_600_000);
    t.read(|tx| list_conversations(tx, Which::Open, "", i64::MAX, 1)).await[0].conversation.id
}

async fn post(t: &TestApp, path: &str, body: Value, key: &str) -> (u16, Value) {
    let request = t.http.post(format!("{}/api/v1{path}", t.url)).bearer_auth(&t.key).header("idempotency-key", key);
    let answer = request.header("content-type", "application/json").body(body.to_string()).send().await.unwrap();
    (answer.status().as_u16(), serde_json::from_str(&answer.text().await.unwrap()).unwrap())
}

#[tokio::test]
async fn every_page_is_fetched_and_what_is_gone_is_gone() {
    let t = open().await;
    fetch(&t).await;
    let names: Vec<String> = kept(&t).await.into_iter().map(|x| x.name).collect();
    assert_eq!(names, ["news", "old", "order_ready", "plain", "thanks"]);
    assert!(t.meta.seen().iter().all(|(path, _)| !path.contains("elsewhere")));
    assert_eq!(t.app.directory().number(NUMBER).unwrap().business_account, WABA, "its news finds its business");
    t.meta.set_templates(vec![listed("plain", "APPROVED", "We are open again.")]);
    fetch(&t).await;
    assert_eq!(kept(&t).await.len(), 1);
}

#[tokio::test]
async fn a_failed_page_changes_nothing_and_says_why() {
    let t = open().await;
    fetch(&t).await;
    t.meta.set_templates(vec![]);
    t.meta.fail(Fault::Graph(400, 200));
    fetch(&t).await;
    assert_eq!(kept(&t).await.len(), 5, "half an answer deletes nothing");
    let look = t.read(|tx| template::last_look(tx, NUMBER)).await.unwrap();
    assert!(!look.waiting && !look.problem.is_empty(), "{look:?}");
    t.meta.fail(Fault::Gateway(502));
    t.file().write(|tx| template::ask(tx, NUMBER)).await.unwrap();
    t.settle().await;
    t.pass_ms(600_000).await;
    assert!(kept(&t).await.is_empty(), "a bad gateway is tried again");
}

fn news(event: &str, name: &str, reason: &str) -> Value {
    json!({ "object": "whatsapp_business_account", "entry": [{ "id": WABA, "time": 1_763_722_800, "changes": [{
        "field": "message_template_status_update",
        "value": { "event": event, "message_template_id": 594_425, "message_template_name": name, "message_template_language": "en", "reason": reason } }] }] })
}

#[tokio::test]
async fn meta_tells_when_it_decides() {
    let t = open().await;
    fetch(&t).await;
    assert_eq!(t.post_hook(&news("APPROVED", "news", "NONE")).await, 200);
    assert_eq!(t.post_hook(&news("REJECTED", "plain", "ABUSIVE_CONTENT")).await, 200);
    let all = kept(&t).await;
    let of = |name: &str| all.iter().find(|x| x.name == name).unwrap();
    assert!(of("news").hindrance().is_none());
    assert!(of("plain").hindrance().is_some() && of("plain").problem.contains("abusive content"));
    // One that was made a moment ago is fetched.
    t.meta.set_templates(vec![listed("fresh", "APPROVED", "Hello again.")]);
    assert_eq!(t.post_hook(&news("APPROVED", "fresh", "NONE")).await, 200);
    t.settle().await;
    assert_eq!(kept(&t).await[0].name, "fresh");
}

#[tokio::test]
async fn an_approved_message_is_sent_once_after_the_24_hours() {
    let t = open().await;
    fetch(&t).await;
    let id = silent(&t).await;
    let path = format!("/conversations/{id}/messages");
    assert_eq!(post(&t, &path, json!({ "text": "Hello?" }), "a").await.0, 409);
    let values = json!({ "1": "Ada", "2": "#1001\n(2 plates)" });
    let body = json!({ "template": { "name": "order_ready", "values": values } });
    let (status, sent) = post(&t, &path, body.clone(), "b").await;
    assert_eq!((status, sent["text"].as_str()), (201, Some("Hello Ada, order #1001 (2 plates) is ready.")), "{sent}");
    assert_eq!(post(&t, &path, body, "b").await.0, 201, "the same key is the same message");
    t.settle().await;
    let out: Vec<Value> = t.meta.sent().into_iter().filter(|m| m["type"] == "template").collect();
    assert_eq!(out.len(), 1);
    let parameters = json!([{ "type": "text", "text": "Ada" }, { "type": "text", "text": "#1001 (2 plates)" }]);
    assert_eq!(out[0]["template"]["components"], json!([{ "type": "body", "parameters": parameters }]));
    let last = t.read(move |tx| list_messages(tx, id, None, 10)).await.pop().unwrap();
    assert_eq!((last.delivery, last.author_name.as_str()), (Delivery::Sent, "test"));
}

#[tokio::test]
async fn what_may_not_be_sent_is_refused_with_the_reason() {
    let t = open().await;
    fetch(&t).await;
    let id = silent(&t).await;
    let path = format!("/conversations/{id}/messages");
    let (status, e) = post(&t, &path, json!({ "template": { "name": "order_ready", "values": { "1": "Ada" } } }), "1").await;
    assert_eq!((status, e["errors"][0]["field"].as_str()), (422, Some("2")), "{e}");
    assert_eq!(post(&t, &path, json!({ "template": { "name": "old" } }), "2").await.0, 409, "it is paused");
    assert_eq!(post(&t, &path, json!({ "template": { "name": "nothing" } }), "3").await.0, 422);
    assert_eq!(post(&t, &path, json!({ "text": "a", "template": { "name": "plain" } }), "4").await.0, 422);
    t.settle().await;
    assert!(t.meta.sent().iter().all(|m| m["type"] != "template"));
}
