//! Webhooks in, turns, sends: stored before acknowledged, once, and never over a person.

use crate::doubles::meta::{Fault, NUMBER};
use crate::harness::{self, APP_SECRET, TestApp, text_hook};
use async_trait::async_trait;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use steward::domain::error::Error;
use steward::domain::house::message::Delivery;
use steward::providers::llm::{Model, ModelError, Reply, Request, Sink};
use steward::services::house::conversation;
use steward::store::house::conversation::{Which, list_conversations};
use steward::store::house::message::list_messages;
use steward::store::{inbox, runs};

const ADA: &str = "2348031234567";

/// A model that says what it was told.
pub struct Parrot;

#[async_trait]
impl Model for Parrot {
    fn name(&self) -> &str {
        "parrot"
    }
    async fn propose(&self, request: &Request, _: Option<&Sink>) -> Result<Reply, ModelError> {
        self.propose_now(request).ok_or_else(|| ModelError::Away("no".into()))
    }
    fn propose_now(&self, request: &Request) -> Option<Reply> {
        Some(Reply { text: format!("You said: {}", request.new.join(" | ")), ..Reply::default() })
    }
}

async fn open() -> TestApp {
    harness::open(Arc::new(Parrot)).await
}

#[tokio::test]
async fn a_message_is_stored_answered_and_sent() {
    let t = open().await;
    assert_eq!(t.says(ADA, "Do you have jollof rice today?").await, ["You said: Do you have jollof rice today?"]);
    let runs = t.read(|tx| runs::list_runs(tx, None, 10)).await;
    assert_eq!((runs.len(), runs[0].model.as_str(), runs[0].state.as_str()), (1, "parrot", "done"));
    assert_eq!(harness::count_jobs(&t.file()), (0, 0, 0));
}

/// A parrot that one word kills.
struct Brittle;

#[async_trait]
impl Model for Brittle {
    fn name(&self) -> &str {
        "brittle"
    }
    async fn propose(&self, request: &Request, _: Option<&Sink>) -> Result<Reply, ModelError> {
        self.propose_now(request).ok_or_else(|| ModelError::Away("no".into()))
    }
    fn propose_now(&self, request: &Request) -> Option<Reply> {
        assert!(!request.new.iter().any(|t| t.contains("boom")), "the word was said");
        Parrot.propose_now(request)
    }
}

#[tokio::test]
async fn many_at_once_are_answered_once_each_and_one_that_fails_takes_nobody_along() {
    let t = harness::open(Arc::new(Brittle)).await;
    let (who, says) =
        (|n: usize| format!("23480312340{n:02}"), |n: usize| format!("it is customer {n}{} today", if n == 7 { " boom" } else { "" }));
    let hooks: Vec<Value> = (0..40).map(|n| text_hook(NUMBER, &who(n), &format!("wamid.{n}"), &says(n))).collect();
    assert!(futures_util::future::join_all(hooks.iter().map(|h| t.post_hook(h))).await.iter().all(|s| *s == 200));
    for _ in 0..12 {
        t.pass_ms(3_600_000).await;
    }
    for n in (0..40).filter(|n| *n != 7) {
        assert_eq!(t.sent_to(&who(n)), [format!("You said: {}", says(n))]);
    }
    assert!(t.sent_to(&who(7)).is_empty());
    let waiting = t.read(|tx| steward::store::house::conversation::list_waiting(tx, 50)).await;
    assert_eq!(waiting.len(), 1, "a person is asked for the one nobody could answer");
    assert_eq!(harness::count_jobs(&t.file()).2, 0);
}

#[tokio::test]
async fn words_that_come_at_once_from_one_customer_are_answered_together_or_in_turn() {
    let t = open().await;
    let hooks: Vec<Value> = (0..12).map(|n| text_hook(NUMBER, ADA, &format!("wamid.b{n}"), &format!("this is line {n} of mine"))).collect();
    assert!(futures_util::future::join_all(hooks.iter().map(|h| t.post_hook(h))).await.iter().all(|s| *s == 200));
    t.pass_ms(60_000).await;
    let said = t.sent_to(ADA).join(" | ");
    for n in 0..12 {
        assert_eq!(said.matches(&format!("line {n} of")).count(), 1, "{said}");
    }
}

#[tokio::test]
async fn a_wrong_signature_stores_nothing() {
    let t = open().await;
    let body = text_hook(NUMBER, ADA, "wamid.1", "hello there my friend").to_string().into_bytes();
    assert_eq!(t.post_raw(body, "another secret").await, 401);
    assert!(t.read(|tx| list_conversations(tx, Which::Open, "", i64::MAX, 10)).await.is_empty());
    assert!(t.file().read(|tx| inbox::find_inbox(tx, 1)).await.is_err());
}

