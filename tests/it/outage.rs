//! What goes wrong outside, and what must not be lost for it: lines that are away, bodies of odd shapes, late news, files that are not whole.

use crate::doubles::meta::{Fault, NUMBER};
use crate::doubles::openai::{self, error};
use crate::harness::{self, APP_SECRET, TestApp, noon, text_hook};
use crate::intake::Parrot;
use crate::own_models;
use crate::pages::Browser;
use serde_json::{Value, json};
use std::sync::Arc;
use steward::domain::error::Kind;
use steward::domain::house::member::{Actor, Role};
use steward::domain::house::message::{Author, Choice, Content, Delivery};
use steward::domain::id::Id;
use steward::domain::time::{Clock, Time};
use steward::providers::llm::builtin::BuiltIn;
use steward::services::house::outbound::{self, write_as_person};
use steward::services::house::{conversation, member};
use steward::store::house::conversation::{TurnEnd, Which, find_conversation, list_conversations, list_waiting};
use steward::store::house::message::{self, NewMessage, list_messages};
use steward::store::{inbox, jobs as job_rows, meta};
use steward::telemetry::metrics;

const ADA: &str = "2348031234567";
const HOUR_MS: i64 = 3_600_000;

async fn open() -> TestApp {
    harness::open(Arc::new(Parrot)).await
}

/// A customer has written, and WhatsApp is away for so many tries.
async fn written_to_while_away(tries: usize) -> TestApp {
    let t = open().await;
    (0..tries).for_each(|_| t.meta.fail(Fault::Graph(500, 131_016)));
    t.writes(ADA, "do you have jollof rice today?").await;
    t
}

/// The newest message of the only conversation.
async fn newest(t: &TestApp) -> steward::domain::house::message::Message {
    let id = t.read(|tx| list_conversations(tx, Which::Open, "", i64::MAX, 10)).await[0].conversation.id;
    t.read(move |tx| list_messages(tx, id, None, 10)).await.pop().unwrap()
}

#[tokio::test]
async fn two_hours_without_whatsapp_lose_no_reply() {
    let t = written_to_while_away(12).await;
    for _ in 0..12 {
        assert!(t.sent_to(ADA).is_empty());
        t.pass_ms(HOUR_MS / 6).await;
    }
    let waiting = newest(&t).await;
    if waiting.delivery == Delivery::Queued {
        assert!(waiting.problem.is_some_and(|p| p.meaning.contains("tried again")), "why it waits is told");
    }
    t.pass_ms(HOUR_MS / 6).await;
    assert_eq!(t.sent_to(ADA), ["You said: do you have jollof rice today?"]);
    assert_eq!((newest(&t).await.delivery, newest(&t).await.problem), (Delivery::Sent, None));
}

#[tokio::test]
async fn what_could_not_leave_for_a_day_fails_and_says_no_more_that_it_waits() {
    let t = written_to_while_away(60).await;
    for _ in 0..26 {
        t.pass_ms(HOUR_MS).await;
    }
    let failed = newest(&t).await;
    let jobs = harness::count_jobs(&t.file());
    assert_eq!((failed.delivery, jobs), (Delivery::Failed, (0, 0, 0)), "{:?} {}", failed.problem, t.meta.sent().len());
    assert!(failed.problem.is_some_and(|p| !p.meaning.contains("tried again")), "nothing is tried any more");
    assert_eq!(harness::count_jobs(&t.file()), (0, 0, 0));
}

/// Two messages of a person right after each other, the first of which fails so many times.
async fn two_words_while_away(tries: usize) -> TestApp {
    let t = open().await;
    t.says(ADA, "do you have jollof rice today?").await;
    (0..tries).for_each(|_| t.meta.fail(Fault::Graph(500, 131_016)));
    let id = newest(&t).await.conversation_id;
    for (n, words) in ["Your cake is in the oven.", "Your cake is ready."].into_iter().enumerate() {
        let owner = Actor::Key { name: "till".into() };
        let text = Content::text(words);
        let written = t.file().write(move |tx| write_as_person(tx, id, &owner, &text, &format!("k{n}"))).await;
        written.unwrap();
    }
    t
}

