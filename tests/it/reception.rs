//! The reception: what is remembered of a customer, who answers, and that nothing crosses from one business to another.

use crate::harness::{self, TestApp, add_business};
use serde_json::{Value, json};
use std::sync::Arc;
use steward::domain::house::conversation::Mode;
use steward::domain::house::fact::{Fact, Kind};
use steward::domain::house::member::Role;
use steward::domain::id::Id;
use steward::domain::time::DAY_MS;
use steward::providers::llm::builtin::BuiltIn;
use steward::services::house::member;
use steward::store::house::{contact, fact};

const ADA: &str = "2348031234567";

async fn open() -> TestApp {
    harness::open(Arc::new(BuiltIn::new())).await
}

async fn call(t: &TestApp, key: &str, method: &str, path: &str, body: Option<Value>) -> (u16, Value) {
    let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
    let mut request = t.http.request(method, format!("{}/api/v1{path}", t.url)).bearer_auth(key);
    if let Some(body) = body {
        request = request.json(&body);
    }
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), serde_json::from_str(&answer.text().await.unwrap()).unwrap_or_default())
}

/// Says something on the API line as one customer; what came back.
async fn says(t: &TestApp, key: &str, agent: Option<&str>, who: &str, text: &str) -> Value {
    let body = json!({ "text": text, "agent_id": agent, "contact": { "phone": who } });
    let (status, turn) = call(t, key, "POST", "/chat/messages", Some(body)).await;
    assert_eq!(status, 200, "{turn}");
    turn
}

fn reply(turn: &Value) -> String {
    turn["reply"].as_str().unwrap_or_default().to_owned()
}

async fn ada(t: &TestApp) -> Id {
    t.read(|tx| Ok(contact::list_contacts(tx, "", None, 5)?.first().map(|r| r.contact.id))).await.unwrap()
}

async fn facts(t: &TestApp) -> Vec<Fact> {
    let id = ada(t).await;
    t.read(move |tx| fact::list_facts(tx, id)).await
}

#[tokio::test]
async fn what_a_customer_tells_is_kept_with_its_message() {
    let t = open().await;
    let said = t.says(ADA, "Hello, I'm allergic to peanuts. My office is at 12 Marina, Lagos").await.join("\n");
    assert!(said.contains("peanuts") && said.contains("12 Marina"), "{said}");
    let known = facts(&t).await;
    let mut kinds: Vec<(Kind, &str)> = known.iter().map(|f| (f.kind, f.text.as_str())).collect();
    kinds.sort_by_key(|k| k.0.as_str());
    assert_eq!(kinds, [(Kind::Address, "office: 12 Marina, Lagos"), (Kind::Allergy, "peanuts")]);
    for f in &known {
        let id = f.message_id.expect("a source");
        let words = t.read(move |tx| steward::store::house::message::find_message(tx, id)).await.content.words();
        assert!(words.contains("allergic"), "{words}");
    }
    // The same again changes nothing.
    t.says(ADA, "I'm allergic to peanuts").await;
    assert_eq!(facts(&t).await.len(), 2);
    let said = t.says(ADA, "what do you know about me?").await.join("\n");
    assert!(said.contains("peanuts") && said.contains("12 Marina"), "{said}");
}

#[tokio::test]
async fn what_is_remembered_is_used_later() {
    let t = open().await;
    t.says(ADA, "I am allergic to chicken. My house is at 5 Allen Avenue, Ikeja").await;
    t.pass_ms(2 * DAY_MS).await;
    let said = t.says(ADA, "1 grilled chicken please").await.join("\n");
    assert!(said.contains("Grilled chicken") && said.to_lowercase().contains("allergy: chicken"), "{said}");
    let said = t.says(ADA, "delivery").await.join("\n");
    assert!(said.contains("5 Allen Avenue"), "the saved address is offered: {said}");
    let said = t.says(ADA, "yes please").await.join("\n");
    assert!(said.contains("Delivery to: 5 Allen Avenue, Ikeja"), "{said}");
}

