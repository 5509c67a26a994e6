//! Turns of a model on the network that a person, a failure or a kill comes in between of: whoever wrote is answered, once.

use crate::doubles::openai::{self, calls_tool, says};
use crate::doubles::script::{Act, Stage};
use crate::harness::{self, TestApp};
use crate::own_models;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use steward::domain::id::Id;
use steward::domain::time::Clock;
use steward::domain::usage::Usage;
use steward::providers::llm::builtin::BuiltIn;
use steward::services::house::conversation;
use steward::store::house::conversation::{Which, list_conversations};
use steward::store::runs::{self, Run};
use tokio::sync::Semaphore;

const ADA: &str = "2348031234567";

async fn open(stage: &Stage) -> TestApp {
    let host = stage.url.clone();
    let t = harness::open_with(Arc::new(BuiltIn::new()), Clock::starting_at(harness::noon()), move |config| {
        config.models.own_hosts = vec![host];
    })
    .await;
    own_models::add(&t, stage, "m-1", None).await;
    t
}

/// An act that waits for a word, and the word.
fn held(then: Act) -> (Act, Arc<Semaphore>) {
    let until = Arc::new(Semaphore::new(0));
    (Act::Held { until: until.clone(), then: Box::new(then) }, until)
}

/// A customer writes, and a model is asked and thinks.
async fn asks(t: &TestApp, stage: &Stage, text: &str) {
    let before = stage.times();
    t.writes(ADA, text).await;
    t.app.clock().advance_ms(10_000);
    t.app.bell.due(t.business.id, t.app.clock().now());
    while stage.times() == before {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

async fn thread(t: &TestApp) -> Id {
    t.read(|tx| list_conversations(tx, Which::All, "", i64::MAX, 5)).await[0].conversation.id
}

async fn states(t: &TestApp) -> Vec<String> {
    t.read(|tx| runs::list_runs(tx, None, 20)).await.into_iter().map(|r| r.state).collect()
}

#[tokio::test]
async fn who_was_handed_back_while_a_model_thought_is_answered() {
    let (thinks, word) = held(says("This is never sent."));
    let stage = openai::open(vec![thinks, says("Good afternoon! How may I help?")]).await;
    let t = open(&stage).await;
    asks(&t, &stage, "Hello, good afternoon my people!").await;
    let (id, nkechi) = (thread(&t).await, t.owner());
    let back = nkechi.clone();
    t.file().write(move |tx| conversation::take_over(tx, id, &nkechi)).await.unwrap();
    t.file().write(move |tx| conversation::hand_back(tx, id, &back)).await.unwrap();
    word.add_permits(1);
    t.settle().await;
    assert_eq!(t.sent_to(ADA), ["Good afternoon! How may I help?"]);
    assert_eq!(states(&t).await, ["done", "stopped"]);
}

#[tokio::test]
async fn what_a_person_keeps_or_closed_is_not_answered_behind_them() {
    for closes in [false, true] {
        let (thinks, word) = held(says("This is never sent."));
        let stage = openai::open(vec![thinks, says("Nor is this.")]).await;
        let t = open(&stage).await;
        asks(&t, &stage, "Hello, good afternoon my people!").await;
        let (id, nkechi) = (thread(&t).await, t.owner());
        t.file()
            .write(move |tx| {
                conversation::take_over(tx, id, &nkechi)?;
                if closes { conversation::close(tx, id, true, &nkechi) } else { Ok(()) }
            })
            .await
            .unwrap();
        word.add_permits(1);
        t.settle().await;
        assert!(t.sent_to(ADA).is_empty(), "closed: {closes}");
    }
}

#[tokio::test]
async fn a_turn_that_failed_for_good_is_over() {
    let (thinks, word) = held(says("This is never sent."));
    let stage = openai::open(vec![thinks, says("Good afternoon! How may I help?")]).await;
    let t = open(&stage).await;
    asks(&t, &stage, "Hello, good afternoon my people!").await;
    let sql = |words: &str| harness::meddle(&t.file(), words);
    sql("create trigger broken before update on runs when new.state = 'done' begin select raise(abort, 'broken'); end");
    word.add_permits(1);
    t.settle().await;
    for _ in 0..20 {
        t.pass_ms(900_000).await;
    }
    assert_eq!(states(&t).await, ["failed"]);
    assert_eq!(t.read(|tx| list_conversations(tx, Which::NeedPerson, "", i64::MAX, 5)).await.len(), 1);
    sql("drop trigger broken");
    assert_eq!(t.says(ADA, "Are you still there, my good people?").await, ["Good afternoon! How may I help?"]);
    let asked = stage.seen().pop().unwrap().json().to_string();
    assert!(asked.contains("Are you still there"), "the new words are what is answered: {asked}");
    assert_eq!(states(&t).await, ["done", "failed"]);
}

/// A turn that a killed process left behind, begun just now for `epoch`.
async fn leave_turn(t: &TestApp, epoch: impl Fn(i64) -> i64 + Send + 'static) {
    let (id, file) = (thread(t).await, t.file());
    let left = file.write(move |tx| {
        let (run_id, at) = (Id::new(tx.now), tx.now);
        let epoch = epoch(steward::store::house::conversation::find_conversation(tx, id)?.turn_epoch);
        let checkpoint = json!({
            "run_id": run_id, "conversation_id": id, "epoch": epoch, "started_at": at, "taken_up_to": "", "history": [],
            "new": ["What did I order?"], "rounds": [], "objections": [], "objected": 0, "fall_back": false, "model": "", "understood": "",
            "usage": Usage::default(), "steps": [], "rows": Value::Null, "language": "en",
        });
        let run = Run {
            id: run_id,
            agent: "turn".into(),
            conversation_id: Some(id),
            state: "running".into(),
            version: 0,
            model: String::new(),
            understood: String::new(),
            outcome: String::new(),
            usage: Usage::default(),
            trace: vec![],
            started_at: at,
            ended_at: None,
        };
        runs::upsert_run(tx, &run, Some(&checkpoint.to_string()))
    });
    left.await.unwrap();
}

#[tokio::test]
async fn an_hour_without_power_is_no_thinking() {
    let look = calls_tool("order_status", r#"{"number":null}"#);
    let stage = openai::open(vec![says("Good afternoon!"), look, says("You have no order with us yet.")]).await;
    let t = open(&stage).await;
    t.says(ADA, "Hello, good afternoon my people!").await;
    leave_turn(&t, |epoch| epoch).await;
    t.app.clock().advance_ms(3_600_000);
    t.says(ADA, "What did I order the last time?").await;
    assert!(t.sent_to(ADA).contains(&"You have no order with us yet.".to_owned()), "{:?}", t.sent_to(ADA));
    let titles = t.read(|tx| runs::list_runs(tx, None, 9)).await.into_iter().flat_map(|r| r.trace).map(|s| s.title);
    assert!(!titles.collect::<String>().contains("took too long"));
}

#[tokio::test]
async fn a_turn_from_before_a_person_took_over_is_begun_anew() {
    let stage = openai::open(vec![says("Good afternoon!"), says("You have no order with us yet.")]).await;
    let t = open(&stage).await;
    t.says(ADA, "Hello, good afternoon my people!").await;
    leave_turn(&t, |epoch| epoch - 1).await;
    assert_eq!(t.says(ADA, "Please tell me what I ordered.").await, ["You have no order with us yet."]);
    assert_eq!(stage.times(), 2, "nothing is asked for words that cannot be sent");
    let mut states = states(&t).await;
    states.sort();
    assert_eq!(states, ["done", "done", "stopped"]);
}