#[tokio::test]
async fn what_nobody_knows_of_any_more_reaches_a_person() {
    let t = written_to_while_away(1).await;
    t.pass_ms(100).await;
    let m = newest(&t).await;
    assert_eq!((m.delivery, m.problem.is_some()), (Delivery::Queued, true));
    // As when the disk is full: it left, and what became of it could not be written down.
    t.file().write(move |tx| outbound::depart(tx, m.id).map(|d| assert!(d.is_some()))).await.unwrap();
    let since = noon().plus_ms(-HOUR_MS);
    assert_eq!(t.read(move |tx| message::count_unsettled(tx, since)).await, 0, "it is on its way");
    t.app.clock().advance_ms(job_rows::LEASE_MS + 1);
    assert_eq!(t.read(move |tx| message::count_unsettled(tx, since)).await, 1, "no more");
    t.settle().await;
    assert_eq!((newest(&t).await.delivery, t.sent_to(ADA).len()), (Delivery::Unknown, 0), "nothing is sent blindly");
    assert!(t.read(|tx| list_waiting(tx, 10)).await.is_empty());
    t.pass_ms(HOUR_MS / 20).await;
    assert_eq!(t.read(|tx| list_waiting(tx, 10)).await[0].0.waiting_reason, "A message may not have arrived");
}

#[tokio::test]
async fn what_was_leaving_when_the_process_stopped_reaches_a_person() {
    let t = written_to_while_away(1).await;
    t.pass_ms(100).await;
    let m = newest(&t).await;
    let file = t.file();
    let stopped = file.write(move |tx| {
        outbound::depart(tx, m.id)?;
        outbound::forget_departing(tx)
    });
    assert_eq!(stopped.await.unwrap(), 1);
    t.pass_ms(HOUR_MS / 20).await;
    assert_eq!(t.read(|tx| list_waiting(tx, 10)).await.len(), 1);
}

#[tokio::test]
async fn the_first_page_counts_all_that_did_not_arrive() {
    let t = open().await;
    for n in 0..13 {
        t.meta.fail(Fault::Graph(401, 190));
        t.says(&format!("23480312345{n:02}"), "do you have jollof rice today?").await;
    }
    let b = Browser::of(&t, Role::Owner).await;
    let (_, html) = b.get("/app").await;
    assert!(html.contains("13 things need you") && html.contains("3 more messages did not arrive, or may not have"), "{html}");
    assert_eq!(html.matches("id=\"need-m-").count(), 11);
    let (_, html) = b.get("/app/messages?show=undelivered").await;
    assert_eq!(html.matches("id=\"c-").count(), 13, "{html}");
}

#[tokio::test]
async fn the_first_page_says_what_cannot_leave() {
    let t = written_to_while_away(60).await;
    let b = Browser::of(&t, Role::Owner).await;
    t.pass_ms(60_000).await;
    assert!(!b.get("/app").await.1.contains("cannot leave"), "a bad moment is no news");
    t.pass_ms(360_000).await;
    let (_, html) = b.get("/app").await;
    assert!(html.contains("1 message waits and cannot leave") && html.contains("1 thing needs you"), "{html}");
    let t = open().await;
    t.meta.fail(Fault::Graph(400, 131_048));
    t.writes(ADA, "do you have jollof rice today?").await;
    t.pass_ms(100).await;
    let (_, html) = Browser::of(&t, Role::Owner).await.get("/app").await;
    assert!(html.contains("1 message waits and cannot leave") && html.contains("reported it as spam"), "{html}");
}

