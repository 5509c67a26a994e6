//! People at the desk: who has a conversation, how long a customer waits for a person, drafts, ready replies and private notes.

use crate::approvals::with_phone;
use crate::doubles::openai::{self, says};
use crate::doubles::script::Stage;
use crate::harness::{self, TestApp, noon};
use crate::own_models;
use crate::pages::Browser;
use async_trait::async_trait;
use reqwest::Method;
use serde_json::{Value, json};
use std::io::Read as _;
use std::sync::{Arc, Mutex};
use steward::domain::house::contact::{Identity, IdentityKind};
use steward::domain::house::hours::Hours;
use steward::domain::house::member::Role;
use steward::domain::id::Id;
use steward::domain::time::{Clock, MINUTE_MS, Time};
use steward::providers::llm::builtin::BuiltIn;
use steward::providers::llm::{Model, ModelError, Reply, Request, Sink};
use steward::store::control::member as members;
use steward::store::house::{contact, conversation};
use steward::store::meta;

const ADA: &str = "2348031234567";
const OWNER: &str = "2348030000001";

async fn open() -> TestApp {
    harness::open(Arc::new(BuiltIn::new())).await
}

async fn call(t: &TestApp, method: Method, path: impl Into<String>, body: Option<Value>) -> (u16, Value) {
    let request = t.http.request(method, format!("{}/api/v1{}", t.url, path.into())).bearer_auth(&t.key);
    let request = match body {
        Some(body) => request.header("content-type", "application/json").body(body.to_string()),
        None => request,
    };
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), serde_json::from_str(&answer.text().await.unwrap()).unwrap_or(Value::Null))
}

async fn thread(t: &TestApp) -> Id {
    let who = Identity { kind: IdentityKind::Phone, value: format!("+{ADA}") };
    t.read(move |tx| {
        let contact = contact::find_contact_id(tx, &who)?.unwrap();
        Ok(conversation::find_latest_conversation(tx, contact)?.unwrap().id)
    })
    .await
}

async fn seen(t: &TestApp) -> Value {
    let id = thread(t).await;
    call(t, Method::GET, format!("/conversations/{id}"), None).await.1
}

async fn member(t: &TestApp, email: &'static str, role: Role) -> Id {
    let business = t.business.id;
    let made = t.app.store.control_write(move |tx| {
        let who = members::insert_member(tx, email, email.split('@').next().unwrap(), None)?;
        members::upsert_membership(tx, who, business, role)?;
        Ok(who)
    });
    made.await.unwrap()
}

async fn orders_and_asks(t: &TestApp) {
    for words in ["Hello, my name is Ada", "I want 2 large jollof rice and a coke please", "I will pick it up", "yes, place it"] {
        t.says(ADA, words).await;
    }
    t.says(ADA, "I want to speak to a person please").await;
}

