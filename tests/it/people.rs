//! Customers' rights: their data handed over, and nothing left of them when they are erased.

use crate::doubles::meta::NUMBER;
use crate::harness::{self, TestApp};
use serde_json::{Value, json};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use steward::domain::house::contact::{Identity, IdentityKind};
use steward::domain::house::conversation::Channel;
use steward::domain::house::message::{Content, File, Inbound, MediaKind};
use steward::providers::llm::builtin::BuiltIn;
use steward::services::house::inbound;
use steward::store::house::contact;

const ADA: &str = "2348031234567";
const BOLA: &str = "2348039999999";
/// A word no program text holds.
const MARK: &str = "zqxmarker";

async fn open() -> TestApp {
    harness::open(Arc::new(BuiltIn::new())).await
}

async fn contact_of(t: &TestApp, phone: &str) -> steward::domain::id::Id {
    let who = Identity { kind: IdentityKind::Phone, value: format!("+{phone}") };
    t.read(move |tx| contact::find_contact_id(tx, &who)).await.unwrap()
}

async fn call(t: &TestApp, method: &str, path: &str) -> (u16, Vec<u8>) {
    let request = t.http.request(method.parse().unwrap(), format!("{}/api/v1{path}", t.url)).bearer_auth(&t.key);
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.bytes().await.unwrap().to_vec())
}

fn files(dir: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files(&path, out) } else { out.push(path) }
    }
}

/// Every file of the business in which one of these stands.
fn where_found(t: &TestApp, needles: &[&str]) -> Vec<String> {
    let mut all = Vec::new();
    files(&t.app.store.business_dir(t.business.id), &mut all);
    let mut found = Vec::new();
    for path in all {
        let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).to_lowercase();
        found.extend(needles.iter().filter(|n| text.contains(&n.to_lowercase())).map(|n| format!("{n} in {}", path.display())));
    }
    found
}

/// Ada orders, books, tells about herself, asks what nobody knows and sends a picture; her words carry the marker.
async fn lived_in(t: &TestApp) {
    t.says(ADA, &format!("Hello, my name is Adaobi {MARK} and I am allergic to peanuts")).await;
    t.says(ADA, "I want 2 large jollof rice and a coke please").await;
    t.says(ADA, "I will pick it up").await;
    t.says(ADA, "yes, place it").await;
    t.says(ADA, &format!("Do you have a wheelchair ramp for my aunt {MARK} please?")).await;
    t.says(BOLA, "I want a meat pie please").await;
    let name = format!("{:0<64}", "abcdef0123456789");
    let dir = t.app.store.business_dir(t.business.id).join("media");
    std::fs::write(dir.join(&name), format!("a picture of {MARK}")).unwrap();
    let file = File { media: Some(name), caption: Some(format!("{MARK} receipt")), mime: "image/jpeg".into(), ..File::default() };
    let m = Inbound {
        provider_id: t.new_wamid(),
        identities: vec![Identity { kind: IdentityKind::Phone, value: format!("+{ADA}") }],
        name: None,
        at: t.app.clock().now(),
        content: Content::Media { media: MediaKind::Image, file },
        reply_to: None,
        forwarded: false,
        referral: None,
        echo: false,
    };
    let store = t.file();
    let received = store.write(move |tx| {
        let profile = steward::store::meta::find_profile(tx)?;
        inbound::receive(tx, &profile, Channel::Whatsapp, NUMBER, &m, Some(MARK))
    });
    assert!(received.await.unwrap().is_some());
    t.settle().await;
}

