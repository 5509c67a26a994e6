//! One person on several channels; people who want no messages.

use crate::harness::{self, TestApp};
use crate::intake::Parrot;
use serde_json::{Value, json};
use std::sync::Arc;
use steward::domain::house::contact::{Identity, IdentityKind};
use steward::domain::house::contact_csv;
use steward::domain::house::conversation::Channel;
use steward::domain::house::fact::Kind;
use steward::domain::id::Id;
use steward::domain::lang::Lang;
use steward::services::house::{contact_import, fact};
use steward::store::house::{contact, conversation, merge, timeline};

const ADA: &str = "2348031234567";

async fn call(t: &TestApp, method: reqwest::Method, path: &str, body: Option<Value>) -> (u16, Value) {
    let request = t.http.request(method, format!("{}/api/v1{path}", t.url)).bearer_auth(&t.key);
    let request = match body {
        Some(body) => request.header("content-type", "application/json").body(body.to_string()),
        None => request,
    };
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), serde_json::from_str(&answer.text().await.unwrap()).unwrap())
}

/// Somebody known on one channel only, with a conversation there.
async fn known_on(t: &TestApp, name: &'static str, kind: IdentityKind, value: &'static str, channel: Channel) -> Id {
    let file = t.file();
    let made = file.write(move |tx| {
        let id = contact::insert_contact(tx, name, Lang::En)?;
        contact::insert_identity(tx, id, &Identity { kind, value: value.into() })?;
        conversation::insert_conversation(tx, id, channel, "messenger:9")?;
        Ok(id)
    });
    made.await.unwrap()
}

async fn ada(t: &TestApp) -> Id {
    t.says(ADA, "Do you have jollof rice today?").await;
    let identity = Identity { kind: IdentityKind::Phone, value: format!("+{ADA}") };
    t.read(move |tx| contact::find_contact_id(tx, &identity)).await.unwrap()
}

#[tokio::test]
async fn two_contacts_become_one_and_two_again() {
    let t = harness::open(Arc::new(Parrot)).await;
    let ada = ada(&t).await;
    let other = known_on(&t, "Ada O.", IdentityKind::MessengerUser, "777", Channel::Messenger).await;
    let (status, merged) = call(&t, reqwest::Method::POST, &format!("/contacts/{ada}/merge"), Some(json!({ "contact_id": other }))).await;
    assert_eq!(status, 200, "{merged}");
    let one = t.read(move |tx| contact::find_contact(tx, ada)).await;
    assert_eq!(one.identities.len(), 2);
    assert_eq!(t.read(move |tx| conversation::list_conversations_of(tx, ada)).await.len(), 2);
    let listed = call(&t, reqwest::Method::GET, "/contacts", None).await.1;
    assert_eq!(listed["items"].as_array().unwrap().len(), 1, "the other is no longer listed");
    let again = call(&t, reqwest::Method::POST, &format!("/contacts/{ada}/merge"), Some(json!({ "contact_id": other }))).await;
    assert_eq!(again.0, 409);
    // What comes now stays with the one that was kept.
    t.says(ADA, "and what about grilled chicken?").await;
    let undo = json!({ "merge_id": merged["merge_id"] });
    assert_eq!(call(&t, reqwest::Method::POST, &format!("/contacts/{other}/unmerge"), Some(undo.clone())).await.0, 404);
    assert_eq!(call(&t, reqwest::Method::POST, &format!("/contacts/{ada}/unmerge"), Some(undo.clone())).await.0, 200);
    assert_eq!(call(&t, reqwest::Method::POST, &format!("/contacts/{ada}/unmerge"), Some(undo)).await.0, 409);
    let two = t.read(move |tx| Ok((contact::find_contact(tx, ada)?, contact::find_contact(tx, other)?))).await;
    assert_eq!((two.0.identities.len(), two.1.identities.len()), (1, 1));
    assert_eq!(t.read(move |tx| conversation::list_conversations_of(tx, other)).await.len(), 1);
    assert!(t.read(move |tx| merge::list_merges(tx, ada)).await.is_empty());
}

#[tokio::test]
async fn two_phones_stay_two_people_and_nothing_moves() {
    let t = harness::open(Arc::new(Parrot)).await;
    let ada = ada(&t).await;
    let other = known_on(&t, "Ada", IdentityKind::Phone, "+2348099999999", Channel::Sms).await;
    let (status, e) = call(&t, reqwest::Method::POST, &format!("/contacts/{ada}/merge"), Some(json!({ "contact_id": other }))).await;
    assert_eq!(status, 409);
    assert!(e["detail"].as_str().unwrap().contains("wrong phone"), "{e}");
    assert_eq!(call(&t, reqwest::Method::POST, &format!("/contacts/{ada}/merge"), Some(json!({ "contact_id": ada }))).await.0, 409);
    assert_eq!(call(&t, reqwest::Method::POST, &format!("/contacts/{ada}/merge"), Some(json!({ "contact_id": Id::NIL }))).await.0, 404);
    assert_eq!(t.read(move |tx| contact::find_contact(tx, other)).await.identities.len(), 1);
}