#[tokio::test]
async fn signed_rubbish_is_kept_for_the_owner() {
    let t = open().await;
    assert_eq!(t.post_raw(b"{\"entry\": 5".to_vec(), APP_SECRET).await, 200);
    let unread = t.read(inbox::list_unread).await;
    assert_eq!(unread.len(), 1);
    assert!(unread[0].excerpt.contains("entry"));
}

#[tokio::test]
async fn a_number_that_is_not_connected_loses_nothing() {
    let t = open().await;
    let body = text_hook("424242", ADA, "wamid.1", "do you have jollof rice?");
    assert_eq!(t.post_hook(&body).await, 200);
    let unread = t.read(inbox::list_unread).await;
    assert_eq!(unread.len(), 1);
    assert!(unread[0].problem.contains("424242"), "{}", unread[0].problem);
    assert!(t.read(|tx| list_conversations(tx, Which::Open, "", i64::MAX, 10)).await.is_empty());
    assert_eq!(t.says(ADA, "are you open?").await.len(), 1, "the number that is connected goes on");
}

#[tokio::test]
async fn an_oversized_body_is_refused() {
    let t = open().await;
    assert_eq!(t.post_raw(vec![b' '; 4 << 20], APP_SECRET).await, 413);
}

#[tokio::test]
async fn twenty_copies_at_once_give_one_message_and_one_reply() {
    let t = open().await;
    let body = text_hook(NUMBER, ADA, "wamid.same", "two plates of jollof rice please");
    let posts = (0..20).map(|_| t.post_hook(&body));
    assert!(futures_util::future::join_all(posts).await.iter().all(|s| *s == 200));
    t.pass_ms(10_000).await;
    assert_eq!(t.sent_to(ADA).len(), 1);
    let threads = t.read(|tx| list_conversations(tx, Which::Open, "", i64::MAX, 10)).await;
    let id = threads[0].conversation.id;
    assert_eq!(t.read(move |tx| list_messages(tx, id, None, 10)).await.len(), 2);
}

#[tokio::test]
async fn a_burst_of_short_messages_is_one_turn() {
    let t = open().await;
    for text in ["hi", "2 jollof", "and a coke"] {
        t.writes(ADA, text).await;
        t.pass_ms(300).await;
    }
    assert!(t.sent_to(ADA).is_empty(), "it waits for silence");
    t.pass_ms(2_000).await;
    assert_eq!(t.sent_to(ADA), ["You said: hi | 2 jollof | and a coke"]);
}

async fn thread(t: &TestApp) -> steward::store::house::conversation::ConversationRow {
    t.read(|tx| list_conversations(tx, Which::Open, "", i64::MAX, 10)).await.remove(0)
}

#[tokio::test]
async fn a_person_who_takes_over_stops_the_reply_that_waits() {
    let t = open().await;
    t.meta.fail(Fault::Wait(429, 130_429, 5));
    t.writes(ADA, "please is the shop open now?").await;
    t.settle().await;
    assert!(t.sent_to(ADA).is_empty(), "WhatsApp was busy");
    let (id, owner) = (thread(&t).await.conversation.id, t.owner());
    t.file().write(move |tx| conversation::take_over(tx, id, &owner)).await.unwrap();
    t.pass_ms(60_000).await;
    assert!(t.sent_to(ADA).is_empty(), "never over a person");
    let messages = t.read(move |tx| list_messages(tx, id, None, 10)).await;
    assert_eq!(messages[1].delivery, Delivery::Stopped);
    t.says(ADA, "hello? are you there please").await;
    assert!(t.sent_to(ADA).is_empty());
    let owner = t.owner();
    t.file().write(move |tx| conversation::hand_back(tx, id, &owner)).await.unwrap();
    t.pass_ms(5_000).await;
    assert_eq!(t.sent_to(ADA).len(), 1, "what was written meanwhile is answered after the hand-back");
}

#[tokio::test]
async fn a_person_who_takes_over_in_the_same_commit_is_not_talked_over() {
    let t = open().await;
    t.says(ADA, "good morning, how are you?").await;
    let (id, owner, file) = (thread(&t).await.conversation.id, t.owner(), t.file());
    // The writer is held by what fails and so changes nothing; all that comes meanwhile shares one commit.
    let (go, held) = std::sync::mpsc::channel::<()>();
    let hold = file.write(move |_| -> steward::domain::error::Result<()> {
        let _ = held.recv_timeout(Duration::from_secs(20));
        Err(Error::invalid("held"))
    });
    let hook = text_hook(NUMBER, ADA, "wamid.same", "do you deliver to Yaba today?");
    let words = t.post_hook(&hook);
    let person = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        let taken = file.write(move |tx| conversation::take_over(tx, id, &owner));
        let release = async {
            tokio::time::sleep(Duration::from_millis(100)).await;
            go.send(()).unwrap();
        };
        tokio::join!(taken, release).0.unwrap();
    };
    let (held, status, ()) = tokio::join!(hold, words, person);
    assert!(held.is_err() && status == 200);
    t.pass_ms(10_000).await;
    let messages = t.read(move |tx| list_messages(tx, id, None, 10)).await;
    assert_eq!(messages.len(), 3, "the words are kept and nothing answers them: {messages:?}");
}