#[tokio::test]
async fn memory_is_forgotten_by_chat_by_api_and_by_time() {
    let t = open().await;
    t.says(ADA, "I'm allergic to peanuts and I prefer it spicy").await;
    t.says(ADA, "my budget is ₦500k").await;
    assert_eq!(facts(&t).await.len(), 3, "{:?}", facts(&t).await);
    // A budget does not hold for ever, an allergy does.
    t.pass_ms(91 * DAY_MS).await;
    assert!(!facts(&t).await.iter().any(|f| f.kind == Kind::Budget));
    let id = ada(&t).await;
    let (status, page) = call(&t, &t.key, "GET", &format!("/contacts/{id}/facts"), None).await;
    assert_eq!((status, page["items"].as_array().unwrap().len()), (200, 2), "{page}");
    let (_, detail) = call(&t, &t.key, "GET", &format!("/contacts/{id}"), None).await;
    assert_eq!(detail["facts"][0]["text"], "peanuts", "{detail}");
    assert!(detail["name"].is_string(), "{detail}");
    let first = page["items"][0]["id"].as_str().unwrap().to_owned();
    let path = format!("/contacts/{id}/facts/{first}");
    let (status, changed) = call(&t, &t.key, "PATCH", &path, Some(json!({ "text": "groundnuts" }))).await;
    assert_eq!((status, changed["text"].as_str(), changed["message_id"].is_null()), (200, Some("groundnuts"), true), "{changed}");
    let path = format!("/contacts/{id}/facts/{}", changed["id"].as_str().unwrap());
    assert_eq!(call(&t, &t.key, "DELETE", &path, None).await.0, 204);
    assert_eq!(call(&t, &t.key, "DELETE", &path, None).await.0, 404);
    let (status, _) =
        call(&t, &t.key, "POST", &format!("/contacts/{id}/facts"), Some(json!({ "text": "4111 1111 1111 1111", "kind": "other" }))).await;
    assert!(status == 400 || status == 422, "a card number: {status}");
    let said = t.says(ADA, "please forget what you know about me").await.join("\n");
    assert!(said.contains("forgotten"), "{said}");
    assert!(facts(&t).await.is_empty());
    let sql = "select count(*) from facts where contact_id = ?1 and forgotten_at is not null";
    let left: i64 = harness::column(&t.file(), sql, &id.to_string())[0];
    assert!(left >= 2, "that something was forgotten is kept, its words are not");
    let said = t.says(ADA, "what do you know about me?").await.join("\n");
    assert!(said.contains("nothing"), "{said}");
}

