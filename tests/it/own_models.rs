//! Models a business chose for itself: asked in its order, paid from its day, with keys nobody can read.

use crate::doubles::openai::{self, KEY, says};
use crate::doubles::script::{Act, Stage};
use crate::harness::{self, TestApp};
use crate::pages::Browser;
use std::sync::Arc;
use steward::agents::models::{named, try_out};
use steward::app::models;
use steward::domain::house::business::Profile;
use steward::domain::house::member::Role;
use steward::domain::house::model::{OwnModel, Use};
use steward::domain::id::Id;
use steward::domain::price::Price;
use steward::domain::secret::Secret;
use steward::domain::time::{Clock, Time};
use steward::providers::llm::builtin::BuiltIn;
use steward::store::house::model::list_models;
use steward::store::{meta, runs, usage};

const ADA: &str = "2348031234567";
const DEAR: Price = Price { prompt_micros_per_million: 50_000_000, completion_micros_per_million: 50_000_000 };

/// A Steward whose operator lets owners use this server.
async fn open(stage: &Stage, allowed: bool) -> TestApp {
    let host = stage.url.clone();
    harness::open_with(Arc::new(BuiltIn::new()), Clock::starting_at(harness::noon()), move |config| {
        if allowed {
            config.models.own_hosts = vec![host];
        }
    })
    .await
}

pub async fn add(t: &TestApp, stage: &Stage, model: &str, price: Option<Price>) -> Id {
    let own = OwnModel {
        id: Id::new(t.app.clock().now()),
        service: "openai".into(),
        base_url: format!("{}/v1", stage.url),
        model: model.into(),
        purpose: Use::All,
        place: 0,
        price,
        look: None,
    };
    let id = own.id;
    models::save(&t.app, t.business.id, own, Some(&Secret::new(KEY))).await.unwrap();
    id
}

async fn newest_model(t: &TestApp) -> String {
    t.read(|tx| runs::list_runs(tx, None, 1)).await.remove(0).model
}

#[tokio::test]
async fn the_business_is_answered_by_its_own_model() {
    let stage = openai::open(vec![says("Good afternoon! How may I help?")]).await;
    let t = open(&stage, true).await;
    assert!(!t.says(ADA, "Hello, good afternoon my people!").await.is_empty());
    assert_eq!(newest_model(&t).await, "built-in");
    add(&t, &stage, "m-1", None).await;
    assert_eq!(t.says(ADA, "Hello again, good afternoon!").await, ["Good afternoon! How may I help?"]);
    assert_eq!(newest_model(&t).await, "openai:m-1");
    assert_eq!(stage.seen()[0].json()["model"], "m-1");
    // The key is sealed in the file, and opens only there.
    let rows = t.read(list_models).await;
    assert!(!rows[0].1.windows(KEY.len()).any(|w| w == KEY.as_bytes()));
    let id = rows[0].0.id;
    models::remove(&t.app, t.business.id, id).await.unwrap();
    t.says(ADA, "Hello once more, good people!").await;
    assert_eq!(newest_model(&t).await, "built-in", "what was removed is asked no more");
}

#[tokio::test]
async fn when_the_day_is_spent_the_built_in_model_answers() {
    let stage = openai::open(vec![says("Good afternoon! How may I help?")]).await;
    let t = open(&stage, true).await;
    add(&t, &stage, "m-1", Some(DEAR)).await;
    t.file()
        .write(|tx| {
            let profile = Profile { daily_limit_micros: 400_000, ..meta::find_profile(tx)? };
            meta::update_profile(tx, &profile)
        })
        .await
        .unwrap();
    let mut models_used = Vec::new();
    for _ in 0..4 {
        assert_eq!(t.says(ADA, "Do you have jollof rice today please?").await.len(), 1, "nobody waits for money");
        models_used.push(newest_model(&t).await);
        // What the double reports is little: the estimate and the real cost are made to count.
        t.file().write(|tx| usage::reserve_usage(tx, &tx.now.rfc3339()[..10], "all", 120_000)).await.unwrap();
    }
    assert_eq!(models_used[0], "openai:m-1");
    assert_eq!(models_used[3], "built-in", "{models_used:?}");
    let cost = t.read(|tx| usage::day_cost_micros(tx, &tx.now.rfc3339()[..10])).await;
    assert!(cost > 480_000, "calls are written down: {cost}");
    t.pass_ms(24 * 3_600_000).await;
    t.says(ADA, "Good morning! Do you have jollof rice?").await;
    assert_eq!(newest_model(&t).await, "openai:m-1", "a new day, a new purse");
}