#[tokio::test]
async fn who_asks_for_a_person_gets_a_clock_and_the_person_a_draft() {
    let t = open().await;
    orders_and_asks(&t).await;
    let v = seen(&t).await;
    assert!(v["waiting_reason"].as_str().unwrap().contains("person") && !v["waiting_summary"].as_str().unwrap().is_empty(), "{v}");
    let (since, due) = (Time::parse(v["waiting_since"].as_str().unwrap()).unwrap(), Time::parse(v["answer_due_at"].as_str().unwrap()));
    assert_eq!(due.unwrap().since_ms(since), 30 * MINUTE_MS);
    let draft = v["suggested_reply"].as_str().unwrap().to_owned();
    assert!(draft.contains("Hello Ada, this is Nkechi, Mama Put.") && draft.contains("1001") && draft.contains("₦7,600"), "{draft}");
    assert!(!t.sent_to(ADA).contains(&draft), "it is never sent by itself");
    assert!(v["assigned_to"].is_null());

    let b = Browser::of(&t, Role::Owner).await;
    let id = thread(&t).await;
    let (_, page) = b.get(&format!("/app/messages/{id}")).await;
    assert!(page.contains("Steward suggests") && page.contains("min left to answer") && page.contains("Nobody has this"), "{page}");
    let (_, filled) = b.get(&format!("/app/messages/{id}?put=suggestion")).await;
    assert!(filled.contains("dir=\"auto\" data-enter>Hello Ada, this is Nkechi"), "{filled}");
    // Taking over is no answer yet: it is hers, and the clock runs on.
    assert_eq!(b.post(&format!("/app/messages/{id}/takeover"), &[]).await, 303);
    let v = seen(&t).await;
    assert_eq!((v["assigned_to"]["name"].as_str(), v["mode"].as_str()), (Some("Nkechi"), Some("human")));
    assert!(v["answer_due_at"].is_string() && v["waiting_since"].is_null(), "{v}");
    assert!(b.get("/app/messages?show=mine").await.1.contains(&format!("c-{id}")));
    assert_eq!(b.post(&format!("/app/messages/{id}/send"), &[("text", "Hello Ada, how can I help?"), ("key", "k1")]).await, 303);
    t.pass_ms(10_000).await;
    assert_eq!(t.sent_to(ADA).last().unwrap(), "Hello Ada, how can I help?");
    let v = seen(&t).await;
    assert!(v["answer_due_at"].is_null() && v["suggested_reply"].is_null() && v["assigned_to"]["name"] == "Nkechi", "{v}");
    // While a person answers, a question has a draft made of the catalogue when it is asked for.
    t.says(ADA, "how much is the meat pie?").await;
    assert_eq!(call(&t, Method::POST, &format!("/conversations/{id}/suggest"), None).await.0, 202);
    t.settle().await;
    let draft = seen(&t).await["suggested_reply"].as_str().unwrap().to_owned();
    assert!(draft.contains("₦900") && !t.sent_to(ADA).contains(&draft), "{draft}");
    assert_eq!(b.post(&format!("/app/messages/{id}/handback"), &[]).await, 303);
    assert!(seen(&t).await["assigned_to"].is_null());
}

#[tokio::test]
async fn the_owner_is_told_once_when_the_time_is_over() {
    let t = open().await;
    with_phone(&t, "owner@example.com", Role::Owner, OWNER).await;
    // Another thread with news, so that the order of the list says something.
    t.says(ADA, "I want to speak to a person please").await;
    let told = |t: &TestApp| t.sent_to(OWNER).into_iter().filter(|m| m.contains("waited 30 minutes")).count();
    t.pass_ms(28 * MINUTE_MS).await;
    assert_eq!(told(&t), 0);
    t.pass_ms(3 * MINUTE_MS).await;
    assert_eq!(told(&t), 1, "{:?}", t.sent_to(OWNER));
    let (asked, id) = ("I want to speak to a person please", thread(&t).await);
    t.says("2348035555555", asked).await;
    t.says(ADA, asked).await;
    for _ in 0..3 {
        t.pass_ms(8 * MINUTE_MS).await;
    }
    assert_eq!(told(&t), 1, "asking again starts no second clock");
    let b = Browser::of(&t, Role::Manager).await;
    let (_, today) = b.get("/app").await;
    let late = today.find("has waited too long for a person").unwrap();
    assert!(today.find("is waiting for a person").is_none_or(|other| late < other), "{today}");
    let (_, list) = b.get("/app/messages").await;
    assert!(list.contains(" late</span>") && list.find(&format!("c-{id}")).unwrap() < list.rfind("class=\"conv").unwrap(), "{list}");
    let (_, late) = call(&t, Method::GET, "/conversations?show=late", None).await;
    assert_eq!(late["items"].as_array().unwrap().len(), 1, "{late}");
    // The second one runs out too; the answer to the first stops only its own.
    assert_eq!(call(&t, Method::POST, &format!("/conversations/{id}/messages"), Some(json!({ "text": "Here I am" }))).await.0, 201);
    t.pass_ms(10 * MINUTE_MS).await;
    assert_eq!(told(&t), 2);
    let (_, late) = call(&t, Method::GET, "/conversations?show=late", None).await;
    assert!(late["items"].as_array().unwrap().iter().all(|c| c["id"] != json!(id)), "{late}");
}

