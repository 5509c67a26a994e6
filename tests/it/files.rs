//! Files on a disk that has bad days: kept once, tried again, and never taken for gone when they only cannot be read.

use crate::doubles::ears::Ears;
use crate::doubles::meta::Fault;
use crate::harness::{self, TestApp};
use crate::intake::Parrot;
use crate::voice::{self, ADA, ear};
use futures_util::future::join_all;
use std::path::PathBuf;
use std::sync::Arc;
use steward::app::media;
use steward::domain::error::Kind;
use steward::domain::house::message::{Content, Delivery, File, MediaKind, Message};
use steward::providers::speech::note::silence;
use steward::services::house::outbound::write_as_person;
use steward::store::house::conversation::{Which, list_conversations};
use steward::store::house::message::list_messages;

const MINUTE_MS: i64 = 60_000;

fn folder(t: &TestApp) -> PathBuf {
    t.app.store.business_dir(t.business.id).join("media")
}

/// All messages of the only conversation.
async fn messages(t: &TestApp) -> Vec<Message> {
    let id = t.read(|tx| list_conversations(tx, Which::Open, "", i64::MAX, 10)).await[0].conversation.id;
    t.read(move |tx| list_messages(tx, id, None, 50)).await
}

#[tokio::test]
async fn only_a_file_that_is_not_there_is_not_found() {
    let t = harness::open(Arc::new(Parrot)).await;
    let id = t.business.id;
    let gone = media::read(&t.app, id, &"a".repeat(64)).await.unwrap_err();
    assert_eq!(gone.kind, Kind::NotFound);
    std::fs::create_dir(folder(&t).join("b".repeat(64))).unwrap();
    let broken = media::read(&t.app, id, &"b".repeat(64)).await.unwrap_err();
    assert_eq!(broken.kind, Kind::Unavailable);
}

#[tokio::test]
async fn the_same_file_from_many_at_once_is_kept_for_all() {
    let t = harness::open(Arc::new(Parrot)).await;
    for n in 0..8u8 {
        let bytes = vec![n; 300_000];
        let names = join_all((0..16).map(|_| media::keep(&t.app, t.business.id, bytes.clone()))).await;
        let name = names[0].as_ref().unwrap().clone();
        assert!(names.into_iter().all(|one| one.unwrap() == name));
        assert_eq!(media::read(&t.app, t.business.id, &name).await.unwrap(), bytes);
    }
    assert_eq!(std::fs::read_dir(folder(&t)).unwrap().count(), 8, "and nothing half written stays");
}

#[tokio::test]
async fn a_picture_that_could_not_be_handed_over_for_a_while_leaves_later_and_once() {
    let t = harness::open(Arc::new(Parrot)).await;
    t.says(ADA, "do you have jollof rice today?").await;
    let thread = messages(&t).await[0].conversation_id;
    let picture = media::keep(&t.app, t.business.id, b"\xff\xd8\xff a plate of rice".to_vec()).await.unwrap();
    // What a proxy says proves nothing about a message; a file that was not taken is no message yet.
    (0..6).for_each(|_| t.meta.fail(Fault::Gateway(502)));
    let owner = t.owner();
    let content =
        Content::Media { media: MediaKind::Image, file: File { media: Some(picture), mime: "image/jpeg".into(), ..File::default() } };
    t.file().write(move |tx| write_as_person(tx, thread, &owner, &content, "1").map(drop)).await.unwrap();
    t.settle().await;
    let waits = messages(&t).await.pop().unwrap();
    assert_eq!(waits.delivery, Delivery::Queued, "{waits:?}");
    assert!(waits.problem.is_some(), "why is told beside it");
    for _ in 0..10 {
        t.pass_ms(MINUTE_MS).await;
    }
    assert_eq!(messages(&t).await.pop().unwrap().delivery, Delivery::Sent);
    assert_eq!(t.meta.sent().iter().filter(|m| m["type"] == "image").count(), 1);
}

#[tokio::test]
async fn a_picture_that_cannot_be_read_for_a_while_waits_and_one_that_is_gone_does_not() {
    let t = harness::open(Arc::new(Parrot)).await;
    t.says(ADA, "do you have jollof rice today?").await;
    let thread = messages(&t).await[0].conversation_id;
    let bytes = b"\xff\xd8\xff a plate of beans".to_vec();
    let picture = media::keep(&t.app, t.business.id, bytes.clone()).await.unwrap();
    let path = folder(&t).join(&picture);
    std::fs::remove_file(&path).unwrap();
    let send = async |key: &'static str| {
        let (owner, file) = (t.owner(), File { media: Some(picture.clone()), mime: "image/jpeg".into(), ..File::default() });
        let content = Content::Media { media: MediaKind::Image, file };
        t.file().write(move |tx| write_as_person(tx, thread, &owner, &content, key).map(drop)).await.unwrap();
        t.settle().await;
        messages(&t).await.pop().unwrap().delivery
    };
    assert_eq!(send("gone").await, Delivery::Failed);
    std::fs::create_dir(&path).unwrap();
    assert_eq!(send("broken").await, Delivery::Queued);
    std::fs::remove_dir(&path).unwrap();
    std::fs::write(&path, bytes).unwrap();
    t.pass_ms(MINUTE_MS).await;
    assert_eq!(messages(&t).await.pop().unwrap().delivery, Delivery::Sent);
}

#[tokio::test]
async fn a_note_that_cannot_be_kept_is_given_up_with_a_word_to_the_customer() {
    let t = voice::open(Arc::new(Parrot), vec![]).await;
    std::fs::remove_dir_all(folder(&t)).unwrap();
    std::fs::write(folder(&t), "no folder").unwrap();
    let sent = voice::speaks(&t, "v1", &silence(150)).await;
    assert!(sent.is_empty(), "it is tried again first: {sent:?}");
    for _ in 0..8 {
        t.pass_ms(10 * MINUTE_MS).await;
    }
    let told = t.sent_to(ADA);
    assert!(told.len() == 1 && told[0].contains("could not open"), "{told:?}");
    let Content::Media { file, .. } = &messages(&t).await[0].content else { panic!("a note") };
    assert!(file.problem.is_some() && file.media.is_none());
    assert_eq!(harness::count_jobs(&t.file()).2, 0, "no job is left dead");
}

#[tokio::test]
async fn a_note_that_cannot_be_read_is_given_up_with_a_word_to_the_customer() {
    let ears = Ears::open("Do you have jollof rice today?").await;
    let t = voice::open(Arc::new(Parrot), vec![ear("openai", &ears.url)]).await;
    t.meta.keep("v1", "audio/ogg", &silence(150));
    (0..9).for_each(|_| ears.fail(503));
    assert_eq!(t.post_hook(&voice::note_hook("wamid.v1", "v1")).await, 200);
    t.settle().await;
    let Content::Media { file, .. } = &messages(&t).await[0].content else { panic!("a note") };
    let path = folder(&t).join(file.media.as_ref().unwrap());
    std::fs::remove_file(&path).unwrap();
    std::fs::create_dir(&path).unwrap();
    for _ in 0..8 {
        t.pass_ms(10 * MINUTE_MS).await;
    }
    let told = t.sent_to(ADA);
    assert!(told.len() == 1 && told[0].contains("could not open"), "{told:?}");
    let Content::Media { file, .. } = &messages(&t).await[0].content else { panic!("a note") };
    assert!(file.problem.is_some(), "the owner reads why");
    assert_eq!(harness::count_jobs(&t.file()).2, 0, "no job is left dead");
}
