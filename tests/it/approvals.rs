//! Questions to people of a business, each way they can be answered.

use crate::doubles::meta::NUMBER;
use crate::errand::{World, deeds, graphs};
use crate::harness::{self, TestApp, noon};
use crate::pages::Browser;
use serde_json::{Value, json};
use std::sync::Arc;
use steward::agents::runs;
use steward::domain::house::approval::{Approval, Question, Standing, Way};
use steward::domain::house::member::Role;
use steward::domain::id::Id;
use steward::domain::money::{Currency, Money};
use steward::domain::time::{Clock, HOUR_MS, MINUTE_MS};
use steward::graph::Runtime;
use steward::graph::machine::{self, NewRun};
use steward::providers::llm::builtin::BuiltIn;
use steward::services::house::{approval as service, member_phone};
use steward::store::control::member as members;
use steward::store::house::approval;

const ADA: &str = "2348031234567";
const BEM: &str = "2348037654321";

async fn open() -> TestApp {
    harness::open(Arc::new(BuiltIn::new())).await
}

fn question(key: &str, minor: i64) -> Question {
    Question {
        key: key.into(),
        title: format!("Pay for {key}?"),
        facts: vec![("Vendor".into(), "Adaeze".into())],
        amount: Some(Money::new(minor, Currency::NGN)),
        url: String::new(),
        until: None,
    }
}

async fn ask(t: &TestApp, key: &'static str) -> Id {
    t.file().write(move |tx| service::ask(tx, None, &question(key, 50_000))).await.unwrap()
}

async fn found(t: &TestApp, id: Id) -> Approval {
    t.read(move |tx| approval::find_approval(tx, id)).await
}

/// A member whose phone is verified by writing the code from it.
pub async fn with_phone(t: &TestApp, email: &'static str, role: Role, phone: &str) -> Id {
    let business = t.business.id;
    let id = t.app.store.control_write(move |tx| {
        let who = members::insert_member(tx, email, email.split('@').next().unwrap(), None)?;
        members::upsert_membership(tx, who, business, role)?;
        Ok(who)
    });
    let id = id.await.unwrap();
    let words = t.file().write(move |tx| member_phone::ask(tx, id, "Ada")).await.unwrap();
    let told = t.says(phone, &words.to_lowercase()).await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].starts_with("This phone is Ada's from now on."), "{told:?}");
    id
}

fn tapped(from: &str, wamid: &str, id: &str) -> Value {
    let mut hook = harness::text_hook(NUMBER, from, wamid, "x");
    let m = &mut hook["entry"][0]["changes"][0]["value"]["messages"][0];
    m["type"] = json!("interactive");
    m["interactive"] = json!({ "type": "button_reply", "button_reply": { "id": id, "title": "Approve" } });
    m.as_object_mut().unwrap().remove("text");
    hook
}

async fn taps(t: &TestApp, from: &str, id: &str) -> Vec<String> {
    let before = t.sent_to(from).len();
    assert_eq!(t.post_hook(&tapped(from, &t.new_wamid(), id)).await, 200);
    t.pass_ms(10_000).await;
    t.sent_to(from).split_off(before)
}

#[tokio::test]
async fn a_verified_phone_decides_with_a_button() {
    let t = open().await;
    with_phone(&t, "ada@example.com", Role::Owner, ADA).await;
    let id = ask(&t, "eggs").await;
    t.pass_ms(1_000).await;
    let nudge = t.meta.sent().into_iter().rfind(|m| m["type"] == "interactive").expect("the phone was told");
    assert_eq!(nudge["interactive"]["body"]["text"], "Pay for eggs?\nVendor: Adaeze");
    let buttons = nudge["interactive"]["action"]["buttons"].as_array().unwrap();
    let yes = buttons[0]["reply"]["id"].as_str().unwrap().to_owned();
    // The same button from a customer's phone decides nothing.
    taps(&t, BEM, &yes).await;
    assert_eq!(found(&t, id).await.standing, Standing::Open);
    assert_eq!(taps(&t, ADA, &yes).await, ["Approved: Pay for eggs?"]);
    let a = found(&t, id).await;
    assert_eq!((a.standing, a.decided_by.as_str(), a.decided_way), (Standing::Approved, "ada", Some(Way::Whatsapp)));
    let late = taps(&t, ADA, &yes.replace(":yes", ":no")).await;
    assert!(late.len() == 1 && late[0].contains("was approved by ada on WhatsApp"), "{late:?}");
}

