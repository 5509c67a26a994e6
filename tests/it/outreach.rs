//! Groups, campaigns, reminders and points: who gets what, once, and who does not.

use crate::harness::{self, TestApp};
use serde_json::{Value, json};
use std::sync::Arc;
use steward::domain::house::contact::{Identity, IdentityKind};
use steward::domain::id::Id;
use steward::domain::lang::Lang;
use steward::domain::outreach::rules::Rules;
use steward::domain::shop::loyalty::{Entry, Terms};
use steward::domain::shop::order::Status;
use steward::providers::llm::builtin::BuiltIn;
use steward::services::outreach::campaign;
use steward::services::shop::{loyalty, order, payment};
use steward::store::house::{audit as trail, contact};
use steward::store::shop::{loyalty as ledger, order as orders};

const ADA: &str = "2348031234567";
const BOLA: &str = "2348039999999";
const CHI: &str = "2348037777777";
const HOUR: i64 = 3_600_000;

async fn open() -> TestApp {
    harness::open(Arc::new(BuiltIn::new())).await
}

async fn contact_of(t: &TestApp, phone: &str) -> Id {
    let who = Identity { kind: IdentityKind::Phone, value: format!("+{phone}") };
    t.read(move |tx| contact::find_contact_id(tx, &who)).await.unwrap()
}

async fn call(t: &TestApp, method: &str, path: &str, body: Value) -> (u16, Value) {
    let request = t.http.request(method.parse().unwrap(), format!("{}/api/v1{path}", t.url)).bearer_auth(&t.key);
    let request = if body.is_null() { request } else { request.json(&body) };
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap_or(Value::Null))
}

async fn says_yes(t: &TestApp, phone: &str, yes: bool) {
    let id = contact_of(t, phone).await;
    let body = json!({ "consent": yes, "consent_way": "by phone", "consent_words": "send me offers", "tags": ["VIP ", "vip"] });
    let (status, answer) = call(t, "PATCH", &format!("/contacts/{id}"), body).await;
    assert_eq!((status, &answer["consent"]), (200, &json!(yes)), "{answer}");
}