#[tokio::test]
async fn what_waits_leaves_in_the_order_it_was_written() {
    for tries in [1, 3] {
        let t = two_words_while_away(tries).await;
        for _ in 0..24 {
            t.pass_ms(1_000).await;
        }
        let sent = t.sent_to(ADA);
        assert_eq!(sent[1..], ["Your cake is in the oven.", "Your cake is ready."], "after {tries}: {sent:?}");
    }
}

#[tokio::test]
async fn a_refusal_for_good_does_not_promise_another_try() {
    let t = open().await;
    t.meta.fail(Fault::Graph(401, 190));
    t.says(ADA, "do you have jollof rice today?").await;
    let failed = newest(&t).await;
    let meaning = failed.problem.unwrap().meaning;
    assert!(failed.delivery == Delivery::Failed && meaning.contains("It was not sent.") && !meaning.contains("wait"), "{meaning}");
}

#[tokio::test]
async fn signed_bodies_of_odd_shapes_are_listed_and_cost_the_others_nothing() {
    let t = open().await;
    let good = text_hook(NUMBER, ADA, "wamid.good", "do you have jollof rice today?");
    let with = |change: fn(&mut Value)| {
        let mut body = good.clone();
        change(&mut body["entry"][0]["changes"][0]);
        body.to_string()
    };
    let bodies = [
        "[]".to_owned(),
        r#"{"foo":1}"#.to_owned(),
        r#"{"object":"whatsapp_business_account"}"#.to_owned(),
        r#"{"object":"whatsapp_business_account","entry":"x"}"#.to_owned(),
        r#"{"object":"whatsapp_business_account","entry":[{"id":"1","changes":null}]}"#.to_owned(),
        with(|c| c["value"] = json!("zap")),
        with(|c| c["value"]["messages"] = json!({ "id": "wamid.x" })),
        with(|c| c["value"]["messages"][0]["id"] = Value::Null),
        with(|c| {
            let more = c["value"]["messages"][0].clone();
            c["value"]["messages"] = json!([more, { "from": ADA, "type": "text", "text": { "body": "no id" } }]);
        }),
    ];
    for (n, body) in bodies.iter().enumerate() {
        assert_eq!(t.post_raw(body.clone().into_bytes(), APP_SECRET).await, 200, "{body}");
        assert_eq!(t.read(inbox::list_unread).await.len(), n + 1, "{body}");
    }
    t.pass_ms(10_000).await;
    assert_eq!(t.sent_to(ADA).len(), 1, "the whole message beside the odd one is answered");
    // What Meta tells of something else is no trouble, and goes to the business of the account it is about.
    let news = with(|c| *c = json!({ "field": "account_update", "value": { "event": "VERIFIED_ACCOUNT" } }));
    assert_eq!(t.post_raw(news.into_bytes(), APP_SECRET).await, 200);
    assert_eq!(t.read(inbox::list_unread).await.len(), bodies.len());
}

#[tokio::test]
async fn news_for_one_business_is_kept_by_no_other_of_the_same_app() {
    let t = open().await;
    let other = harness::add_business(&t.app, "Ada Fabrics", "55502").await.id;
    let theirs = || async { t.app.store.business(other).unwrap().read(inbox::list_unread).await.unwrap().len() };
    let kept = || async { t.file().read(|tx| inbox::find_inbox(tx, 1)).await.is_ok() };
    let news = json!({ "object": "whatsapp_business_account", "entry": [{ "id": "of nobody here", "changes": [{ "field": "account_update", "value": {} }] }] });
    assert_eq!(t.post_hook(&news).await, 200);
    assert!(!kept().await && theirs().await == 0, "whose account it is nobody knows");
    let broken = text_hook("55502", ADA, "wamid.1", "do you have ankara?").to_string();
    assert_eq!(t.post_raw(broken.as_bytes()[..broken.len() - 2].to_vec(), APP_SECRET).await, 200);
    assert!(!kept().await && theirs().await == 1, "it names the number it was for");
}

