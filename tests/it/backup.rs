//! Backups taken beside a running server, looked over before they replace anything; a new master key.

use crate::doubles::meta::Fault;
use crate::harness::{self, TestApp, noon};
use std::path::Path;
use std::sync::Arc;
use steward::app::{App, backup, rotation};
use steward::config::Config;
use steward::config::paths::Paths;
use steward::domain::error::Kind;
use steward::domain::id::Id;
use steward::domain::outreach::campaign::{Campaign, CampaignState};
use steward::domain::time::Clock;
use steward::providers::llm::builtin::BuiltIn;
use steward::store::house::conversation::list_waiting;
use steward::store::house::message::count_messages_since;
use steward::store::outreach::campaign;

const ADA: &str = "2348031234567";

async fn with_a_chat() -> TestApp {
    let t = harness::open(Arc::new(BuiltIn::new())).await;
    t.says(ADA, "I want a meat pie please").await;
    let media = t.app.store.business_dir(t.business.id).join("media").join("ab".repeat(32));
    std::fs::write(media, b"a picture").unwrap();
    t
}

#[tokio::test]
async fn a_backup_taken_while_serving_brings_everything_back() {
    let t = with_a_chat().await;
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("all.zip");
    let paths = Paths::new(t.app.store.dir());
    let (writing, from) = (out.clone(), paths.clone());
    // Customers write while it is taken.
    let taken = tokio::task::spawn_blocking(move || backup::write(&from, &writing, true, noon()));
    for n in 0..5 {
        t.writes(ADA, &format!("and what about number {n}?")).await;
    }
    let list = taken.await.unwrap().unwrap();
    assert!(list.has_key() && list.businesses() == 1);
    assert_eq!(backup::write(&paths, &out, false, noon()).unwrap_err().kind, Kind::Conflict, "nothing is overwritten");
    let home = dir.path().join("home");
    let kept = backup::restore(&out, &Paths::new(&home), noon()).unwrap().kept;
    assert!(kept.is_none());
    let app = App::open(Config::for_testing(&home), Clock::starting_at(noon())).await.unwrap();
    let business = app.directory().by_slug("mama-put").cloned().unwrap();
    assert_eq!(app.directory().numbers_of(business.id).count(), 1, "its credentials open");
    let file = app.store.business(business.id).unwrap();
    let since = noon().plus_ms(-1);
    let (came, went) = file.read(move |tx| count_messages_since(tx, since)).await.unwrap();
    assert!(came >= 1 && went >= 1);
    let media = app.store.business_dir(business.id).join("media").join("ab".repeat(32));
    assert_eq!(std::fs::read(media).unwrap(), b"a picture");
    // In use: refused, and nothing moved.
    assert_eq!(backup::restore(&out, &Paths::new(&home), noon()).unwrap_err().kind, Kind::Conflict);
    drop((file, app));
    let kept = backup::restore(&out, &Paths::new(&home), noon()).unwrap().kept;
    assert!(kept.unwrap().join("steward.db").exists(), "what was there is kept");
}

#[tokio::test]
async fn what_left_after_a_backup_was_taken_does_not_leave_again() {
    let t = harness::open(Arc::new(BuiltIn::new())).await;
    t.meta.fail(Fault::Graph(500, 131_016));
    t.writes(ADA, "I want a meat pie please").await;
    t.pass_ms(100).await;
    let live = t.file();
    let sending = live.write(|tx| {
        let c = Campaign {
            id: Id::new(tx.now),
            name: "Pies".into(),
            segment_id: None,
            text: "Fresh pies!".into(),
            template: String::new(),
            state: CampaignState::Sending,
            actor: "Nkechi".into(),
            created_at: tx.now,
            started_at: Some(tx.now),
            ended_at: None,
        };
        campaign::insert_campaign(tx, &c)?;
        Ok(c.id)
    });
    let sending = sending.await.unwrap();
    let dir = tempfile::tempdir().unwrap();
    let (out, home) = (dir.path().join("all.zip"), dir.path().join("home"));
    backup::write(&Paths::new(t.app.store.dir()), &out, true, t.app.clock().now()).unwrap();
    t.pass_ms(20_000).await;
    assert_eq!(t.sent_to(ADA).len(), 1, "it left after the backup was taken");
    let doubts = backup::restore(&out, &Paths::new(&home), t.app.clock().now()).unwrap().doubts;
    assert_eq!((doubts.messages, doubts.campaigns), (1, 1));
    let mut config = Config::for_testing(&home);
    config.whatsapp.base_url.clone_from(&t.meta.url);
    let app = App::open(config, t.app.clock().clone()).await.unwrap();
    steward::jobs::start(&app, Arc::new(BuiltIn::new())).await.unwrap();
    let file = app.store.business(t.business.id).unwrap();
    for _ in 0..5 {
        app.clock().advance_ms(60_000);
        app.bell.due(t.business.id, app.clock().now());
        app.bell.settle().await;
    }
    assert_eq!(t.sent_to(ADA).len(), 1, "nothing is sent again by itself");
    let (waiting, c) = file.read(move |tx| Ok((list_waiting(tx, 9)?, campaign::find_campaign(tx, sending)?))).await.unwrap();
    assert_eq!((waiting.len(), c.state), (1, CampaignState::Stopped), "a person decides");
}

