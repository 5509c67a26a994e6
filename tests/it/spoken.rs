//! Replies that are spoken: asked for in words or by the owner, sent as the sound WhatsApp takes with the words kept; and the words
//! instead, once, whatever goes wrong.

use crate::doubles::meta::NUMBER;
use crate::doubles::mouths::{KEY, Mouths};
use crate::harness::{self, TestApp};
use crate::intake::Parrot;
use serde_json::{Value, json};
use std::sync::Arc;
use steward::config::voices::Mouth;
use steward::domain::house::message::{Content, Delivery, Message};
use steward::domain::secret::Secret;
use steward::domain::time::Clock;
use steward::store::house::contact::list_contacts;
use steward::store::house::conversation::{Which, list_conversations};
use steward::store::house::message::{list_messages, update_delivery};

const ADA: &str = "2348031234567";

fn mouth(kind: &str, url: &str) -> Mouth {
    let (api_key, base) = (Secret::new(KEY), url.to_owned());
    match kind {
        "openai" => Mouth::OpenAi { api_key, base_url: format!("{base}/v1"), model: "tts".into(), voice: "alloy".into() },
        "deepgram" => Mouth::Deepgram { api_key, base_url: base, models: vec!["aura-2-celeste-es".into(), "aura-2-thalia-en".into()] },
        _ => Mouth::Cartesia { api_key, base_url: base, model: "sonic-3".into(), voice: "v-1".into(), version: "2025-04-16".into() },
    }
}

async fn open(mouths: Vec<Mouth>) -> TestApp {
    harness::open_with(Arc::new(Parrot), Clock::starting_at(harness::noon()), |c| c.voices.mouths = mouths).await
}

/// The messages the double took for Ada, without read marks.
fn sent(t: &TestApp) -> Vec<Value> {
    t.meta.sent().into_iter().filter(|m| m["status"].is_null() && m["to"] == ADA).collect()
}

async fn all(t: &TestApp) -> Vec<Message> {
    let id = t.read(|tx| list_conversations(tx, Which::Open, "", i64::MAX, 10)).await[0].conversation.id;
    t.read(move |tx| list_messages(tx, id, None, 50)).await
}

async fn wants_voice(t: &TestApp) {
    let told = t.says(ADA, "Answer by voice").await;
    assert!(told.len() == 1 && told[0].contains("by voice"), "{told:?}");
}

#[tokio::test]
async fn a_customer_who_asks_for_it_hears_the_reply_and_its_words_are_kept() {
    for kind in ["openai", "deepgram"] {
        let mouths = Mouths::open().await;
        let t = open(vec![mouth(kind, &mouths.url)]).await;
        assert_eq!(t.says(ADA, "Do you have rice today?").await, ["You said: Do you have rice today?"], "nobody asked yet");
        wants_voice(&t).await;
        t.says(ADA, "Are you open now please?").await;
        let last = sent(&t).pop().unwrap();
        assert_eq!((&last["type"], &last["audio"]["voice"]), (&json!("audio"), &json!(true)), "{kind}: {last}");
        let (mime, bytes) = t.meta.file(last["audio"]["id"].as_str().unwrap()).unwrap();
        assert!(mime.starts_with("audio/ogg") && bytes.starts_with(b"OggS"));
        assert_eq!(mouths.said(), [(kind, "You said: Are you open now please?".to_owned())]);
        let kept = all(&t).await.pop().unwrap();
        assert_eq!(kept.content.words(), "You said: Are you open now please?");
        assert!(matches!(kept.content, Content::Media { .. }));
        let told = t.says(ADA, "stop voice").await;
        assert!(told[0].contains("write"), "{told:?}");
        assert_eq!(t.says(ADA, "Are you open on Sunday?").await, ["You said: Are you open on Sunday?"]);
    }
}