#[tokio::test]
async fn a_verified_phone_decides_with_a_word() {
    let t = open().await;
    with_phone(&t, "ada@example.com", Role::Owner, ADA).await;
    // Nothing is asked: the word is a customer's, and somebody answers it.
    assert_eq!(t.says(ADA, "yes").await.len(), 1);
    let (eggs, flour) = (ask(&t, "eggs").await, ask(&t, "flour").await);
    t.pass_ms(1_000).await;
    assert_eq!(t.says(ADA, "No").await, ["More than one question waits. Tap the button under the one you mean."]);
    taps(&t, ADA, &format!("approval:{eggs}:yes")).await;
    assert_eq!(t.says(ADA, "no!").await, ["Rejected: Pay for flour?"]);
    assert_eq!((found(&t, eggs).await.standing, found(&t, flour).await.standing), (Standing::Approved, Standing::Rejected));
    // A customer who writes the same words is answered as a customer.
    let oil = ask(&t, "oil").await;
    t.says(BEM, "yes").await;
    assert_eq!(found(&t, oil).await.standing, Standing::Open);
}

#[tokio::test]
async fn a_member_who_left_or_may_not_decides_nothing_from_the_phone() {
    let t = open().await;
    let agent = with_phone(&t, "bem@example.com", Role::Agent, BEM).await;
    let id = ask(&t, "eggs").await;
    t.pass_ms(1_000).await;
    assert!(!t.meta.sent().iter().any(|m| m["type"] == "interactive"), "who may not decide is not asked");
    let told = taps(&t, BEM, &format!("approval:{id}:yes")).await;
    assert!(told.len() == 1 && told[0].contains("Only an owner"), "{told:?}");
    let business = t.business.id;
    t.app
        .store
        .control_write(move |tx| {
            let other = members::insert_member(tx, "owner@example.com", "Owner", None)?;
            members::upsert_membership(tx, other, business, Role::Owner)?;
            members::delete_membership(tx, agent, business)
        })
        .await
        .unwrap();
    assert!(taps(&t, BEM, &format!("approval:{id}:yes")).await.is_empty());
    assert_eq!(found(&t, id).await.standing, Standing::Open);
}

#[tokio::test]
async fn nobody_is_nudged_in_quiet_hours() {
    let t = open().await;
    with_phone(&t, "ada@example.com", Role::Owner, ADA).await;
    // 12:00 in Lagos; quiet until three.
    let quiet = service::policy;
    t.file()
        .write(move |tx| {
            let p = steward::domain::house::approval::Policy { quiet: Some((11 * 60, 15 * 60)), ..quiet(tx)? };
            service::set_policy(tx, &p)
        })
        .await
        .unwrap();
    ask(&t, "eggs").await;
    let rang = || t.meta.sent().iter().filter(|m| m["type"] == "interactive").count();
    t.pass_ms(2 * HOUR_MS).await;
    assert_eq!(rang(), 0);
    t.pass_ms(HOUR_MS).await;
    assert_eq!(rang(), 1);
}

#[tokio::test]
async fn a_bare_yes_is_no_answer_to_what_was_not_read() {
    let t = open().await;
    with_phone(&t, "ada@example.com", Role::Owner, ADA).await;
    t.file()
        .write(|tx| {
            let p = steward::domain::house::approval::Policy { quiet: Some((11 * 60, 15 * 60)), ..service::policy(tx)? };
            service::set_policy(tx, &p)
        })
        .await
        .unwrap();
    let id = ask(&t, "eggs").await;
    t.pass_ms(1_000).await;
    let told = t.says(ADA, "yes").await;
    assert!(told.len() == 1 && told[0].contains("not read here yet"), "{told:?}");
    assert_eq!(found(&t, id).await.standing, Standing::Open);
    t.pass_ms(3 * HOUR_MS).await;
    assert_eq!(t.says(ADA, "yes").await, ["Approved: Pay for eggs?"]);
}