#[tokio::test]
async fn what_the_owner_types_in_the_phone_app_is_a_person_taking_over() {
    let t = open().await;
    t.says(ADA, "good morning, how are you?").await;
    let mut echo = text_hook(NUMBER, ADA, "wamid.echo", "Kemi here, I will call you");
    let change = &mut echo["entry"][0]["changes"][0];
    change["field"] = json!("smb_message_echoes");
    let mut message = change["value"]["messages"][0].clone();
    message["to"] = json!(ADA);
    message["from"] = json!("15550000001");
    let value = change["value"].as_object_mut().unwrap();
    value.remove("messages");
    value.insert("message_echoes".into(), json!([message]));
    assert_eq!(t.post_hook(&echo).await, 200);
    t.settle().await;
    assert_eq!(thread(&t).await.conversation.mode, steward::domain::house::conversation::Mode::Human);
    assert!(t.says(ADA, "ok thanks, I am waiting").await.is_empty());
}

#[tokio::test]
async fn a_lost_answer_is_never_sent_again_blindly() {
    let t = open().await;
    t.meta.fail(Fault::CutAfterAccept);
    t.writes(ADA, "do you deliver to Yaba today?").await;
    t.settle().await;
    t.pass_ms(30_000).await;
    assert_eq!(t.sent_to(ADA).len(), 1, "Meta took it once");
    let id = thread(&t).await.conversation.id;
    let last = t.read(move |tx| list_messages(tx, id, None, 10)).await.pop().unwrap();
    assert_eq!(last.delivery, Delivery::Unknown);
    // Its status names our message, and settles it.
    assert_eq!(t.post_hook(&status("wamid.late", &last.id.to_string(), "delivered")).await, 200);
    let last = t.read(move |tx| list_messages(tx, id, None, 10)).await.pop().unwrap();
    assert_eq!(last.delivery, Delivery::Delivered);
    t.pass_ms(200_000).await;
    assert!(thread(&t).await.conversation.waiting_since.is_none());
}

fn status(wamid: &str, callback: &str, word: &str) -> Value {
    json!({ "object": "whatsapp_business_account", "entry": [{ "id": "1", "changes": [{ "field": "messages", "value": {
        "messaging_product": "whatsapp", "metadata": { "display_phone_number": "1", "phone_number_id": NUMBER },
        "statuses": [{ "id": wamid, "status": word, "timestamp": "1763722800", "recipient_id": ADA, "biz_opaque_callback_data": callback }],
    } }] }] })
}

#[tokio::test]
async fn delivery_never_goes_back() {
    let t = open().await;
    t.says(ADA, "what time do you close today?").await;
    let id = thread(&t).await.conversation.id;
    let sent = t.read(move |tx| list_messages(tx, id, None, 10)).await.pop().unwrap();
    let wamid = sent.provider_id.clone().unwrap();
    for word in ["read", "delivered", "sent", "delivered"] {
        t.post_hook(&status(&wamid, &sent.id.to_string(), word)).await;
    }
    let now = t.read(move |tx| list_messages(tx, id, None, 10)).await.pop().unwrap();
    assert_eq!(now.delivery, Delivery::Read);
}

#[tokio::test]
async fn after_24_hours_nothing_free_is_sent() {
    let t = open().await;
    t.says(ADA, "I will come back tomorrow evening.").await;
    let (id, owner) = (thread(&t).await.conversation.id, t.owner());
    t.app.clock().advance_ms(25 * 3_600_000);
    let text = steward::domain::house::message::Content::text("Hello again");
    let refused = t.file().write(move |tx| steward::services::house::outbound::write_as_person(tx, id, &owner, &text, "k1")).await;
    assert!(refused.unwrap_err().message.contains("24 hours"));
    assert_eq!(t.sent_to(ADA).len(), 1);
}

#[tokio::test]
async fn a_customer_without_a_number_is_served_by_user_id() {
    let t = open().await;
    let mut hook = text_hook(NUMBER, ADA, "wamid.u", "are you open now please?");
    let value = &mut hook["entry"][0]["changes"][0]["value"];
    value["contacts"] = json!([{ "profile": { "name": "Bayo" }, "user_id": "NG.123abc" }]);
    let message = value["messages"][0].as_object_mut().unwrap();
    message.remove("from");
    message.insert("from_user_id".into(), json!("NG.123abc"));
    assert_eq!(t.post_hook(&hook).await, 200);
    t.settle().await;
    assert_eq!(t.sent_to("NG.123abc").len(), 1);
}