#[tokio::test]
async fn what_both_have_stays_where_it_is() {
    let t = harness::open(Arc::new(Parrot)).await;
    let ada = ada(&t).await;
    let other = known_on(&t, "", IdentityKind::InstagramUser, "5", Channel::Instagram).await;
    let owner = t.owner();
    for id in [ada, other] {
        let w = fact::Written { kind: Some(Kind::Allergy), text: Some("peanuts".into()), expires_at: None };
        t.file().write(move |tx| fact::add(tx, id, &w, "Nkechi").map(drop)).await.unwrap();
    }
    let m = t.file().write(move |tx| steward::services::house::merge::merge(tx, ada, other, &owner)).await.unwrap();
    assert_eq!(t.read(move |tx| steward::store::house::fact::list_facts(tx, ada)).await.len(), 1);
    t.file().write(move |tx| steward::services::house::merge::undo(tx, ada, m.id)).await.unwrap();
    assert_eq!(t.read(move |tx| steward::store::house::fact::list_facts(tx, other)).await.len(), 1);
}

#[tokio::test]
async fn a_person_of_three_parts_is_erased_whole() {
    let t = harness::open(Arc::new(Parrot)).await;
    let ada = ada(&t).await;
    let second = known_on(&t, "Ada O.", IdentityKind::MessengerUser, "777", Channel::Messenger).await;
    let third = known_on(&t, "Adaeze Obi", IdentityKind::InstagramUser, "5", Channel::Instagram).await;
    for (keep, gone) in [(second, third), (ada, second)] {
        let owner = t.owner();
        t.file().write(move |tx| steward::services::house::merge::merge(tx, keep, gone, &owner)).await.unwrap();
    }
    assert_eq!(call(&t, reqwest::Method::DELETE, &format!("/contacts/{ada}"), None).await.1["clean"], true);
    for id in [ada, second, third] {
        let left = t.file().read(move |tx| contact::find_contact(tx, id)).await;
        assert!(left.is_err() || left.is_ok_and(|c| c.name.is_empty() && c.identities.is_empty()), "{id}");
    }
}

#[tokio::test]
async fn stop_is_heard_in_the_customers_words_and_start_again() {
    let t = harness::open(Arc::new(Parrot)).await;
    let ada = ada(&t).await;
    assert_eq!(t.says(ADA, "start").await, ["You said: start"], "nobody had said stop");
    let said = t.says(ADA, "STOP").await;
    assert!(said.len() == 1 && said[0].contains("START"), "{said:?}");
    assert_eq!(t.read(move |tx| contact::find_contact(tx, ada)).await.consent, Some(false));
    assert_eq!(t.says(ADA, "are you open now please?").await.len(), 1, "questions are answered all the same");
    t.says(ADA, "Start").await;
    assert_eq!(t.read(move |tx| contact::find_contact(tx, ada)).await.consent, Some(true));
    assert_eq!(t.says(ADA, "please stop at the gate").await, ["You said: please stop at the gate"]);
}

#[tokio::test]
async fn a_list_of_customers_is_brought_in_and_no_stays_no() {
    let t = harness::open(Arc::new(Parrot)).await;
    let ada = ada(&t).await;
    t.says(ADA, "STOP").await;
    let list = "name,phone,tags,consent,note\nAda Obi,+2348031234567,vip,yes,likes pepper\nBola,0803 123 4568,,yes,\nNobody,,,,\n";
    let file = t.file();
    let import = async || {
        let done = file.write(move |tx| contact_import::import(tx, &contact_csv::read(list.as_bytes(), "NG")?, "list.csv"));
        let done = done.await.unwrap();
        (done.added, done.changed, done.same, done.failed)
    };
    assert_eq!(import().await, (1, 1, 0, 1));
    let who = t.read(move |tx| contact::find_contact(tx, ada)).await;
    assert_eq!((who.name.as_str(), who.note.as_str(), who.consent), ("Ada Obi", "likes pepper", Some(false)));
    assert_eq!(t.read(move |tx| timeline::list_tags(tx, ada)).await, ["vip"]);
    let bola = Identity { kind: IdentityKind::Phone, value: "+2348031234568".into() };
    let bola = t.read(move |tx| contact::find_contact_id(tx, &bola)).await.unwrap();
    let proof = t.read(move |tx| timeline::list_consents(tx, bola)).await;
    assert_eq!((proof.len(), proof[0].given, proof[0].words.as_str()), (1, true, "list.csv"));
    assert_eq!(import().await, (0, 0, 2, 1), "a second time nothing changes");
}