#[tokio::test]
async fn a_wrong_or_old_code_verifies_nothing() {
    let t = open().await;
    let id = Id::new(noon());
    let words = t.file().write(move |tx| member_phone::ask(tx, id, "Ada")).await.unwrap();
    t.says(ADA, "STEWARD AAAAAAAA").await;
    t.pass_ms(31 * MINUTE_MS).await;
    t.says(ADA, &words).await;
    assert!(t.read(steward::store::house::member_phone::list_verified).await.is_empty());
}

async fn api(t: &TestApp, method: &str, path: &str, body: Option<Value>) -> (u16, Value) {
    let url = format!("{}/api/v1/{path}", t.url);
    let request = if method == "GET" { t.http.get(url) } else { t.http.post(url) }.bearer_auth(&t.key);
    let request = if let Some(body) = body { request.json(&body) } else { request };
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap_or(Value::Null))
}

#[tokio::test]
async fn the_api_decides_once() {
    let t = open().await;
    let id = ask(&t, "eggs").await;
    let (status, list) = api(&t, "GET", "approvals?state=open", None).await;
    assert_eq!((status, list["items"][0]["title"].as_str()), (200, Some("Pay for eggs?")));
    assert_eq!(list["items"][0]["amount"], json!({ "amount_minor": 50_000, "currency": "NGN" }));
    let path = format!("approvals/{id}");
    let (status, wrong) = api(&t, "POST", &path, Some(json!({ "decision": "maybe" }))).await;
    assert_eq!((status, wrong["errors"][0]["field"].as_str()), (422, Some("decision")), "{wrong}");
    let (status, done) = api(&t, "POST", &path, Some(json!({ "decision": "approve", "note": "fair" }))).await;
    assert_eq!((status, done["state"].as_str(), done["answers"][0]["way"].as_str()), (200, Some("approved"), Some("api")));
    let (status, late) = api(&t, "POST", &path, Some(json!({ "decision": "reject" }))).await;
    assert_eq!(status, 409);
    assert!(late["detail"].as_str().unwrap().contains("was approved by test through the API"), "{late}");
    assert_eq!(api(&t, "GET", &format!("approvals/{}", Id::new(noon())), None).await.0, 404);
    let body = json!({ "automatic_up_to_minor": 60_000, "two_above_minor": null, "expires_hours": 2, "delegate": null, "delegate_up_to_minor": null, "quiet": null });
    assert_eq!(api(&t, "POST", "approvals/policy", Some(body.clone())).await, (200, body));
    let automatic = ask(&t, "flour").await;
    assert_eq!(found(&t, automatic).await.decided_by, "the policy");
}