#[tokio::test]
async fn a_damaged_backup_replaces_nothing() {
    let t = with_a_chat().await;
    let dir = tempfile::tempdir().unwrap();
    let (good, bad, home) = (dir.path().join("good.zip"), dir.path().join("bad.zip"), dir.path().join("home"));
    backup::write(&Paths::new(t.app.store.dir()), &good, false, noon()).unwrap();
    std::fs::create_dir(&home).unwrap();
    std::fs::write(home.join("steward.db"), b"what was there").unwrap();
    let bytes = std::fs::read(&good).unwrap();
    let refused = |bytes: &[u8], why: &str| {
        std::fs::write(&bad, bytes).unwrap();
        let e = backup::restore(&bad, &Paths::new(&home), noon()).unwrap_err();
        assert!(e.message.contains("Nothing was changed"), "{why}: {}", e.message);
        assert_eq!(std::fs::read(home.join("steward.db")).unwrap(), b"what was there", "{why}");
        let left: Vec<_> = std::fs::read_dir(dir.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
        assert_eq!(left.len(), 3, "{why} left something behind: {left:?}");
    };
    refused(&bytes[..bytes.len() / 2], "cut off");
    refused(b"a letter", "no archive");
    for at in [bytes.len() / 10, bytes.len() / 3, bytes.len() / 2] {
        let mut flipped = bytes.clone();
        flipped[at..at + 64].iter_mut().for_each(|b| *b ^= 0x5a);
        refused(&flipped, &format!("changed at {at}"));
    }
    refused(&rewritten(&bytes, |name| if name == "steward.db" { "../steward.db" } else { name }), "a path that leads out");
    refused(&forged(), "sums that fit and databases that are none");
}

/// The archive with other names in its list.
fn rewritten(bytes: &[u8], rename: impl Fn(&str) -> &str) -> Vec<u8> {
    use std::io::{Read, Write};
    let mut from = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut to = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for n in 0..from.len() {
        let mut file = from.by_index(n).unwrap();
        let (name, mut content) = (file.name().unwrap().into_owned(), Vec::new());
        file.read_to_end(&mut content).unwrap();
        if name == "backup.json" {
            content = String::from_utf8(content).unwrap().replace("\"steward.db\"", &format!("\"{}\"", rename("steward.db"))).into_bytes();
        }
        to.start_file(rename(&name), zip::write::SimpleFileOptions::default()).unwrap();
        to.write_all(&content).unwrap();
    }
    to.finish().unwrap().into_inner()
}

/// A list and a control file that belong together, but the file is no database.
fn forged() -> Vec<u8> {
    use std::io::Write;
    let sum = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881";
    let mut to = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let list = serde_json::json!({ "steward": "0", "made_at": "2026-11-21T11:00:00Z", "files": { "steward.db": sum } });
    for (name, content) in [("steward.db", "x".to_owned()), ("backup.json", list.to_string())] {
        to.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        to.write_all(content.as_bytes()).unwrap();
    }
    to.finish().unwrap().into_inner()
}

#[tokio::test]
async fn a_new_master_key_opens_what_was_sealed_and_the_old_one_does_not() {
    let dir = tempfile::tempdir().unwrap();
    let key = |dir: &Path| std::fs::read(dir.join("master.key")).unwrap();
    let before = {
        let app = App::open(Config::for_testing(dir.path()), Clock::starting_at(noon())).await.unwrap();
        harness::add_business(&app, "Mama Put", "123").await;
        let before = key(dir.path());
        let done = rotation::rotate(&app).await.unwrap();
        assert_eq!((done.sealed, done.lost), (1, 0));
        before
    };
    assert_ne!(key(dir.path()), before);
    assert!(!dir.path().join("master.key.old").exists());
    let numbers = async || {
        let app = App::open(Config::for_testing(dir.path()), Clock::starting_at(noon())).await.unwrap();
        app.directory().numbers().count()
    };
    assert_eq!(numbers().await, 1);
    std::fs::write(dir.path().join("master.key"), before).unwrap();
    assert_eq!(numbers().await, 0, "the old key opens nothing");
}
