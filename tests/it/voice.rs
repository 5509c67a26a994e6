//! Voice notes: kept, judged, heard, read back and answered like words; or the customer is asked to type.

use crate::doubles::ears::{Ears, KEY};
use crate::doubles::meta::NUMBER;
use crate::harness::{self, TestApp};
use crate::intake::Parrot;
use serde_json::{Value, json};
use std::sync::Arc;
use steward::config::speech::Ear;
use steward::domain::house::message::{Content, File, Message};
use steward::domain::secret::Secret;
use steward::domain::time::Clock;
use steward::providers::llm::Model;
use steward::providers::llm::builtin::BuiltIn;
use steward::providers::speech::note::silence;
use steward::store::house::conversation::{Which, list_conversations};
use steward::store::house::message::list_messages;

pub const ADA: &str = "2348031234567";

pub fn ear(kind: &str, url: &str) -> Ear {
    let (api_key, base) = (Secret::new(KEY), url.to_owned());
    match kind {
        "openai" => Ear::OpenAi { name: "openai", api_key, base_url: format!("{base}/v1"), model: "whisper-1".into() },
        "assemblyai" => Ear::Assembly { api_key, base_url: base },
        _ => Ear::Deepgram { api_key, base_url: base, model: "nova-3".into() },
    }
}

pub async fn open(model: Arc<dyn Model>, ears: Vec<Ear>) -> TestApp {
    harness::open_with(model, Clock::starting_at(harness::noon()), |c| c.speech.ears = ears).await
}

pub fn note_hook(wamid: &str, media: &str) -> Value {
    let mut hook = harness::text_hook(NUMBER, ADA, wamid, "");
    let m = &mut hook["entry"][0]["changes"][0]["value"]["messages"][0];
    m["type"] = json!("audio");
    m["audio"] = json!({ "id": media, "mime_type": "audio/ogg; codecs=opus", "voice": true });
    m.as_object_mut().unwrap().remove("text");
    hook
}

/// A customer speaks; what we sent since, as text.
pub async fn speaks(t: &TestApp, media: &str, bytes: &[u8]) -> Vec<String> {
    let before = t.sent_to(ADA).len();
    t.meta.keep(media, "audio/ogg", bytes);
    assert_eq!(t.post_hook(&note_hook(&format!("wamid.{media}"), media)).await, 200);
    for _ in 0..4 {
        t.pass_ms(5_000).await;
    }
    t.sent_to(ADA).split_off(before)
}

async fn first_file(t: &TestApp) -> File {
    let id = t.read(|tx| list_conversations(tx, Which::Open, "", i64::MAX, 10)).await[0].conversation.id;
    let all: Vec<Message> = t.read(move |tx| list_messages(tx, id, None, 50)).await;
    all.into_iter().find_map(|m| if let Content::Media { file, .. } = m.content { Some(file) } else { None }).unwrap()
}

#[tokio::test]
async fn a_note_is_heard_read_back_and_answered_like_words() {
    for kind in ["openai", "assemblyai", "deepgram"] {
        let ears = Ears::open("Do you have jollof rice today?").await;
        let t = open(Arc::new(Parrot), vec![ear(kind, &ears.url)]).await;
        let sent = speaks(&t, "v1", &silence(150)).await;
        assert_eq!(sent.len(), 2, "{kind}: {sent:?}");
        assert!(sent[0].contains("I heard") && sent[0].contains("jollof rice"), "{sent:?}");
        assert_eq!(sent[1], "You said: Do you have jollof rice today?");
        let file = first_file(&t).await;
        assert!(file.media.is_some() && file.transcript.as_deref() == Some("Do you have jollof rice today?"));
        assert_eq!(ears.heard()[0].0, kind);
        assert_eq!(t.post_hook(&note_hook("wamid.v1", "v1")).await, 200);
        t.pass_ms(20_000).await;
        assert_eq!(t.sent_to(ADA).len(), 2, "the same note again changes nothing");
    }
}

#[tokio::test]
async fn an_order_by_voice_is_read_back_and_placed_only_on_a_yes() {
    let ears = Ears::open("I want two large jollof rice please").await;
    let t = open(Arc::new(BuiltIn::new()), vec![ear("openai", &ears.url)]).await;
    let sent = speaks(&t, "v1", &silence(150)).await;
    assert!(sent[0].contains("two large jollof rice"), "{sent:?}");
    assert!(sent.last().unwrap().contains("7,000"), "the total is told: {sent:?}");
    let orders = t.read(|tx| steward::store::shop::order::list_orders(tx, None, None, 10)).await;
    assert!(orders.is_empty(), "nothing is ordered by hearing alone");
}

#[tokio::test]
async fn where_nobody_hears_the_customer_is_asked_to_type() {
    let t = open(Arc::new(Parrot), vec![]).await;
    let sent = speaks(&t, "v1", &silence(150)).await;
    assert_eq!(sent.len(), 1, "{sent:?}");
    assert!(sent[0].contains("type"));
    let file = first_file(&t).await;
    assert!(file.media.is_some() && file.problem.unwrap().contains("asked to type"), "the owner has the note");
    // Words beside it are answered all the same.
    assert_eq!(t.says(ADA, "are you open now please?").await, ["You said: are you open now please?"]);
}

#[tokio::test]
async fn a_note_that_is_too_long_or_no_sound_is_refused_with_a_sentence() {
    let ears = Ears::open("never asked").await;
    let t = open(Arc::new(Parrot), vec![ear("openai", &ears.url)]).await;
    let sent = speaks(&t, "long", &silence(90_000)).await;
    assert!(sent[0].contains("too long"), "{sent:?}");
    assert!(first_file(&t).await.problem.unwrap().contains("longer than 5 minutes"));
    let sent = speaks(&t, "odd", b"#!SILK_V3 something else").await;
    assert!(sent[0].contains("could not open"), "{sent:?}");
    assert!(ears.heard().is_empty(), "nobody was bothered with them");
}

#[tokio::test]
async fn a_service_that_fails_hands_over_to_the_next() {
    let (first, second) = (Ears::open("first").await, Ears::open("Do you have coke today?").await);
    let t = open(Arc::new(Parrot), vec![ear("openai", &first.url), ear("deepgram", &second.url)]).await;
    first.fail(400);
    let sent = speaks(&t, "v1", &silence(100)).await;
    assert_eq!(sent.last().unwrap(), "You said: Do you have coke today?");
    assert!(first.heard().is_empty() && second.heard().len() == 1);
}

#[cfg(unix)]
#[tokio::test]
async fn a_program_here_hears_a_wav() {
    // It "hears" how many bytes it was given, and that they are a WAV.
    let words = ["sh", "-c", "head -c 4 \"$0\"; echo; wc -c < \"$0\"", "{file}"].map(str::to_owned).to_vec();
    let t = open(Arc::new(Parrot), vec![Ear::Command { words }]).await;
    let sent = speaks(&t, "v1", &silence(150)).await;
    assert_eq!(sent.last().unwrap(), "You said: RIFF 96044");
}