#[tokio::test]
async fn the_day_to_answer_in_counts_from_when_the_customer_wrote() {
    let t = open().await;
    let late = |at: Time, wamid: &str| {
        let mut hook = text_hook(NUMBER, ADA, wamid, "do you have jollof rice today?");
        hook["entry"][0]["changes"][0]["value"]["messages"][0]["timestamp"] = json!((at.millis() / 1_000).to_string());
        hook
    };
    let heard = || async { t.read(|tx| list_conversations(tx, Which::Open, "", i64::MAX, 10)).await[0].conversation.last_inbound_at };
    let written = noon().plus_ms(-23 * HOUR_MS);
    assert_eq!(t.post_hook(&late(written, "wamid.1")).await, 200);
    assert_eq!(heard().await, Some(written));
    // What was delayed longer does not set it back, and a clock that is wrong by a year is not believed.
    assert_eq!(t.post_hook(&late(noon().plus_ms(-30 * HOUR_MS), "wamid.2")).await, 200);
    assert_eq!(heard().await, Some(written));
    assert_eq!(t.post_hook(&late(noon().plus_ms(-400 * 24 * HOUR_MS), "wamid.3")).await, 200);
    assert_eq!(heard().await, Some(t.app.clock().now()));
}

#[tokio::test]
async fn a_model_that_is_away_is_not_waited_for_twice_in_a_turn() {
    let stage = openai::open((0..20).map(|_| error(400, "model_not_found")).collect()).await;
    let host = stage.url.clone();
    let t = harness::open_with(Arc::new(BuiltIn::new()), Clock::starting_at(noon()), move |c| c.models.own_hosts = vec![host]).await;
    own_models::add(&t, &stage, "m-1", None).await;
    // Two rounds of tools and words, of which the model is asked in the first only.
    assert!(t.says(ADA, "2 large jollof rice and 1 coke please, pickup").await.concat().contains("Jollof rice"));
    assert_eq!(stage.seen().len(), 1);
}

#[tokio::test]
async fn the_last_owner_stays_one() {
    let t = open().await;
    let business = t.business.id;
    let role = |email: &'static str, role: Role| t.app.store.control_write(move |tx| member::add(tx, email, business, role));
    role("nkechi@example.com", Role::Owner).await.unwrap();
    let refused = role("nkechi@example.com", Role::Viewer).await.unwrap_err();
    assert_eq!((refused.kind, refused.message.as_str()), (Kind::Conflict, "A business keeps at least one owner."));
    role("tunde@example.com", Role::Owner).await.unwrap();
    role("nkechi@example.com", Role::Viewer).await.unwrap();
}

#[tokio::test]
async fn a_file_that_is_empty_or_gone_is_no_new_business() {
    let t = open().await;
    let id = Id::new(noon());
    let dir = t.app.store.business_dir(id);
    assert_eq!(t.app.store.business(id).err().map(|e| e.kind), Some(Kind::NotFound));
    std::fs::create_dir_all(&dir).unwrap();
    let told = |t: &TestApp| t.app.store.business(id).err().map(|e| e.message).unwrap_or_default();
    assert!(told(&t).contains("business.db cannot be opened"), "{}", told(&t));
    std::fs::write(dir.join("business.db"), []).unwrap();
    assert!(told(&t).contains("business.db is damaged: it is empty"), "{}", told(&t));
}

#[tokio::test]
async fn what_happens_is_counted() {
    metrics::init().unwrap();
    let t = open().await;
    t.says(ADA, "do you have jollof rice today?").await;
    let text = t.http.get(format!("{}/metrics", t.url)).send().await.unwrap().text().await.unwrap();
    for series in [
        "steward_http_requests_total{route=\"/webhooks/meta\",method=\"POST\",status=\"200\"}",
        "steward_http_request_seconds_bucket{route=\"/webhooks/meta\"",
        "steward_webhooks_total{carrier=\"whatsapp\",outcome=\"stored\"}",
        "steward_messages_total{channel=\"whatsapp\",direction=\"in\"}",
        "steward_messages_total{channel=\"whatsapp\",direction=\"out\"}",
        "steward_turns_total{model=\"parrot\",outcome=\"said\"}",
        "steward_jobs_total{kind=\"send_message\",outcome=\"done\"}",
        "steward_outgoing_calls_total{host=\"127.0.0.1\",outcome=\"ok\"}",
    ] {
        assert!(text.contains(series), "{series} is not in:\n{text}");
    }
}