#[tokio::test]
async fn the_check_says_what_the_model_said() {
    let stage = openai::open(vec![says("Hello there"), openai::error(401, "invalid_api_key")]).await;
    let t = open(&stage, true).await;
    let id = add(&t, &stage, "gpt-4o-mini", None).await;
    let look = try_out(&t.app, &t.business, id).await.unwrap();
    assert!(look.fine && look.words.contains("Hello there") && look.words.contains("12 tokens"), "{}", look.words);
    let cost = t.read(|tx| usage::day_cost_micros(tx, &tx.now.rfc3339()[..10])).await;
    assert_eq!(cost, 5, "5 and 7 tokens by the shipped price, rounded up");
    let look = try_out(&t.app, &t.business, id).await.unwrap();
    assert!(!look.fine && !look.words.contains(KEY), "{}", look.words);
}

#[tokio::test]
async fn an_owner_cannot_reach_into_the_operators_network() {
    let stage = openai::open(vec![says("secret")]).await;
    let t = open(&stage, false).await;
    let id = add(&t, &stage, "m-1", None).await;
    let look = try_out(&t.app, &t.business, id).await.unwrap();
    assert!(!look.fine, "{}", look.words);
    assert_eq!(stage.times(), 0, "nothing was sent");
    assert_eq!(t.says(ADA, "Hello, good afternoon my people!").await.len(), 1, "the built-in model answers");
}

#[tokio::test]
async fn models_are_found_by_name_and_kept_in_order() {
    let stage = openai::open(vec![says("x")]).await;
    let t = open(&stage, true).await;
    let (_, second) = (add(&t, &stage, "m-1", None).await, add(&t, &stage, "m-2", None).await);
    models::prefer(&t.app, t.business.id, second).await.unwrap();
    let names: Vec<String> = t.read(list_models).await.into_iter().map(|(m, _)| m.model).collect();
    assert_eq!(names, ["m-2", "m-1"]);
    assert_eq!(named(&t.app, Some(t.business.id), "openai:m-1").await.unwrap().name(), "openai:m-1");
    assert_eq!(named(&t.app, Some(t.business.id), "openai").await.unwrap().name(), "openai:m-2");
    let Err(e) = named(&t.app, None, "openai").await else { panic!("the environment has none") };
    assert!(e.message.contains("OPENAI_API_KEY"), "{e}");
    let again = OwnModel { id: Id::new(t.app.clock().now()), ..t.read(list_models).await.remove(0).0 };
    assert!(models::save(&t.app, t.business.id, again, None).await.is_err(), "the same model is there once");
}