#[tokio::test]
async fn the_clock_heeds_opening_hours_and_the_owners_choice() {
    let t = open().await;
    let set = |minutes: i64| call(&t, Method::PUT, "/conversations/answer-time", Some(json!({ "minutes": minutes })));
    assert_eq!(set(-1).await.0, 422);
    assert_eq!(set(60).await.0, 200);
    t.file()
        .write(|tx| {
            let mut p = meta::find_profile(tx)?;
            p.hours = Hours::daily(480, 750); // until 12:30; it is noon
            meta::update_profile(tx, &p)
        })
        .await
        .unwrap();
    t.says(ADA, "I want to speak to a person please").await;
    assert!(seen(&t).await["answer_due_at"].as_str().unwrap().starts_with("2026-11-22T07:30"), "tomorrow: {}", seen(&t).await);
    let id = thread(&t).await;
    assert_eq!(call(&t, Method::POST, &format!("/conversations/{id}/handback"), None).await.0, 200);
    assert_eq!(set(0).await.0, 200);
    t.says(ADA, "I want to speak to a person please").await;
    assert!(seen(&t).await["answer_due_at"].is_null());
}

#[tokio::test]
async fn a_conversation_is_given_to_a_member_and_taken_back() {
    let t = open().await;
    t.says(ADA, "Hello").await;
    let id = thread(&t).await;
    let (bola, looker) = (member(&t, "bola@example.com", Role::Agent).await, member(&t, "vi@example.com", Role::Viewer).await);
    let give = |to: Id| call(&t, Method::POST, format!("/conversations/{id}/assign"), Some(json!({ "member_id": to })));
    let (status, v) = give(bola).await;
    assert_eq!((status, v["assigned_to"]["name"].as_str()), (200, Some("bola")), "{v}");
    assert_eq!(give(looker).await.0, 422);
    assert_eq!(give(Id::NIL).await.0, 404);
    let of = |m: Id| call(&t, Method::GET, format!("/conversations?assigned_to={m}"), None);
    assert_eq!(of(bola).await.1["items"].as_array().unwrap().len(), 1);
    assert_eq!(of(looker).await.1["items"].as_array().unwrap().len(), 0);
    let team = call(&t, Method::GET, "/team", None).await.1;
    assert!(team["items"].as_array().unwrap().iter().any(|m| m["member_id"] == json!(bola) && m["role"] == "agent"), "{team}");
    let b = Browser::of(&t, Role::Manager).await;
    assert!(b.get(&format!("/app/messages/{id}")).await.1.contains("test gave this to bola"));
    assert_eq!(b.post(&format!("/app/messages/{id}/assign"), &[("member", "")]).await, 303);
    assert!(seen(&t).await["assigned_to"].is_null());
    assert_eq!(call(&t, Method::POST, &format!("/conversations/{id}/unassign"), None).await.0, 200);
    // Who may only look gives nothing to anybody.
    let viewer = Browser::of(&t, Role::Viewer).await;
    assert_eq!(viewer.post(&format!("/app/messages/{id}/assign"), &[("member", &bola.to_string())]).await, 403);
}