#[tokio::test]
async fn who_writes_while_steward_is_off_waits_in_sight_and_is_answered_when_it_is_on() {
    let t = open().await;
    let file = t.file();
    let switch = |on: bool| {
        file.write(move |tx| {
            let profile = steward::domain::house::business::Profile { answers: on, ..meta::find_profile(tx)? };
            meta::update_profile(tx, &profile)?;
            if on { conversation::answer_what_waits(tx) } else { Ok(()) }
        })
    };
    switch(false).await.unwrap();
    assert!(t.says(ADA, "do you have jollof rice today?").await.is_empty());
    assert!(t.says(ADA, "hello, is anybody there?").await.is_empty());
    let waiting = t.read(|tx| list_waiting(tx, 10)).await;
    assert_eq!((waiting.len(), waiting[0].0.waiting_reason.as_str()), (1, conversation::OFF));
    switch(true).await.unwrap();
    t.pass_ms(10_000).await;
    assert_eq!(t.sent_to(ADA), ["You said: do you have jollof rice today? | hello, is anybody there?"]);
    assert!(t.read(|tx| list_waiting(tx, 10)).await.is_empty());
}

#[tokio::test]
async fn an_address_of_nothing_is_a_page_that_says_so() {
    let t = open().await;
    for path in ["/nope", "/app/nope", "/b/nobody/", "/app/orders/nope"] {
        let answer = t.http.get(format!("{}{path}", t.url)).send().await.unwrap();
        let signed_out = answer.url().path() == "/sign-in";
        let (status, csp) = (answer.status(), answer.headers().contains_key("content-security-policy"));
        let html = answer.text().await.unwrap();
        assert!(signed_out || status == 404 && csp && html.contains("data-problem"), "{path}: {status} {html}");
    }
}

#[tokio::test]
async fn words_too_long_for_buttons_leave_as_several_messages() {
    let t = open().await;
    t.says(ADA, "hello").await;
    let id = newest(&t).await.conversation_id;
    let lines: Vec<String> = (1..=60).map(|n| format!("{n} × Jollof rice with all of it: ₦2,500")).collect();
    let choices = vec![Choice { id: "yes".into(), title: "Yes".into(), description: String::new() }];
    let content = Content::Buttons { text: lines.join("\n"), choices };
    let file = t.file();
    let planned = file.write(move |tx| {
        let thread = find_conversation(tx, id)?;
        let new = NewMessage {
            conversation_id: id,
            author: Author::Steward,
            author_name: "",
            content: &content,
            run_id: None,
            intent: "long",
            turn_epoch: None,
        };
        let end = TurnEnd { memo: None, taken_up_to: "", draft: None };
        outbound::plan_reply(tx, &thread, &new, &end)
    });
    planned.await.unwrap();
    t.pass_ms(10_000).await;
    let sent = t.sent_to(ADA);
    assert!(sent.len() > 2 && sent[1..].iter().all(|s| s.chars().count() <= 1_024), "{sent:?}");
    assert_eq!(sent[1..].join("\n"), lines.join("\n"), "no line is lost, and they leave in order");
    let kinds: Vec<String> = t.meta.sent().iter().filter_map(|m| Some(m["type"].as_str()?.to_owned())).collect();
    assert_eq!(kinds.iter().filter(|k| *k == "interactive").count(), 1);
    assert_eq!(kinds.last().map(String::as_str), Some("interactive"));
}
