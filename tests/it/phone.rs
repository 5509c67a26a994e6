//! The simulated phone: files and places go the way WhatsApp's do, and its network can be made to misbehave.

use crate::harness::{self, TestApp};
use std::sync::Arc;
use steward::app::businesses;
use steward::app::directory::Credentials;
use steward::channels::simulator::{Act, Line, Persona, bytes, message, wamid};
use steward::domain::house::message::{Content, Direction, MediaKind};
use steward::providers::llm::builtin::BuiltIn;
use steward::services::house::simulator::{Switches, set_switches, write};
use steward::store::house::conversation::{Which, list_conversations};
use steward::store::house::message::list_messages;

const PHONE: &str = "55599";
const ADA: &str = "2348030000001";
const PNG: &[u8] = b"\x89PNG\r\n\x1a\nnot much of a picture";

async fn open() -> TestApp {
    let t = harness::open(Arc::new(BuiltIn::new())).await;
    let c = Credentials { token: "pretended".into(), app_secret: "s".into(), verify_token: "v".into() };
    businesses::connect_whatsapp(&t.app, t.business.id, PHONE, &c, true).await.unwrap();
    t
}

async fn does(t: &TestApp, act: Act) {
    let line = Line { waba: "1".into(), phone_number_id: PHONE.into(), display_number: PHONE.into() };
    let who = Persona { name: "Ada".into(), wa_id: Some(ADA.into()), user_id: None };
    t.file()
        .write(move |tx| {
            let id = wamid();
            let hook = message(&line, &who, &id, tx.now, None, &act);
            write(tx, ADA, &id, &serde_json::json!({ "text": "x" }), String::from_utf8_lossy(&bytes(&hook)).into_owned())
        })
        .await
        .unwrap();
}

async fn heard(t: &TestApp) -> Vec<Content> {
    let threads = t.read(|tx| list_conversations(tx, Which::Open, "", i64::MAX, 5)).await;
    let Some(first) = threads.first() else { return Vec::new() };
    let id = first.conversation.id;
    let all = t.read(move |tx| list_messages(tx, id, None, 20)).await;
    all.into_iter().filter(|m| m.direction == Direction::In).map(|m| m.content).collect()
}

#[tokio::test]
async fn a_picture_is_fetched_with_the_code_that_fetches_from_meta() {
    let t = open().await;
    let name = steward::app::media::keep(&t.app, t.business.id, PNG.to_vec()).await.unwrap();
    let act = Act::File {
        kind: MediaKind::Image,
        media_id: name.clone(),
        mime: "image/png".into(),
        sha256: String::new(),
        caption: Some("my receipt".into()),
        filename: None,
        voice: false,
    };
    does(&t, act).await;
    for _ in 0..3 {
        t.pass_ms(1_000).await;
    }
    let heard = heard(&t).await;
    let Some(Content::Media { media: MediaKind::Image, file }) = heard.first() else { panic!("{heard:?}") };
    assert_eq!(
        (file.media.as_deref(), file.mime.as_str(), file.caption.as_deref()),
        (Some(name.as_str()), "image/png", Some("my receipt"))
    );
    // Without the pretended token nothing is told, and a real number has no such store.
    let url = format!("{}/simulator/graph/v23.0/{name}?phone_number_id={PHONE}", t.url);
    assert_eq!(t.http.get(&url).bearer_auth("wrong").send().await.unwrap().status().as_u16(), 404);
    assert_eq!(t.http.get(&url).bearer_auth("pretended").send().await.unwrap().status().as_u16(), 200);
    let real = format!("{}/simulator/graph/v23.0/{name}?phone_number_id={}", t.url, crate::doubles::meta::NUMBER);
    assert_eq!(t.http.get(&real).bearer_auth(crate::doubles::meta::TOKEN).send().await.unwrap().status().as_u16(), 404);
}

#[tokio::test]
async fn a_place_arrives() {
    let t = open().await;
    does(&t, Act::Location { latitude: 6.5244, longitude: 3.3792, name: Some("Yaba".into()), address: None }).await;
    t.pass_ms(1_000).await;
    assert!(matches!(&heard(&t).await[0], Content::Location { name: Some(n), .. } if n == "Yaba"));
}

#[tokio::test]
async fn late_means_out_of_order() {
    let t = open().await;
    t.file().write(|tx| set_switches(tx, Switches { late: true, ..Switches::default() })).await.unwrap();
    does(&t, Act::Text { text: "I want two meat pies.".into() }).await;
    t.pass_ms(10).await;
    does(&t, Act::Text { text: "And a coke please.".into() }).await;
    t.pass_ms(3_000).await;
    assert_eq!(heard(&t).await.iter().map(Content::words).collect::<Vec<_>>(), ["And a coke please."]);
    t.pass_ms(5_000).await;
    assert_eq!(heard(&t).await.len(), 2);
}