#[tokio::test]
async fn ready_replies_are_kept_filled_and_sent() {
    let t = open().await;
    t.says(ADA, "Hello, my name is Ada").await;
    let id = thread(&t).await;
    let add = |name: &str, text: &str| call(&t, Method::POST, "/canned-replies", Some(json!({ "name": name, "text": text })));
    let (status, thanks) = add("/Thanks", "Thank you {name}. Yours, {business}").await;
    assert_eq!((status, thanks["name"].as_str()), (201, Some("thanks")), "{thanks}");
    assert_eq!(add("thanks", "Again").await.0, 409);
    assert_eq!(add("two words", "x").await.0, 422);
    assert_eq!(add("bad", "Hello {nmae}").await.0, 422);
    let way = add("way", "We are at 5 Allen Avenue.").await.1;
    let one = format!("/canned-replies/{}", way["id"].as_str().unwrap());
    assert_eq!(call(&t, Method::PATCH, &one, Some(json!({ "text": "We are at 7 Allen Avenue." }))).await.0, 200);
    let send = |body: Value| call(&t, Method::POST, format!("/conversations/{id}/messages"), Some(body));
    assert_eq!(send(json!({ "canned_reply": "thanks" })).await.0, 201);
    assert_eq!(send(json!({ "canned_reply": "nothing" })).await.0, 404);
    assert_eq!(send(json!({ "canned_reply": "thanks", "text": "Hi" })).await.0, 422);
    let b = Browser::of(&t, Role::Owner).await;
    let to = format!("/app/messages/{id}/send");
    assert_eq!(b.post(&to, &[("text", "/WAY"), ("key", "a")]).await, 303);
    t.pass_ms(10_000).await;
    assert_eq!(b.post(&to, &[("text", "/unknown thing"), ("key", "b")]).await, 303);
    t.pass_ms(10_000).await;
    let sent = t.sent_to(ADA);
    let expected = ["Thank you Ada. Yours, Mama Put", "We are at 7 Allen Avenue.", "/unknown thing"];
    assert_eq!(sent[sent.len() - 3..], expected);
    let (_, page) = b.get(&format!("/app/messages/{id}?put={}", thanks["id"].as_str().unwrap())).await;
    assert!(page.contains("data-enter>Thank you Ada. Yours, Mama Put</textarea>") && page.contains("data-name=\"way\""), "{page}");
    assert_eq!(b.post("/app/ready-replies", &[("name", "bye now"), ("text", "Bye")]).await, 422);
    assert_eq!(b.post("/app/ready-replies", &[("name", "bye"), ("text", "Goodbye {name}")]).await, 303);
    assert_eq!(b.post("/app/ready-replies/clock", &[("minutes", "15")]).await, 303);
    assert!(b.get("/app/ready-replies").await.1.contains("/bye"));
    assert_eq!(call(&t, Method::DELETE, &one, None).await.0, 204);
    assert_eq!(call(&t, Method::DELETE, &one, None).await.0, 404);
    let agent = Browser::of(&t, Role::Agent).await;
    assert_eq!(agent.post("/app/ready-replies", &[("name", "x"), ("text", "y")]).await, 403);
}

/// The built-in model, and everything it was ever asked.
struct Listening {
    model: BuiltIn,
    heard: Arc<Mutex<String>>,
}

#[async_trait]
impl Model for Listening {
    fn name(&self) -> &str {
        self.model.name()
    }
    async fn propose(&self, request: &Request, sink: Option<&Sink>) -> Result<Reply, ModelError> {
        self.heard.lock().unwrap().push_str(&format!("{request:?}"));
        self.model.propose(request, sink).await
    }
    fn propose_now(&self, request: &Request) -> Option<Reply> {
        self.heard.lock().unwrap().push_str(&format!("{request:?}"));
        self.model.propose_now(request)
    }
}