#[tokio::test]
async fn whatever_fails_the_words_go_once() {
    let mouths = Mouths::open().await;
    let t = open(vec![mouth("openai", &mouths.url)]).await;
    wants_voice(&t).await;
    for (status, what) in [(500, "rice"), (429, "beans"), (401, "yam"), (400, "eba"), (402, "amala"), (299, "fufu")] {
        mouths.fail(status);
        let text = format!("Do you have {what} today please?");
        assert_eq!(t.says(ADA, &text).await, [format!("You said: {text}")], "{status}");
    }
    t.pass_ms(600_000).await;
    assert_eq!(sent(&t).len(), 7, "the wish and six replies, each once");
    // WhatsApp does not take the file.
    t.meta.refuse_files(true);
    assert_eq!(t.says(ADA, "Do you take cards here?").await, ["You said: Do you take cards here?"]);
    t.pass_ms(600_000).await;
    assert_eq!(sent(&t).len(), 8);
    assert!(all(&t).await.iter().all(|m| matches!(m.content, Content::Text { .. })));
}

#[tokio::test]
async fn a_sound_that_never_arrives_is_followed_by_its_words_once() {
    let mouths = Mouths::open().await;
    let t = open(vec![mouth("openai", &mouths.url)]).await;
    wants_voice(&t).await;
    t.says(ADA, "Are you open now please?").await;
    let id = all(&t).await.pop().unwrap().provider_id.unwrap();
    let failed = json!({ "object": "whatsapp_business_account", "entry": [{ "id": "1", "changes": [{ "field": "messages", "value": {
        "messaging_product": "whatsapp", "metadata": { "display_phone_number": "15550000001", "phone_number_id": NUMBER },
        "statuses": [{ "id": id, "status": "failed", "timestamp": "1763722900", "recipient_id": ADA,
            "errors": [{ "code": 131_053, "title": "Media upload error", "error_data": { "details": "Unsupported Audio mime type" } }] }],
    } }] }] });
    for _ in 0..2 {
        assert_eq!(t.post_hook(&failed).await, 200);
        t.pass_ms(5_000).await;
    }
    let words = t.sent_to(ADA);
    assert_eq!(words.iter().filter(|w| *w == "You said: Are you open now please?").count(), 1, "{words:?}");
}

#[tokio::test]
async fn the_next_service_is_asked_and_gives_what_the_channel_takes() {
    let mouths = Mouths::open().await;
    let t = open(vec![mouth("openai", &mouths.url), mouth("cartesia", &mouths.url)]).await;
    wants_voice(&t).await;
    mouths.fail(503);
    t.says(ADA, "Are you open now please?").await;
    let last = sent(&t).pop().unwrap();
    assert_eq!((&last["type"], &last["audio"]["voice"]), (&json!("audio"), &Value::Null), "an MP3 is no voice note: {last}");
    assert_eq!(mouths.said().pop().unwrap().0, "cartesia");
}

#[tokio::test]
async fn without_a_voice_the_customer_is_told_and_gets_words() {
    let t = open(vec![]).await;
    let told = t.says(ADA, "answer by voice").await;
    assert!(told[0].contains("cannot speak"), "{told:?}");
    assert_eq!(t.says(ADA, "Are you open now please?").await, ["You said: Are you open now please?"]);
}

#[tokio::test]
async fn the_owner_switches_it_on_for_a_customer() {
    let mouths = Mouths::open().await;
    let t = open(vec![mouth("openai", &mouths.url)]).await;
    t.says(ADA, "Are you open now please?").await;
    let who = t.read(|tx| list_contacts(tx, "", None, 5)).await.remove(0).contact;
    let url = format!("{}/api/v1/contacts/{}", t.url, who.id);
    let changed = t.http.patch(url).bearer_auth(&t.key).json(&json!({ "answers_by_voice": true })).send().await.unwrap();
    assert_eq!(changed.status(), 200);
    assert_eq!(changed.json::<Value>().await.unwrap()["answers_by_voice"], true);
    t.says(ADA, "And tomorrow, are you open?").await;
    assert_eq!(sent(&t).pop().unwrap()["type"], "audio");
}