#[tokio::test]
async fn assistants_sound_and_work_as_they_are_set_up() {
    let t = open().await;
    let desk = json!({ "title": "Front Desk", "tone": "formal", "greeting": "Welcome to the front desk of Mama Put.", "sign_off": "Yours, the front desk.", "desks": ["answers", "bookings"] });
    let (status, made) = call(&t, &t.key, "POST", "/agents", Some(desk)).await;
    assert_eq!((status, made["name"].as_str(), made["is_default"].as_bool()), (201, Some("front-desk"), Some(true)), "{made}");
    let (status, _) = call(&t, &t.key, "POST", "/agents", Some(json!({ "title": "Kitchen", "tone": "brief" }))).await;
    assert_eq!(status, 201);
    let (_, list) = call(&t, &t.key, "GET", "/agents", None).await;
    let names: Vec<&str> = list["items"].as_array().unwrap().iter().map(|a| a["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["turn", "front-desk", "kitchen", "purchase", "talk"], "the last two work by themselves");
    // WhatsApp is nobody's own: the default answers.
    let said = t.says(ADA, "Good afternoon").await.join("\n");
    assert!(said.contains("Welcome to the front desk of Mama Put.") && said.contains("AI assistant"), "{said}");
    let said = t.says(ADA, "thank you").await.join("\n");
    assert!(said.contains("It is a pleasure"), "the tone is formal: {said}");
    let said = t.says(ADA, "2 grilled chicken please").await.join("\n");
    assert!(said.contains("do not take orders") && !said.contains("₦4,000"), "{said}");
    let said = t.says(ADA, "goodbye").await.join("\n");
    assert!(said.contains("Yours, the front desk."), "{said}");
    // Each is asked for by name, in a thread of its own.
    let kitchen = says(&t, &t.key, Some("kitchen"), "+2348035550000", "thank you").await;
    assert!(reply(&kitchen).contains("Welcome.") && !reply(&kitchen).contains("pleasure"), "{kitchen}");
    let front = says(&t, &t.key, Some("front-desk"), "+2348035550000", "thank you").await;
    assert!(reply(&front).contains("pleasure"), "{front}");
    assert_ne!(kitchen["conversation_id"], front["conversation_id"]);
    let (status, turn) = call(
        &t,
        &t.key,
        "POST",
        "/agents/kitchen/invoke",
        Some(json!({ "text": "2 grilled chicken please", "contact": { "phone": "+2348035550000" } })),
    )
    .await;
    assert_eq!(status, 200);
    assert!(reply(&turn).contains("Grilled chicken"), "{turn}");
    let other = json!({ "text": "hi", "agent_id": "front-desk", "conversation_id": kitchen["conversation_id"] });
    assert_eq!(call(&t, &t.key, "POST", "/chat/messages", Some(other)).await.0, 409);
    assert_eq!(call(&t, &t.key, "POST", "/agents/nobody/invoke", Some(json!({ "text": "hi" }))).await.0, 404);
    let (status, bad) = call(&t, &t.key, "PATCH", "/agents/kitchen", Some(json!({ "title": "" }))).await;
    assert_eq!(status, 422, "{bad}");
    assert_eq!(call(&t, &t.key, "DELETE", "/agents/front-desk", None).await.0, 204);
    let (_, left) = call(&t, &t.key, "GET", "/agents/kitchen", None).await;
    assert_eq!(left["is_default"], true, "somebody always answers: {left}");
}

#[tokio::test]
async fn outside_its_hours_it_says_when_it_is_back_and_keeps_the_message() {
    let t = open().await;
    let days: Vec<Value> = (0..7).map(|_| json!([{ "from": 540, "to": 600 }])).collect();
    let (status, made) = call(&t, &t.key, "POST", "/agents", Some(json!({ "title": "Morning desk", "hours": { "days": days } }))).await;
    assert_eq!(status, 201, "{made}");
    // It is noon in Lagos.
    let said = t.says(ADA, "2 grilled chicken please").await.join("\n");
    assert!(said.contains("Morning desk is back tomorrow 09:00"), "{said}");
    let thread = t.read(|tx| steward::store::house::conversation::list_waiting(tx, 5)).await.remove(0).0;
    assert!(thread.waiting_summary.contains("2 grilled chicken please") && thread.mode == Mode::Agent, "{thread:?}");
    let said = t.says(ADA, "and a coke").await.join("\n");
    assert!(said.contains("goes with"), "said once, not again: {said}");
    t.pass_ms(21 * 3_600_000 + 1_800_000).await; // half past nine
    let said = t.says(ADA, "2 grilled chicken please").await.join("\n");
    assert!(said.contains("₦4,000"), "{said}");
}

#[tokio::test]
async fn nothing_crosses_between_businesses() {
    let t = open().await;
    let other = add_business(&t.app, "Papa Put", "100000000000777").await;
    let id = other.id;
    let (_, key) = t.app.store.control_write(move |tx| member::add_key(tx, id, "other", Role::Owner)).await.unwrap();
    let phone = "+2348031112222";
    says(&t, &t.key, None, phone, "I'm allergic to peanuts").await;
    call(&t, &t.key, "POST", "/agents", Some(json!({ "title": "Front desk", "tone": "formal" }))).await;
    let said = says(&t, &key, None, phone, "what do you know about me?").await;
    assert!(reply(&said).contains("nothing"), "{said}");
    let said = says(&t, &key, None, phone, "thank you").await;
    assert!(!reply(&said).contains("pleasure"), "{said}");
    let ada = ada(&t).await;
    assert_eq!(call(&t, &key, "GET", &format!("/contacts/{ada}/facts"), None).await.0, 404);
    let (_, known) = call(&t, &t.key, "GET", &format!("/contacts/{ada}/facts"), None).await;
    let path = format!("/contacts/{ada}/facts/{}", known["items"][0]["id"].as_str().unwrap());
    assert_eq!(call(&t, &key, "DELETE", &path, None).await.0, 404);
    assert_eq!(call(&t, &key, "GET", "/agents/front-desk", None).await.0, 404);
    let asked = json!({ "text": "hi", "agent_id": "front-desk", "contact": { "phone": phone } });
    assert_eq!(call(&t, &key, "POST", "/chat/messages", Some(asked)).await.0, 422);
}

// --- answers that are given again -----------------------------------------------

#[derive(serde::Deserialize)]
struct Questions {
    topic: Vec<Topic>,
    trap: Vec<Trap>,
}

#[derive(serde::Deserialize)]
struct Topic {
    says: String,
    ask: Vec<String>,
}

#[derive(serde::Deserialize)]
struct Trap {
    first: String,
    then: String,
}

fn questions() -> Questions {
    toml::from_str(include_str!("../../data/evals/saved/questions.toml")).unwrap()
}

/// The house's document, taken in and read.
async fn document(t: &TestApp, key: &str, text: &str) -> String {
    let body = json!({ "title": "For our guests", "text": text });
    let (status, made) = call(t, key, "POST", "/knowledge/documents", Some(body)).await;
    assert!(status == 201 || status == 202, "{status} {made}");
    let id = made["id"].as_str().unwrap().to_owned();
    for _ in 0..100 {
        t.settle().await;
        let (_, d) = call(t, key, "GET", &format!("/knowledge/documents/{id}"), None).await;
        if d["state"] == "ready" {
            return id;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("the document was not read");
}

const HOUSE: &str = include_str!("../../data/evals/saved/document.md");

/// Asks as somebody new; the reply, and whether it came from a saved answer.
async fn asks(t: &TestApp, key: &str, n: usize, text: &str) -> (String, bool) {
    let turn = says(t, key, None, &format!("+23480355{n:05}"), text).await;
    let actions = turn["actions"].as_array().unwrap();
    let saved = actions.iter().any(|a| a["tool"] == "search_knowledge" && !a["output"]["saved"].is_null());
    (reply(&turn), saved)
}

#[tokio::test]
async fn repeated_questions_are_answered_again_and_never_wrongly() {
    let t = open().await;
    document(&t, &t.key, HOUSE).await;
    let (mut again, mut saved, mut wrong, mut missed, mut n) = (0, 0, Vec::new(), Vec::new(), 0);
    for topic in questions().topic {
        for (i, text) in topic.ask.iter().enumerate() {
            n += 1;
            let (said, from_saved) = asks(&t, &t.key, n, text).await;
            if i > 0 {
                again += 1;
                saved += i32::from(from_saved);
                if !from_saved {
                    missed.push(text.clone());
                }
            }
            if from_saved && !said.contains(&topic.says) {
                wrong.push(format!("{text}: {said}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(saved * 100 > again * 60, "{saved} of {again} repeated questions came from saved answers; not: {missed:#?}");
    let (_, cache) = call(&t, &t.key, "GET", "/knowledge/cache", None).await;
    assert!(cache["served"].as_i64().unwrap() >= i64::from(saved) && cache["hit_rate"].as_f64().unwrap() > 0.4, "{cache}");
    assert!(cache["items"][0]["age_seconds"].is_i64(), "{cache}");
}

#[tokio::test]
async fn what_looks_alike_is_not_the_same() {
    let t = open().await;
    document(&t, &t.key, HOUSE).await;
    for (i, trap) in questions().trap.into_iter().enumerate() {
        assert_eq!(call(&t, &t.key, "DELETE", "/knowledge/cache", None).await.0, 204);
        asks(&t, &t.key, 1000 + i * 2, &trap.first).await;
        let (said, saved) = asks(&t, &t.key, 1001 + i * 2, &trap.then).await;
        assert!(!saved, "{} got the answer to {}: {said}", trap.then, trap.first);
    }
}

#[tokio::test]
async fn an_edit_takes_saved_answers_away_at_once() {
    let t = open().await;
    let id = document(&t, &t.key, HOUSE).await;
    let question = "Do you have parking?";
    assert!(!asks(&t, &t.key, 1, question).await.1);
    assert!(asks(&t, &t.key, 2, question).await.1);
    // Hours, the catalogue and the document itself: each edit makes the next answer a fresh one.
    t.file()
        .write(|tx| {
            let profile = steward::store::meta::find_profile(tx)?;
            steward::store::meta::update_profile(tx, &profile)
        })
        .await
        .unwrap();
    assert!(!asks(&t, &t.key, 3, question).await.1, "settings");
    assert!(asks(&t, &t.key, 4, question).await.1);
    let (_, items) = call(&t, &t.key, "GET", "/items?limit=1", None).await;
    let item = format!("/items/{}", items["items"][0]["id"].as_str().unwrap());
    let change = json!({ "price": { "amount_minor": 123_400, "currency": "NGN" } });
    assert_eq!(call(&t, &t.key, "PATCH", &item, Some(change)).await.0, 200);
    assert!(!asks(&t, &t.key, 5, question).await.1, "a price");
    assert!(asks(&t, &t.key, 6, question).await.1);
    let (_, cache) = call(&t, &t.key, "GET", "/knowledge/cache", None).await;
    assert_eq!(cache["items"].as_array().unwrap().len(), 1, "{cache}");
    assert_eq!(call(&t, &t.key, "DELETE", &format!("/knowledge/documents/{id}"), None).await.0, 204);
    let (_, cache) = call(&t, &t.key, "GET", "/knowledge/cache", None).await;
    assert!(cache["items"].as_array().unwrap().is_empty(), "{cache}");
    let (said, saved) = asks(&t, &t.key, 7, question).await;
    assert!(!saved && !said.contains("guarded"), "{said}");
}

#[tokio::test]
async fn saved_answers_stay_with_their_business_and_assistant() {
    let t = open().await;
    let other = add_business(&t.app, "Papa Put", "100000000000777").await;
    let id = other.id;
    let (_, key) = t.app.store.control_write(move |tx| member::add_key(tx, id, "other", Role::Owner)).await.unwrap();
    document(&t, &t.key, HOUSE).await;
    document(&t, &key, "# Parking\n\nThere is no parking at our house. Use the car park at the market.\n").await;
    let question = "Do you have parking?";
    assert!(asks(&t, &t.key, 1, question).await.0.contains("guarded"));
    let (said, saved) = asks(&t, &key, 1, question).await;
    assert!(!saved && said.contains("market") && !said.contains("guarded"), "{said}");
    let (said, saved) = asks(&t, &key, 2, question).await;
    assert!(saved && said.contains("market"), "{said}");
    let (said, saved) = asks(&t, &t.key, 2, question).await;
    assert!(saved && said.contains("guarded"), "{said}");
    // An assistant that may use no document knows nothing of it, saved or not.
    let (status, made) = call(&t, &t.key, "POST", "/agents", Some(json!({ "title": "Kitchen", "documents": [] }))).await;
    assert_eq!(status, 201, "{made}");
    let turn = says(&t, &t.key, Some("kitchen"), "+2348035559999", question).await;
    assert!(!reply(&turn).contains("guarded"), "{turn}");
}

#[tokio::test]
async fn how_words_are_read_is_in_the_trace_and_corrected_at_once() {
    let t = open().await;
    let text = "the thing wey una bring no correct at all";
    let turn = says(&t, &t.key, None, "+2348035550123", text).await;
    let (_, runs) = call(&t, &t.key, "GET", "/runs?limit=1", None).await;
    let id = runs["items"][0]["id"].as_str().unwrap().to_owned();
    let (_, run) = call(&t, &t.key, "GET", &format!("/runs/{id}"), None).await;
    let read = &run["trace"][0]["detail"]["intent"];
    assert!(read["name"].is_string() && read["confidence"].as_u64().is_some(), "{run}");
    let message: Id = turn["message_id"].as_str().unwrap().parse().unwrap();
    t.file().write(move |tx| steward::services::house::intent::correct(tx, message, "escalation")).await.unwrap();
    let again = says(&t, &t.key, None, "+2348035550124", text).await;
    let (_, runs) = call(&t, &t.key, "GET", "/runs?limit=1", None).await;
    let (_, run) = call(&t, &t.key, "GET", &format!("/runs/{}", runs["items"][0]["id"].as_str().unwrap()), None).await;
    assert_eq!(run["trace"][0]["detail"]["intent"]["name"], "escalation", "{run}");
    assert!(reply(&again).contains("Nkechi"), "a person is asked: {again}");
}