#[tokio::test]
async fn private_notes_stay_with_the_team() {
    const SECRET: &str = "zqxsecret: she still owes us from May";
    let heard = Arc::new(Mutex::new(String::new()));
    let t = harness::open(Arc::new(Listening { model: BuiltIn::new(), heard: heard.clone() })).await;
    t.says(ADA, "Hello, my name is Ada").await;
    let id = thread(&t).await;
    let notes = format!("/conversations/{id}/notes");
    assert_eq!(call(&t, Method::POST, &notes, Some(json!({ "text": " " }))).await.0, 422);
    assert_eq!(call(&t, Method::POST, &notes, Some(json!({ "text": SECRET }))).await.0, 201);
    let b = Browser::of(&t, Role::Agent).await;
    assert_eq!(b.post(&format!("/app/messages/{id}/note"), &[("text", "Be kind to her")]).await, 303);
    t.says(ADA, "do you have jollof rice?").await;
    t.says(ADA, "I want to speak to a person please").await;
    assert!(seen(&t).await["suggested_reply"].is_string());
    assert!(!heard.lock().unwrap().contains("zqxsecret") && heard.lock().unwrap().contains("jollof"), "no model reads it");
    assert!(!t.sent_to(ADA).iter().any(|m| m.contains("zqxsecret")));
    let (_, page) = b.get(&format!("/app/messages/{id}")).await;
    let (note, later) = (page.find("zqxsecret").unwrap(), page.find("do you have jollof").unwrap());
    assert!(note < later && page.contains("Be kind to her"), "in its place between the messages");
    let listed = call(&t, Method::GET, &notes, None).await.1;
    assert_eq!((listed["items"].as_array().unwrap().len(), listed["items"][0]["text"].as_str()), (2, Some(SECRET)));
    let gone = listed["items"][1]["id"].as_str().unwrap();
    assert_eq!(call(&t, Method::DELETE, &format!("{notes}/{gone}"), None).await.0, 204);
    // Handed over and erased with the person.
    let contact = seen(&t).await["contact_id"].as_str().unwrap().to_owned();
    let zip = t.http.get(format!("{}/api/v1/contacts/{contact}/export", t.url)).bearer_auth(&t.key).send().await.unwrap();
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(zip.bytes().await.unwrap().to_vec())).unwrap();
    let mut data = String::new();
    zip.by_name("data.json").unwrap().read_to_string(&mut data).unwrap();
    let data: Value = serde_json::from_str(&data).unwrap();
    assert_eq!((data["notes"][0]["text"].as_str(), data["notes"].as_array().unwrap().len()), (Some(SECRET), 1));
    assert_eq!(data["cases"].as_array().unwrap().len(), 1);
    let (status, report) = call(&t, Method::DELETE, &format!("/contacts/{contact}"), None).await;
    assert_eq!((status, report["clean"].as_bool()), (200, Some(true)), "{report}");
    let left = std::fs::read(t.app.store.business_dir(t.business.id).join("business.db")).unwrap();
    assert!(!left.windows(9).any(|w| w == b"zqxsecret"));
}

async fn with_model(stage: &Stage) -> TestApp {
    let host = stage.url.clone();
    let model = Arc::new(BuiltIn::new());
    let t = harness::open_with(model, Clock::starting_at(noon()), move |config| config.models.own_hosts = vec![host]).await;
    own_models::add(&t, stage, "m-1", None).await;
    t
}

#[tokio::test]
async fn a_draft_of_another_model_passes_the_same_guard() {
    let hello = || says("Hello! How may I help?");
    // The second draft invents a price, is told so, and is right the second time.
    let stage = openai::open(vec![hello(), says("Meat pie is only ₦123 today."), says("A meat pie is ₦900.")]).await;
    let t = with_model(&stage).await;
    t.says(ADA, "Hello my good people, how is everything?").await;
    let id = thread(&t).await;
    assert_eq!(call(&t, Method::POST, &format!("/conversations/{id}/takeover"), None).await.0, 200);
    t.says(ADA, "how much is the meat pie?").await;
    assert_eq!(call(&t, Method::POST, &format!("/conversations/{id}/suggest"), None).await.0, 202);
    t.settle().await;
    assert_eq!(seen(&t).await["suggested_reply"], "A meat pie is ₦900.");
    let asked = stage.seen();
    let bodies: Vec<String> = asked.iter().map(|s| s.json().to_string()).collect();
    assert!(bodies[1].contains("in their own name") && !bodies[1].contains("place_order"), "{}", bodies[1]);
    assert!(bodies[2].contains("₦123") && bodies[2].contains("stands in no record"), "{}", bodies[2]);
    assert_eq!(t.sent_to(ADA).len(), 1, "nothing of it is sent");
}

#[tokio::test]
async fn a_draft_that_stays_wrong_is_worded_by_code() {
    let stage = openai::open(vec![says("Hello! How may I help?"), says("I have refunded you ₦5,000.")]).await;
    let t = with_model(&stage).await;
    t.says(ADA, "Hello my good people, how is everything?").await;
    let id = thread(&t).await;
    call(&t, Method::POST, &format!("/conversations/{id}/takeover"), None).await;
    t.says(ADA, "my rice was cold, give me my money back").await;
    call(&t, Method::POST, &format!("/conversations/{id}/suggest"), None).await;
    t.settle().await;
    let draft = seen(&t).await["suggested_reply"].as_str().unwrap().to_owned();
    assert!(draft.contains("this is Nkechi, Mama Put") && !draft.contains("5,000"), "{draft}");
}