#[cfg(unix)]
#[tokio::test]
async fn a_program_here_speaks() {
    let dir = tempfile::tempdir().unwrap();
    let note = dir.path().join("note.ogg");
    std::fs::write(&note, steward::providers::speech::note::silence(20)).unwrap();
    // It "speaks" only what it hears on its input, in the language it is given.
    let script = format!("[ \"$0\" = en ] && grep -q 'open now' && cat {}", note.display());
    let words = ["sh".to_owned(), "-c".to_owned(), script, "{lang}".to_owned()].to_vec();
    let t = open(vec![Mouth::Command { words, langs: vec!["en".into()] }]).await;
    wants_voice(&t).await;
    t.says(ADA, "Are you open now please?").await;
    assert_eq!(sent(&t).pop().unwrap()["type"], "audio");
    assert_eq!(t.says(ADA, "Do you have rice today?").await, ["You said: Do you have rice today?"], "it failed: the words go");
}

#[cfg(unix)]
#[tokio::test]
async fn a_sound_that_is_not_wanted_any_more_takes_no_other_message_its_sound() {
    let dir = tempfile::tempdir().unwrap();
    let (note, begun, go) = (dir.path().join("note.ogg"), dir.path().join("begun"), dir.path().join("go"));
    std::fs::write(&note, steward::providers::speech::note::silence(20)).unwrap();
    std::fs::write(&go, "").unwrap();
    // The same sound for every reply, once the test lets it.
    let script = format!("touch {}; while [ ! -e {} ]; do sleep 0.01; done; cat {}", begun.display(), go.display(), note.display());
    let t = open(vec![Mouth::Command { words: ["sh", "-c", &script].map(str::to_owned).to_vec(), langs: vec!["en".into()] }]).await;
    wants_voice(&t).await;
    t.says(ADA, "Are you open now please?").await;
    let Content::Media { file, .. } = all(&t).await.pop().unwrap().content else { panic!("it is spoken") };
    std::fs::remove_file(&begun).unwrap();
    std::fs::remove_file(&go).unwrap();
    t.writes(ADA, "And are you open tomorrow?").await;
    t.app.bell.due(t.business.id, t.app.clock().now());
    while !begun.exists() {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    let late = all(&t).await.pop().unwrap().id;
    t.file().write(move |tx| update_delivery(tx, late, Delivery::Stopped, None, None)).await.unwrap();
    std::fs::write(&go, "").unwrap();
    t.settle().await;
    assert!(steward::app::media::read(&t.app, t.business.id, file.media.as_ref().unwrap()).await.is_ok());
}

#[cfg(unix)]
#[tokio::test]
async fn a_program_that_writes_a_wav_makes_a_voice_note_in_the_languages_it_has() {
    let dir = tempfile::tempdir().unwrap();
    let wav = dir.path().join("said.wav");
    let quiet = steward::providers::speech::note::read(steward::providers::speech::note::silence(50)).unwrap();
    std::fs::write(&wav, steward::providers::speech::note::wav(&quiet).unwrap()).unwrap();
    let words = ["cat".to_owned(), wav.display().to_string()].to_vec();
    let t = open(vec![Mouth::Command { words, langs: vec!["sw".into(), "yo".into()] }]).await;
    let told = t.says(ADA, "answer by voice").await;
    assert!(told[0].contains("cannot speak"), "it has no English voice: {told:?}");
    let who = t.read(|tx| list_contacts(tx, "", None, 5)).await.remove(0).contact;
    let url = format!("{}/api/v1/contacts/{}", t.url, who.id);
    let change = json!({ "answers_by_voice": true, "language": "yo" });
    assert_eq!(t.http.patch(url).bearer_auth(&t.key).json(&change).send().await.unwrap().status(), 200);
    t.says(ADA, "Ẹ káàárọ̀, ṣé ẹ ti ṣí?").await;
    let last = sent(&t).pop().unwrap();
    assert_eq!((&last["type"], &last["audio"]["voice"]), (&json!("audio"), &json!(true)), "{last}");
    let (mime, bytes) = t.meta.file(last["audio"]["id"].as_str().unwrap()).unwrap();
    assert!(mime.starts_with("audio/ogg") && bytes.starts_with(b"OggS"));
    assert_eq!(steward::providers::speech::note::read(bytes).unwrap().seconds, 2, "as long as the WAV was, and what Opus looks ahead");
}