#[tokio::test]
async fn a_model_is_changed_and_keeps_its_key_unless_it_moves() {
    let stage = openai::open(vec![says("x")]).await;
    let t = open(&stage, true).await;
    let id = add(&t, &stage, "m-1", Some(DEAR)).await.to_string();
    let owner = Browser::of(&t, Role::Owner).await;
    let (status, html) = owner.get(&format!("/app/settings/models/{id}")).await;
    assert_eq!(status, 200);
    assert!(html.contains("Change this model") && html.contains(r#"value="m-1""#) && html.contains(r#"value="50.00""#), "{html}");
    assert!(!html.contains(KEY));
    let there = format!("{}/v1", stage.url);
    let form = |model: &'static str, there: String| {
        let words = [
            ("id", id.clone()),
            ("service", "openai".into()),
            ("base_url", there),
            ("model", model.to_owned()),
            ("purpose", "fast".into()),
        ];
        let owner = &owner;
        async move {
            let words: Vec<(&str, &str)> = words.iter().map(|(k, v)| (*k, v.as_str())).collect();
            owner.post("/app/settings/models/add", &words).await
        }
    };
    let sealed = t.read(list_models).await[0].1.clone();
    assert_eq!(form("m-2", there.clone()).await, 303);
    let rows = t.read(list_models).await;
    assert_eq!((rows.len(), rows[0].0.model.as_str(), rows[0].0.purpose, rows[0].0.price), (1, "m-2", Use::Fast, None));
    assert_eq!(rows[0].1, sealed, "its key is kept");
    assert_eq!(form("m-2", format!("{}/v2", stage.url)).await, 303);
    assert_ne!(t.read(list_models).await[0].1, sealed, "a key does not go to another address");
    let viewer = Browser::of(&t, Role::Viewer).await;
    assert_eq!(viewer.get(&format!("/app/settings/models/{id}")).await.0, 403);
}

/// A turn's answer that waits for a word.
fn held(then: Act) -> (Act, Arc<tokio::sync::Semaphore>) {
    let until = Arc::new(tokio::sync::Semaphore::new(0));
    (Act::Held { until: until.clone(), then: Box::new(then) }, until)
}

/// A Steward in this zone whose clock begins at this moment, with a model that costs.
async fn open_at(stage: &Stage, at: &str, zone: &'static str) -> TestApp {
    let host = stage.url.clone();
    let clock = Clock::starting_at(Time::parse(at).unwrap());
    let t = harness::open_with(Arc::new(BuiltIn::new()), clock, move |config| config.models.own_hosts = vec![host]).await;
    add(&t, stage, "m-1", Some(DEAR)).await;
    t.file()
        .write(move |tx| {
            let profile = Profile { time_zone: zone.into(), daily_limit_micros: 800_000, ..meta::find_profile(tx)? };
            meta::update_profile(tx, &profile)
        })
        .await
        .unwrap();
    t
}

#[tokio::test]
async fn a_day_begins_at_the_business_s_midnight() {
    let stage = openai::open(vec![says("Good evening! How may I help?")]).await;
    let t = open_at(&stage, "2026-11-21T22:50:00Z", "Africa/Lagos").await;
    t.file().write(|tx| usage::reserve_usage(tx, "2026-11-21", "all", 800_000)).await.unwrap();
    t.says(ADA, "Good evening! Do you have jollof rice?").await;
    assert_eq!(newest_model(&t).await, "built-in", "today's money is spent");
    t.pass_ms(20 * 60_000).await;
    t.says(ADA, "Good evening again! Do you have jollof rice?").await;
    assert_eq!(newest_model(&t).await, "openai:m-1", "in Lagos it is Sunday by now");
}

#[tokio::test]
async fn what_was_promised_before_midnight_is_paid_from_that_day() {
    let (act, word) = held(says("Good evening! How may I help?"));
    let stage = openai::open(vec![act]).await;
    let t = open_at(&stage, "2026-11-21T23:55:00Z", "UTC").await;
    t.writes(ADA, "Good evening! Do you have jollof rice?").await;
    t.app.clock().advance_ms(10_000);
    t.app.bell.due(t.business.id, t.app.clock().now());
    while stage.times() == 0 {
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
    t.app.clock().advance_ms(10 * 60_000);
    word.add_permits(1);
    t.settle().await;
    let calls = |day: &str| harness::column::<i64>(&t.file(), "select calls from usage where day = ?1", day);
    assert_eq!((calls("2026-11-21"), calls("2026-11-22")), (vec![1], vec![]));
    let cost: Vec<i64> = harness::column(&t.file(), "select cost_micros from usage where day = ?1", "2026-11-21");
    let left = t.read(|tx| usage::day_cost_micros(tx, "2026-11-21")).await;
    assert_eq!(left, cost[0], "nothing of it is still promised");
}

#[tokio::test]
async fn a_disk_that_takes_nothing_is_no_spent_day() {
    let stage = openai::open(vec![says("Good afternoon! How may I help?")]).await;
    let t = open_at(&stage, "2026-11-21T11:00:00Z", "Africa/Lagos").await;
    let full = "create trigger full before insert on usage begin select raise(abort, 'database or disk is full'); end";
    harness::meddle(&t.file(), full);
    t.says(ADA, "Good afternoon! Do you have jollof rice?").await;
    assert_eq!((newest_model(&t).await.as_str(), stage.times()), ("built-in", 0));
    let run = t.read(|tx| runs::list_runs(tx, None, 1)).await.remove(0);
    let told = run.trace.iter().map(|s| s.detail.to_string()).collect::<String>();
    assert!(told.contains("could not be written down") && !told.contains("limit"), "{told}");
}