#[tokio::test]
async fn the_page_and_a_signed_link_decide_and_a_link_for_another_question_does_not() {
    let t = open().await;
    let owner = Browser::of(&t, Role::Owner).await;
    let (one, two) = (ask(&t, "eggs").await, ask(&t, "flour").await);
    let (_, html) = owner.get("/app/approvals").await;
    assert!(html.contains("2 questions wait") && html.contains("Approve ₦500"), "{html}");
    assert!(owner.get("/app").await.1.contains("Pay for eggs?"), "Today names it");
    let link = html.split(&format!("/approvals/{one}?token=")).nth(1).unwrap().split('"').next().unwrap().to_owned();
    let http = reqwest::Client::builder().build().unwrap();
    let page = |id: Id| http.get(format!("{}/approvals/{id}?token={link}", t.url)).send();
    assert!(page(one).await.unwrap().text().await.unwrap().contains("You decide as"));
    assert_eq!(found(&t, one).await.standing, Standing::Open, "to look decides nothing");
    assert_eq!(page(two).await.unwrap().status(), 404, "a link is for one question");
    let press = |token: String| {
        let body = format!("token={token}&decision=reject&note=too+dear");
        http.post(format!("{}/approvals/{one}", t.url)).header("content-type", "application/x-www-form-urlencoded").body(body).send()
    };
    assert_eq!(press(link.replace(link.chars().last().unwrap(), "0x")).await.unwrap().status(), 404);
    assert!(press(link.clone()).await.unwrap().text().await.unwrap().contains("Rejected: Pay for eggs?"));
    assert_eq!(found(&t, one).await.decided_way, Some(Way::Link));
    assert!(press(link).await.unwrap().text().await.unwrap().contains("was rejected by Nkechi by a link"));
    assert_eq!(owner.post(&format!("/app/approvals/{two}"), &[("decision", "approve")]).await, 303);
    assert_eq!(found(&t, two).await.standing, Standing::Approved);
    let viewer = Browser::of(&t, Role::Viewer).await;
    let three = ask(&t, "oil").await;
    assert_eq!(viewer.post(&format!("/app/approvals/{three}"), &[("decision", "approve")]).await, 403);
    let wrong = [("automatic", "500"), ("two", "100"), ("hours", "24"), ("delegate", ""), ("quiet_from", ""), ("quiet_to", "")];
    assert_eq!(owner.post("/app/approvals/policy", &wrong).await, 422);
}

/// The errand inside the whole program: its worker, its pages, its API.
async fn with_errands(world: &Arc<World>) -> TestApp {
    let world = world.clone();
    let made = move |_: &Arc<steward::app::App>| -> Runtime { runs::with(graphs(1), deeds(&world)) };
    harness::open_graphs(Arc::new(BuiltIn::new()), Clock::starting_at(noon()), |_| {}, made).await
}

#[tokio::test]
async fn a_run_of_the_whole_program_shows_its_work() {
    let world = Arc::new(World::default());
    let t = with_errands(&world).await;
    let rt = runs::with(graphs(1), deeds(&world));
    let new = NewRun { graph: "errand".into(), input: json!({ "sellers": ["Bem", "Chidi"] }), ..NewRun::default() };
    let id = t.file().write(move |tx| machine::start(tx, &rt, &new)).await.unwrap();
    t.settle().await;
    t.pass_ms(11 * MINUTE_MS).await;
    let owner = Browser::of(&t, Role::Owner).await;
    let (status, html) = owner.get(&format!("/app/work-log/{id}")).await;
    assert_eq!(status, 200);
    for words in ["An errand to 2 sellers", "It waits for somebody&#39;s decision", "Haggles with Bem", "After step 2 of 2", "Stop"] {
        assert!(html.contains(words), "{words}: {html}");
    }
    assert!(owner.get("/app/work-log").await.1.contains("An errand to 2 sellers"));
    let question = t.read(|tx| approval::list_open_approvals(tx, 1)).await[0].id;
    assert_eq!(owner.post(&format!("/app/approvals/{question}"), &[("decision", "approve")]).await, 303);
    t.settle().await;
    assert_eq!(world.count(&format!("pay:{id}")), 1);
    t.pass_ms(HOUR_MS).await;
    let (status, run) = api(&t, "GET", &format!("runs/{id}"), None).await;
    assert_eq!((status, run["state"].as_str(), run["work"]["steps"].as_u64()), (200, Some("done"), Some(6)), "{run}");
    assert_eq!(run["work"]["effects"].as_array().unwrap().len(), 2);
    assert_eq!(run["work"]["branches"].as_array().unwrap().len(), 2);
    assert_eq!(api(&t, "POST", &format!("runs/{id}/cancel"), Some(json!({}))).await.0, 409, "it is over");
    assert_eq!(api(&t, "POST", &format!("runs/{}/cancel", Id::new(noon())), Some(json!({}))).await.0, 404);
    assert_eq!(api(&t, "POST", "agents/nothing/invoke", Some(json!({ "text": "hi" }))).await.0, 404);
}