#[tokio::test]
async fn a_campaign_reaches_who_said_yes_once_and_nobody_else() {
    let t = open().await;
    for phone in [ADA, BOLA, CHI] {
        t.says(phone, "Hello").await;
    }
    says_yes(&t, ADA, true).await;
    says_yes(&t, BOLA, false).await;
    let (status, group) = call(&t, "POST", "/segments", json!({ "name": "All", "filter": {} })).await;
    assert_eq!(status, 201, "{group}");
    let new = json!({ "name": "Pies", "segment_id": group["id"], "text": "Hello {name}, fresh pies today!" });
    let (_, c) = call(&t, "POST", "/campaigns", new).await;
    let path = format!("/campaigns/{}", c["id"].as_str().unwrap());
    let (_, seen) = call(&t, "GET", &path, Value::Null).await;
    assert_eq!((&seen["preview"]["people"], &seen["preview"]["in_words"]), (&json!(3), &json!(1)), "{seen}");
    assert_eq!(seen["preview"]["left_out"]["said no to messages"], 1);
    assert_eq!(seen["preview"]["left_out"]["never said yes to messages"], 1);
    assert_eq!(call(&t, "POST", &format!("{path}/start"), Value::Null).await.0, 200);
    assert_eq!(call(&t, "POST", &format!("{path}/start"), Value::Null).await.0, 409, "started once");
    t.pass_ms(60_000).await;
    t.pass_ms(60_000).await;
    let got = |phone: &str| t.sent_to(phone).iter().filter(|m| m.contains("fresh pies")).cloned().collect::<Vec<_>>();
    assert_eq!(got(ADA), ["Hello Ada, fresh pies today!"]);
    assert!(got(BOLA).is_empty() && got(CHI).is_empty());
    t.writes(ADA, "Oh nice").await;
    let (_, seen) = call(&t, "GET", &path, Value::Null).await;
    assert_eq!(
        (&seen["results"]["sent"], &seen["results"]["skipped"], &seen["results"]["replied"]),
        (&json!(1), &json!(2), &json!(1)),
        "{seen}"
    );
    assert_eq!(seen["campaign"]["state"], "done");
    // A second campaign comes too soon, and the group by tag holds those with the tag.
    let (_, vip) = call(&t, "POST", "/segments", json!({ "name": "Vips", "filter": { "tag": "vip" } })).await;
    let new = json!({ "name": "Again", "segment_id": vip["id"], "text": "More pies" });
    let (_, c) = call(&t, "POST", "/campaigns", new).await;
    let (_, seen) = call(&t, "GET", &format!("/campaigns/{}", c["id"].as_str().unwrap()), Value::Null).await;
    assert_eq!((&seen["preview"]["people"], &seen["preview"]["in_words"]), (&json!(2), &json!(0)), "{seen}");
    let (_, members) = call(&t, "GET", &format!("/contacts?segment={}", vip["id"].as_str().unwrap()), Value::Null).await;
    assert_eq!(members["items"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn nights_are_quiet_and_who_writes_meanwhile_is_left_alone() {
    let t = open().await;
    t.says(ADA, "Hello").await;
    says_yes(&t, ADA, true).await;
    // To nine in the evening in Lagos.
    t.pass_ms(9 * HOUR).await;
    let (_, group) = call(&t, "POST", "/segments", json!({ "name": "All", "filter": {} })).await;
    let (_, c) = call(&t, "POST", "/campaigns", json!({ "name": "N", "segment_id": group["id"], "text": "Good morning" })).await;
    let path = format!("/campaigns/{}", c["id"].as_str().unwrap());
    call(&t, "POST", &format!("{path}/start"), Value::Null).await;
    t.pass_ms(HOUR).await;
    assert!(!t.sent_to(ADA).iter().any(|m| m == "Good morning"), "it is night");
    t.writes(ADA, "Are you open tomorrow?").await;
    t.pass_ms(11 * HOUR).await;
    t.pass_ms(60_000).await;
    let (_, seen) = call(&t, "GET", &path, Value::Null).await;
    assert_eq!(seen["skipped"][0], json!(["wrote meanwhile", 1]), "{seen}");
    assert!(!t.sent_to(ADA).iter().any(|m| m == "Good morning"));
}

#[tokio::test]
async fn a_basket_that_was_left_is_named_once() {
    let t = open().await;
    let rules = Rules { nudges: true, ..Rules::default() };
    t.file().write(move |tx| campaign::save_rules(tx, &rules)).await.unwrap();
    t.says(ADA, "I want 2 large jollof rice and a coke please").await;
    let before = t.sent_to(ADA).len();
    for _ in 0..12 {
        t.pass_ms(10 * 60_000).await;
    }
    let later = t.sent_to(ADA).split_off(before);
    assert_eq!(later.len(), 1, "{later:?}");
    assert!(later[0].contains("Jollof rice") && later[0].contains("basket"), "{later:?}");
}

async fn place(t: &TestApp, phone: &str) -> Id {
    t.says(phone, "I want 2 large jollof rice and a coke please").await;
    t.says(phone, "I will pick it up").await;
    t.says(phone, "yes, place it").await;
    let id = contact_of(t, phone).await;
    t.read(move |tx| Ok(orders::list_orders_of(tx, id, 1)?[0].id)).await
}

#[tokio::test]
async fn points_come_with_money_and_go_with_it_and_are_never_below_nothing() {
    let t = open().await;
    t.file().write(|tx| loyalty::save_terms(tx, Terms { on: true, visits: 2, visit_points: 25, ..Terms::default() })).await.unwrap();
    let (owner, file) = (t.owner(), t.file());
    let first = place(&t, ADA).await;
    let actor = owner.clone();
    let paid = file.write(move |tx| payment::approve(tx, first, &actor)).await.unwrap();
    let earned = paid.total_minor / 10_000;
    let id = contact_of(&t, ADA).await;
    let balance = async || t.read(move |tx| ledger::find_balance(tx, id)).await;
    assert_eq!(balance().await, earned);
    t.settle().await;
    assert!(t.sent_to(ADA).iter().any(|m| m.contains(&format!("{earned} points"))), "{:?}", t.sent_to(ADA));
    // Taken at the second order: less to pay, fewer points; more than there are is refused.
    let second = place(&t, ADA).await;
    let (status, e) = call(&t, "POST", &format!("/orders/{second}/redeem-points"), json!({ "points": earned + 1 })).await;
    assert_eq!(status, 422, "{e}");
    let (status, o) = call(&t, "POST", &format!("/orders/{second}/redeem-points"), json!({ "points": earned })).await;
    assert_eq!((status, &o["total"]["amount_minor"]), (200, &json!(paid.total_minor - earned * 100)), "{o}");
    assert_eq!(call(&t, "POST", &format!("/orders/{second}/redeem-points"), json!({ "points": 50 })).await.0, 422);
    assert_eq!(balance().await, 0);
    // The first order is given up now that its points are spent: nothing goes below nothing.
    let actor = owner.clone();
    file.write(move |tx| order::set_status(tx, first, Status::Cancelled, &actor, "")).await.unwrap();
    assert_eq!(balance().await, 0);
    // The second is given up unpaid: what was taken comes back.
    let actor = owner.clone();
    file.write(move |tx| order::set_status(tx, second, Status::Cancelled, &actor, "")).await.unwrap();
    assert_eq!(balance().await, earned);
    // And grows old.
    t.app.clock().advance_ms(366 * 24 * HOUR);
    file.write(loyalty::expire).await.unwrap();
    assert!(balance().await >= 0);
    let actor = owner.clone();
    assert!(file.write(move |tx| loyalty::give(tx, id, -1_000_000, "no", &actor, "k")).await.is_err());
}

#[tokio::test]
async fn a_customer_has_one_story_with_notes_and_proof() {
    let t = open().await;
    place(&t, ADA).await;
    says_yes(&t, ADA, true).await;
    let id = contact_of(&t, ADA).await;
    let (status, _) = call(&t, "POST", &format!("/contacts/{id}/notes"), json!({ "text": "Calls before noon" })).await;
    assert_eq!(status, 201);
    let (_, who) = call(&t, "GET", &format!("/contacts/{id}"), Value::Null).await;
    assert_eq!((&who["tags"], &who["notes"][0]["text"]), (&json!(["vip"]), &json!("Calls before noon")), "{who}");
    let proof = &who["consents"][0];
    assert_eq!((&proof["way"], &proof["words"], &proof["actor"]), (&json!("by phone"), &json!("send me offers"), &json!("test")));
    let (_, story) = call(&t, "GET", &format!("/contacts/{id}/timeline?limit=50"), Value::Null).await;
    let kinds: Vec<&str> = story["items"].as_array().unwrap().iter().map(|m| m["kind"].as_str().unwrap()).collect();
    for kind in ["message", "order", "note", "consent"] {
        assert!(kinds.contains(&kind), "{kind}: {kinds:?}");
    }
    // Every write through the API is in the trail, which nobody changes unseen.
    let entries = t.read(|tx| trail::list_entries(tx, None, 50)).await;
    assert!(entries.iter().any(|e| e.actor == "test" && e.about == format!("POST /api/v1/contacts/{id}/notes")), "{entries:?}");
    let unbroken = t.read(steward::services::house::audit::verify).await;
    assert_eq!(unbroken.unwrap().0, i64::try_from(entries.len()).unwrap());
}

#[tokio::test]
async fn the_pages_work_without_scripts() {
    use crate::pages::Browser;
    use steward::domain::house::member::Role;
    let t = open().await;
    t.says(ADA, "Hello").await;
    says_yes(&t, ADA, true).await;
    let id = contact_of(&t, ADA).await;
    let b = Browser::of(&t, Role::Owner).await;
    assert_eq!(
        b.post(
            "/app/outreach/groups",
            &[("name", "Quiet"), ("tag", "vip"), ("bought", ""), ("unseen", ""), ("spent", ""), ("orders", ""), ("language", "")]
        )
        .await,
        303
    );
    let (status, html) = b.get("/app/outreach").await;
    assert!(status == 200 && html.contains("Quiet") && html.contains("tag vip"), "{html}");
    let terms =
        [("on", "on"), ("per", "100"), ("worth", "1"), ("least", "10"), ("visits", "0"), ("visit_points", "0"), ("expires_days", "0")];
    assert_eq!(b.post("/app/outreach/points", &terms).await, 303);
    let rules = [("nudges", "on"), ("nudge_after", "30"), ("quiet_from", "21:00"), ("quiet_to", "07:30"), ("pause_days", "3")];
    assert_eq!(b.post("/app/outreach/rules", &rules).await, 303);
    assert_eq!(b.post(&format!("/app/customers/{id}/notes"), &[("text", "Calls before noon")]).await, 303);
    assert_eq!(b.post(&format!("/app/customers/{id}/points"), &[("points", "40"), ("note", "birthday")]).await, 303);
    let (status, html) = b.get(&format!("/app/customers/{id}")).await;
    assert!(status == 200 && html.contains("Calls before noon") && html.contains("40, worth"), "{html}");
    let (status, html) = b.get("/app/audit").await;
    assert!(status == 200 && html.contains("Added a group of customers") && !html.contains(">/app/"), "{html}");
    // Erasing: the wrong word erases nothing, the right one shows the report.
    assert_eq!(b.post(&format!("/app/customers/{id}/erase"), &[("typed", "no")]).await, 200);
    assert_eq!(b.get(&format!("/app/customers/{id}")).await.0, 200);
    assert_eq!(b.post(&format!("/app/customers/{id}/erase"), &[("typed", "ada")]).await, 303);
    assert_eq!(b.get(&format!("/app/customers/{id}")).await.0, 303, "to the report");
    let agent = Browser::of(&t, Role::Agent).await;
    assert_eq!(agent.get(&format!("/app/customers/{id}/erase")).await.0, 403);
}

#[tokio::test]
async fn points_expire_behind_five_hundred_customers_who_lose_none() {
    let t = harness::open(Arc::new(BuiltIn::new())).await;
    let file = t.file();
    let last = file.write(|tx| {
        let (now, day) = (tx.now, 86_400_000);
        let line = |kind: &str, points, days: Option<i64>| Entry {
            kind: kind.into(),
            points,
            note: String::new(),
            expires_at: days.map(|d| now.plus_ms(d * day)),
            at: now,
        };
        let mut last = None;
        for n in 0..=500 {
            let who = contact::insert_contact(tx, "Somebody", Lang::En)?;
            ledger::insert_points(tx, who, None, &format!("earn:{n}"), &line("earn", 10, Some(-1)))?;
            if n < 500 {
                // What expired was spent; what is left never does.
                ledger::insert_points(tx, who, None, &format!("gift:{n}"), &line("gift", 10, None))?;
                ledger::insert_points(tx, who, None, &format!("redeem:{n}"), &line("redeem", -10, None))?;
            }
            last = Some(who);
        }
        Ok(last.unwrap())
    });
    let last = last.await.unwrap();
    assert_eq!(t.file().write(loyalty::expire).await.unwrap(), 1);
    assert_eq!(t.read(move |tx| ledger::find_balance(tx, last)).await, 0);
    assert_eq!(t.file().write(loyalty::expire).await.unwrap(), 0, "once");
}