#[tokio::test]
async fn nothing_of_an_erased_customer_is_left() {
    let t = open().await;
    lived_in(&t).await;
    let id = contact_of(&t, ADA).await;
    assert!(!where_found(&t, &[MARK, ADA]).is_empty(), "the marker must be there before");
    let (status, body) = call(&t, "DELETE", &format!("/contacts/{id}")).await;
    let report: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(status, 200, "{report}");
    assert_eq!(report["clean"], true, "{report:#}");
    assert!(report["proof"]["looked_for"].as_u64().unwrap() >= 4 && report["proof"]["bytes"].as_u64().unwrap() > 100_000, "{report:#}");
    assert_eq!(where_found(&t, &[MARK, ADA, "Adaobi", "wheelchair", "peanut"]), Vec::<String>::new());
    // The order is still in the books, without her; Bola's chat is untouched.
    let (_, orders) = call(&t, "GET", "/orders").await;
    let orders: Value = serde_json::from_slice(&orders).unwrap();
    let hers = orders["items"].as_array().unwrap().iter().find(|o| o["contact_id"] == json!(id)).unwrap();
    assert!(hers["total"]["amount_minor"].as_i64().unwrap() > 0 && hers["address"] == "" && hers["conversation_id"].is_null(), "{hers}");
    for path in [format!("/contacts/{id}"), format!("/contacts/{id}/export"), format!("/contacts/{id}/orders")] {
        assert_eq!(call(&t, "GET", &path).await.0, 404, "{path}");
    }
    assert_eq!(call(&t, "DELETE", &format!("/contacts/{id}")).await.0, 404);
    assert!(!where_found(&t, &[BOLA]).is_empty(), "Bola stays");
    // Who writes again is somebody new.
    assert!(!t.says(ADA, "Hello").await.is_empty());
    assert_ne!(contact_of(&t, ADA).await, id);
}

#[tokio::test]
async fn a_person_gets_their_data_to_read_and_as_json() {
    let t = open().await;
    lived_in(&t).await;
    let id = contact_of(&t, ADA).await;
    let (status, zip) = call(&t, "GET", &format!("/contacts/{id}/export")).await;
    assert_eq!(status, 200);
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(zip)).unwrap();
    let mut text = |name: &str| {
        let mut out = String::new();
        zip.by_name(name).unwrap().read_to_string(&mut out).unwrap();
        out
    };
    let data: Value = serde_json::from_str(&text("data.json")).unwrap();
    let html = text("index.html");
    assert!(data["messages"].as_array().unwrap().iter().any(|m| m["text"].as_str().unwrap().contains(MARK)));
    assert_eq!(data["identities"][0]["value"], format!("+{ADA}"));
    assert_eq!(data["orders"].as_array().unwrap().len(), 1);
    assert!(html.contains(MARK) && html.contains("Jollof") && !html.contains(BOLA), "{html}");
}

#[tokio::test]
async fn only_the_owner_erases_and_only_in_their_own_business() {
    let t = open().await;
    t.says(ADA, "Hello").await;
    let id = contact_of(&t, ADA).await;
    let other = harness::add_business(&t.app, "Other", "999").await;
    let key = |business: steward::domain::id::Id, role| {
        t.app.store.control_write(move |tx| steward::services::house::member::add_key(tx, business, "k", role))
    };
    use steward::domain::house::member::Role;
    let (_, agent) = key(t.business.id, Role::Manager).await.unwrap();
    let (_, foreign) = key(other.id, Role::Owner).await.unwrap();
    for (token, expected) in [(agent, 403), (foreign, 404)] {
        let answer = t.http.delete(format!("{}/api/v1/contacts/{id}", t.url)).bearer_auth(token).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), expected);
    }
    assert_eq!(call(&t, "GET", &format!("/contacts/{id}")).await.0, 200);
}

#[tokio::test]
async fn what_is_too_old_goes_by_the_owners_rules() {
    use steward::domain::house::retention::Retention;
    use steward::services::house::retention;
    let t = open().await;
    lived_in(&t).await;
    let rules = Retention { messages_months: 1, runs_months: 1, customers_months: 3 };
    assert!(t.file().write(|tx| retention::save(tx, Retention { runs_months: -1, ..Retention::default() })).await.is_err());
    t.file().write(move |tx| retention::save(tx, rules)).await.unwrap();
    let (hers, phone) = (contact_of(&t, ADA).await, Identity { kind: IdentityKind::Phone, value: format!("+{ADA}") });
    let count = || t.read(|tx| steward::store::house::message::count_messages_since(tx, steward::domain::time::Time::from_millis(0)));
    assert!(count().await.0 > 0);
    t.app.clock().advance_ms(40 * 86_400_000);
    let files = t.file().write(retention::apply).await.unwrap();
    assert_eq!((count().await, files.len()), ((0, 0), 1), "the picture goes with its message");
    assert!(t.read(move |tx| contact::find_present(tx, hers)).await.name.contains("Ada"), "the customer stays");
    // What was left to do when the clock jumped, such as an order that ran out, counts as seen then: a second stretch is quiet.
    for _ in 0..2 {
        t.app.clock().advance_ms(100 * 86_400_000);
        t.settle().await;
        t.file().write(retention::apply).await.unwrap();
    }
    assert_eq!(t.read(move |tx| contact::find_contact_id(tx, &phone)).await, None);
}
